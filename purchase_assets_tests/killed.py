"""A run of the driver in a process of its own that dies by SIGKILL beside a step."""

import importlib
import os
import signal
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.operations import Operations
from purchase_assets.project import Project
from purchase_assets.storage import incoming
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.faults.commands import DIED, PATIENCE_S, SERVER
from purchase_assets_tests.places import ROOT


def _die(when: str) -> None:
    """Let this process die "before" or "after" the first call of `package.module:function`."""
    moment, _, step = when.partition(" ")
    module_name, _, name = step.partition(":")
    module = importlib.import_module(module_name)
    made = getattr(module, name)

    def last(*args, **kwargs):
        if moment == "after":
            made(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, last)


def _work(data: str, day: str, call: Sequence[object], sensors: Sequence[str]) -> None:
    """Settle, or do what a person asks of `Operations`, as `call` says."""
    settings = OnDay(
        day=day, data=data, forecast={"training_windows": 8, "search_candidates": 1, "threads": 1}
    )
    incoming.SETTLED_S = 0  # files are dropped whole
    instance = open_instance(settings, ROOT)
    if call:
        name, *arguments = call
        getattr(Operations(Project(settings), instance), str(name))(*arguments)
    else:
        built = build_definitions(settings)
        chosen = [one for one in built.sensors or () if not sensors or one.name in sensors]
        graph = dg.Definitions(
            assets=built.assets,
            jobs=built.jobs,
            sensors=chosen,
            resources=built.resources,
            executor=built.executor,
        )
        Unattended(graph, instance).settle()


def run_killed(
    when: str,
    data: str | Path,
    day: object,
    call: Sequence[object] = (),
    sensors: Sequence[str] = (),
) -> None:
    """Run the driver, or an operation, on a data folder until it dies."""
    process = SERVER.Process(target=_worked, args=(when, str(data), str(day), call, sensors))
    process.start()
    process.join(PATIENCE_S)
    assert process.exitcode == DIED


def _worked(when: str, data: str, day: str, call: Sequence[object], sensors: Sequence[str]) -> None:
    _die(when)
    _work(data, day, call, sensors)
