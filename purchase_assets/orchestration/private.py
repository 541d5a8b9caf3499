"""The one door to what Dagster does not call public, each with why nothing public will do.

No other module imports `dagster._...`. `test_private.py` asks of each what we
rest on, so that an upgrade of Dagster fails there first.
"""

from dagster._core.definitions.asset_checks.asset_check_evaluation import (
    AssetCheckEvaluationTargetMaterializationData,  # which materialization a told check is of
)
from dagster._core.definitions.data_version import (
    CachingStaleStatusResolver,  # the UI's own marks; asked for a partition only here
    StaleStatus,
)
from dagster._core.errors import DagsterUserCodeUnreachableError  # what a server that is away is
from dagster._core.execution.plan.objects import (
    StepFailureData as StepFailure,  # what a failed run said of itself
)
from dagster._core.instance.ref import (
    InstanceRef,  # the defaults of an instance that has a class of its own
)
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus  # a launcher's own answer
from dagster._core.loader import LoadingContext  # what the resolver asks its records of
from dagster._core.scheduler.instigation import (
    TickStatus,  # how a look of a sensor ended; the public class of instances asks for it
)
from dagster._core.storage.asset_check_execution_record import (
    AssetCheckExecutionRecord,  # what the UI shows of a check
    AssetCheckExecutionRecordStatus,
)

# dagster.yaml names a folder or a variable that holds one, never a folder below a variable's
from dagster._core.storage.base_storage import DagsterStorage
from dagster._core.storage.event_log import SqliteEventLogStorage  # how each opens its file
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._grpc.types import (
    CanCancelExecutionRequest,  # whether a code server has a run; no other call asks it
    CanCancelExecutionResult,
)
from dagster._serdes import ConfigurableClass, ConfigurableClassData

__all__ = [
    "AssetCheckEvaluationTargetMaterializationData",
    "AssetCheckExecutionRecord",
    "AssetCheckExecutionRecordStatus",
    "CachingStaleStatusResolver",
    "CanCancelExecutionRequest",
    "CanCancelExecutionResult",
    "CheckRunHealthResult",
    "ConfigurableClass",
    "ConfigurableClassData",
    "DagsterSqliteStorage",
    "DagsterStorage",
    "DagsterUserCodeUnreachableError",
    "InstanceRef",
    "LoadingContext",
    "LocalArtifactStorage",
    "LocalComputeLogManager",
    "SqliteEventLogStorage",
    "SqliteRunStorage",
    "SqliteScheduleStorage",
    "StaleStatus",
    "StepFailure",
    "TickStatus",
    "WorkerStatus",
]
