"""Jobs that people start and schedules that run by themselves."""

from datetime import datetime, timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition,
)

KEEP_RUNS_DAYS = 90

retrain = dg.define_asset_job(
    "retrain",
    selection=["training_set", "trained_model"],
    tags={"purchase_assets/retraining": "true"},
    description="Trains a challenger on all accepted sales and lets the gate decide.",
)


@dg.op
def delete_old_runs(context: dg.OpExecutionContext) -> None:
    """Delete runs that ended more than 90 days ago; Dagster itself keeps them for ever."""
    before = datetime.now() - timedelta(days=KEEP_RUNS_DAYS)
    old = context.instance.get_run_records(
        dg.RunsFilter(
            created_before=before,
            statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.CANCELED],
        ),
        limit=500,
    )
    for record in old:
        context.instance.delete_run(record.dagster_run.run_id)
    context.log.info(f"{len(old)} runs deleted")


@dg.job(description="Keeps the run history small.")
def housekeeping() -> None:
    """Delete runs that nobody will look at again."""
    delete_old_runs()


nightly_housekeeping = dg.ScheduleDefinition(
    name="nightly_housekeeping",
    job=housekeeping,
    cron_schedule="30 3 * * *",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Deletes old runs every night at half past three.",
)

JOBS: list[dg.JobDefinition | UnresolvedAssetJobDefinition] = [retrain, housekeeping]
SCHEDULES = [nightly_housekeeping]
