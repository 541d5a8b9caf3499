"""What a dead process wrote and did not end is ended by the next run."""

import shutil
from functools import cached_property
from pathlib import Path

import dagster as dg
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Ran, Unattended
from purchase_assets_tests.killed import run_killed_after
from purchase_assets_tests.orchestration.intake.dropped import WORLD, Dropped

WORKFLOWS = "purchase_assets.workflows"
SENSORS = ("finish_half_done", "new_uploads", "automation")


class Untrained(Dropped):
    """A project without trainings and forecasts."""

    @cached_property
    def definitions(self) -> dg.Definitions:
        built = build_definitions(self.project.settings)
        return dg.Definitions(
            assets=built.assets,
            jobs=built.jobs,
            sensors=[sensor for sensor in built.sensors or () if sensor.name in SENSORS],
            resources=built.resources,
            executor=built.executor,
        )

    def ran(self) -> list[Ran]:
        return Unattended(self.definitions, self.instance).settle()

    def killed_after(self, step: str, *call: object) -> None:
        run_killed_after(f"{WORKFLOWS}.{step}", self.folder, WORLD.today, call, SENSORS)

    def sold(self) -> float:
        """All items that daily_sales holds."""
        sales = self.project.lake.read("daily_sales").to_pandas()
        return sales.items_bought.sum() - sales.items_returned.sum()

    def accepted(self) -> float:
        """All items that were delivered and accepted, counted in the lake."""
        taken = self.project.reports.rows("SELECT key FROM uploads WHERE accepted > 0")
        lines = self.project.lake.read("transactions").to_pandas()
        return lines[lines.upload_key.isin([row["key"] for row in taken])]["items"].sum()


@pytest.fixture(scope="module")
def summed_up(opened: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("summed up") / "data"
    shutil.copytree(opened, folder)
    assert all(run.success for run in Untrained(folder).ran())
    return folder


@pytest.fixture
def project(summed_up: Path, tmp_path: Path) -> Untrained:
    shutil.copytree(summed_up, tmp_path / "data")
    return Untrained(tmp_path / "data")


@pytest.mark.parametrize("step", ["take_in:_record", "take_in:archive", "sum_sales:sum_sales"])
def test_sales_whose_run_died_before_dagster_was_told_are_summed_up(project, step):
    before = project.accepted()
    project.drop("batch_1.parquet", WORLD.week)
    project.killed_after(step)

    ran = project.ran()

    assert ("daily_sales",) in [run.assets for run in ran if run.success]
    upload = project.upload("batch_1.parquet")
    assert (upload.verdict, upload.deliveries) == ("ACCEPTED", 1)
    assert list(project.incoming.iterdir()) == []
    assert project.sold() == pytest.approx(project.accepted())
    assert project.accepted() > before
    assert project.ran() == []
