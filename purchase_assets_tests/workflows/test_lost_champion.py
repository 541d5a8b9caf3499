"""A champion that is lost or changed is named by every run until it is back."""

import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import published_weeks, tables
from purchase_assets.storage.training_run import TrainingRun
from purchase_assets.text import Text
from purchase_assets.workflows import promote_model, reconcile
from purchase_assets_tests.rows import row


def opened(folder: Path) -> Project:
    return Project(Settings(_env_file=None, data=str(folder)))


@pytest.fixture(scope="module")
def with_champion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two registered models; the first is champion and has forecast the newest week."""
    folder = tmp_path_factory.mktemp("data")
    project = opened(folder)
    frame = pd.DataFrame({"a": [0.0, 1.0] * 20})
    for off in (0.0, 3.0):
        model = LogisticRegression().fit(frame + off, frame["a"])
        made = TrainingRun(model=model, sample=frame, parameters={}, metrics={}, record={})
        project.registry.register(made, name="planted")
    promote_model.promote(
        project,
        "1",
        kind="gate",
        by="gate",
        reason=Text.same("planted"),
        data_through=date(2025, 1, 12),
        figures={},
    )
    published_weeks.publish(project.reports, [row(tables.weekly_predictions, model_version="1")])
    return folder


def model_files(folder: Path) -> list[Path]:
    return sorted(
        (folder / "mlflow").rglob("model.skops"), key=lambda path: path.stat().st_mtime_ns
    )


def noise(folder: Path) -> None:
    for end in ("", "-wal", "-shm"):
        (folder / f"mlflow.db{end}").unlink(missing_ok=True)
    (folder / "mlflow.db").write_bytes(b"noise " * 1000)


def gone(folder: Path) -> None:
    noise(folder)
    (folder / "mlflow.db").unlink()


def file_gone(folder: Path) -> None:
    model_files(folder)[0].unlink()


def cut(folder: Path) -> None:
    first = model_files(folder)[0]
    first.write_bytes(first.read_bytes()[:-40])


def swapped(folder: Path) -> None:
    first, second = model_files(folder)
    shutil.copy(second, first)


@pytest.mark.parametrize(
    ("lose", "said"),
    [
        (noise, "MLflow's database cannot be read"),
        (gone, "model version '1' does not exist"),
        (file_gone, "model version 1 cannot be read"),
        (cut, "the file of model version 1 was changed"),
        (swapped, "the file of model version 1 was changed"),
    ],
)
def test_a_lost_champion_is_named_until_it_is_back(with_champion, tmp_path, lose, said):
    # each in a place of its own: MLflow holds on to databases that it has opened
    lost, restored = tmp_path / "lost", tmp_path / "restored"
    shutil.copytree(with_champion, lost)
    lose(lost)
    for _ in range(2):  # what the first look makes must not hide it from the second
        try:
            found = reconcile.unused_champion(opened(lost))
        except PurchaseAssetsError as error:
            found = error
        assert said in str(found)
    shutil.copytree(with_champion, restored)
    assert reconcile.unused_champion(opened(restored)) is None
