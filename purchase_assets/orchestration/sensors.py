"""What starts work by itself: new files and new sales; trainings are in `training_sensors`.

Sensors list files, events and small tables; they compute nothing.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import dagster as dg

from purchase_assets.kinds import KNOWN_KINDS, Kind
from purchase_assets.orchestration import jobs, shown_checks
from purchase_assets.orchestration.intake_assets import FILE_TAG, UPLOAD_TAG, Upload
from purchase_assets.orchestration.jobs import WEEKLY
from purchase_assets.orchestration.partitions import (
    SCORED_WEEKS,
    UPLOADS,
    WEEKS,
    PartitionsRequest,
    changes,
)
from purchase_assets.orchestration.retry_window import Attempts, tried
from purchase_assets.orchestration.staleness import Staleness
from purchase_assets.orchestration.waiting import (
    UNFINISHED,
    changes_inputs,
    data_through,
    is_lost,
    is_under_way,
    makes_weeks,
    repository,
    sales_wait,
    under_way,
)
from purchase_assets.project import Project
from purchase_assets.storage.incoming import files
from purchase_assets.storage.reports import prediction_scores, published_weeks
from purchase_assets.weeks import forecast_window, parse_week, week_key
from purchase_assets.workflows import (
    existing_weeks,
    mark_week,
    promote_model,
    tell_verdict,
    waiting_uploads,
)
from purchase_assets.workflows.waiting_uploads import Waiting

INTAKE_TAG = "purchase_assets/intake"
REQUEST_TAG = "purchase_assets/request"
FEATURES = "cleaned_features"


@dg.sensor(
    target=[kind.asset for kind in KNOWN_KINDS],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in the files of the incoming folder, once each is completely written.",
)
def new_uploads(
    context: dg.SensorEvaluationContext,
    project: dg.ResourceParam[Project],
    attempts: dg.ResourceParam[Attempts],
) -> dg.SensorResult:
    """Ask for one run per new upload; a content that was taken before is put away.

    Also tells Dagster what the uploads' checks stand at, and forgets the keys of refused files.
    """
    look = _look(project, json.loads(context.cursor or "{}"))
    withdrawn = " ".join(_said_of_withdrawn(project, look.settled.values()))
    runs = _intake_runs(context.instance) if look.settled else {}
    requests = [
        request
        for entry in look.settled.values()
        for request in _intake_request(project, entry, runs.get(entry.key, []), attempts)
    ]
    requests.sort(key=lambda request: request.partition_key is not None)  # masters first
    new = [request.partition_key for request in requests if request.partition_key]
    refused = _refused_partitions(project, context.instance, look.settled)
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[
            *([UPLOADS.build_add_request(new)] if new else []),
            *([UPLOADS.build_delete_request(refused)] if refused else []),
        ],
        asset_events=shown_checks.untold(project, context.instance),
        cursor=json.dumps(look.sighted),
        skip_reason=None if requests else dg.SkipReason(withdrawn or look.sentence(project)),
    )


def _said_of_withdrawn(project: Project, entries: Iterable[Waiting]) -> Iterator[str]:
    """What is said of waiting files that were withdrawn and come again."""
    for entry in entries:
        upload, how = waiting_uploads.taken_before(project, entry.key) or (None, None)
        if upload and how:
            yield tell_verdict.withdrawn(upload, how).en


@dataclass(frozen=True)
class _Look:
    """The incoming folder at one tick.

    Attributes
    ----------
    sighted : dict
        Size, time and key of each file by its name, for the next tick.
    settled : dict
        The complete files by key; a content that lies there twice is taken in once.
    """

    sighted: dict[str, list]
    settled: dict[str, Waiting]

    def sentence(self, project: Project) -> str:
        """Why nothing is asked for."""
        if not project.incoming.exists():
            return (
                f"{project.incoming} does not exist; expected the folder for sales files; "
                "make it, or set PURCHASE_ASSETS_DATA to the data folder"
            )
        fresh = sum(1 for *_, key in self.sighted.values() if key is None)
        if fresh:
            return f"{fresh} new files; the next look takes those that are completely written."
        if self.sighted:
            return f"{len(self.sighted)} files are being taken in, or were tried often enough."
        return f"No file waits in {project.incoming}."


def _look(project: Project, seen: dict[str, list]) -> _Look:
    """See which files are complete: unchanged since the last tick, and for some time."""
    found = _Look({}, {})
    for stamp, path in files(project.incoming):
        look = [stamp.size, stamp.modified]
        earlier = seen.get(stamp.name, [None, None, None])
        settled = earlier[:2] == look and stamp.settled  # else it may still be being written
        entry = Waiting.at(path, earlier[2]) if settled else None
        found.sighted[stamp.name] = [*look, entry and entry.key]
        if entry:
            found.settled.setdefault(entry.key, entry)
    return found


def _refused_partitions(
    project: Project, instance: dg.DagsterInstance, waiting: Iterable[str]
) -> list[str]:
    """Keys of uploads that will never be made: a partition of them would be missing for ever."""
    keys = instance.get_dynamic_partitions(str(UPLOADS.name))
    refused = waiting_uploads.nothing_taken(project).intersection(keys).difference(waiting)
    if not refused:
        return []
    unfinished = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    return sorted(refused.difference(run.tags.get("dagster/partition") for run in unfinished))


def _intake_request(
    project: Project, entry: Waiting, before: list[dg.RunRecord], attempts: Attempts
) -> list[dg.RunRequest]:
    """The run that takes a file in; none while one is under way or when nothing is to be done."""
    if waiting_uploads.taken_before(project, entry.key):
        waiting_uploads.deliver_again(project, entry)
        return []
    # a refused content that comes again is judged again
    if not attempts.allow([record for record in before if not record.dagster_run.is_success]):
        return []
    master, asset = entry.kind.is_master, entry.kind.asset
    return [
        dg.RunRequest(
            run_key=f"{entry.key}:{len(before)}",
            asset_selection=[dg.AssetKey(asset)],
            partition_key=None if master else entry.key,
            run_config=dg.RunConfig(ops={asset: Upload(key=entry.key)}) if master else None,
            tags={
                INTAKE_TAG: entry.kind.value,
                UPLOAD_TAG: entry.key,
                FILE_TAG: tell_verdict.one_line(entry.file_name),
            },
        )
    ]


def _intake_runs(instance: dg.DagsterInstance) -> dict[str, list[dg.RunRecord]]:
    found: dict[str, list[dg.RunRecord]] = {}
    for record in instance.get_run_records(
        dg.RunsFilter(tags={INTAKE_TAG: [kind.value for kind in Kind]}),
        limit=1000,
    ):
        found.setdefault(record.dagster_run.tags[UPLOAD_TAG], []).append(record)
    return found


@dg.sensor(
    jobs=[jobs.weekly, jobs.scores],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Forecasts the week that follows the newest sales, and scores weeks now known.",
)
def forecast_running_week(
    context: dg.SensorEvaluationContext,
    project: dg.ResourceParam[Project],
    attempts: dg.ResourceParam[Attempts],
) -> dg.SensorResult | dg.SkipReason:
    """Ask for what is out of date of the week to forecast, and of weeks whose sales came.

    Also gives a week that is up to date the mark of today (FRESH, STALE, DEGRADED).
    """
    through = data_through(context.instance)
    if through is None:
        return dg.SkipReason("No sales have been accepted yet.")
    runs = under_way(context)
    if any(changes_inputs(run, made) for run, made in runs):
        return dg.SkipReason("Uploads are being taken in; the forecast waits for what they bring.")
    if sales_wait(project, context.instance):
        return dg.SkipReason("New sales were accepted; the forecast waits for daily_sales.")
    if promote_model.champion_version(project) is None:
        return dg.SkipReason("There is no model yet; its training comes first.")
    week = week_key(forecast_window(through).end)
    requests = []
    if not is_under_way(runs, week):
        requests += newest_week_requests(context, project, attempts, week)
    inputs = _input_versions(_staleness(context))
    to_score = _to_score(project, context.instance, through)
    for scored in to_score:
        key = scored.isoformat()
        if not is_under_way(runs, key):
            requests += _weekly_request(
                context.instance, attempts, key, ["prediction_scores"], inputs
            )
    resting = f"Week {week} and the scores before it are up to date or under way."
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[
            change
            for change in _weeks_that_exist(project, context.instance, week, to_score)
            # a run whose key is taken away fails in words of Dagster's, not in ours
            if isinstance(change, dg.AddDynamicPartitionsRequest) or not makes_weeks(runs)
        ],
        asset_events=shown_checks.untold_status(project, context.instance),
        skip_reason=None if requests else resting,
    )


def _to_score(project: Project, instance: dg.DagsterInstance, through: date) -> list[date]:
    """Weeks whose score is missing or old, and those whose score Dagster was not told of."""
    told = instance.get_materialized_partitions(dg.AssetKey("prediction_scores"))
    untold = [
        week for week in prediction_scores.weeks(project.reports) if week_key(week) not in told
    ]
    return sorted({*published_weeks.weeks_to_score(project.reports, through), *untold})


def _weeks_that_exist(
    project: Project, instance: dg.DagsterInstance, newest: str, to_score: list[date]
) -> list[PartitionsRequest]:
    """What makes the weekly partitions those of the weeks that exist."""
    added, with_score = (
        partitions.get_partition_keys(dynamic_partitions_store=instance)
        for partitions in (WEEKS, SCORED_WEEKS)
    )
    return [
        *changes(WEEKS, added, existing_weeks.week_keys(project, newest, added)),
        *changes(SCORED_WEEKS, with_score, existing_weeks.scored_keys(project, to_score)),
    ]


def newest_week_requests(
    context: dg.SensorEvaluationContext, project: Project, attempts: Attempts, week: str
) -> list[dg.RunRequest]:
    """The forecast that the newest week lacks; one that lacks only its mark is marked at once."""
    stale = _staleness(context)
    inputs = _input_versions(stale)
    wanted = [
        asset
        for asset in WEEKLY
        if stale.out_of_date(asset, week)
        or (asset == FEATURES and is_lost(project, context.instance, asset, week))
    ]
    if wanted:
        return _weekly_request(context.instance, attempts, week, wanted, inputs)
    mark_week.mark_anew(project, parse_week(week))
    return []


def _staleness(context: dg.SensorEvaluationContext) -> Staleness:
    return Staleness(context.instance, repository(context).asset_graph)


def _input_versions(stale: Staleness) -> list[str]:
    return [stale.version(name) for name in ("daily_sales", "trained_model")]


def _weekly_request(
    instance: dg.DagsterInstance,
    attempts: Attempts,
    week: str,
    assets: list[str],
    inputs: list[str],
) -> list[dg.RunRequest]:
    """One run for the assets of a week, unless it was tried often with the same inputs."""
    if not assets:
        return []
    request = "/".join([week, *assets, *inputs])
    before = tried(instance, {REQUEST_TAG: request})
    if not attempts.allow(before):
        return []
    return [
        dg.RunRequest(
            run_key=f"{request}:{len(before)}",
            job_name=(jobs.weekly if set(assets) <= set(WEEKLY) else jobs.scores).name,
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            partition_key=week,
            tags={REQUEST_TAG: request},
        )
    ]


SENSORS = [new_uploads, forecast_running_week]
