"""What is done before anything else: the ends of what died half done.

Translates only: Dagster's side is read here, and `workflows.reconcile` compares.
"""

from collections.abc import Iterator
from contextlib import suppress

import dagster as dg

from purchase_assets.errors import NotFound
from purchase_assets.kinds import KNOWN_KINDS, Kind
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.intake_assets import Upload
from purchase_assets.orchestration.jobs import finish_withdrawals
from purchase_assets.orchestration.partitions import UPLOADS
from purchase_assets.orchestration.retry_window import Attempts, tried
from purchase_assets.orchestration.waiting import changes_inputs, is_lost, sales_wait, under_way
from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads, withdrawals
from purchase_assets.workflows import accepted_rows, reconcile
from purchase_assets.workflows.reconcile import HalfDone

TRAINED = dg.AssetKey("trained_model")
DAILY_SALES = dg.AssetKey("daily_sales")
FINISH_TAG = "purchase_assets/finish"
NOTHING = "nothing waits"
"""Cursor of the ordinary tick."""


@dg.sensor(
    target=[*(kind.asset for kind in KNOWN_KINDS), "daily_sales"],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Finishes what a process that died left half done: uploads whose rows are not in "
    "the lake or not in the graph, sales that nobody summed up or that are lost, a champion nobody "
    "forecasts with.",
)
def finish_half_done(
    context: dg.SensorEvaluationContext,
    project: dg.ResourceParam[Project],
    attempts: dg.ResourceParam[Attempts],
) -> dg.SensorResult:
    """Tell Dagster what was written and not told, and ask again for what was not written."""
    instance, runs = context.instance, under_way(context)
    events: list[dg.AssetMaterialization] = []
    requests: list[dg.RunRequest] = []
    found: list[HalfDone] = []
    waits = None
    if not any(TRAINED in made for _, made in runs):
        with suppress(NotFound):  # whoever forecasts says so
            events += _untold_champion(project, instance)
    if not any(changes_inputs(run, made) for run, made in runs):
        found = list(reconcile.half_done(project, _told(instance)))
        events += [_event(project, one) for one in found if one.in_lake]
        for one in found:
            if not one.in_lake:
                requests += _taken_in_again(one, instance, attempts)
        if not found:
            accepted = accepted_rows.fingerprint(accepted_rows.of_sales(project))
            if sales_wait(project, instance):
                waits = accepted
            # the automation asks first; what still waits at a second look asked in vain
            if (waits and waits == context.cursor) or is_lost(project, instance, "daily_sales"):
                requests += _summed_up(accepted, instance, attempts)
    keys = [one.key for one in found if not one.kind.is_master]
    return dg.SensorResult(
        run_requests=requests,
        asset_events=events,
        dynamic_partitions_requests=[UPLOADS.build_add_request(keys)] if keys else [],
        cursor=waits or NOTHING,
        skip_reason=None if requests else "Nothing is left half done.",
    )


@dg.sensor(
    job=finish_withdrawals,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Ends withdrawals that a process which died left half done.",
)
def finish_half_withdrawn(
    context: dg.SensorEvaluationContext,
    project: dg.ResourceParam[Project],
    attempts: dg.ResourceParam[Attempts],
) -> dg.RunRequest | dg.SkipReason:
    """Ask for what was decided on accepted files and not carried out to the end."""
    decided = withdrawals.unfinished(project.reports)
    if not decided:
        return dg.SkipReason("No withdrawal is left half done.")
    if any(changes_inputs(run, made) for run, made in under_way(context)):
        return dg.SkipReason("Uploads are being changed; what is left half done comes after.")
    tags = {FINISH_TAG: "withdrawals/" + "/".join(str(one.id) for one in decided)}
    before = tried(context.instance, tags)
    if not attempts.allow(before):
        return dg.SkipReason("It was tried, and rests.")
    return dg.RunRequest(run_key=f"{tags[FINISH_TAG]}:{len(before)}", tags=tags)


def _told(instance: dg.DagsterInstance) -> dict[Kind, list[str]]:
    """The data versions of uploads that Dagster knows."""
    storage = instance.event_log_storage  # no public call reads the versions of all partitions
    made = dg.DagsterEventType.ASSET_MATERIALIZATION
    told: dict[Kind, list[str]] = {}
    for kind in KNOWN_KINDS:
        asset = dg.AssetKey(kind.asset)
        tags = (
            storage.get_event_tags_for_asset(asset)
            if kind.is_master
            else storage.get_latest_tags_by_partition(asset, made, [DATA_VERSION]).values()
        )
        told[kind] = [found[DATA_VERSION] for found in tags if DATA_VERSION in found]
    return told


def _event(project: Project, half: HalfDone) -> dg.AssetMaterialization:
    """What the run would have told of an upload whose rows are in the lake."""
    upload = uploads.find(project.reports, half.key)
    said = f"{upload.file_name}: {upload.message.en}" if upload else half.key
    return dg.AssetMaterialization(
        half.kind.asset,
        description=said,
        partition=None if half.kind.is_master else half.key,
        metadata={"what": said, "accepted": half.accepted},
        tags={DATA_VERSION: half.version},
    )


def _taken_in_again(
    half: HalfDone, instance: dg.DagsterInstance, attempts: Attempts
) -> Iterator[dg.RunRequest]:
    """The run that writes an upload's rows again, from its file in the archive."""
    asset, master = half.kind.asset, half.kind.is_master
    tags = {FINISH_TAG: half.version}
    before = tried(instance, tags)
    if attempts.allow(before):
        yield dg.RunRequest(
            run_key=f"{half.version}:{len(before)}",
            asset_selection=[dg.AssetKey(asset)],
            partition_key=None if master else half.key,
            run_config=dg.RunConfig(ops={asset: Upload(key=half.key)}) if master else None,
            tags=tags,
        )


def _summed_up(
    accepted: str, instance: dg.DagsterInstance, attempts: Attempts
) -> Iterator[dg.RunRequest]:
    """The run that sums the accepted sales up."""
    tags = {FINISH_TAG: f"daily_sales/{accepted}"}
    before = tried(instance, tags)
    if attempts.allow(before):
        yield dg.RunRequest(
            run_key=f"{accepted}:{len(before)}", asset_selection=[DAILY_SALES], tags=tags
        )


def _untold_champion(
    project: Project, instance: dg.DagsterInstance
) -> Iterator[dg.AssetMaterialization]:
    event = instance.get_latest_materialization_event(TRAINED)
    made = event.asset_materialization if event else None
    told = (made.tags or {}).get(DATA_VERSION) if made else None
    version = reconcile.untold_champion(project, told)
    if version is not None:
        said = f"Version {version.partition('/')[0]} is champion."
        yield dg.AssetMaterialization(
            TRAINED, description=said, metadata={"what": said}, tags={DATA_VERSION: version}
        )
