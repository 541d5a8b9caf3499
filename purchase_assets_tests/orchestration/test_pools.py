"""One step at a time in a pool, whoever starts it, and what becomes of a slot of the dead."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.settings import Settings
from purchase_assets_tests.places import ROOT

POOLS = {
    **dict.fromkeys(("raw_customers", "raw_products", "raw_transactions", "daily_sales"), "intake"),
    **dict.fromkeys(("training_set", "trained_model"), "training"),
    **dict.fromkeys(
        ("cleaned_features", "weekly_predictions", "drift_report", "prediction_scores"),
        "publishing",
    ),
}
WORKER = """
import os, sys, time
from pathlib import Path
import dagster as dg
from purchase_assets.settings import Settings
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance

data, home, name, seconds = sys.argv[1:]

@dg.asset(pool="training")
def made():
    Path(data, f"{name} began").write_text(str(time.time()))
    time.sleep(float(seconds))
    Path(data, f"{name} ended").write_text(str(time.time()))

@dg.sensor(asset_selection=["made"])
def asks(_):
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=name)])

graph = dg.Definitions([made], sensors=[asks], executor=dg.in_process_executor)
instance = open_instance(Settings(data=data), Path(home))
if name in ("first", "by hand"):
    graph.resolve_implicit_global_asset_job_def().execute_in_process(instance=instance)
else:
    Unattended(graph, instance).settle()
"""


def work(folder: Path, name: str, seconds: float) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), str(ROOT), name, str(seconds)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(path: Path) -> float:
    for _ in range(900):
        if path.exists() and path.read_text():
            return float(path.read_text())
        time.sleep(0.1)
    raise AssertionError(f"{path} did not come")


def test_every_computed_asset_works_in_its_pool(tmp_path):
    graph = build_definitions(Settings(data=str(tmp_path)))
    computed = [one for one in graph.assets or () if isinstance(one, dg.AssetsDefinition)]
    assert {one.key.to_user_string(): one.op.pool for one in computed} == POOLS


@pytest.fixture
def folder(tmp_path):
    with open_instance(Settings(data=str(tmp_path)), ROOT) as instance:
        instance.get_runs()  # the storage is made once, not by two at once
    return tmp_path


@pytest.mark.parametrize("second", ["by hand", "driver"])
def test_a_run_of_another_process_waits_for_the_slot(folder, second):
    first = work(folder, "first", 8)
    wait_for(folder / "first began")
    other = work(folder, second, 0)
    began = wait_for(folder / f"{second} began")
    assert began >= wait_for(folder / "first ended")
    assert first.wait(60) == 0, first.stderr.read()
    assert other.wait(60) == 0, other.stderr.read()


def test_the_slot_of_a_killed_driver_is_given_back(folder):
    killed = work(folder, "killed", 600)
    wait_for(folder / "killed began")
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    other = work(folder, "other", 0)
    wait_for(folder / "other ended")
    assert other.wait(60) == 0, other.stderr.read()


@pytest.fixture
def instance(folder):
    with open_instance(Settings(data=str(folder)), ROOT) as instance:
        yield instance


@dg.asset(pool="training")
def made() -> None:
    """Something that needs the slot."""


@dg.sensor(asset_selection=["made"])
def asks(_: dg.SensorEvaluationContext) -> dg.SensorResult:
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key="once")])


GRAPH = dg.Definitions([made], sensors=[asks], executor=dg.in_process_executor)


def hold(instance: dg.DagsterInstance, status: dg.DagsterRunStatus) -> str:
    """A run that holds the slot, and nobody knows by which process."""
    run = instance.create_run_for_job(GRAPH.resolve_implicit_global_asset_job_def(), status=status)
    storage = instance.event_log_storage
    storage.initialize_concurrency_limit_to_default("training")
    assert storage.claim_concurrency_slot("training", run.run_id, "made").is_claimed
    return run.run_id


def test_a_slot_of_a_run_that_has_ended_holds_nobody_up(instance):
    hold(instance, dg.DagsterRunStatus.FAILURE)
    (ran,) = Unattended(GRAPH, instance, patience_s=0).settle()
    assert ran.success


def test_a_slot_that_is_not_given_back_is_waited_for_only_so_long(instance):
    run_id = hold(instance, dg.DagsterRunStatus.STARTED)
    began = time.monotonic()
    with pytest.raises(PurchaseAssetsError) as error:
        Unattended(GRAPH, instance, patience_s=1.5).settle()
    assert time.monotonic() - began < 20
    assert f"run {run_id} has held the pool 'training' for" in str(error.value)
    assert "terminate it if its process is gone" in str(error.value)
    instance.report_run_canceled(instance.get_run_by_id(run_id))
    (ran,) = Unattended(GRAPH, instance, patience_s=0).settle()
    assert ran.success
