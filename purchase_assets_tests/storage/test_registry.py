"""The model registry: what was registered is what is loaded, or nothing is."""

from pathlib import Path

import pandas as pd
import pytest

from purchase_assets.storage.registry import ModelRefused, Registry, TrainingRun

TREES = "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"


@pytest.fixture(scope="module")
def registry(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ml flow")
    return Registry(f"sqlite:///{folder}/mlflow.db", f"{folder}/artifacts")


@pytest.fixture(scope="module")
def registered(registry):
    from sklearn.ensemble import HistGradientBoostingClassifier

    frame = pd.DataFrame({"a": [0.0, 1.0] * 50, "b": range(100)})
    model = HistGradientBoostingClassifier(max_iter=3).fit(frame, frame["a"])
    run = TrainingRun(
        model=model,
        sample=frame,
        trusted_types=[TREES],
        parameters={"max_iter": 3},
        metrics={"f1": 0.5},
        record={"seed": 7},
        trials=[{"max_iter": 3, "score": 0.4}],
    )
    return registry.register(run, name="first"), model, frame


def test_a_registered_model_predicts_as_before(registry, registered):
    reference, model, frame = registered
    loaded = registry.load(registry.reference(reference.version), [TREES])
    assert (loaded.predict_proba(frame) == model.predict_proba(frame)).all()
    assert registry.record(reference.version) == {"seed": 7}


def test_the_champion_is_an_alias(registry, registered):
    assert registry.champion() is None
    registry.set_champion(registered[0].version)
    assert registry.champion() == registered[0].version


def test_a_version_that_does_not_exist_says_which_do(registry, registered):
    with pytest.raises(LookupError, match="registered versions: 1"):
        registry.reference("99")


def test_types_outside_our_list_are_refused(registry, registered):
    with pytest.raises(ModelRefused, match="not trusted"):
        registry.load(registered[0], [])


def test_a_changed_file_is_refused(registry, registered):
    (file,) = Path(registry.artifacts).rglob("model.skops")
    content = file.read_bytes()
    file.write_bytes(content + b" ")
    with pytest.raises(ModelRefused, match="was changed"):
        registry.load(registered[0], [TREES])
    file.write_bytes(content)
    registry.load(registered[0], [TREES])


def test_a_record_that_is_gone_is_said(registry, registered):
    (file,) = Path(registry.artifacts).rglob("record.json")
    content = file.read_bytes()
    file.unlink()
    with pytest.raises(ModelRefused, match=r"version 1 cannot be read.*record\.json; restore"):
        registry.record(registered[0].version)
    file.write_bytes(content)
