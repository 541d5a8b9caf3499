"""The driver without a daemon, where a person stands by."""

import os
import signal
import time

import dagster as dg
import pytest

from purchase_assets.orchestration.driver import Unattended


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
