"""A week is published whole, its rows and its list, or it stays as it was."""

from pathlib import Path

import pandas as pd
import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import published_weeks, tables, weekly_predictions
from purchase_assets.workflows import forecast_week
from purchase_assets_tests.planted import WEEK, week_rows


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(Settings(data=str(tmp_path / "data")))


def publish(project: Project, version: str) -> None:
    rows = pd.DataFrame(week_rows(version=version, customers=3)).drop(columns="scored_at")
    forecast_week.publish(project, WEEK, rows)


def published(project: Project) -> tuple[set[str], str | None]:
    """Versions in the table and in the week's row, and the list."""
    rows = project.reports.frame(tables.weekly_predictions, week_start=WEEK)
    weeks = project.reports.frame(tables.published_weeks, week_start=WEEK)
    exported = forecast_week.list_of(project, WEEK)
    versions = {*rows["model_version"], *weeks["model_version"]}
    return versions, exported.read_text() if exported.is_file() else None


def cannot_be_written(project: Project) -> Path:
    """No folder of lists can be made."""
    blocked = Path(project.settings.data) / "exports"
    blocked.parent.mkdir(exist_ok=True)
    blocked.write_text("in the way")
    return blocked


def cannot_be_put_in_place(project: Project) -> Path:
    """The list can be written, but not under its name."""
    blocked = Path(str(forecast_week.list_of(project, WEEK)))
    blocked.mkdir(parents=True)
    return blocked


@pytest.mark.parametrize("block", [cannot_be_written, cannot_be_put_in_place])
def test_a_week_whose_list_cannot_be_exported_is_not_published(project, block):
    blocked = block(project)
    with pytest.raises((PurchaseAssetsError, OSError), match=r"exist|directory"):
        publish(project, "7")
    assert published(project) == (set(), None)

    (blocked.rmdir if blocked.is_dir() else blocked.unlink)()
    publish(project, "7")
    versions, exported = published(project)
    assert versions == {"7"}
    assert exported.startswith("customer_id,product_id\n")


@pytest.mark.parametrize("known", ["its fingerprint", "its rows alone"])
def test_an_unchanged_week_keeps_its_rows(project, known):
    publish(project, "7")
    if known == "its rows alone":  # published by a version that kept no fingerprint
        project.reports.replace(
            tables.published_weeks,
            {"week_start": WEEK},
            [{**vars(published_weeks.find(project.reports, WEEK)), "content": None}],
        )
    before = weekly_predictions.of_week(project.reports, WEEK)
    publish(project, "7")
    assert weekly_predictions.of_week(project.reports, WEEK).equals(before)
    publish(project, "8")
    after = weekly_predictions.of_week(project.reports, WEEK)
    assert set(after["model_version"]) == {"8"}
    assert (after["scored_at"] > before["scored_at"].iloc[0]).all()


def test_rows_that_are_gone_are_published_again(project):
    publish(project, "7")
    table = tables.weekly_predictions
    with project.reports.transaction() as transaction:
        transaction.execute(table.delete().where(table.c.rank > 3))
    publish(project, "7")
    week = published_weeks.find(project.reports, WEEK)
    assert len(weekly_predictions.of_week(project.reports, WEEK)) == week.pairs


def test_a_failed_export_leaves_the_week_as_it_was_published(project, monkeypatch):
    publish(project, "7")
    before = published(project)

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr("purchase_assets.storage.atomic_files._replace", full)
    with pytest.raises(OSError, match="no space"):
        publish(project, "8")
    assert published(project) == before


def test_a_table_that_cannot_be_written_leaves_the_list_as_it_was(project, monkeypatch):
    publish(project, "7")
    before = published(project)
    with project.reports.engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")  # another program holds the database
        monkeypatch.setattr("purchase_assets.storage.reports.database.PATIENCE_S", 0.1)
        with pytest.raises(Exception, match="locked"):
            publish(Project(project.settings), "8")
    assert published(project) == before
    assert not list(forecast_week.list_of(project, WEEK).parent.glob(".*"))
