"""The driver without a daemon, where a person stands by."""

import os
import platform
import signal
import time
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from purchase_assets.orchestration.driver import PROCESS_TAG, SENSOR_TAG, Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.settings import Settings
from purchase_assets_tests.places import ROOT


def test_a_person_s_interrupt_ends_it_instead_of_being_tried_again():
    started = []

    @dg.asset
    def long_training() -> None:
        started.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)  # what Ctrl+C sends
        time.sleep(60)

    @dg.sensor(asset_selection=["long_training"])
    def asks_again(_: dg.SensorEvaluationContext) -> dg.SensorResult:
        return dg.SensorResult(run_requests=[dg.RunRequest()])

    graph = dg.Definitions(assets=[long_training], sensors=[asks_again])
    with dg.DagsterInstance.ephemeral() as instance, pytest.raises(KeyboardInterrupt):
        Unattended(graph, instance).settle()
    assert len(started) == 1
    assert time.monotonic() - started[0] < 30


@pytest.mark.parametrize(
    ("tags", "hours", "daemon_s", "ended", "named"),
    [
        ({PROCESS_TAG: "elsewhere:17"}, 0, None, True, False),  # another container's
        ({PROCESS_TAG: f"{platform.node()}:1"}, 0, None, True, False),  # its number lives again
        ({}, 0, None, False, True),  # a daemon that was killed
        ({}, 0, 600, False, True),
        ({}, 0, 10, False, False),  # a daemon that is alive ends it
        ({}, 3, None, True, False),
        ({}, 3, 10, False, False),
    ],
)
def test_a_run_that_nobody_makes_any_more_is_ended_or_named(
    tmp_path, tags, hours, daemon_s, ended, named
):
    instance = open_instance(Settings(data=str(tmp_path)), ROOT)
    run = dg.DagsterRun(job_name="retrain", status=dg.DagsterRunStatus.STARTED, tags=tags)
    instance.run_storage.add_historical_run(run, datetime.now(UTC) - timedelta(hours=hours))
    if daemon_s is not None:
        beat = DaemonHeartbeat(time.time() - daemon_s, "SENSOR", "one", [])
        instance.add_daemon_heartbeat(beat)

    ran = Unattended(dg.Definitions(), instance, patience_s=0).settle()

    assert instance.get_run_by_id(run.run_id).is_finished == ended
    assert [one.run_id for one in ran] == ([run.run_id] if named else [])
    assert all(run.run_id in one.error and "no daemon lives" in one.error for one in ran)


@pytest.mark.parametrize(
    ("tags", "holds", "ended", "named"),
    [
        ({SENSOR_TAG: "automation"}, False, True, False),  # the sensor asks again
        ({}, False, False, True),  # a person's
        ({SENSOR_TAG: "automation"}, True, False, False),
    ],
)
def test_what_a_daemon_queued_and_did_not_begin_is_not_waited_for_once_it_was_killed(
    tmp_path, tags, holds, ended, named
):
    instance = open_instance(Settings(data=str(tmp_path)), ROOT)
    run = dg.DagsterRun(job_name="retrain", status=dg.DagsterRunStatus.NOT_STARTED, tags=tags)
    instance.run_storage.add_historical_run(run, datetime.now(UTC))
    instance.add_daemon_heartbeat(DaemonHeartbeat(time.time() - 1, "SENSOR", "one", []))

    ran = Unattended(dg.Definitions(), instance, patience_s=0, daemon_holds=lambda: holds).settle()

    assert instance.get_run_by_id(run.run_id).is_finished == ended
    assert [one.run_id for one in ran] == ([run.run_id] if named else [])
