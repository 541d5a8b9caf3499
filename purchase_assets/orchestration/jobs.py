"""Jobs that people start and schedules that run by themselves."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg
from pydantic import Field

from purchase_assets.kinds import Verdict
from purchase_assets.orchestration.failures import told
from purchase_assets.orchestration.intake_assets import take_in_one
from purchase_assets.orchestration.launch_tokens import EXAMPLE, Signed, signature
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.workflows import waiting_uploads

if TYPE_CHECKING:
    from purchase_assets.orchestration.operations import Operations

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
    "then choose the week under 'Select a partition' (Dagster chooses none by itself; the newest "
    "is the one that is forecast now), Launch. A week that is over keeps what was published.",
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


@dg.op
def delete_what_nobody_needs(
    context: dg.OpExecutionContext, project: dg.ResourceParam[Project]
) -> None:
    """Delete old pages, and table versions that no registered model rests on."""
    from purchase_assets.workflows.prune import prune

    with told():
        for sentence in prune(project):
            context.log.info(sentence)


@dg.job(
    description="Keeps small what grows: old runs, old pages, and versions of the lake's tables "
    "that no registered model rests on."
)
def housekeeping() -> None:
    """Delete what nobody will look at again."""
    delete_old_runs()
    delete_what_nobody_needs()


def _operations(context: dg.OpExecutionContext, project: Project) -> "Operations":
    from purchase_assets.orchestration.operations import Operations

    return Operations(project, context.instance)


class Rows(Signed):
    """Quarantined rows of one upload, and who decides why."""

    upload_key: str = Field(
        description="The upload, as `purchase-assets uploads` and the monitoring page show it."
    )
    row_numbers: list[int] = Field(
        default_factory=list, description="Rows to decide on; all that wait when empty."
    )


class Refused(Signed):
    """A refused file, and who has seen it."""

    upload_key: str = Field(
        description="The upload, as `purchase-assets uploads` and its failed check show it."
    )


class Accepted(Signed):
    """An accepted sales file that is withdrawn or brought back, and who decides why."""

    upload_key: str = Field(
        description="The upload, as `purchase-assets uploads` and the monitoring page show it."
    )


class Version(Signed):
    """The model version to go back to, and who decides why."""

    version: str = Field(description="An earlier champion, as `purchase-assets models` shows it.")


KEY = "transactions-0123456789ab"


@dg.op(pool="intake")
def release_rows(
    context: dg.OpExecutionContext, config: Rows, project: dg.ResourceParam[Project]
) -> None:
    """Validate quarantined rows again and take them in."""
    change = _operations(context, project).release
    with told():
        who_and_why = signature(context, config, project)
        context.log.info(change(config.upload_key, config.row_numbers or None, *who_and_why))


@dg.op(pool="intake")
def take_in_files(context: dg.OpExecutionContext, project: dg.ResourceParam[Project]) -> None:
    """Take in what waits in the incoming folder, one file after the other."""
    growing = waiting_uploads.await_settled(project, context.log.info)
    for name in growing:
        context.log.info(f"{name}: still being written; the next look takes it")
    complete = [
        entry for entry in waiting_uploads.waiting(project) if entry.file_name not in growing
    ]
    if not complete:
        context.log.info("no complete file waits; nothing to take in")
    raised = []
    for number, entry in enumerate(complete, 1):
        context.log.info(f"{number} of {len(complete)}: {entry.file_name} as {entry.key}")
        with told():
            verdict, said = take_in_one(project, context.instance, entry)
        context.log.info(f"{entry.file_name}: {verdict}: {said}")
        if verdict is Verdict.ENGINE_ERROR:
            raised.append(f"{entry.file_name}: {said}")
    if raised:
        raise dg.Failure("; ".join(raised), allow_retries=False)


@dg.op
def discard_rows(
    context: dg.OpExecutionContext, config: Rows, project: dg.ResourceParam[Project]
) -> None:
    """Close quarantined rows for good."""
    change = _operations(context, project).discard
    with told():
        who_and_why = signature(context, config, project)
        context.log.info(change(config.upload_key, config.row_numbers or None, *who_and_why))


@dg.op(pool="intake")
def carry_out_withdrawals(
    context: dg.OpExecutionContext, project: dg.ResourceParam[Project]
) -> None:
    """Carry out what was decided on accepted files and is not done."""
    with told():
        for said in _operations(context, project).finish_withdrawals():
            context.log.info(said)


@dg.op
def mark_seen(
    context: dg.OpExecutionContext, config: Refused, project: dg.ResourceParam[Project]
) -> None:
    """Answer a refused file, so that its check is green again."""
    change = _operations(context, project).seen
    with told():
        who_and_why = signature(context, config, project)
        context.log.info(change(config.upload_key, *who_and_why))


@dg.op(pool="intake")
def withdraw_upload(
    context: dg.OpExecutionContext, config: Accepted, project: dg.ResourceParam[Project]
) -> None:
    """Take an accepted upload's rows out again."""
    change = _operations(context, project).withdraw
    with told():
        who_and_why = signature(context, config, project)
        context.log.info(change(config.upload_key, *who_and_why))


@dg.op(pool="intake")
def restore_upload(
    context: dg.OpExecutionContext, config: Accepted, project: dg.ResourceParam[Project]
) -> None:
    """Bring a withdrawn upload back."""
    change = _operations(context, project).restore
    with told():
        who_and_why = signature(context, config, project)
        context.log.info(change(config.upload_key, *who_and_why))


@dg.op
def roll_back(
    context: dg.OpExecutionContext, config: Version, project: dg.ResourceParam[Project]
) -> None:
    """Make an earlier champion champion again."""
    change = _operations(context, project).rollback
    with told():
        who_and_why = signature(context, config, project)
        context.log.info(change(config.version, *who_and_why))


@dg.job(
    name="take_in",
    description="Takes in what waits in the incoming folder now, without waiting for the sensor; "
    "the log tells each file and its verdict. Two clicks, nothing to fill in: Launchpad, "
    "Launch run. What rests on the files follows by itself.",
)
def take_in_waiting() -> None:
    """Take in the waiting files."""
    take_in_files()


@dg.job(
    description="Takes quarantined rows in after a second look; name them and say why.",
    config=dg.RunConfig(ops={"release_rows": Rows(upload_key=KEY, row_numbers=[], **EXAMPLE)}),
)
def release() -> None:
    """Release quarantined rows."""
    release_rows()


@dg.job(
    description="Closes quarantined rows for good; name them and say why.",
    config=dg.RunConfig(ops={"discard_rows": Rows(upload_key=KEY, row_numbers=[], **EXAMPLE)}),
)
def discard() -> None:
    """Discard quarantined rows."""
    discard_rows()


@dg.job(
    description="Marks a refused file as seen, when no corrected one will come; its check turns "
    "green.",
    config=dg.RunConfig(ops={"mark_seen": Refused(upload_key=KEY, **EXAMPLE)}),
)
def seen() -> None:
    """Answer a refused file."""
    mark_seen()


@dg.job(
    description="Takes an accepted sales file out again: its rows leave the tables, what rests on "
    "them is computed again, and models that had learnt from it are tainted.",
    config=dg.RunConfig(ops={"withdraw_upload": Accepted(upload_key=KEY, **EXAMPLE)}),
)
def withdraw() -> None:
    """Withdraw an accepted upload."""
    withdraw_upload()


@dg.job(
    description="Brings a withdrawn sales file back; what rests on it is computed again.",
    config=dg.RunConfig(ops={"restore_upload": Accepted(upload_key=KEY, **EXAMPLE)}),
)
def restore() -> None:
    """Restore a withdrawn upload."""
    restore_upload()


@dg.job(
    description="Makes an earlier model version champion again; the week is forecast again.",
    config=dg.RunConfig(ops={"roll_back": Version(version="0", **EXAMPLE)}),
)
def rollback() -> None:
    """Roll the model back."""
    roll_back()


@dg.job(
    description="Ends withdrawals whose process died half-way; it is asked for by itself.",
)
def finish_withdrawals() -> None:
    """Carry out decided withdrawals."""
    carry_out_withdrawals()


JOBS: list[Any] = [
    take_in_waiting,
    weekly,
    scores,
    retrain,
    release,
    discard,
    seen,
    withdraw,
    restore,
    finish_withdrawals,
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
            description="Deletes what nobody needs any more, every night at half past three.",
        )
    ]
