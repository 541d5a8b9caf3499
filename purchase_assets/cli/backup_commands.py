"""All that the project keeps, in one file and back: `backup`, `restore`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from purchase_assets.cli.open_project import existing_project, open_operations, open_project
from purchase_assets.cli.output import Json, long_work, notes, print_json, print_said
from purchase_assets.progress import Progress

app = typer.Typer()


def _told(bar_progress: Progress) -> Progress:
    """Progress on the bar, and a line for each part where no terminal shows a bar."""

    def step(message: str, share: float) -> None:
        bar_progress(message, share)
        if not notes.is_terminal:
            notes.print(f"  {share:4.0%} {message}", highlight=False, markup=False)

    return step


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive to write, such as x.zip.")],
    as_json: Json = False,
) -> None:
    """Write all that the project keeps into one archive; the daemon may be at work.

    Example: purchase-assets backup ~/purchase-assets-2025-01-06.zip
    """
    from purchase_assets.workflows.back_up import back_up

    project = existing_project()
    with long_work() as bar:
        task = bar.add_task("", total=1.0)
        size = back_up(
            project,
            file,
            _told(lambda text, share: bar.update(task, description=text, completed=share)),
        )
    if as_json:
        print_json({"file": str(file), "bytes": size})
    else:
        print_said(f"{file}: {size:,} bytes.", as_json)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Archive that `backup` wrote.")],
    as_json: Json = False,
) -> None:
    """Make an empty place what an archive says; with PostgreSQL's URLs set, move there.

    Example: purchase-assets restore ~/purchase-assets-2025-01-06.zip
    """
    from purchase_assets.workflows.back_up import restore as make_of

    project = open_project()
    with long_work() as bar:
        task = bar.add_task("", total=1.0)
        made = make_of(
            project,
            file,
            lambda text, share: bar.update(task, description=text, completed=share),
        )
    open_operations().tell_what_stands()
    if as_json:
        print_json(asdict(made))
        return
    print_said(
        f"{made.files} files and {made.rows:,} rows as of {made.made_at} UTC are in "
        f"{project.settings.data} and {project.reports.shown_url}.",
        as_json,
    )
    if made.runs_left_out:
        notes.print(
            "Dagster's runs and their logs stay in the archive: its database here begins anew, "
            "told of what stands.",
            highlight=False,
            soft_wrap=True,
        )
