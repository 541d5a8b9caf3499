"""The model registry: what was registered is what is loaded, or nothing is."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure

from purchase_assets.errors import NotFound
from purchase_assets.storage.registry import ModelRefused, Registry
from purchase_assets.storage.training_run import LearntFrom, TrainingRun, Trial
from purchase_assets_tests.places import ROOT


def registry_in(folder):
    return Registry(f"sqlite:///{folder}/mlflow.db", f"{folder}/artifacts")


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    return registry_in(tmp_path_factory.mktemp("ml flow"))


def trained():
    from sklearn.ensemble import HistGradientBoostingClassifier

    frame = pd.DataFrame({"a": [0.0, 1.0] * 50, "b": range(100)})
    model = HistGradientBoostingClassifier(max_iter=3).fit(frame, frame["a"])
    return TrainingRun(
        model=model,
        sample=frame,
        parameters={"max_iter": 3},
        metrics={"f1": 0.5},
        record={"seed": 7},
        figures={"calibration.png": Figure()},
        trials=[Trial({"max_iter": 3}, {"score": 0.4})],
        tags={"cause": "drift"},
        learnt_from=LearntFrom("training_set", "lake/training_set", 4, 100),
        description="# A card",
    )


@pytest.fixture(scope="module")
def registered(registry):
    run = trained()
    return registry.register(run, name="first"), run.model, run.sample


def test_a_registered_model_predicts_as_before(registry, registered):
    reference, model, frame = registered
    loaded = registry.load(registry.reference(reference.version))
    assert (loaded.predict_proba(frame) == model.predict_proba(frame)).all()
    assert registry.record(reference.version) == {"seed": 7}


def test_the_champion_is_an_alias(registry, registered):
    assert registry.champion() is None
    registry.set_champion(registered[0].version)
    assert registry.champion() == registered[0].version


def test_a_version_that_does_not_exist_says_which_do(registry, registered):
    with pytest.raises(NotFound, match="registered versions: 1"):
        registry.reference("99")


def test_types_outside_our_list_are_refused(registry, registered, monkeypatch):
    monkeypatch.setattr("purchase_assets.storage.registry.TRUSTED_TYPES", ())
    with pytest.raises(ModelRefused, match="not trusted"):
        registry.load(registered[0])


def test_a_changed_file_is_refused(registry, registered):
    (file,) = Path(registry.artifacts).rglob("model.skops")
    content = file.read_bytes()
    file.write_bytes(content + b" ")
    with pytest.raises(ModelRefused, match="was changed"):
        registry.load(registered[0])
    file.write_bytes(content)
    registry.load(registered[0])


def test_pictures_keep_their_names(registry, registered):
    run = registered[0].run_id
    found = [picture.path for picture in registry.client.list_artifacts(run, "pictures")]
    assert found == ["pictures/calibration.png"]


def test_a_run_says_what_it_tried_and_what_it_learnt_from(registry, registered):
    run = registry.client.get_run(registered[0].run_id)
    (given,) = run.inputs.dataset_inputs
    assert (given.dataset.name, given.dataset.digest) == ("training_set", "version 4")
    assert run.data.tags["cause"] == "drift"
    (trial,) = registry.client.search_runs(
        [run.info.experiment_id], f"tags.mlflow.parentRunId = '{run.info.run_id}'"
    )
    assert (trial.data.params, trial.data.metrics) == ({"max_iter": "3"}, {"score": 0.4})
    version = registry.client.get_model_version("purchase_forecast", registered[0].version)
    assert version.description == "# A card"
    assert version.tags["cause"] == "drift"


def test_a_fit_that_fails_or_is_killed_is_a_failed_run(tmp_path):
    registry = registry_in(tmp_path)
    with pytest.raises(ZeroDivisionError), registry.opened("fails") as failed:
        raise ZeroDivisionError
    killed = registry.opened("killed")
    left = killed.__enter__()  # whose process never comes to its end
    with registry.opened("next", {"cause": "age"}) as after:
        pass
    statuses = [registry.client.get_run(run).info.status for run in (failed, left, after)]
    assert statuses == ["FAILED", "FAILED", "FINISHED"]


def files(folder):
    return {
        path.relative_to(folder): path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def copy(registry, registered, tmp_path):
    """The registry of a copy of the folder."""
    shutil.copytree(Path(registry.artifacts).parent, tmp_path / "a copy")
    return registry_in(tmp_path / "a copy")


@pytest.fixture
def moved(registry, copy):
    """The same, while nothing is where it was before."""
    before = Path(registry.artifacts).parent
    away = before.rename(before.with_name("away"))
    yield copy
    away.rename(before)


def test_a_moved_registry_gives_what_was_registered(moved, registered):
    reference, model, frame = registered
    loaded = moved.load(moved.reference(reference.version))
    assert (loaded.predict_proba(frame) == model.predict_proba(frame)).all()
    assert moved.record(reference.version) == {"seed": 7}


def test_a_moved_registry_takes_new_versions_where_it_lies(moved):
    reference = moved.register(trained(), name="second")
    assert (reference.version, moved.reference("2")) == ("2", reference)
    moved.load(reference)
    run = moved.client.get_run(reference.run_id).info
    third = moved.client.get_run(moved.register(trained(), name="third").run_id).info
    assert run.artifact_uri.startswith(moved.artifacts)
    assert run.experiment_id == third.experiment_id


def test_a_copy_leaves_the_original_alone(registry, registered, copy):
    original = Path(registry.artifacts).parent
    before = files(original)
    copy.register(trained(), name="of the copy")
    copy.set_champion("2")
    (file,) = Path(registry.artifacts).rglob("model.skops")
    assert files(original) == before
    (Path(copy.artifacts) / file.relative_to(registry.artifacts)).unlink()
    with pytest.raises(ModelRefused, match="cannot be read"):
        copy.load(registered[0])  # not from the original, which has it
    registry.load(registered[0])


def test_a_lost_record_is_one_sentence(copy):
    for file in Path(copy.artifacts).rglob("record.json"):
        file.unlink()
    with pytest.raises(ModelRefused) as refused:
        copy.record("1")
    said = str(refused.value)
    assert said.startswith("the record of model version 1 cannot be read")
    assert f"{copy.artifacts}/" in said
    assert "\n" not in said


DIES_WHILE_TABLES_ARE_MADE = """
import os, signal, sys
from itertools import count
import sqlalchemy as sa
from purchase_assets.storage.registry import Registry

made = count(1)

@sa.event.listens_for(sa.Engine, "after_cursor_execute")
def die(connection, cursor, statement, *rest):
    if "CREATE TABLE" in statement and next(made) == 8:
        os.kill(os.getpid(), signal.SIGKILL)

Registry(sys.argv[1], sys.argv[2]).begin()
"""


def test_a_process_that_dies_while_the_tables_are_made_leaves_no_half(tmp_path):
    registry = registry_in(tmp_path)
    words = [sys.executable, "-c", DIES_WHILE_TABLES_ARE_MADE, registry.uri, registry.artifacts]
    died = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=300, check=False)
    assert died.returncode == -signal.SIGKILL, died.stderr[-500:]
    registry.begin()
    assert registry.versions() == []
