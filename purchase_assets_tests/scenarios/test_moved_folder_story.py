"""The story of a data folder that was moved: the week, the training and the record go on."""

from pathlib import Path

import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.storage.reports import published_weeks
from purchase_assets.workflows.reproduce_model import reproduce


def artifacts(folder: Path) -> dict[Path, int]:
    return {
        path.relative_to(folder): path.stat().st_mtime_ns
        for path in (folder / "the data" / "mlflow").rglob("*")
        if path.is_file()
    }


def reproduced(distributor, version):
    return reproduce(distributor.project, version, progress=lambda *_: None)


def test_a_moved_folder_forecasts_trains_and_reproduces(opened, distributor):
    moved = distributor
    before = artifacts(opened.folder)
    moved.drop("transacciones_semana", moved.week(3))
    moved.ran()
    assert published_weeks.newest(moved.project.reports).week_start.isoformat() == "2026-10-12"

    job = build_definitions(moved.settings).resolve_job_def("retrain")
    assert job.execute_in_process(instance=moved.instance).success
    assert moved.project.registry.versions() == ["1", "2"]
    assert reproduced(moved, "1").same
    assert reproduced(moved, "2").same

    new = set(artifacts(moved.folder)) - set(before)
    assert {path.name for path in new} >= {"model.skops", "record.json", "calibration.png"}
    assert artifacts(opened.folder) == before


def test_a_lost_record_is_said_in_one_sentence(distributor):
    for file in (distributor.folder / "the data" / "mlflow").rglob("record.json"):
        file.unlink()
    with pytest.raises(PurchaseAssetsError) as refused:
        reproduced(distributor, "1")
    said = str(refused.value)
    assert said.startswith("the record of model version 1 cannot be read")
    assert said.endswith("restore the data folder from a copy or roll back to another version")
    assert "\n" not in said
