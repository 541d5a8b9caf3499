"""What a forecast and a training wait for: runs under way, and sales that are not summed up yet."""

from collections.abc import Set as AbstractSet
from datetime import date

import dagster as dg

from purchase_assets.kinds import KNOWN_KINDS
from purchase_assets.orchestration.jobs import (
    finish_withdrawals,
    release,
    restore,
    take_in_waiting,
    withdraw,
)
from purchase_assets.project import Project
from purchase_assets.workflows import accepted_rows, reconcile

UNFINISHED = [
    dg.DagsterRunStatus.QUEUED,
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
INPUTS = frozenset(map(dg.AssetKey, (*(kind.asset for kind in KNOWN_KINDS), "daily_sales")))
WEEKLY = frozenset(
    map(
        dg.AssetKey,
        ("cleaned_features", "weekly_predictions", "drift_report", "prediction_scores"),
    )
)
CHANGES_SALES = frozenset(
    job.name for job in (release, take_in_waiting, withdraw, restore, finish_withdrawals)
)
UnderWay = list[tuple[dg.DagsterRun, AbstractSet[dg.AssetKey]]]


def under_way(context: dg.SensorEvaluationContext) -> UnderWay:
    """The unfinished runs, each with the assets that it makes."""
    jobs = repository(context)
    found = []
    for run in context.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        made: AbstractSet[dg.AssetKey] = run.asset_selection or frozenset()
        if not made and jobs.has_job(run.job_name):
            made = set(jobs.get_job(run.job_name).asset_layer.executable_asset_keys)
        found.append((run, made))
    return found


def changes_inputs(run: dg.DagsterRun, made: AbstractSet[dg.AssetKey]) -> bool:
    """Whether a run may bring what a forecast or a training rests on."""
    return bool(made & INPUTS) or run.job_name in CHANGES_SALES


def is_under_way(runs: UnderWay, week: str) -> bool:
    """Whether a run makes anything of a week."""
    for run, made in runs:
        only = run.tags.get("dagster/partition", week)
        first = run.tags.get("dagster/asset_partition_range_start", only)
        last = run.tags.get("dagster/asset_partition_range_end", only)
        if made & WEEKLY and first <= week <= last:
            return True
    return False


def makes_weeks(runs: UnderWay) -> bool:
    """Whether a run makes anything of any week."""
    return any(made & WEEKLY for _, made in runs)


def repository(context: dg.SensorEvaluationContext) -> dg.RepositoryDefinition:
    """The definitions that the sensor belongs to."""
    assert context.repository_def is not None
    return context.repository_def


def data_through(instance: dg.DagsterInstance) -> date | None:
    """The newest day that daily_sales holds."""
    through = _of_daily_sales(instance, "data_through")
    return date.fromisoformat(through) if through else None


def sales_wait(project: Project, instance: dg.DagsterInstance) -> bool:
    """Whether the accepted rows are others than those that daily_sales sums up."""
    accepted = accepted_rows.of_sales(project)
    told = _of_daily_sales(instance, "uploads")
    if told is None and not accepted:
        return False  # before the first sales
    return accepted_rows.fingerprint(accepted) != told


def is_lost(
    project: Project, instance: dg.DagsterInstance, asset: str, week: str | None = None
) -> bool:
    """Whether the lake has no longer what Dagster was told of an asset, or of a week of it."""
    event = _newest(instance, asset, week)
    told = event.metadata.get("lake_version") if event else None
    return told is not None and reconcile.lost(project, asset, int(str(told.value)), week)


def _of_daily_sales(instance: dg.DagsterInstance, name: str) -> str | None:
    """What the newest materialization of daily_sales says of itself."""
    event = _newest(instance, "daily_sales")
    said = event.metadata.get(name) if event else None
    return str(said.value) if said else None


def _newest(
    instance: dg.DagsterInstance, asset: str, partition: str | None = None
) -> dg.AssetMaterialization | None:
    """The newest materialization of an asset or of one of its partitions."""
    chosen = dg.AssetRecordsFilter(
        dg.AssetKey(asset), asset_partitions=[partition] if partition else None
    )
    found = instance.fetch_materializations(chosen, limit=1).records
    return found[0].asset_materialization if found else None
