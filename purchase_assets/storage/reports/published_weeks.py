"""Published weeks: written together with their rows, and what later uploads mean for them."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

import sqlalchemy as sa

from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.kinds import TAKEN, Kind
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import (
    Reports,
    Row,
    Transaction,
    fetch,
    fetch_one,
    values,
)

if TYPE_CHECKING:
    import pandas as pd

BACKFILLED = "BACKFILLED"
"""Status of a week that was forecast when it was over: it counts in no score and no decision."""

WEEKS, PAIRS = tables.published_weeks, tables.weekly_predictions
OF_THE_WEEK = (
    *("week_start", "window_start", "window_end", "data_through"),
    *("model_version", "status", "scored_at"),
)
"""What every row of a week says of it, and `published_weeks` once."""

Status = Literal["FRESH", "STALE", "DEGRADED", "BACKFILLED"]
"""How far a published week can be trusted; `tables.weekly_predictions` says what each means."""
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, kw_only=True)
class PublishedWeek:
    """A row of `published_weeks`; the columns are described in its table."""

    week_start: date
    window_start: date
    window_end: date
    data_through: date
    model_version: str
    status: Status
    pairs: int
    customers: int
    pairs_predicted: int
    expected_hits: float
    scored_at: datetime
    hits_low: float | None = None
    hits_high: float | None = None
    expected_precision: float | None = None
    precision_low: float | None = None
    precision_high: float | None = None
    expected_f1: float | None = None
    f1_low: float | None = None
    f1_high: float | None = None
    content: str | None = None


@dataclass(frozen=True)
class DueScore:
    """A week whose score is missing (`scored_at` is None) or old, and a file that shows it."""

    week_start: date
    scored_at: datetime | None
    file_name: str
    changed_at: datetime


@dataclass(frozen=True)
class LateSales:
    """A week, and a file with sales of before its cutoff that came after its forecast."""

    week_start: date
    file_name: str
    changed_at: datetime


def find(reports: Reports, week: date) -> PublishedWeek | None:
    """A week as it was published, or None."""
    return fetch_one(reports, PublishedWeek, sa.select(WEEKS).where(WEEKS.c.week_start == week))


def in_order(reports: Reports) -> list[PublishedWeek]:
    """The published weeks, the oldest first."""
    return fetch(reports, PublishedWeek, sa.select(WEEKS).order_by(WEEKS.c.week_start))


def newest(reports: Reports) -> PublishedWeek | None:
    """The newest week that was published in its time, or None."""
    chosen = sa.select(WEEKS).where(WEEKS.c.week_start == newest_week())
    return fetch_one(reports, PublishedWeek, chosen)


def publish(
    reports: Reports,
    rows: "Sequence[Row] | pd.DataFrame",
    last: Callable[[], None] = lambda: None,
    read_as: "Mapping[str, pd.DataFrame] | None" = None,
    promised: Mapping[str, float] | None = None,
    content: str | None = None,
) -> None:
    """Put one week's rows in the place of those it had, and its row in `published_weeks`.

    `read_as` holds the customers and products by the name of their table, `promised` what is
    expected of the list beyond its hits, by the names of the columns, `content` a fingerprint of
    the rows. When `last`, the last step before they are seen, fails, the week stays as it was.
    """
    summary = _summary(rows) if isinstance(rows, Sequence) else _summary_of_frame(rows)
    key = {"week_start": summary["week_start"]}
    with reports.transaction() as transaction:
        transaction.replace(PAIRS, key, rows)
        passing(Failpoint.PAIRS_WRITTEN)
        transaction.replace(WEEKS, key, [{**summary, **(promised or {}), "content": content}])
        name_things(transaction, read_as or {})
        last()
        passing(Failpoint.LIST_IN_PLACE)


def name_things(transaction: Transaction, read_as: "Mapping[str, pd.DataFrame]") -> None:
    """Put customers and products as people read them in the place of those that were known."""
    for table in (tables.customers, tables.products):
        if table.name in read_as:
            transaction.replace(table, {}, read_as[table.name])


def complete(reports: Reports) -> None:
    """Give the weeks that lack it their row in `published_weeks`.

    A program of before that table, still running when the tables were brought up to date, wrote
    `weekly_predictions` alone.
    """
    known = sa.select(WEEKS.c.week_start)
    lacking = sa.select(PAIRS).where(PAIRS.c.week_start.not_in(known))
    with reports.transaction() as transaction:
        weeks: dict[date, list[Row]] = {}
        for row in transaction.rows(lacking):
            weeks.setdefault(row["week_start"], []).append(row)
        for rows in weeks.values():
            transaction.execute(WEEKS.insert(), _summary(rows))


def _summary(rows: Sequence[Row]) -> Row:
    chosen = [row["probability"] for row in rows if row["will_buy"]]
    return _summed_up(rows[0], len(rows), len({row["customer_id"] for row in rows}), chosen)


def _summary_of_frame(rows: "pd.DataFrame") -> Row:
    chosen = rows.loc[rows["will_buy"].astype(bool), "probability"].tolist()
    first: Any = rows.iloc[0]
    return _summed_up(first, len(rows), rows["customer_id"].nunique(), chosen)


def _summed_up(first: Mapping[str, Any], pairs: int, customers: int, chosen: list[float]) -> Row:
    hits = math.fsum(chosen)
    return {
        **{name: first[name] for name in OF_THE_WEEK},
        "pairs": pairs,
        "customers": customers,
        "pairs_predicted": len(chosen),
        "expected_hits": hits,
        "expected_precision": hits / len(chosen) if chosen else None,
    }


def mark(reports: Reports, week: date, status: str) -> None:
    """Give a published week another status; nothing else of it changes."""
    with reports.transaction() as connection:
        for table in (PAIRS, WEEKS):
            connection.execute(
                table.update().where(table.c.week_start == week).values(status=status)
            )


def newest_week() -> sa.ScalarSelect[date]:
    """Monday of the newest week that was published in its time, as a part of other queries."""
    column = WEEKS.c.week_start
    return sa.select(sa.func.max(column)).where(WEEKS.c.status != BACKFILLED).scalar_subquery()


def scores_to_make(reports: Reports, through: date) -> list[DueScore]:
    """Weeks whose sales are known up to `through` and whose score is missing or out of date.

    Sales are known when an upload covers the week, not when a later week came before it. A score
    is out of date when sales of its window came, or were released, after it, or when the week was
    forecast again. One record per upload that the score does not know, or that the first needs.
    """
    scores, sales = tables.prediction_scores.c, _sales()
    made = (
        sa.select(scores.week_start, sa.func.min(scores.scored_at).label("scored_at"))
        .group_by(scores.week_start)
        .subquery()
    )
    statement = (
        sa.select(WEEKS.c.week_start, made.c.scored_at, sales.c.file_name, sales.c.changed_at)
        .join_from(WEEKS, made, made.c.week_start == WEEKS.c.week_start, isouter=True)
        .join(
            sales,
            (sales.c.first_day <= WEEKS.c.window_end)
            & (sales.c.last_day >= WEEKS.c.window_start)
            & (
                made.c.scored_at.is_(None)
                | (made.c.scored_at < WEEKS.c.scored_at)
                | (sales.c.changed_at > made.c.scored_at)
            ),
        )
        .where(WEEKS.c.window_end <= through, WEEKS.c.status != BACKFILLED)
        .order_by(WEEKS.c.week_start, sales.c.changed_at, sales.c.file_name)
    )
    return fetch(reports, DueScore, statement)


def weeks_to_score(reports: Reports, through: date) -> list[date]:
    """The weeks of `scores_to_make`, oldest first."""
    return list(dict.fromkeys(due.week_start for due in scores_to_make(reports, through)))


def late_sales(reports: Reports, since: date) -> list[LateSales]:
    """Sales that came after a forecast that they belong in; for weeks before the newest."""
    sales = _sales()
    statement = (
        sa.select(WEEKS.c.week_start, sales.c.file_name, sales.c.changed_at)
        .join(
            sales,
            (sales.c.first_day <= WEEKS.c.data_through) & (sales.c.changed_at > WEEKS.c.scored_at),
        )
        .where(WEEKS.c.week_start >= since, WEEKS.c.week_start < newest_week())
        .order_by(WEEKS.c.week_start, sales.c.changed_at, sales.c.file_name)
    )
    return fetch(reports, LateSales, statement)


def sales_known_to(reports: Reports, at: datetime | None = None) -> date | None:
    """Newest day of accepted sales, as the uploads say; of those that had come `at` a moment."""
    sales = _sales()
    statement = sa.select(sa.func.max(sales.c.last_day))
    if at is not None:
        statement = statement.where(sales.c.received_at <= at)
    (found,) = values(reports, statement)
    return found


def _sales() -> sa.Subquery:
    """Accepted sales files with their days, and when their rows changed last."""
    uploads, rows = tables.uploads.c, tables.quarantine.c
    released = (
        sa.select(rows.upload_key, sa.func.max(rows.decided_at).label("at"))
        .where(rows.status == "RELEASED")
        .group_by(rows.upload_key)
        .subquery()
    )
    changed_at = sa.case(
        (released.c.at > uploads.judged_at, released.c.at), else_=uploads.judged_at
    )
    return (
        sa.select(
            uploads.file_name,
            uploads.first_day,
            uploads.last_day,
            uploads.received_at,
            changed_at.label("changed_at"),
        )
        .join_from(tables.uploads, released, released.c.upload_key == uploads.key, isouter=True)
        .where(
            uploads.kind == Kind.TRANSACTIONS,
            uploads.verdict.in_(TAKEN),
            uploads.accepted > 0,
        )
        .subquery()
    )
