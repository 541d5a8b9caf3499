"""Running the graph without a daemon: the same sensors and conditions, ticked in this process.

`purchase-assets run` and `replay` and the scenario tests use it, so what they show is what the
daemon does.
"""

import math
import os
import platform
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.orchestration.daemons import daemon_lives
from purchase_assets.orchestration.failed_work import ASSETS_TAG
from purchase_assets.orchestration.retry_window import Attempts
from purchase_assets.orchestration.waiting import UNFINISHED

MAX_ROUNDS = 200
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
INTERRUPTED = "DagsterExecutionInterruptedError"
CURSORS = "purchase_assets/unattended/"
PROCESS_TAG = "purchase_assets/process"
SENSOR_TAG = "dagster/sensor_name"
NOT_BEGUN = (dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.NOT_STARTED)
PATIENCE_S = 15 * 60
"""How long a run waits for a slot of its pools that another one holds."""
OTHERS_S = 60
"""How long another process's run is waited for that no daemon looks after."""


@dataclass(frozen=True)
class Ran:
    """One run that was asked for by a sensor or a condition, or that they wait for in vain."""

    asked_by: str
    assets: tuple[str, ...]
    partition: str | None
    success: bool
    run_id: str
    error: str = ""


@dataclass
class Unattended:
    """Ticks every sensor, and runs what they ask for, until nothing is asked any more.

    Parameters
    ----------
    definitions : dagster.Definitions
        The graph.
    instance : dagster.DagsterInstance
        Where runs, events and cursors are kept.
    announce : callable
        Called with the asker, the assets and the partition before each run.
    patience_s : float
        Seconds for which a run waits when another process works in the same pool.
    daemon_holds : callable
        Whether a daemon holds its lock: it dies with it, while its last sign of life counts on.
    """

    definitions: dg.Definitions
    instance: dg.DagsterInstance
    announce: Callable[[str, Sequence[str], str | None], None] = lambda *_: None
    patience_s: float = PATIENCE_S
    daemon_holds: Callable[[], bool] = lambda: True
    skips: dict[str, str] = field(default_factory=dict)
    attempts: Attempts = field(default_factory=Attempts.once_from_now)

    def settle(self) -> list[Ran]:
        """Tick until a whole round asks for nothing; returns the runs in their order."""
        self.attempts = Attempts.once_from_now()
        self._end_orphans()
        ran: list[Ran] = []
        quiet = 0
        for _ in range(MAX_ROUNDS):
            done = list(self._round())
            ran += done
            # a file counts as complete when two rounds see it unchanged
            quiet = 0 if done else quiet + 1
            if quiet == 2:
                if not self._another_ended():
                    return ran + self._waits_for()
                quiet = 0
        raise RuntimeError(
            f"the sensors still ask for runs after {MAX_ROUNDS} rounds; expected them to come to "
            "rest; look at the last runs in the Dagster UI"
        )

    def _end_orphans(self) -> None:
        """Runs that nothing makes any more count as failed, so that they are asked for again.

        Whoever settles holds the driver's lock, so another driver's run has lost its process,
        whatever its host or number. A daemon begins and ends its own runs while it lives.
        """
        for record in self._unfinished():
            run = record.dagster_run
            if PROCESS_TAG in run.tags:
                self.instance.report_run_failed(run, "The process that ran it has ended.")
            elif self._daemon_lives():
                continue
            elif run.status in NOT_BEGUN and SENSOR_TAG in run.tags:
                self.instance.report_run_failed(run, "No daemon lives that would begin it.")
            elif self._is_overdue(record):
                self.instance.report_run_failed(
                    run, "It took too long, and no daemon looks after it."
                )
        for held in self.instance.event_log_storage.get_concurrency_run_ids():
            holder = self.instance.get_run_by_id(held)
            if holder is None or holder.is_finished:
                self.instance.event_log_storage.free_concurrency_slots_for_run(held)

    def _daemon_lives(self) -> bool:
        return daemon_lives(self.instance) and self.daemon_holds()

    def _unfinished(self) -> Sequence[dg.RunRecord]:
        """Runs that others have begun; this process has none when it asks."""
        return self.instance.get_run_records(dg.RunsFilter(statuses=UNFINISHED))

    def _is_overdue(self, record: dg.RunRecord) -> bool:
        """Whether a run is older than any run may be."""
        began = record.create_timestamp
        longest = timedelta(seconds=self.instance.run_monitoring_max_runtime_seconds or math.inf)
        return datetime.now(UTC) - began > longest

    def _another_ended(self) -> bool:
        """Wait for runs that only their own processes end; whether one did within a minute."""
        ends = time.monotonic() + min(self.patience_s, OTHERS_S)
        others = {run.run_id for run in self._waits_for()}
        left = others
        while left == others and others and time.monotonic() < ends:
            time.sleep(1)
            left = {run.run_id for run in self._waits_for()}
        return left != others

    def _waits_for(self) -> list[Ran]:
        """Runs for which the sensors wait, and which no daemon looks after."""
        if self._daemon_lives():
            return []
        return [_nobody_s(record) for record in self._unfinished()]

    def _wait_for_slots(self, job: dg.JobDefinition) -> None:
        """Wait while others work in the pools of a job; the executor would wait for ever."""
        ends = time.monotonic() + self.patience_s
        for pool in sorted(job.graph.pools):
            while holder := self._holder(pool):
                if time.monotonic() > ends:
                    raise PurchaseAssetsError(
                        f"run {holder} has held the pool {pool!r} for {self.patience_s:.0f} s",
                        "it to end, since one step at a time works there",
                        "look at the run in the Dagster UI, terminate it if its process is gone, "
                        "and run this again",
                    )
                time.sleep(min(1.0, self.patience_s))
                self._end_orphans()

    def _holder(self, pool: str) -> str | None:
        """A run of another process that works in a pool."""
        claimed = self.instance.event_log_storage.get_concurrency_info(pool).claimed_slots
        return claimed[0].run_id if claimed else None

    def _round(self) -> Iterator[Ran]:
        for sensor in self.definitions.sensors or []:
            if isinstance(sensor, dg.AutomationConditionSensorDefinition):
                requests = self._conditions()
            else:
                requests = self._tick(sensor)
            for request in requests:
                yield self._run(sensor.name, request)

    def _tick(self, sensor: Any) -> list[dg.RunRequest]:
        repository = self.definitions.get_repository_def()
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self._cursor(sensor.name),
            repository_def=repository,
            sensor_name=sensor.name,
            resources={**(self.definitions.resources or {}), "attempts": self.attempts},
        )
        result = sensor(context)
        if isinstance(result, dg.SkipReason):
            self.skips[sensor.name] = result.skip_message or ""
            return []
        for event in result.asset_events or []:
            self.instance.report_runless_asset_event(event)
        for change in result.dynamic_partitions_requests or []:
            self._change_partitions(change)
        self._keep_cursor(sensor.name, result.cursor or context.cursor)
        if isinstance(result.skip_reason, dg.SkipReason):
            self.skips[sensor.name] = result.skip_reason.skip_message or ""
        return [
            request
            for request in result.run_requests or []
            if not self._asked_before(sensor.name, request.run_key)
        ]

    def _change_partitions(
        self, change: dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest
    ) -> None:
        name, keys = change.partitions_def_name, list(change.partition_keys)
        if isinstance(change, dg.AddDynamicPartitionsRequest):
            self.instance.add_dynamic_partitions(name, keys)
        else:
            for key in keys:
                self.instance.delete_dynamic_partition(name, key)

    def _conditions(self) -> list[dg.RunRequest]:
        kept = self._cursor("automation")
        cursor: Any = dg.deserialize_value(kept) if kept else None
        with warnings.catch_warnings():
            # Dagster's own call uses a parameter that Dagster marks as beta
            warnings.simplefilter("ignore", dg.BetaWarning)
            result = dg.evaluate_automation_conditions(
                self.definitions, self.instance, cursor=cursor
            )
        self._keep_cursor("automation", dg.serialize_value(result.cursor))
        wanted: dict[str | None, list[dg.AssetKey]] = {}
        for key in self.definitions.resolve_all_asset_keys():
            for partition in result.get_requested_partitions(key) or ():
                wanted.setdefault(partition, []).append(key)
        return [
            dg.RunRequest(asset_selection=keys, partition_key=partition)
            for partition, keys in wanted.items()
        ]

    def _run(self, asked_by: str, request: dg.RunRequest) -> Ran:
        job = self.definitions.resolve_implicit_global_asset_job_def()
        if request.job_name:
            job = self.definitions.resolve_job_def(request.job_name)
        if request.asset_selection:
            job = job.get_subset(asset_selection=set(request.asset_selection))
        assets = tuple(
            sorted(key.to_user_string() for key in job.asset_layer.executable_asset_keys)
        )
        self.announce(asked_by, assets, request.partition_key)
        self._wait_for_slots(job)
        result = job.execute_in_process(
            instance=self.instance,
            partition_key=request.partition_key,
            run_config={**(request.run_config or {}), **QUIET},
            tags={
                **(request.tags or {}),
                PROCESS_TAG: f"{platform.node()}:{os.getpid()}",
                ASSETS_TAG: ", ".join(assets),
                SENSOR_TAG: asked_by,
                "dagster/run_key": request.run_key or "",
            },
            raise_on_error=False,
        )
        if _interrupted(result):
            raise KeyboardInterrupt
        return Ran(
            asked_by, assets, request.partition_key, result.success, result.run_id, _error(result)
        )

    def _asked_before(self, sensor: str, run_key: str | None) -> bool:
        tags = {SENSOR_TAG: sensor, "dagster/run_key": run_key or ""}
        return bool(run_key) and self.instance.get_runs_count(dg.RunsFilter(tags=tags)) > 0

    def _cursor(self, name: str) -> str | None:
        key = f"{CURSORS}{name}"
        return self.instance.daemon_cursor_storage.get_cursor_values({key}).get(key)

    def _keep_cursor(self, name: str, cursor: str | None) -> None:
        if cursor is not None:
            self.instance.daemon_cursor_storage.set_cursor_values({f"{CURSORS}{name}": cursor})


def _nobody_s(record: dg.RunRecord) -> Ran:
    """A run of a daemon or the UI that has not ended, while no daemon lives, as a failed one."""
    run = record.dagster_run
    assets = tuple(sorted(key.to_user_string() for key in run.asset_selection or ()))
    began = record.create_timestamp.astimezone(UTC)
    why = (
        f"run {run.run_id} is {run.status.value} since {began:%Y-%m-%d %H:%M} UTC and no daemon "
        "lives that would end it; expected it to end, since what it makes is waited for; start the "
        "daemon, or terminate the run in the Dagster UI, and run this again"
    )
    partition = run.tags.get("dagster/partition")
    return Ran("a daemon or the UI", assets or (run.job_name,), partition, False, run.run_id, why)


def _interrupted(result: dg.ExecuteInProcessResult) -> bool:
    """Whether a person ended the run: Dagster makes an ordinary failure of it."""
    errors = (event.job_failure_data.error for event in result.all_events if event.is_job_failure)
    return any(error and error.cls_name == INTERRUPTED for error in errors)


def _error(result: dg.ExecuteInProcessResult) -> str:
    """The first error of a failed run in one line."""
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause if error and error.cause else error
            described = event.step_failure_data.user_failure_data
            if described and described.description:
                return described.description
            return cause.message.strip() if cause else "unknown error"
    return "" if result.success else "the run failed before its first step"
