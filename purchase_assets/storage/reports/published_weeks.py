"""Published weeks: written together with their rows, and what later uploads mean for them."""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Row, records, replace

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


def publish(
    reports: Reports,
    rows: "Sequence[Row] | pd.DataFrame",
    last: Callable[[], None] = lambda: None,
) -> None:
    """Put one week's rows in the place of those it had, and its row in `published_weeks`.

    When `last`, the last step before they are seen, fails, the week stays as it was.
    """
    rows = records(rows)
    key = {"week_start": rows[0]["week_start"]}
    with reports.transaction() as connection:
        replace(connection, PAIRS, key, rows)
        replace(connection, WEEKS, key, [_summary(rows)])
        last()


def complete(reports: Reports) -> None:
    """Give the weeks that lack it their row in `published_weeks`.

    A program of before that table, still running when the tables were brought up to date, wrote
    `weekly_predictions` alone.
    """
    known = sa.select(WEEKS.c.week_start)
    lacking = sa.select(PAIRS).where(PAIRS.c.week_start.not_in(known))
    with reports.transaction() as connection:
        weeks: dict[date, list[Row]] = {}
        for row in connection.execute(lacking).mappings():
            weeks.setdefault(row["week_start"], []).append(dict(row))
        for rows in weeks.values():
            connection.execute(WEEKS.insert(), _summary(rows))


def _summary(rows: Sequence[Row]) -> Row:
    chosen = [row["probability"] for row in rows if row["will_buy"]]
    return {
        **{name: rows[0][name] for name in OF_THE_WEEK},
        "pairs": len(rows),
        "customers": len({row["customer_id"] for row in rows}),
        "pairs_predicted": len(chosen),
        "expected_hits": math.fsum(chosen),
    }


def mark(reports: Reports, week: date, status: str) -> None:
    """Give a published week another status; nothing else of it changes."""
    with reports.transaction() as connection:
        for table in (PAIRS, WEEKS):
            connection.execute(
                table.update().where(table.c.week_start == week).values(status=status)
            )


def newest(reports: Reports) -> date | None:
    """Monday of the newest week that was published in its time."""
    return reports.rows(sa.select(newest_week().label("week")))[0]["week"]


def newest_week() -> sa.ScalarSelect[date]:
    """`newest` as a part of other queries."""
    column = WEEKS.c.week_start
    return sa.select(sa.func.max(column)).where(WEEKS.c.status != BACKFILLED).scalar_subquery()


def backfilled(reports: Reports) -> set[date]:
    """Mondays of the weeks that were made afterwards."""
    statement = sa.select(WEEKS.c.week_start).where(WEEKS.c.status == BACKFILLED)
    return {row["week_start"] for row in reports.rows(statement)}


def stale(reports: Reports, before: date) -> list[Row]:
    """The weeks earlier than `before` that still bear the mark STALE."""
    return reports.rows(
        sa.select(WEEKS).where(WEEKS.c.week_start < before, WEEKS.c.status == "STALE")
    )


def scores_to_make(reports: Reports, through: date) -> list[Row]:
    """Weeks whose sales are known up to `through` and whose score is missing or out of date.

    Sales are known when an upload covers the week, not when a later week came before it. A score
    is out of date when sales of its window came, or were released, after it, or when the week was
    forecast again.

    Returns
    -------
    list of dict
        week_start, scored_at (of the score, or None), file_name and changed_at of an upload: one
        per upload that the score does not know, or that the first score needs.
    """
    scores, sales = tables.prediction_scores.c, _sales()
    made = (
        sa.select(scores.week_start, sa.func.min(scores.scored_at).label("scored_at"))
        .group_by(scores.week_start)
        .subquery()
    )
    return reports.rows(
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


def weeks_to_score(reports: Reports, through: date) -> list[date]:
    """The weeks of `scores_to_make`, oldest first."""
    return list(dict.fromkeys(row["week_start"] for row in scores_to_make(reports, through)))


def late_sales(reports: Reports, since: date) -> list[Row]:
    """Sales of before a week's cutoff that came after its forecast, for weeks before the newest.

    Returns
    -------
    list of dict
        week_start, file_name and changed_at: one per week from `since` on and late upload.
    """
    sales = _sales()
    return reports.rows(
        sa.select(WEEKS.c.week_start, sales.c.file_name, sales.c.changed_at)
        .join(
            sales,
            (sales.c.first_day <= WEEKS.c.data_through) & (sales.c.changed_at > WEEKS.c.scored_at),
        )
        .where(WEEKS.c.week_start >= since, WEEKS.c.week_start < newest_week())
        .order_by(WEEKS.c.week_start, sales.c.changed_at, sales.c.file_name)
    )


def sales_known_to(reports: Reports, at: datetime | None = None) -> date | None:
    """Newest day of accepted sales, as the uploads say; of those that had come `at` a moment."""
    sales = _sales()
    statement = sa.select(sa.func.max(sales.c.last_day).label("day"))
    if at is not None:
        statement = statement.where(sales.c.received_at <= at)
    return reports.rows(statement)[0]["day"]


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
            uploads.kind == "transactions",
            uploads.verdict.in_(("ACCEPTED", "PARTIAL")),
            uploads.accepted > 0,
        )
        .subquery()
    )
