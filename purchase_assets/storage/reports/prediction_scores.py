"""The table `prediction_scores`: one record per metric of a week whose sales are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Transaction, fetch, values

TABLE = tables.prediction_scores
COLUMN = TABLE.c


@dataclass(frozen=True, kw_only=True)
class PredictionScore:
    """A row of `prediction_scores`; the columns are described in its table."""

    week_start: date
    metric: str
    value: float | None = None
    window_start: date
    window_end: date
    model_version: str
    scored_at: datetime


def weeks(reports: Reports) -> list[date]:
    """Mondays of the scored weeks, in order."""
    return values(reports, sa.select(COLUMN.week_start).distinct().order_by(COLUMN.week_start))


def of_week(reports: Reports, week: date) -> list[PredictionScore]:
    """The scores of a week, by metric."""
    return _in_order(reports, COLUMN.week_start == week)


def of_last_weeks(reports: Reports, at_most: int) -> list[PredictionScore]:
    """The scores of the newest weeks, by week and metric."""
    return _in_order(reports, COLUMN.week_start.in_(weeks(reports)[-at_most:]))


def of_model(reports: Reports, version: str) -> list[PredictionScore]:
    """The scores of the weeks that a version forecast, by week and metric."""
    return _in_order(reports, COLUMN.model_version == version)


def keep(reports: Reports, week: date, scores: Sequence[PredictionScore]) -> None:
    """Put scores in the place of all that a week had."""
    reports.replace(TABLE, {"week_start": week}, [vars(score) for score in scores])


def forget(transaction: Transaction, first: date, last: date) -> None:
    """Delete the scores of windows that hold any of some days: other sales are known of them."""
    transaction.execute(
        TABLE.delete().where(COLUMN.window_start <= last, COLUMN.window_end >= first)
    )


def _in_order(reports: Reports, chosen: sa.ColumnElement[bool]) -> list[PredictionScore]:
    statement = sa.select(TABLE).where(chosen).order_by(COLUMN.week_start, COLUMN.metric)
    return fetch(reports, PredictionScore, statement)
