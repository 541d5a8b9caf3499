"""What the monitoring page shows, as the reports database has it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from purchase_assets.storage.reports import (
    promotions,
    published_weeks,
    quarantined_rows,
    retraining_decisions,
    tables,
    uploads,
)
from purchase_assets.storage.reports.database import Reports, Row
from purchase_assets.storage.reports.promotions import Promotion
from purchase_assets.storage.reports.quarantined_rows import QuarantinedRow
from purchase_assets.storage.reports.retraining_decisions import RetrainingDecision
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.weeks import running_week

RECENT = 50
"""Uploads, decisions and promotions shown."""

WEEKS = 26
"""Weeks shown: published ones, and those in the pictures of quality and drift."""

ROWS_SHOWN = 100
"""Waiting rows of one upload that are listed; the decision can still be about all of them."""

CHANGES_SHOWN = 15


def recent_uploads(reports: Reports) -> list[Upload]:
    """Uploads, newest first."""
    return uploads.newest(reports, RECENT)


def refused(reports: Reports) -> list[Upload]:
    """Refused files that wait for an answer, newest first."""
    return uploads.unanswered(reports)[:RECENT]


@dataclass(frozen=True)
class Inbox:
    """Rows of one upload that wait for a person, the first of them listed."""

    key: str
    file_name: str
    waiting: int
    rows: list[QuarantinedRow]


def inbox(reports: Reports) -> list[Inbox]:
    """Uploads with waiting rows, those with most rows first."""
    return [
        Inbox(
            upload.upload_key,
            upload.file_name,
            upload.waiting,
            quarantined_rows.waiting(reports, upload.upload_key, ROWS_SHOWN),
        )
        for upload in quarantined_rows.waiting_uploads(reports, RECENT)
    ]


def newest_weeks(reports: Reports) -> list[Row]:
    """The published weeks, newest first."""
    weeks = tables.published_weeks
    return reports.rows(sa.select(weeks).order_by(weeks.c.week_start.desc()).limit(WEEKS))


@dataclass(frozen=True)
class OutOfDate:
    """A week of which something is behind what is known, and why.

    Attributes
    ----------
    reason : str
        Name of the label that says it; `facts` are its blanks.
    """

    week_start: date
    reason: str
    facts: dict[str, str]


def weeks_out_of_date(reports: Reports) -> list[OutOfDate]:
    """Weeks that newer sales or another champion have left behind, newest week first."""
    weeks = newest_weeks(reports)
    current = [week for week in weeks if week["status"] != published_weeks.BACKFILLED][:1]
    through = published_weeks.sales_known_to(reports)
    found = [one for week in current for one in _running_week_behind(reports, week, through)]
    if weeks:
        late = published_weeks.late_sales(reports, since=weeks[-1]["week_start"])
        found += _by_file("late_sales", late)
    if through:
        due = published_weeks.scores_to_make(reports, through)
        found += _by_file("score_is_old", [row for row in due if row["scored_at"]])
        found += _by_file("score_is_missing", [row for row in due if not row["scored_at"]])
    return sorted(found, key=lambda one: one.week_start, reverse=True)


def _running_week_behind(reports: Reports, week: Row, through: date | None) -> list[OutOfDate]:
    monday, found = week["week_start"], []
    if through and through > week["data_through"]:
        facts = {"through": str(through), "used": str(week["data_through"])}
        found.append(OutOfDate(running_week(through), "sales_are_newer", facts))
    if through and through < week["data_through"]:
        facts = {"through": str(through), "used": str(week["data_through"])}
        found.append(OutOfDate(monday, "sales_are_gone", facts))
    champion = promotions.newest(reports)
    if champion and champion.model_version != week["model_version"]:
        facts = {"version": week["model_version"], "champion": champion.model_version}
        found.append(OutOfDate(monday, "other_champion", facts))
    return found


def _by_file(reason: str, rows: list[Row]) -> list[OutOfDate]:
    """One entry per week, naming the newest of its files; the rows are in their order."""
    newest = {row["week_start"]: row for row in rows}
    return [
        OutOfDate(week, reason, {"file": row["file_name"], "day": f"{row['changed_at']:%Y-%m-%d}"})
        for week, row in newest.items()
    ]


def quality(reports: Reports) -> list[Row]:
    """One dictionary of metrics per scored week, oldest first, with its model version."""
    return [
        {
            "week_start": week,
            "model_version": rows[0]["model_version"],
            **{row["metric"]: row["value"] for row in rows},
        }
        for week, rows in _by_week(reports, tables.prediction_scores)
    ]


@dataclass(frozen=True)
class DriftWeek:
    """A week's verdict and its columns, furthest from the reference first."""

    week_start: date
    verdict: str
    sentence_en: str
    sentence_es: str
    columns: list[Row]

    @property
    def highest(self) -> float | None:
        """Largest distance in times its threshold."""
        ratios = [_ratio(row) for row in self.columns if row["score"] is not None]
        return max(ratios, default=None)


def drift(reports: Reports) -> list[DriftWeek]:
    """The monitored weeks, oldest first."""
    return [
        DriftWeek(
            week,
            rows[0]["verdict"],
            rows[0]["sentence_en"],
            rows[0]["sentence_es"],
            sorted(rows, key=_ratio, reverse=True),
        )
        for week, rows in _by_week(reports, tables.drift_scores)
    ]


def drift_replay(reports: Reports) -> Row | None:
    """How often the detector would have fired over the accepted history; None if never asked."""
    table = tables.drift_replays
    replays = reports.rows(sa.select(table).order_by(table.c.id.desc()).limit(1))
    return replays[0] if replays and replays[0]["weeks"] else None


def _ratio(row: Row) -> float:
    return (row["score"] or 0.0) / row["threshold"] if row["threshold"] else 0.0


def _by_week(reports: Reports, table: sa.Table) -> list[tuple[date, list[Row]]]:
    """The rows of the last weeks by week, oldest first."""
    week = table.c.week_start
    last = sa.select(week).distinct().order_by(week.desc()).limit(WEEKS).subquery()
    rows = reports.rows(
        sa.select(table)
        .where(week.in_(sa.select(last.c.week_start)))
        .order_by(*table.primary_key.columns)
    )
    weeks: dict[date, list[Row]] = {}
    for row in rows:
        weeks.setdefault(row["week_start"], []).append(row)
    return list(weeks.items())


def recent_decisions(reports: Reports) -> list[RetrainingDecision]:
    """Retraining decisions, newest first."""
    return retraining_decisions.newest_first(reports, RECENT)


def recent_promotions(reports: Reports) -> list[Promotion]:
    """Changes of champion, newest first; the first one says which version is in use."""
    return promotions.newest_first(reports)[:RECENT]


@dataclass(frozen=True)
class CustomerChange:
    """Products that entered and left one customer's list."""

    customer_id: str
    entered: list[str]
    left: list[str]


@dataclass(frozen=True)
class Change:
    """How the predicted lists moved from one published week to the next."""

    week_start: date
    previous_week: date
    customers: int
    changed: list[CustomerChange]

    @property
    def most_changed(self) -> list[CustomerChange]:
        """The customers whose lists changed most."""
        return self.changed[:CHANGES_SHOWN]


def change(reports: Reports) -> Change | None:
    """The newest week beside the one before it; None with fewer than two weeks."""
    weeks, pairs = tables.published_weeks.c, tables.weekly_predictions.c
    found = reports.rows(
        sa.select(weeks.week_start)
        .where(weeks.status != published_weeks.BACKFILLED)
        .order_by(weeks.week_start.desc())
        .limit(2)
    )
    if len(found) < 2:
        return None
    after, before = (row["week_start"] for row in found)
    rows = reports.rows(
        sa.select(pairs.week_start, pairs.customer_id, pairs.product_id).where(
            pairs.week_start.in_((before, after)), pairs.will_buy
        )
    )
    lists: dict[str, dict[date, set[str]]] = {}
    for row in rows:
        of_customer = lists.setdefault(row["customer_id"], {before: set(), after: set()})
        of_customer[row["week_start"]].add(row["product_id"])
    return Change(after, before, len(lists), _changed(lists, before, after))


def _changed(
    lists: dict[str, dict[date, set[str]]], before: date, after: date
) -> list[CustomerChange]:
    changed: Iterable[CustomerChange] = (
        CustomerChange(
            customer, sorted(held[after] - held[before]), sorted(held[before] - held[after])
        )
        for customer, held in lists.items()
        if held[before] != held[after]
    )
    return sorted(changed, key=lambda one: (-len(one.entered) - len(one.left), one.customer_id))
