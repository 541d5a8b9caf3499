"""Jobs that people start and schedules that run by themselves."""

from datetime import datetime, timedelta

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import (
    UnresolvedAssetJobDefinition,
)
from pydantic import Field

from purchase_assets.operations import Operations
from purchase_assets.resources import Project
from purchase_assets.settings import Settings

KEEP_RUNS_DAYS = 90
WEEKLY = ("cleaned_features", "weekly_predictions", "drift_report")

retrain = dg.define_asset_job(
    "retrain",
    selection=["training_set", "trained_model"],
    description="Trains a challenger on all accepted sales and lets the gate decide.",
)

weekly = dg.define_asset_job(
    "weekly",
    selection=list(WEEKLY),
    description="Forecasts a week again: its features, its table and its drift. Materialize all, "
    "Latest takes the week that is forecast now; a week that is over keeps what was published.",
)

scores = dg.define_asset_job(
    "scores",
    selection=["prediction_scores"],
    description="Compares the published forecast of a week that is over with what was sold.",
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


class Rows(dg.Config):
    """Quarantined rows of one upload, and who decides why; no row numbers means all."""

    upload_key: str
    row_numbers: list[int] = Field(default_factory=list)
    by: str
    reason: str


class Version(dg.Config):
    """The model version to go back to, and who decides why."""

    version: str
    by: str
    reason: str


@dg.op(pool="intake")
def release_rows(
    context: dg.OpExecutionContext, config: Rows, project: dg.ResourceParam[Project]
) -> None:
    """Validate quarantined rows again and take them in."""
    change = Operations(project, context.instance).release
    context.log.info(
        change(config.upload_key, config.row_numbers or None, config.by, config.reason)
    )


@dg.op
def discard_rows(
    context: dg.OpExecutionContext, config: Rows, project: dg.ResourceParam[Project]
) -> None:
    """Close quarantined rows for good."""
    change = Operations(project, context.instance).discard
    context.log.info(
        change(config.upload_key, config.row_numbers or None, config.by, config.reason)
    )


@dg.op
def roll_back(
    context: dg.OpExecutionContext, config: Version, project: dg.ResourceParam[Project]
) -> None:
    """Make an earlier champion champion again."""
    change = Operations(project, context.instance).rollback
    context.log.info(change(config.version, config.by, config.reason))


@dg.job(description="Takes quarantined rows in after a second look; name them and say why.")
def release() -> None:
    """Release quarantined rows."""
    release_rows()


@dg.job(description="Closes quarantined rows for good; name them and say why.")
def discard() -> None:
    """Discard quarantined rows."""
    discard_rows()


@dg.job(description="Makes an earlier model version champion again; the week is forecast again.")
def rollback() -> None:
    """Roll the model back."""
    roll_back()


JOBS: list[dg.JobDefinition | UnresolvedAssetJobDefinition] = [
    weekly,
    scores,
    retrain,
    release,
    discard,
    rollback,
    housekeeping,
]


def schedules(settings: Settings) -> list[dg.ScheduleDefinition]:
    """What runs by the clock of the configured time zone."""
    return [
        dg.ScheduleDefinition(
            name="nightly_housekeeping",
            job=housekeeping,
            cron_schedule="30 3 * * *",
            execution_timezone=settings.time_zone,
            default_status=dg.DefaultScheduleStatus.RUNNING,
            description="Deletes old runs every night at half past three.",
        )
    ]
