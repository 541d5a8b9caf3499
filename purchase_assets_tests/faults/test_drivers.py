"""Two drivers of one project at once, in processes of their own: what they make, one makes."""

import subprocess
import sys
import time
from collections.abc import Callable

import dagster as dg
import pytest

from purchase_assets.orchestration.waiting import UNFINISHED
from purchase_assets_tests.faults.crash import daemon
from purchase_assets_tests.faults.invariants import facts, violations
from purchase_assets_tests.faults.world import World
from purchase_assets_tests.faults.worlds import Work, Worlds
from purchase_assets_tests.places import ROOT

pytestmark = pytest.mark.slow


def same_as_one(worlds: Worlds, world: World) -> None:
    assert violations(world) == []
    assert facts(world) == worlds.twin(Work.WEEK).facts
    failed = dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])
    assert world.instance.get_runs(failed) == []


def until(holds: Callable[[], bool]) -> None:
    for _ in range(1200):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("waited for two minutes in vain")


def test_two_runs_at_once(worlds: Worlds):
    world = worlds.begin(Work.WEEK, "two runs")
    begun = [world.begin("run", "--json") for _ in range(2)]
    ends = [command.end() for command in begun]
    assert [one.code for one in ends] == [0, 0], [one.err[-500:] for one in ends]
    (waited,) = [one for one in ends if "waiting for purchase-assets run (process " in one.err]
    assert waited.out.strip() == "[]"
    same_as_one(worlds, world)


def test_a_run_beside_the_daemon(worlds: Worlds):
    world = worlds.begin(Work.WEEK, "run and daemon")
    before = world.instance.get_runs_count()
    with daemon(world):
        until(lambda: world.instance.get_runs_count() > before)  # it has begun with the week
        run = world.run("run")
        assert run.code == 0, run.err[-500:]
        until(lambda: not world.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)))
    last = world.run("run")
    assert last.code == 0, last.err[-500:]
    same_as_one(worlds, world)


def test_a_run_beside_assets_that_are_materialized_by_hand(worlds: Worlds):
    world = worlds.begin(Work.WEEK, "run and hand")
    run = world.begin("run")
    by_hand = subprocess.run(
        [
            *(sys.executable, "-m", "dagster", "asset", "materialize"),
            *("-m", "purchase_assets.definitions", "--select", "daily_sales"),
        ],
        cwd=ROOT,
        env=world.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert by_hand.returncode == 0, by_hand.stderr[-500:]
    for done in (run.end(), world.run("run")):
        assert done.code == 0, done.err[-500:]
    same_as_one(worlds, world)
