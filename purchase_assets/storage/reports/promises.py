"""The view `promise_and_outcome`: what each published week promised, and what came of it."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, fetch


@dataclass(frozen=True, kw_only=True)
class PromisedWeek:
    """A row of the view; figures are None where nothing was promised, or nothing is known yet.

    Attributes
    ----------
    hits, precision, f1 : int or float, optional
        What came of the list; its score.
    hits_kept, f1_kept : int, optional
        1 where that lies within the bounds, else 0.
    """

    week_start: date
    window_start: date
    window_end: date
    model_version: str
    status: str
    pairs_predicted: int
    expected_hits: float
    hits_low: float | None
    hits_high: float | None
    hits: int | None
    expected_precision: float | None
    precision_low: float | None
    precision_high: float | None
    precision: float | None
    expected_f1: float | None
    f1_low: float | None
    f1_high: float | None
    f1: float | None
    hits_kept: int | None
    f1_kept: int | None


@dataclass(frozen=True)
class Coverage:
    """Of how many weeks a promise with bounds met its outcome, and how many were kept."""

    weeks: int
    hits_kept: int
    f1_kept: int


_DAYS = {"week_start", "window_start", "window_end"}
VIEW = sa.table(
    tables.PROMISES_VIEW,
    *(
        sa.column(name, sa.Date if name in _DAYS else None)
        for name in PromisedWeek.__dataclass_fields__
    ),
)


def in_order(reports: Reports) -> list[PromisedWeek]:
    """The weeks that were published in their time, the oldest first."""
    return fetch(reports, PromisedWeek, sa.select(VIEW).order_by(VIEW.c.week_start))


def coverage(weeks: list[PromisedWeek]) -> Coverage:
    """How often the bounds held."""
    told = [week for week in weeks if week.hits_kept is not None]
    hits, f1 = (sum(getattr(week, name) or 0 for week in told) for name in ("hits_kept", "f1_kept"))
    return Coverage(len(told), hits, f1)
