"""A process dies, the next run follows, and everything is looked at."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from purchase_assets.failpoints import Failpoint
from purchase_assets.orchestration.waiting import UNFINISHED
from purchase_assets.settings import SAMPLE_RECORD
from purchase_assets_tests.faults.commands import DIED, Ended
from purchase_assets_tests.faults.invariants import (
    Seen,
    facts,
    read_all_the_while,
    violations,
    without_a_model,
)
from purchase_assets_tests.faults.world import World
from purchase_assets_tests.faults.worlds import (
    DIES_IN,
    ENDS,
    Delivery,
    Moment,
    Twin,
    Work,
    Worlds,
    command_of,
)
from purchase_assets_tests.places import ROOT

ASKED_AGAIN = {
    Failpoint.UPLOAD_HALF_COPIED,
    Failpoint.UPLOAD_UNNAMED,
    Failpoint.DISCARD_WRITTEN,
}
"""Nothing was decided yet, and only the person knows that it was wanted."""
TRIES_AT_MOST = 5
"""How often a moment is drawn anew when nothing was left to die."""
NAMED = "no daemon lives that would end it"
"""What `run` says of a run whose process it cannot see; a person terminates it."""
DAEMON_S = 60
"""How long a daemon works on a week once it has begun with it, and then some."""


@dataclass(frozen=True)
class Recovery:
    """What became of one death, or of several in one week; without one nothing was left to kill."""

    deaths: int
    seconds: float = 0.0
    problems: tuple[str, ...] = ()
    half_read: int = 0


def die_and_recover(worlds: Worlds, moment: Moment, name: str) -> Recovery:
    """Kill a process at a point, run once as always, and look at everything."""
    work, delivery = DIES_IN[moment.point], moment.delivery
    twin = worlds.twin(work, delivery)
    world = worlds.begin(work, name, delivery)
    asked = command_of(world, work, delivery)
    with read_all_the_while(world) as seen:
        killed = world.run(*asked, armed=moment.armed)
        if killed.code != DIED:
            said = f"{moment.armed}: not reached, exit {killed.code}: {_last(killed)}"
            return Recovery(0, problems=(said,))
        again = [asked] if moment.point in ASKED_AGAIN else []
        seconds, problems = _recover(world, again)
    return _compared(world, work, twin, seconds, problems, seen)


def die_at_each_and_recover(
    worlds: Worlds, points: Sequence[Failpoint], delivery: Delivery, name: str
) -> Recovery:
    """Kill each run of a week at the next point, so that each ends what another one began."""
    twin = worlds.twin(Work.WEEK, delivery)
    world = worlds.begin(Work.WEEK, name, delivery)
    points = [point for point in points if twin.passed[point]]  # half a week has no score
    problems = []
    with read_all_the_while(world) as seen:
        for point in points:
            killed = world.run("run", armed=point.value)
            if killed.code != DIED:
                problems.append(f"{point}: not reached, exit {killed.code}: {_last(killed)}")
        seconds, found = _recover(world, [])
    return _compared(
        world, Work.WEEK, twin, seconds, problems + found, seen, len(points) - len(problems)
    )


def die_any_time_and_recover(
    worlds: Worlds, kill: "Kill", delivery: Delivery, dice: random.Random, name: str
) -> Recovery:
    """The same for a death from outside, at any moment after a process began with a week."""
    twin = worlds.twin(Work.WEEK, delivery)
    for _ in range(TRIES_AT_MOST):
        world = worlds.begin(Work.WEEK, name, delivery)
        with read_all_the_while(world) as seen:
            if kill(world, dice.random(), twin):
                seconds, problems = _recover(world, [])
                return _compared(world, Work.WEEK, twin, seconds, problems, seen)
        shutil.rmtree(world.folder)
    return Recovery(0)


Kill = Callable[[World, float, Twin], bool]
"""Kills after a share of the time that the work takes; whether anything was there to die."""


def kill_run(world: World, share: float, twin: Twin) -> bool:
    """Kill the driver."""
    command = world.begin("run")
    command.kill_after(share * twin.seconds)
    return command.end().code == DIED


def kill_daemon(world: World, share: float, _: Twin) -> bool:
    """Kill a daemon and all that it has begun, some time after its first run."""
    before = world.instance.get_runs_count()
    with daemon(world):
        until(lambda: world.instance.get_runs_count() > before)
        time.sleep(share * DAEMON_S)
    return True


def until(holds: Callable[[], bool]) -> None:
    """Wait for something, twenty minutes at most."""
    ends = time.monotonic() + 1200
    while not holds():
        if time.monotonic() > ends:
            raise TimeoutError("waited for twenty minutes in vain")
        time.sleep(0.2)


@contextmanager
def daemon(world: World) -> Iterator[None]:
    """A daemon that finds the files; killed at the end, with all that it has begun."""
    home = world.folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    day = json.loads((world.data / SAMPLE_RECORD).read_text())["today"]
    with (home / "daemon.log").open("wb") as log:
        started = subprocess.Popen(
            [
                *(sys.executable, "-m", "dagster._daemon", "run"),
                *("-m", "purchase_assets_tests.scenarios.hurried", "-d", str(ROOT)),
            ],
            cwd=home,
            env={**world.environment, "DAGSTER_HOME": str(home), "TODAY_OF_THE_TEST": day},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        _kill_tree(started.pid)
        started.wait(30)


def _recover(world: World, again: list[tuple[str, ...]]) -> tuple[float, list[str]]:
    began, problems = time.monotonic(), []
    for words in [("run",), *again, *([("run",)] if again else [])]:
        done = world.run(*words)
        if done.code == 1 and NAMED in " ".join(done.err.split()):
            for run in world.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
                world.instance.report_run_canceled(run)  # as it asks a person to
            done = world.run(*words)
        if done.code not in ENDS:
            problems.append(f"{' '.join(words)}: exit {done.code}: {_last(done)}")
    return time.monotonic() - began, problems


def _last(done: Ended) -> str:
    return " ".join(done.err.split())[-300:]


def _compared(
    world: World,
    work: Work,
    twin: Twin,
    seconds: float,
    problems: list[str],
    seen: Seen,
    deaths: int = 1,
) -> Recovery:
    problems = [*problems, *violations(world)]
    if seen.half_read:
        problems.append(f"a reader saw half a week {seen.half_read} times of {seen.looks}")
    if not seen.looks or not seen.lists:
        problems.append("the reader saw nothing")
    here = facts(world)
    for name, there in twin.facts.items():
        if here[name] != there and (without_a_model(name) or not work.trains):
            problems.append(f"{name}: not as where nobody died: {_difference(there, here[name])}")
    for run in world.settle():
        problems.append(f"a second run still made {', '.join(run.assets)} ({run.asked_by})")
    return Recovery(deaths, seconds, tuple(problems), seen.half_read)


def _difference(there: Any, here: Any) -> str:
    """The first things that differ."""
    if isinstance(there, list):
        missing, more = (
            [row for row in there if row not in here],
            [row for row in here if row not in there],
        )
        return f"{len(missing)} missing {missing[:1]}, {len(more)} more {more[:1]}"[:800]
    return f"{there} {here}"[:800] if isinstance(there, str) else "another content"


def _kill_tree(process: int) -> None:
    """Kill a process of ours and all that it has started."""
    with suppress(FileNotFoundError, ProcessLookupError):
        listed = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
        os.kill(process, signal.SIGKILL)
        for child in " ".join(listed).split():
            _kill_tree(int(child))
