"""What needs a person now: every cause that is present, found in the small tables.

Reads only; what was told of them is in `tell_people`. What Dagster knows is handed in.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from purchase_assets.alerting import usual_day
from purchase_assets.alerting.alert import Alert, AlertKind
from purchase_assets.alerting.graph_facts import (
    DAEMON_SILENT,
    GIVEN_UP_AFTER,
    REMEMBERED,
    SENSOR_SILENT,
    GraphFacts,
    Work,
)
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.project import Project
from purchase_assets.storage.reports import (
    published_weeks,
    quarantined_rows,
    retraining_decisions,
    tainted_models,
    uploads,
)
from purchase_assets.storage.reports.database import now
from purchase_assets.storage.reports.published_weeks import PublishedWeek
from purchase_assets.storage.reports.retraining_decisions import RetrainingDecision
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import Text
from purchase_assets.weeks import running_week
from purchase_assets.workflows import alert_words, decide_retraining, promote_model

PARTIAL_AT_MOST = 50
"""Uploads with waiting rows that are looked at, those with most rows first."""


def present(project: Project, facts: GraphFacts, kinds: Collection[AlertKind]) -> list[Alert]:
    """The causes of some kinds that are present."""
    finders = (_uploads, _works, _silence, _table, _models)
    return [alert for find in finders for alert in find(project, facts) if alert.kind in kinds]


def local(project: Project, moment: datetime) -> str:
    """A moment of the tables as people read it: in their time zone."""
    return f"{project.settings.local(moment):%Y-%m-%d %H:%M}"


def _uploads(project: Project, _: GraphFacts) -> Iterator[Alert]:
    """Refused files that nobody has answered, and files with rows that wait."""
    decided = {
        one.cause_id: one.sentence
        for one in retraining_decisions.in_order(project.reports)
        if one.cause == "rejected_upload"
    }
    for refused in uploads.unanswered(project.reports):
        yield alert_words.refused(refused, decided.get(refused.key))
    for waiting in quarantined_rows.waiting_uploads(project.reports, PARTIAL_AT_MOST):
        upload = uploads.find(project.reports, waiting.upload_key)
        if upload and upload.verdict is Verdict.PARTIAL:
            yield alert_words.partial(upload, waiting.waiting, decided.get(upload.key))


def _works(project: Project, facts: GraphFacts) -> Iterator[Alert]:
    for what, work in facts.works.items():
        if work.failures:
            link = f"{project.settings.dagster_url}/runs/{work.run_id}"
            yield alert_words.failed(what, work, local(project, work.since), link)
        if work.failures >= GIVEN_UP_AFTER:
            yield alert_words.given_up(what, work, local(project, work.since))


def _silence(project: Project, facts: GraphFacts) -> Iterator[Alert]:
    if facts.heartbeat is None:
        return  # it never lived: `purchase-assets run` does the work
    if facts.silent(facts.heartbeat, DAEMON_SILENT):
        yield alert_words.silent_daemon(local(project, facts.heartbeat))
        return  # its sensors are silent with it
    for name, last in facts.sensors.items():
        if facts.silent(last, SENSOR_SILENT):
            yield alert_words.silent_sensor(name, local(project, last))


def _table(project: Project, _: GraphFacts) -> Iterator[Alert]:
    """The published table, and the file that it waits for."""
    week = published_weeks.newest(project.reports)
    if week and week.status == "STALE" and _is_due(project, week.week_start):
        yield alert_words.stale(week)
    if week and week.status == "DEGRADED":
        yield alert_words.degraded(week, _doubts(project, week))
    through = published_weeks.sales_known_to(project.reports)
    if through and _is_due(project, running_week(through)) and not _refused_sales(project):
        yield alert_words.no_file(running_week(through) + timedelta(weeks=1), through)


def _is_due(project: Project, week: date) -> bool:
    """Whether the file that ends a week and brings the next one should have come."""
    settings = project.settings
    zone = ZoneInfo(settings.time_zone)
    arrivals = uploads.arrivals(project.reports, 7 * usual_day.WEEKS)
    came = [(last, moment.replace(tzinfo=UTC).astimezone(zone).date()) for last, moment in arrivals]
    # the day may be the sample's, the hour is real
    moment = datetime.combine(settings.today(), datetime.now(zone).time())
    return moment >= usual_day.due(week, came, settings.data_due_hours)


def _refused_sales(project: Project) -> list[Upload]:
    """Refused files that may be the one that is waited for."""
    kinds = (Kind.TRANSACTIONS, Kind.UNKNOWN)
    return [one for one in uploads.unanswered(project.reports) if one.kind in kinds]


def _doubts(project: Project, week: PublishedWeek) -> Text:
    """Why a published week is in doubt, as far as the tables say it in a sentence."""
    champion = promote_model.champion_version(project)
    if champion in tainted_models.by_version(project.reports):
        return alert_words.LEARNT_FROM_WITHDRAWN
    if champion != week.model_version:
        return alert_words.STANDS_IN.format(version=week.model_version)
    drifted = decide_retraining.newest_drift(project)
    return drifted.sentence if drifted else alert_words.IN_DOUBT


def _models(project: Project, _: GraphFacts) -> Iterator[Alert]:
    """Drift, trainings and the champion."""
    decisions = retraining_decisions.in_order(project.reports)
    drifted = decide_retraining.newest_drift(project)
    if drifted:
        about = [one for one in decisions if one.cause == "drift"]
        answer = about[-1].sentence if about else None
        yield alert_words.drifted(drifted, answer)
    since = now() - REMEMBERED
    for one in decisions:
        if one.retrain and (one.outcome is None or one.decided_at >= since):
            yield alert_words.retraining(one)
    yield from _budget(project, decisions)
    champion = promote_model.champion_version(project)
    taints = tainted_models.by_version(project.reports).get(champion or "", [])
    if taints:
        yield alert_words.tainted(taints)


def _budget(project: Project, decisions: list[RetrainingDecision]) -> Iterator[Alert]:
    """The budget of trainings is used up, and a cause was refused for it."""
    through = published_weeks.sales_known_to(project.reports)
    refused = [one for one in decisions if one.reason_code == "budget"]
    if not through or not refused:
        return
    state = decide_retraining.state(project, through, busy=False)
    limits = project.settings.retraining
    lasts = (state.week - refused[-1].week).days < 7 * limits.budget_weeks
    if lasts and state.automatic_trainings(limits.budget_weeks) >= limits.budget:
        yield alert_words.budget(refused[-1], limits.budget, limits.budget_weeks)


def how_over(project: Project, facts: GraphFacts, kind: AlertKind, about: str) -> Text:
    """How a cause that was told and is not present any more has ended."""
    match kind:
        case AlertKind.REJECTED_UPLOAD | AlertKind.ENGINE_ERROR | AlertKind.PARTIAL_UPLOAD:
            return alert_words.answered(uploads.find(project.reports, about))
        case AlertKind.FAILED_RUN | AlertKind.GIVEN_UP:
            return _works_again(project, facts.works.get(about))
        case AlertKind.NO_FILE:
            through = published_weeks.sales_known_to(project.reports)
            if through and running_week(through) >= date.fromisoformat(about):
                return alert_words.SALES_CAME.format(day=through)
            return alert_words.REFUSED_FILE_CAME
        case AlertKind.SILENT_DAEMON | AlertKind.SILENT_SENSOR:
            return alert_words.LIVES_AGAIN.format(when=local(project, facts.looked_at))
        case AlertKind.STALE_TABLE | AlertKind.DEGRADED_TABLE:
            week = published_weeks.newest(project.reports)
            return alert_words.table_is(week)
        case AlertKind.RETRAINING:
            made = {str(one.id): one for one in retraining_decisions.in_order(project.reports)}
            return alert_words.outcome(made.get(about))
        case AlertKind.BUDGET_USED_UP:
            return alert_words.BUDGET_AGAIN
    version = promote_model.champion_version(project)
    if kind is AlertKind.DRIFT and version == about:
        return alert_words.NO_DRIFT
    if kind is AlertKind.TAINTED_CHAMPION and version == about:
        return alert_words.BROUGHT_BACK
    return alert_words.OTHER_CHAMPION.format(version=version, before=about)


def _works_again(project: Project, work: Work | None) -> Text:
    if work is None:
        return alert_words.NOT_TRIED
    return alert_words.SUCCEEDED.format(when=local(project, work.since))
