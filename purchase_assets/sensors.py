"""What starts work by itself: new files, new sales, and reasons to train again.

Sensors list files, events and small tables; they compute nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

import dagster as dg

from purchase_assets import shown
from purchase_assets.assets.intake import FILE_TAG, UPLOAD_TAG, Upload
from purchase_assets.assets.model import CAUSE_TAG
from purchase_assets.assets.partitions import UPLOADS, WEEKS
from purchase_assets.jobs import retrain
from purchase_assets.resources import Project
from purchase_assets.retraining import Cause, RetrainingState
from purchase_assets.staleness import Staleness
from purchase_assets.storage.incoming import files
from purchase_assets.weeks import forecast_window, parse_week, week_key
from purchase_assets.workflows import (
    intake,
    promotion,
    retraining,
    verdict_words,
    weekly,
    yardstick,
)
from purchase_assets.workflows.retraining import consider, state

INTAKE_TAG = "purchase_assets/intake"
REQUEST_TAG = "purchase_assets/request"
MAX_ATTEMPTS = 3
TRAINED = dg.AssetKey("trained_model")
WEEKLY = ("cleaned_features", "weekly_predictions", "drift_report")
UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


@dg.sensor(
    target=["raw_customers", "raw_products", "raw_transactions"],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in the files of the incoming folder, once each is completely written.",
)
def new_uploads(
    context: dg.SensorEvaluationContext, project: dg.ResourceParam[Project]
) -> dg.SensorResult:
    """Ask for one run per new upload; a content that was taken before is put away.

    Also tells Dagster what the uploads' checks stand at, and forgets the keys of refused files.
    """
    look = _look(project, json.loads(context.cursor or "{}"))
    runs = _intake_runs(context.instance) if look.settled else {}
    requests = [
        request
        for entry in look.settled.values()
        for request in _intake_request(project, entry, runs)
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
        asset_events=shown.untold(project, context.instance),
        cursor=json.dumps(look.sighted),
        skip_reason=None if requests else dg.SkipReason(look.sentence(project)),
    )


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
    settled: dict[str, intake.Waiting]

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
    """See which files are complete: those that did not change since the last tick."""
    found = _Look({}, {})
    for stamp, path in files(project.incoming):
        look = [stamp.size, stamp.modified]
        earlier = seen.get(stamp.name, [None, None, None])
        settled = earlier[:2] == look  # else it may still be being written
        key = (earlier[2] or intake.key_of(path)) if settled else None
        found.sighted[stamp.name] = [*look, key]
        if key:
            entry = intake.Waiting(key, intake.kind_of(path.name), path)
            found.settled.setdefault(key, entry)
    return found


def _refused_partitions(
    project: Project, instance: dg.DagsterInstance, waiting: Iterable[str]
) -> list[str]:
    """Keys of uploads that will never be made: a partition of them would be missing for ever."""
    keys = instance.get_dynamic_partitions(str(UPLOADS.name))
    refused = intake.nothing_taken(project).intersection(keys).difference(waiting)
    if not refused:
        return []
    under_way = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
    return sorted(refused.difference(run.tags.get("dagster/partition") for run in under_way))


def _intake_request(
    project: Project, entry: intake.Waiting, runs: dict[str, list[dg.DagsterRun]]
) -> list[dg.RunRequest]:
    """The run that takes a file in; none while one is under way or when nothing is to be done."""
    if intake.taken_before(project, entry.key):
        intake.deliver_again(project, entry)
        return []
    tried = runs.get(entry.key, [])
    failed = [run for run in tried if run.status is dg.DagsterRunStatus.FAILURE]
    if any(run.status in UNFINISHED for run in tried) or len(failed) >= MAX_ATTEMPTS:
        return []
    master = entry.kind in yardstick.MASTERS
    asset = f"raw_{entry.kind}" if master else "raw_transactions"
    return [
        dg.RunRequest(
            run_key=f"{entry.key}:{len(tried)}",
            asset_selection=[dg.AssetKey(asset)],
            partition_key=None if master else entry.key,
            run_config=dg.RunConfig(ops={asset: Upload(key=entry.key)}) if master else None,
            tags={
                INTAKE_TAG: entry.kind,
                UPLOAD_TAG: entry.key,
                FILE_TAG: verdict_words.one_line(entry.path.name),
            },
        )
    ]


def _intake_runs(instance: dg.DagsterInstance) -> dict[str, list[dg.DagsterRun]]:
    found: dict[str, list[dg.DagsterRun]] = {}
    for run in instance.get_runs(
        dg.RunsFilter(tags={INTAKE_TAG: ["transactions", "customers", "products", "unknown"]}),
        limit=1000,
    ):
        found.setdefault(run.tags[UPLOAD_TAG], []).append(run)
    return found


@dg.sensor(
    target=[*WEEKLY, "prediction_scores"],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Forecasts the week that follows the newest sales, and scores weeks now known.",
)
def forecast_running_week(
    context: dg.SensorEvaluationContext, project: dg.ResourceParam[Project]
) -> dg.SensorResult | dg.SkipReason:
    """Ask for what is out of date of the week to forecast, and of weeks whose sales came.

    A week that is up to date is asked for again when its status (FRESH, STALE, DEGRADED) is not.
    """
    instance = context.instance
    through = _data_through(instance)
    if through is None:
        return dg.SkipReason("No sales have been accepted yet.")
    if instance.get_runs_count(dg.RunsFilter(statuses=UNFINISHED)):
        return dg.SkipReason("Runs are under way; the forecast waits for what they bring.")
    if _sales_wait(instance):
        return dg.SkipReason("New sales were accepted; the forecast waits for daily_sales.")
    if promotion.champion_version(project) is None:
        return dg.SkipReason("There is no model yet; its training comes first.")
    assert context.repository_def is not None
    stale = Staleness(instance, context.repository_def.asset_graph)
    inputs = [stale.version(name) for name in ("daily_sales", "trained_model")]
    requests = []
    week = week_key(forecast_window(through).end)
    if WEEKS.has_partition_key(week):
        wanted = [asset for asset in WEEKLY if stale.out_of_date(asset, week)]
        requests += _weekly_request(instance, week, wanted, inputs)
        published = project.reports.published_window(parse_week(week))
        status = retraining.status(project, parse_week(week))
        if (
            not wanted
            and published
            and published["status"] != status
            # an earlier champion that stands in for a refused one keeps its mark
            and published["model_version"] == promotion.champion_version(project)
        ):
            requests += _weekly_request(instance, week, ["weekly_predictions"], [*inputs, status])
    for scored in weekly.weeks_to_score(project, through):
        requests += _weekly_request(instance, scored.isoformat(), ["prediction_scores"], inputs)
    if not requests:
        return dg.SkipReason(f"Week {week} and the scores before it are up to date.")
    return dg.SensorResult(run_requests=requests)


def _weekly_request(
    instance: dg.DagsterInstance, week: str, assets: list[str], inputs: list[str]
) -> list[dg.RunRequest]:
    """One run for the assets of a week; at most `MAX_ATTEMPTS` for the same inputs."""
    if not assets:
        return []
    request = "/".join([week, *assets, *inputs])
    tried = instance.get_runs_count(dg.RunsFilter(tags={REQUEST_TAG: request}))
    if tried >= MAX_ATTEMPTS:
        return []
    return [
        dg.RunRequest(
            run_key=f"{request}:{tried}",
            asset_selection=[dg.AssetKey(asset) for asset in assets],
            partition_key=week,
            tags={REQUEST_TAG: request},
        )
    ]


Causes = Callable[[Project, RetrainingState, date], Iterator[Cause]]


def _retraining_sensor(name: str, description: str, find: Causes) -> dg.SensorDefinition:
    """A sensor that asks for a training when `find` names a cause and the guards agree."""

    @dg.sensor(
        name=name,
        description=description,
        job=retrain,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(
        context: dg.SensorEvaluationContext, project: dg.ResourceParam[Project]
    ) -> dg.SensorResult | dg.SkipReason:
        through = _data_through(context.instance)
        if through is None:
            return dg.SkipReason("No sales have been accepted yet.")
        if _sales_wait(context.instance):
            return dg.SkipReason("New sales were accepted; a training waits for daily_sales.")
        under_way = context.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED))
        seen = state(project, through, busy=any(map(_trains, under_way)))
        runs = context.instance.get_runs(dg.RunsFilter(job_name=retrain.name), limit=50)
        said = []
        for cause in find(project, seen, through):
            tag = f"{cause.kind}/{cause.id}"
            decision = consider(project, cause, seen)
            if decision is not None:
                said.append(decision.sentence_en)
            tried = [run for run in runs if run.tags.get(CAUSE_TAG) == tag]
            asked = decision.retrain if decision else _failed_before(seen, cause, tried)
            if len(tried) >= MAX_ATTEMPTS and _all_failed(tried):
                retraining.give_up(project, cause, len(tried))
            if asked and not seen.busy:
                request = dg.RunRequest(
                    run_key=f"{tag}:{len(tried)}", job_name=retrain.name, tags={CAUSE_TAG: tag}
                )
                return dg.SensorResult(run_requests=[request])
        return dg.SkipReason(" ".join(said) or "No new cause to train.")

    return sensor


def _trains(run: dg.DagsterRun) -> bool:
    """Whether a run makes a model: the job, or the asset that a person materializes."""
    return run.job_name == retrain.name or TRAINED in (run.asset_selection or ())


def _failed_before(seen: RetrainingState, cause: Cause, tried: list[dg.DagsterRun]) -> bool:
    """Whether a training was decided on for this cause and all its few runs have failed."""
    decided = any(
        past.retrain and (past.kind, past.cause_id) == (cause.kind, cause.id)
        for past in seen.decisions
    )
    return decided and _all_failed(tried) and len(tried) < MAX_ATTEMPTS


def _all_failed(runs: list[dg.DagsterRun]) -> bool:
    return all(run.status is dg.DagsterRunStatus.FAILURE for run in runs)


def _data_through(instance: dg.DagsterInstance) -> date | None:
    event = instance.get_latest_materialization_event(dg.AssetKey("daily_sales"))
    if event is None or event.asset_materialization is None:
        return None
    return date.fromisoformat(str(event.asset_materialization.metadata["data_through"].value))


def _sales_wait(instance: dg.DagsterInstance) -> bool:
    """Whether sales were accepted that daily_sales does not hold yet."""
    return _materialized_at(instance, "raw_transactions") > _materialized_at(
        instance, "daily_sales"
    )


def _materialized_at(instance: dg.DagsterInstance, asset: str) -> float:
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    return event.timestamp if event else 0.0


SENSORS = [
    new_uploads,
    _retraining_sensor(
        "retrain_on_drift",
        "Trains again when Evidently's scores say that the data has changed.",
        retraining.drift_causes,
    ),
    _retraining_sensor(
        "retrain_on_rejected_upload",
        "Trains again on the accepted data when Great Expectations rejects an upload.",
        retraining.rejected_upload_causes,
    ),
    _retraining_sensor(
        "retrain_when_overdue",
        "Trains the first model, and again when the champion is old or loses to the baseline.",
        retraining.overdue_causes,
    ),
    forecast_running_week,
]
