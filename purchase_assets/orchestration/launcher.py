"""Runs are launched as Dagster does it, and missed when their process is gone.

Dagster's own launcher cannot tell: a run whose code server was killed would count as running, and
hold its pool, until it is overdue.
"""

import socket

import dagster as dg

from purchase_assets.orchestration.private import (
    CanCancelExecutionRequest,
    CanCancelExecutionResult,
    CheckRunHealthResult,
    DagsterUserCodeUnreachableError,
    WorkerStatus,
)

RUNS = CheckRunHealthResult(WorkerStatus.RUNNING)
GONE = CheckRunHealthResult(WorkerStatus.NOT_FOUND, "its process has ended")


class WatchedRunLauncher(dg.DefaultRunLauncher):
    """Launches runs in the code server, and asks it whether it still has them."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        """The daemon's monitoring asks of each run that has started."""
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Whether the code server of a run still executes it.

        A server with an address is waited for: once it is back, it says that it does not know the
        run. A socket that nobody listens at has lost its server for ever.
        """
        server = self._get_grpc_client_for_termination(run.run_id)
        if server is None:  # a driver's own run, which the next driver ends
            return RUNS
        if server.socket and _nobody_listens(server.socket):
            return GONE
        try:
            answer = server.can_cancel_execution(CanCancelExecutionRequest(run_id=run.run_id))
        except DagsterUserCodeUnreachableError:
            return RUNS
        return RUNS if dg.deserialize_value(answer, CanCancelExecutionResult).can_cancel else GONE


def _nobody_listens(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as asked:
        try:
            asked.connect(path)
        except (ConnectionRefusedError, FileNotFoundError):
            return True
    return False
