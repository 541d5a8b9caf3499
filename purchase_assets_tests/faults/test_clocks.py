"""The clock is set back by a day, and the hour of summer time comes and goes."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from purchase_assets import settings
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.orchestration import describe
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import database, promotions, published_weeks, uploads
from purchase_assets.text import Text
from purchase_assets.workflows import (
    decide_retraining,
    forecast_week,
    mark_week,
    promote_model,
    sum_sales,
    take_in,
    waiting_uploads,
)
from purchase_assets_tests.intake.worlds import World, made_up_world
from purchase_assets_tests.rows import row, tables

SUNDAY = date(2024, 12, 1)
"""Sales are known up to it."""
MONDAY = SUNDAY + timedelta(days=1)


def delivered(project: Project, name: str, frame: pd.DataFrame) -> Verdict:
    """What a file's rows are judged, now."""
    path = Path(project.settings.data).parent / f"{name}.parquet"
    frame.to_parquet(path, index=False)
    return take_in.take_in(project, waiting_uploads.deliver(project, path)).verdict


def project_in(folder: Path) -> Project:
    return Project(Settings(_env_file=None, data=str(folder / "data")))


@pytest.fixture(scope="module")
def world() -> World:
    return made_up_world()


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory, world: World) -> Path:
    """Eight weeks of sales, the forecasts of two weeks and a first champion."""
    folder = tmp_path_factory.mktemp("before the clock")
    project = project_in(folder)
    delivered(project, "clientes", world.customers)
    delivered(project, "productos", world.products)
    assert delivered(project, "transacciones", world.past) is Verdict.ACCEPTED
    for week in (MONDAY - timedelta(weeks=1), MONDAY):
        pair = row(tables.weekly_predictions, week_start=week)
        forecast_week.publish(project, week, pd.DataFrame([pair]))
    promoted(project, "first", SUNDAY - timedelta(weeks=4))
    project.reports.engine.dispose()
    return folder


def promoted(project: Project, kind: str, through: date) -> None:
    with project.reports.transaction() as transaction:
        promotions.add(
            transaction,
            model_version="1",
            previous_version=None,
            kind=kind,
            decided_by="gate",
            reason=Text.same("planted"),
            data_through=through,
            figures={},
        )


class ADayEarlier(datetime):
    """A clock that was set back."""

    @classmethod
    def now(cls, tz=None):
        """Yesterday at this time."""
        return datetime.now(tz) - timedelta(days=1)


@pytest.fixture
def project(taken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The same place on a machine whose clock was set back since."""
    shutil.copytree(taken, tmp_path / "copy")
    monkeypatch.setattr(database, "datetime", ADayEarlier)
    return project_in(tmp_path / "copy")


def late_lines(world: World) -> pd.DataFrame:
    """Orders of the last known week that come late."""
    week = world.past[world.past.purchase_date.dt.date > SUNDAY - timedelta(weeks=1)]
    return week.assign(order_id=week.order_id + 9_000_000).head(700)


def test_late_sales_are_late_and_a_score_is_old(project: Project, world: World):
    week = MONDAY - timedelta(weeks=1)
    sum_sales.sum_sales(project)
    forecast_week.score_week(project, week)
    assert published_weeks.weeks_to_score(project.reports, SUNDAY) == []

    assert delivered(project, "transacciones_tarde", late_lines(world)).taken

    assert published_weeks.weeks_to_score(project.reports, SUNDAY) == [week]
    late = published_weeks.late_sales(project.reports, since=week)
    assert late == []  # of the days that the newest week but one did not know, none came
    early = world.past.assign(order_id=world.past.order_id + 8_000_000).head(1200)
    assert delivered(project, "transacciones_de_octubre", early).taken
    late = published_weeks.late_sales(project.reports, since=week)
    assert [one.file_name for one in late] == ["transacciones_de_octubre.parquet"]


def test_a_file_that_is_refused_after_a_promotion_is_not_answered_by_it(
    project: Project, world: World
):
    wrong = world.week.assign(items=9_000_000)
    assert delivered(project, "transacciones_mal", wrong) is Verdict.REJECTED
    seen = decide_retraining.state(project, SUNDAY, busy=False)
    (cause,) = decide_retraining.rejected_upload_causes(project, seen, SUNDAY)
    assert cause.objection is None


def test_the_later_value_of_a_customer_holds(project: Project, world: World):
    changed = world.customers.assign(customer_type="HOTEL").head(150)
    assert delivered(project, "clientes_nuevos", changed).taken
    kinds = project.lake.read(Kind.CUSTOMERS.table)["customer_type"].to_pylist()
    assert kinds.count("HOTEL") == 150
    assert [one.file_name for one in uploads.of_kinds(project.reports, [Kind.CUSTOMERS])][:1] == [
        "clientes_nuevos.parquet"
    ]


def test_a_rollback_was_decided_with_all_sales_that_had_come(project: Project):
    promoted(project, "gate", SUNDAY)
    promoted(project, "rollback", SUNDAY - timedelta(weeks=4))
    newest = promotions.newest(project.reports)
    assert newest
    assert promote_model._decided_with(project, newest) == SUNDAY


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 9, 6), 23),  # a Sunday that begins at one o'clock
        (date(2026, 4, 4), 25),  # a Saturday whose last hour comes twice
        (date(2026, 4, 5), 24),
    ],
)
def test_summer_time_moves_no_border_of_a_day(
    day: date, hours: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    here = Settings(_env_file=None, data=str(tmp_path), time_zone="America/Santiago")
    next_day = day + timedelta(days=1)
    ends = datetime.combine(next_day, datetime.min.time(), ZoneInfo(here.time_zone)).astimezone(UTC)

    def today(moment: datetime) -> date:
        now = classmethod(lambda _, zone: moment.astimezone(zone))
        monkeypatch.setattr(settings, "datetime", type("Clock", (datetime,), {"now": now}))
        return here.today()

    assert today(ends) == next_day
    assert today(ends - timedelta(seconds=1)) == day
    assert today(ends - timedelta(hours=hours)) == day
    assert today(ends - timedelta(hours=hours, seconds=1)) == day - timedelta(days=1)
    over = mark_week.publication_status(day, today(ends), below_baseline=[], unanswered_drift=False)
    assert over == "STALE"
    assert describe.due_weekly(here).timezone == here.time_zone
