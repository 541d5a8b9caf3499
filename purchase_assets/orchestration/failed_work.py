"""What was tried and failed, and has not succeeded since."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import takewhile

import dagster as dg

from purchase_assets.alerting.graph_facts import REMEMBERED, Work
from purchase_assets.kinds import Kind
from purchase_assets.orchestration.jobs import discard, release, restore, rollback, seen, withdraw
from purchase_assets.orchestration.private import StepFailure
from purchase_assets.settings import masked

ASSETS_TAG = "purchase_assets/assets"
"""What the driver says its runs make: a run in process has no selection."""
BY_HAND = {job.name for job in (release, discard, seen, withdraw, restore, rollback)}
"""Jobs whose failure is told to the person who started them, and to nobody else."""
AT_MOST = 300
"""Runs that are looked through."""


def works(instance: dg.DagsterInstance) -> dict[str, Work]:
    """What the newest ended runs of each work came to; one that is under way says nothing yet."""
    ended = dg.RunsFilter(
        statuses=[dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE],
        created_after=datetime.now(UTC) - REMEMBERED,
    )
    runs: dict[str, list[dg.RunRecord]] = {}
    for record in instance.get_run_records(ended, limit=AT_MOST):
        if record.dagster_run.job_name not in BY_HAND:
            runs.setdefault(" ".join(_work(record.dagster_run)), []).append(record)
    return {what: _so_far(instance, newest_first) for what, newest_first in runs.items()}


def _so_far(instance: dg.DagsterInstance, newest_first: list[dg.RunRecord]) -> Work:
    failed = list(takewhile(lambda one: not one.dagster_run.is_success, newest_first))
    first = (failed or newest_first[:1])[-1]
    run_id = first.dagster_run.run_id
    return Work(
        failures=len(failed),
        since=first.create_timestamp.astimezone(UTC).replace(tzinfo=None, microsecond=0),
        run_id=run_id,
        why=masked(_why(instance, run_id)) if failed else "",
    )


def _work(run: dg.DagsterRun) -> tuple[str, ...]:
    """What a run makes; a week's failure is past when a later week was made."""
    asked = ", ".join(sorted(key.to_user_string() for key in run.asset_selection or ()))
    made = asked or run.tags.get(ASSETS_TAG, run.job_name)
    upload = run.tags.get("dagster/partition") if made == Kind.TRANSACTIONS.asset else None
    return (made, upload) if upload else (made,)


def _why(instance: dg.DagsterInstance, run_id: str) -> str:
    """The first error of a run in one line."""
    return next(_errors(instance, run_id), "its process ended").rstrip(".")


def _errors(instance: dg.DagsterInstance, run_id: str) -> Iterator[str]:
    for entry in instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE):
        failure = entry.dagster_event.event_specific_data if entry.dagster_event else None
        if isinstance(failure, StepFailure):
            described = failure.user_failure_data
            error = failure.error.cause or failure.error if failure.error else None
            said = described.description if described else error.message if error else None
            if said:
                yield " ".join(said.split())[:300]
