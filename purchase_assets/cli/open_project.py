"""The project and its graph as a command needs them: opened, and run until nothing is asked."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from purchase_assets.cli.output import long_work, notes, one_line, refuse
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.one_at_a_time import is_held, one_at_a_time
from purchase_assets.text import Text
from purchase_assets.workflows import reconcile, waiting_uploads

if TYPE_CHECKING:
    from purchase_assets.orchestration.console import Console
    from purchase_assets.orchestration.driver import Ran
    from purchase_assets.orchestration.operations import Operations

PATIENCE_S = 60
"""How long one driver waits for another."""


def open_project() -> Project:
    """The project of this environment's settings."""
    return Project(Settings())


def existing_project() -> Project:
    """The project, for commands that only make sense where one has been at work."""
    project = open_project()
    if not project.folder("").is_dir():
        refuse(
            Text(
                f"{project.settings.data} is no folder; expected the project's data folder; "
                "run from the project's root, or set PURCHASE_ASSETS_DATA",
                f"{project.settings.data} no es una carpeta; se esperaba la de datos del proyecto; "
                "ejecute desde la raíz del proyecto, o indique PURCHASE_ASSETS_DATA",
            )
        )
    return project


def open_console() -> "Console":
    """What a server shows of the graph, with the Dagster instance that it asks."""
    return _console(existing_project())


def open_operations() -> "Operations":
    """What a person changes, with the Dagster instance that is told."""
    return open_console().decisions()


def _console(project: Project) -> "Console":
    """The Dagster instance of dagster.yaml, with the project's data folder."""
    from purchase_assets.orchestration.console import Console

    return Console.opened(project, _home())


def settle(project: Project, tell: Callable[[str], None] | None = None) -> "list[Ran]":
    """Run what the sensors and conditions ask for, saying each run; returns them in order.

    One driver works at a time. Files that are being written are waited for, and named when they
    are not done in time.
    `tell` is given the run that is under way, where a bar is shown already.
    """
    from purchase_assets.definitions import build_definitions
    from purchase_assets.orchestration.driver import Unattended

    if tell is None:
        with long_work() as bar:
            task = bar.add_task("looking for work", total=None)
            return settle(project, lambda text: bar.update(task, description=text))

    def announce(asked_by: str, assets: Sequence[str], partition: str | None) -> None:
        what = ", ".join(assets) + (f" [{partition}]" if partition else "")
        notes.print(f"  {what}", highlight=False, markup=False)
        tell(f"{what} (asked for by {asked_by})")

    instance = _console(project).instance
    by = " ".join(["purchase-assets", *sys.argv[1:2]])
    with one_at_a_time(project.reports, "driver", by, patience_s=PATIENCE_S, tell=_note(tell)):
        driver = Unattended(
            build_definitions(project.settings),
            instance,
            announce,
            daemon_holds=lambda: is_held(project.reports, "daemon"),
        )
        waiting_uploads.await_settled(project, _note(tell))
        ran = driver.settle()
    for name in waiting_uploads.not_settled(project):
        notes.print(
            f"{name} is still being written; the next run takes it", highlight=False, markup=False
        )
    return ran


def _note(tell: Callable[[str], None]) -> Callable[[str], None]:
    """Tell what is waited for, and print it once."""
    said: set[str] = set()

    def note(text: str) -> None:
        tell(text)
        if text not in said:
            said.add(text)
            notes.print(text, highlight=False, markup=False, soft_wrap=True)

    return note


def exit_on_failure(project: Project, ran: "list[Ran]") -> None:
    """Exit 1, naming the runs that failed and what they left undone, when something is."""
    failed = [f"{', '.join(entry.assets)}: {entry.error}" for entry in ran if not entry.success]
    if unused := reconcile.unused_champion(project):
        failed.append(str(unused))
    for said in failed:
        notes.print(f"failed: {one_line(said)}", style="red", markup=False, soft_wrap=True)
    if failed:
        raise typer.Exit(1)


def _home() -> Path:
    """DAGSTER_HOME: as set, or the folder that holds dagster.yaml."""
    if "DAGSTER_HOME" in os.environ:
        return Path(os.environ["DAGSTER_HOME"]).absolute()
    here = Path.cwd()
    found = next((f for f in (here, *here.parents) if (f / "dagster.yaml").is_file()), None)
    if found is None:
        refuse(
            Text(
                f"no dagster.yaml in {here} or above it; expected the project's root; "
                "run from there or set DAGSTER_HOME",
                f"no hay dagster.yaml en {here} ni más arriba; se esperaba la raíz del proyecto; "
                "ejecute desde allí o indique DAGSTER_HOME",
            )
        )
    return found
