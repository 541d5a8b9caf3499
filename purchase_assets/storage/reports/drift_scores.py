"""The table `drift_scores`: one record per monitored column of a week, with the week's verdict."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, fetch, fetch_one
from purchase_assets.storage.reports.published_weeks import BACKFILLED
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Text

Verdict = Literal["STABLE", "DRIFTED", "INSUFFICIENT"]

TABLE, WEEKS = tables.drift_scores, tables.published_weeks
COLUMN = TABLE.c
IN_TIME = COLUMN.week_start.not_in(
    sa.select(WEEKS.c.week_start).where(WEEKS.c.status == BACKFILLED)
)
"""Weeks that were forecast afterwards decide nothing: they knew what came."""


@dataclass(frozen=True, kw_only=True)
class DriftScore:
    """A row of `drift_scores`; the columns are described in its table."""

    week_start: date
    unit: str
    column: str
    method: str
    score: float | None = None
    threshold: float | None = None
    reference_rows: int
    current_rows: int
    status: str
    verdict: Verdict
    sentence: Text
    model_version: str

    @property
    def ratio(self) -> float:
        """The score in times its threshold; 0 where one of them is unknown."""
        return (self.score or 0.0) / self.threshold if self.threshold else 0.0


def newest(reports: Reports) -> DriftScore | None:
    """A score of the newest week that was published in its time, with the week's verdict."""
    statement = sa.select(TABLE).where(IN_TIME).order_by(COLUMN.week_start.desc()).limit(1)
    return fetch_one(reports, DriftScore, statement)


def of_week(reports: Reports, week: date, version: str) -> list[DriftScore]:
    """The scores of a week against what a version had learnt from, in the table's order."""
    return _in_order(reports, COLUMN.week_start == week, COLUMN.model_version == version)


def before(reports: Reports, week: date, version: str) -> list[DriftScore]:
    """Scores of earlier weeks, published in their time, against what a version had learnt from."""
    earlier = COLUMN.week_start < week
    return _in_order(reports, earlier, COLUMN.model_version == version, IN_TIME)


def of_last_weeks(reports: Reports, at_most: int) -> list[DriftScore]:
    """The scores of the newest weeks, in the table's order."""
    week = COLUMN.week_start
    last = sa.select(week).distinct().order_by(week.desc()).limit(at_most).subquery()
    return _in_order(reports, week.in_(sa.select(last.c.week_start)))


def keep(reports: Reports, week: date, scores: Sequence[DriftScore]) -> None:
    """Put scores in the place of all that a week had."""
    reports.replace(TABLE, {"week_start": week}, [to_columns(vars(score)) for score in scores])


def _in_order(reports: Reports, *chosen: sa.ColumnElement[bool]) -> list[DriftScore]:
    statement = sa.select(TABLE).where(*chosen).order_by(*TABLE.primary_key.columns)
    return fetch(reports, DriftScore, statement)
