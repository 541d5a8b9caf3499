"""What starts work by itself: new files and new sales; trainings are in `training_sensors`.

Sensors list files, events and small tables; they compute nothing.
"""

import json

import dagster as dg

from purchase_assets.assets.intake import UPLOAD_TAG, Upload
from purchase_assets.assets.partitions import UPLOADS, WEEKS
from purchase_assets.resources import Project
from purchase_assets.staleness import Staleness
from purchase_assets.storage.incoming import files
from purchase_assets.waiting import (
    UNFINISHED,
    changes_inputs,
    data_through,
    is_under_way,
    repository,
    sales_wait,
    under_way,
)
from purchase_assets.weeks import forecast_window, parse_week, week_key
from purchase_assets.workflows import intake, promotion, retraining, weekly, yardstick

INTAKE_TAG = "purchase_assets/intake"
REQUEST_TAG = "purchase_assets/request"
MAX_ATTEMPTS = 3
WEEKLY = ("cleaned_features", "weekly_predictions", "drift_report")


@dg.sensor(
    target=["raw_customers", "raw_products", "raw_transactions"],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Takes in the files of the incoming folder, once each is completely written.",
)
def new_uploads(
    context: dg.SensorEvaluationContext, project: dg.ResourceParam[Project]
) -> dg.SensorResult | dg.SkipReason:
    """Ask for one run per new upload; a content that was taken before is put away."""
    if not project.incoming.exists():
        return dg.SkipReason(
            f"{project.incoming} does not exist; expected the folder for sales files; "
            "make it, or set PURCHASE_ASSETS_DATA to the data folder"
        )
    seen = json.loads(context.cursor or "{}")
    sighted: dict[str, list] = {}
    entries: dict[str, intake.Waiting] = {}  # a content that lies there twice is taken in once
    for stamp, path in files(project.incoming):
        look = [stamp.size, stamp.modified]
        earlier = seen.get(stamp.name, [None, None, None])
        settled = earlier[:2] == look  # else it may still be being written
        key = (earlier[2] or intake.key_of(path)) if settled else None
        sighted[stamp.name] = [*look, key]
        if key:
            entries.setdefault(key, intake.Waiting(key, intake.kind_of(path.name), path))
    runs = _intake_runs(context.instance)
    requests = [
        request for entry in entries.values() for request in _intake_request(project, entry, runs)
    ]
    requests.sort(key=lambda request: request.partition_key is not None)  # masters first
    new = [request.partition_key for request in requests if request.partition_key]
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[UPLOADS.build_add_request(new)] if new else [],
        cursor=json.dumps(sighted),
        skip_reason=None if requests else f"{len(sighted)} files wait, none of them ready and new.",
    )


def _intake_request(
    project: Project, entry: intake.Waiting, runs: dict[str, list[dg.DagsterRun]]
) -> list[dg.RunRequest]:
    """The run that takes a file in; none while one is under way or when nothing is to be done."""
    upload = project.reports.upload(entry.key)
    if upload and upload["verdict"] in yardstick.TAKEN:
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
            tags={INTAKE_TAG: entry.kind, UPLOAD_TAG: entry.key},
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
    through = data_through(context.instance)
    if through is None:
        return dg.SkipReason("No sales have been accepted yet.")
    runs = under_way(context)
    if any(changes_inputs(run, made) for run, made in runs):
        return dg.SkipReason("Uploads are being taken in; the forecast waits for what they bring.")
    if sales_wait(context.instance):
        return dg.SkipReason("New sales were accepted; the forecast waits for daily_sales.")
    if promotion.champion_version(project) is None:
        return dg.SkipReason("There is no model yet; its training comes first.")
    week = week_key(forecast_window(through).end)
    requests = []
    if not is_under_way(runs, week):
        requests += newest_week_requests(context, project, week)
    inputs = _input_versions(_staleness(context))
    for scored in weekly.weeks_to_score(project, through):
        key = scored.isoformat()
        if not is_under_way(runs, key):
            requests += _weekly_request(context.instance, key, ["prediction_scores"], inputs)
    if not requests:
        return dg.SkipReason(f"Week {week} and the scores before it are up to date or under way.")
    return dg.SensorResult(run_requests=requests)


def newest_week_requests(
    context: dg.SensorEvaluationContext, project: Project, week: str
) -> list[dg.RunRequest]:
    """What the newest week lacks: its forecast, or only its status."""
    if not WEEKS.has_partition_key(week):
        return []
    stale = _staleness(context)
    inputs = _input_versions(stale)
    wanted = [asset for asset in WEEKLY if stale.out_of_date(asset, week)]
    if wanted:
        return _weekly_request(context.instance, week, wanted, inputs)
    published = project.reports.published_window(parse_week(week))
    status = retraining.status(project, parse_week(week))
    if (
        published
        and published["status"] != status
        # an earlier champion that stands in for a refused one keeps its mark
        and published["model_version"] == promotion.champion_version(project)
    ):
        return _weekly_request(context.instance, week, ["weekly_predictions"], [*inputs, status])
    return []


def _staleness(context: dg.SensorEvaluationContext) -> Staleness:
    return Staleness(context.instance, repository(context).asset_graph)


def _input_versions(stale: Staleness) -> list[str]:
    return [stale.version(name) for name in ("daily_sales", "trained_model")]


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


SENSORS = [new_uploads, forecast_running_week]
