"""What a dead process did not end, and what the lake has lost, is made by the next run."""

import shutil
from functools import cached_property
from pathlib import Path

import dagster as dg
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Ran, Unattended
from purchase_assets.storage.reports import quarantined_rows
from purchase_assets_tests.killed import run_killed
from purchase_assets_tests.orchestration.intake.dropped import WORLD, Dropped, absurd, week

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

    def killed(self, when: str, *call: object) -> None:
        moment, _, step = when.partition(" ")
        run_killed(f"{moment} {WORKFLOWS}.{step}", self.folder, WORLD.today, call, SENSORS)

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


@pytest.mark.parametrize(
    "when", ["after take_in:_record", "after take_in:archive", "after sum_sales:sum_sales"]
)
def test_sales_whose_run_died_before_dagster_was_told_are_summed_up(project, when):
    before = project.accepted()
    project.drop("batch_1.parquet", WORLD.week)
    project.killed(when)

    ran = project.ran()

    assert ("daily_sales",) in [run.assets for run in ran if run.success]
    upload = project.upload("batch_1.parquet")
    assert (upload.verdict, upload.deliveries) == ("ACCEPTED", 1)
    assert list(project.incoming.iterdir()) == []
    assert project.sold() == pytest.approx(project.accepted())
    assert project.accepted() > before
    assert project.ran() == []


@pytest.mark.parametrize("when", ["before take_in:add_rows", "after quarantine:release"])
def test_a_release_that_died_is_ended(project, when):
    upload = project.deliver("batch_1.parquet", absurd())
    project.killed(when, "release", upload.key, None, "Ana", "a wedding")

    ran = project.ran()

    assert ("daily_sales",) in [run.assets for run in ran if run.success]
    after = project.upload("batch_1.parquet")
    assert after.accepted == upload.rows
    assert project.sold() == pytest.approx(project.accepted())
    rows = quarantined_rows.decided(project.project.reports, upload.key)
    assert {(row.status, row.decided_by) for row in rows} == {("RELEASED", "Ana")}
    assert project.ran() == []


def test_a_lost_table_is_taken_in_again_from_the_archive(project):
    upload = project.deliver("batch_1.parquet", absurd())
    project.operations.release(upload.key, None, "Ana", "a wedding")
    project.ran()
    sold, accepted = project.sold(), project.accepted()
    shutil.rmtree(project.folder / "lake" / "transactions")

    ran = project.ran()

    assert ran
    assert all(run.success for run in ran), [run.error for run in ran]
    assert project.accepted() == pytest.approx(accepted)
    assert project.sold() == pytest.approx(sold)
    assert project.ran() == []


def test_a_lost_file_of_a_table_is_taken_in_again_from_the_archive(project):
    project.deliver("batch_1.parquet", week())
    project.ran()
    sold, accepted = project.sold(), project.accepted()
    lake = project.folder / "lake" / "transactions"
    max(lake.rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns).unlink()

    ran = project.ran()

    assert ran
    assert all(run.success for run in ran), [run.error for run in ran]
    assert project.accepted() == pytest.approx(accepted)
    assert project.sold() == pytest.approx(sold)
    assert project.ran() == []


def newest_file(table: Path) -> Path:
    return max(table.rglob("*.parquet"), key=lambda path: path.stat().st_mtime_ns)


def file_gone(table: Path) -> None:
    newest_file(table).unlink()


def file_cut(table: Path) -> None:
    file = newest_file(table)
    file.write_bytes(file.read_bytes()[:-100])


def log_gone(table: Path) -> None:
    shutil.rmtree(table / "_delta_log")


def newest_version_gone(table: Path) -> None:
    max((table / "_delta_log").glob("*.json")).unlink()


def all_gone(table: Path) -> None:
    shutil.rmtree(table)


def test_lost_daily_sales_are_summed_up_again(project):
    sold, table = project.sold(), project.folder / "lake" / "daily_sales"
    for lose in (file_gone, file_cut, log_gone, newest_version_gone, all_gone):
        lose(table)

        ran = project.ran()

        assert [(run.assets, run.success) for run in ran] == [(("daily_sales",), True)], lose
        assert project.sold() == pytest.approx(sold)
    assert project.ran() == []


def test_a_file_that_an_older_database_does_not_know_is_taken_in_again(project):
    older = project.folder / "older.db"
    project.project.reports.engine.dispose()
    shutil.copy(project.folder / "reports.db", older)
    project.deliver("batch_1.parquet", week())
    project.ran()
    sold, accepted = project.sold(), project.accepted()
    # under a process that has the database of before open
    older.replace(project.folder / "reports.db")
    for end in ("-wal", "-shm"):
        (project.folder / f"reports.db{end}").unlink(missing_ok=True)

    ran = project.ran()

    assert all(run.success for run in ran), [run.error for run in ran]
    assert project.accepted() == pytest.approx(accepted)
    assert project.sold() == pytest.approx(sold)
    assert project.ran() == []


def test_sales_are_not_summed_up_while_accepted_rows_are_lost(project):
    shutil.rmtree(project.folder / "lake" / "transactions")
    shutil.rmtree(project.folder / "uploads")
    before = project.sold()
    project.drop("batch_1.parquet", week())

    ran = project.ran()

    said = [run.error for run in ran if not run.success]
    assert any("drop the file again" in error for error in said), said
    assert any("accepted rows of 1 uploads are not in the lake" in error for error in said), said
    assert project.sold() == pytest.approx(before)
    assert [run.assets for run in project.ran() if not run.success]  # and is tried, and said, again


def test_work_that_failed_is_tried_once_a_run_for_ever_and_named(project):
    pages = project.folder / "pages" / "uploads"
    aside = pages.with_name("aside")
    pages.rename(aside)
    pages.write_text("a file in the folder's place")
    project.drop("batch_1.parquet", week())

    for _ in range(4):  # more often than the daemon would within an hour
        assert [run.success for run in project.ran()] == [False]
    works = project.operations.graph_facts().works

    assert [what.split()[0] for what, work in works.items() if work.failures] == [
        "raw_transactions"
    ]
    pages.unlink()
    aside.rename(pages)
    assert all(run.success for run in project.ran())
    assert project.upload("batch_1.parquet").accepted == len(week())
    assert not any(work.failures for work in project.operations.graph_facts().works.values())
