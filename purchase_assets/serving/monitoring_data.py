"""What the monitoring page shows, as the reports database has it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from purchase_assets.alerting.alert import AlertKind
from purchase_assets.intake.rules.catalogue import may_be_released
from purchase_assets.storage.reports import (
    drift_replays,
    drift_scores,
    notifications,
    prediction_scores,
    promises,
    promotions,
    published_weeks,
    quarantined_rows,
    retraining_decisions,
    tainted_models,
    uploads,
    weekly_predictions,
    withdrawals,
)
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.drift_replays import DriftReplay
from purchase_assets.storage.reports.drift_scores import DriftScore
from purchase_assets.storage.reports.notifications import Notification
from purchase_assets.storage.reports.prediction_scores import PredictionScore
from purchase_assets.storage.reports.promises import PromisedWeek
from purchase_assets.storage.reports.promotions import Promotion
from purchase_assets.storage.reports.published_weeks import DueScore, LateSales, PublishedWeek
from purchase_assets.storage.reports.quarantined_rows import QuarantinedRow
from purchase_assets.storage.reports.retraining_decisions import RetrainingDecision
from purchase_assets.storage.reports.tainted_models import Taint
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.storage.reports.withdrawals import Withdrawal
from purchase_assets.text import Text
from purchase_assets.weeks import running_week

RECENT = 50
"""Uploads, decisions and promotions shown."""

WEEKS = 26
"""Weeks shown: published ones, and those in the pictures of quality and drift."""

ROWS_SHOWN = 100
"""Waiting rows of one upload that are listed; the decision can still be about all of them."""

CHANGES_SHOWN = 15

Score = TypeVar("Score", PredictionScore, DriftScore)


def recent_uploads(reports: Reports) -> list[Upload]:
    """Uploads, newest first."""
    return uploads.newest(reports, RECENT)


def withdrawn(reports: Reports) -> dict[str, Withdrawal]:
    """The withdrawals in force, by upload, newest first."""
    return withdrawals.in_force(reports)


def told(reports: Reports) -> list[Notification]:
    """What people were told, newest first, once for each channel."""
    return notifications.newest(reports, RECENT)


def undelivered(reports: Reports, said: Sequence[Notification]) -> list[Notification]:
    """Those of some messages that may not have arrived, about what still goes on."""
    present = {one.cause for one in notifications.going_on(reports, tuple(AlertKind))}
    return [one for one in said if one.outcome.in_doubt and one.cause in present]


def tainted(reports: Reports) -> dict[str, list[Taint]]:
    """The withdrawn files that versions had learnt from, by version."""
    return tainted_models.by_version(reports)


def refused(reports: Reports) -> list[Upload]:
    """Refused files that wait for an answer, newest first."""
    return uploads.unanswered(reports)[:RECENT]


@dataclass(frozen=True)
class Inbox:
    """Rows of one upload that wait for a person, the first of them listed.

    Attributes
    ----------
    releasable : bool
        Whether any of them may be let in.
    """

    key: str
    file_name: str
    waiting: int
    rows: list[QuarantinedRow]
    releasable: bool


def inbox(reports: Reports) -> list[Inbox]:
    """Uploads with waiting rows, those with most rows first."""
    waiting = quarantined_rows.waiting_uploads(reports, RECENT)
    broken = quarantined_rows.waiting_rules(reports, [upload.upload_key for upload in waiting])
    releasable = {one.upload_key for one in broken if may_be_released(one.rule)}
    return [
        Inbox(
            upload.upload_key,
            upload.file_name,
            upload.waiting,
            quarantined_rows.waiting(reports, upload.upload_key, ROWS_SHOWN),
            upload.upload_key in releasable,
        )
        for upload in waiting
    ]


def newest_weeks(reports: Reports) -> list[PublishedWeek]:
    """The published weeks, newest first."""
    return published_weeks.in_order(reports)[: -WEEKS - 1 : -1]


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

    @property
    def will_follow(self) -> bool:
        """Whether the table is computed again for it."""
        return self.reason in ("sales_are_newer", "other_champion")


def weeks_out_of_date(reports: Reports) -> list[OutOfDate]:
    """Weeks that newer sales or another champion have left behind, newest week first."""
    weeks = newest_weeks(reports)
    current, through = published_weeks.newest(reports), published_weeks.sales_known_to(reports)
    found = _running_week_behind(reports, current, through) if current else []
    if weeks:
        late = published_weeks.late_sales(reports, since=weeks[-1].week_start)
        found += _by_file("late_sales", late)
    if through:
        due = published_weeks.scores_to_make(reports, through)
        found += _by_file("score_is_old", [one for one in due if one.scored_at])
        found += _by_file("score_is_missing", [one for one in due if not one.scored_at])
    return sorted(found, key=lambda one: one.week_start, reverse=True)


def _running_week_behind(
    reports: Reports, week: PublishedWeek, through: date | None
) -> list[OutOfDate]:
    monday, found = week.week_start, []
    if through and through > week.data_through:
        facts = {"through": str(through), "used": str(week.data_through)}
        found.append(OutOfDate(running_week(through), "sales_are_newer", facts))
    if through and through < week.data_through:
        facts = {"through": str(through), "used": str(week.data_through)}
        found.append(OutOfDate(monday, "sales_are_gone", facts))
    champion = promotions.newest(reports)
    if champion and champion.model_version != week.model_version:
        facts = {"version": week.model_version, "champion": champion.model_version}
        found.append(OutOfDate(monday, "other_champion", facts))
    return found


def _by_file(reason: str, files: Sequence[DueScore | LateSales]) -> list[OutOfDate]:
    """One entry per week, naming the newest of its files; they are in their order."""
    newest = {file.week_start: file for file in files}
    return [
        OutOfDate(week, reason, {"file": file.file_name, "day": f"{file.changed_at:%Y-%m-%d}"})
        for week, file in newest.items()
    ]


@dataclass(frozen=True)
class ScoredWeek:
    """A week's figures by the name of their metric."""

    week_start: date
    model_version: str
    figures: Mapping[str, float | None]


def quality(reports: Reports) -> list[ScoredWeek]:
    """The scored weeks, oldest first."""
    return [
        ScoredWeek(week, scores[0].model_version, {one.metric: one.value for one in scores})
        for week, scores in _by_week(prediction_scores.of_last_weeks(reports, WEEKS))
    ]


def promised(reports: Reports) -> list[PromisedWeek]:
    """What the newest weeks promised and what came of it, oldest first."""
    return promises.in_order(reports)[-WEEKS:]


@dataclass(frozen=True)
class DriftWeek:
    """A week's verdict and its columns, furthest from the reference first."""

    week_start: date
    verdict: str
    sentence: Text
    columns: list[DriftScore]

    @property
    def highest(self) -> float | None:
        """Largest distance in times its threshold."""
        ratios = [column.ratio for column in self.columns if column.score is not None]
        return max(ratios, default=None)


def drift(reports: Reports) -> list[DriftWeek]:
    """The monitored weeks, oldest first."""
    return [
        DriftWeek(
            week,
            scores[0].verdict,
            scores[0].sentence,
            sorted(scores, key=lambda one: one.ratio, reverse=True),
        )
        for week, scores in _by_week(drift_scores.of_last_weeks(reports, WEEKS))
    ]


def drift_replay(reports: Reports) -> DriftReplay | None:
    """How often the detector would have fired over the accepted history; None if never asked."""
    replay = drift_replays.newest(reports)
    return replay if replay and replay.weeks else None


def _by_week(scores: Iterable[Score]) -> list[tuple[date, list[Score]]]:
    """Scores by week, in their order."""
    weeks: dict[date, list[Score]] = {}
    for score in scores:
        weeks.setdefault(score.week_start, []).append(score)
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
    weeks = published_weeks.in_order(reports)
    in_time = [week.week_start for week in weeks if week.status != published_weeks.BACKFILLED]
    if len(in_time) < 2:
        return None
    before, after = in_time[-2:]
    lists: dict[str, dict[date, set[str]]] = {}
    for pair in weekly_predictions.expected_pairs(reports, (before, after)):
        of_customer = lists.setdefault(pair.customer_id, {before: set(), after: set()})
        of_customer[pair.week_start].add(pair.product_id)
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
