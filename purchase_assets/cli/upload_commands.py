"""Uploads, refused files and the rows set aside: `upload`, `uploads`, `quarantine`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from purchase_assets.cli.open_project import existing_project, open_operations, open_project, settle
from purchase_assets.cli.output import (
    Json,
    language,
    long_work,
    notes,
    print_json,
    print_records,
    print_said,
    refuse,
    screen,
)
from purchase_assets.cli.signature_options import By, Why
from purchase_assets.errors import files_usable
from purchase_assets.kinds import TAKEN, Verdict
from purchase_assets.project import Project
from purchase_assets.storage.incoming import sender_name
from purchase_assets.storage.reports import quarantined_rows
from purchase_assets.storage.reports import uploads as known_uploads
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import ROWS, Text, counted
from purchase_assets.workflows import tell_verdict, waiting_uploads
from purchase_assets.workflows.waiting_uploads import Waiting

if TYPE_CHECKING:
    from purchase_assets.orchestration.operations import Operations

EXIT_BY_VERDICT = {
    Verdict.ACCEPTED: 0,
    Verdict.DUPLICATE: 0,
    Verdict.PARTIAL: 3,
    Verdict.REJECTED: 4,
    Verdict.WITHDRAWN: 4,
    Verdict.ENGINE_ERROR: 5,
}

NONE_WAIT = Text("No rows wait.", "No hay filas que esperen.")
NO_UPLOADS = Text(
    "No uploads yet; drop files in the incoming folder and run.",
    "Todavía no hay archivos; déjelos en la carpeta de entrada y ejecute `purchase-assets run`.",
)
COUNTS = Text(
    "{rows}, {accepted:,} accepted, {quarantined:,} quarantined, {duplicates:,} repeated ({key})",
    "{rows}, {accepted:,} aceptadas, {quarantined:,} en cuarentena, {duplicates:,} repetidas "
    "({key})",
)

app = typer.Typer()
uploads = typer.Typer(help="Files that came, each with its verdict and why.")
app.add_typer(uploads, name="uploads")
quarantine = typer.Typer(no_args_is_help=True, help="Rows that were set aside.")
app.add_typer(quarantine, name="quarantine")


def _known_keys(incomplete: str) -> list[str]:
    known = known_uploads.keys(existing_project().reports)
    return [key for key in known if key.startswith(incomplete)]


Key = Annotated[
    str,
    typer.Argument(
        metavar="UPLOAD_KEY", help="Upload, as `uploads` shows it.", autocompletion=_known_keys
    ),
]
Numbers = Annotated[list[int] | None, typer.Option("--row", help="Row number; all if left out.")]


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to take in.")],
    dry_run: Annotated[bool, typer.Option(help="Only say what the verdict would be.")] = False,
    as_json: Json = False,
) -> None:
    """Judge files and take in what is right; exit 0 accepted, 3 partial, 4 rejected, 5 error.

    Example: purchase-assets upload --dry-run ~/batch_2025-01-06.csv
    """
    from purchase_assets.workflows import take_in

    for file in files:
        if not file.is_file():
            refuse(
                Text(
                    f"{file} does not exist or is no file; "
                    "expected a Parquet, CSV or .xlsx file; give one",
                    f"{file} no existe o no es un archivo; "
                    "se esperaba uno Parquet, CSV o .xlsx; indique uno",
                )
            )
    project = open_project()
    reports = []
    with long_work() as bar:
        task = bar.add_task("", total=len(files))
        for number, file in enumerate(files):
            entry = Waiting.at(waiting_uploads.as_path(file))
            place = f"{number + 1}/{len(files)}"
            bar.update(task, completed=number, description=f"{place} {entry.file_name}")
            report = take_in.foresee(project, entry) if dry_run else _take_in(project, entry)
            reports.append({**report, "file": sender_name(str(file))})
    if as_json:
        print_json(reports)
    else:
        for report in reports:
            _print_verdict(report)
    raise typer.Exit(max(EXIT_BY_VERDICT[report["verdict"]] for report in reports))


@uploads.callback(invoke_without_command=True)
def list_uploads(
    context: typer.Context,
    copy_to: Annotated[
        Path | None, typer.Option(help="Copy the files that were taken here, for `replay`.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List the uploads, newest first, each with its verdict and why.

    Example: purchase-assets uploads --copy-to ~/history
    """
    if context.invoked_subcommand is not None:
        return
    project = existing_project()
    if copy_to is not None:
        _copy_taken(project, copy_to)
    print_records(
        known_uploads.newest(project.reports),
        {
            "key": "key",
            "file_name": "file",
            "verdict": "verdict",
            "answer": "answer",
            "rows": "rows",
            "message": "sentence",
        },
        as_json,
        NO_UPLOADS,
        cards=True,
    )


@uploads.command("seen")
def uploads_seen(key: Key, by: By, reason: Why, as_json: Json = False) -> None:
    """Mark a refused file as seen, when no corrected one will come; its check turns green.

    Example: purchase-assets uploads seen transactions-0a1b2c3d4e5f --by Ana
    --reason "a test of the sender's"
    """
    print_said(open_operations().seen(key, by, reason), as_json)


@uploads.command("withdraw")
def uploads_withdraw(key: Key, by: By, reason: Why, as_json: Json = False) -> None:
    """Take an accepted sales file out again: its rows leave the tables, models are tainted.

    Example: purchase-assets uploads withdraw transactions-0a1b2c3d4e5f --by Ana
    --reason "another branch's sales"
    """
    operations = open_operations()
    print_said(operations.withdraw(key, by, reason), as_json)
    _say_what_follows(operations)


@uploads.command("restore")
def uploads_restore(key: Key, by: By, reason: Why, as_json: Json = False) -> None:
    """Bring a withdrawn sales file back: it is judged again beside what is known by now.

    Example: purchase-assets uploads restore transactions-0a1b2c3d4e5f --by Ana
    --reason "it was right after all"
    """
    operations = open_operations()
    print_said(operations.restore(key, by, reason), as_json)
    _say_what_follows(operations)


@quarantine.command("list")
def quarantine_list(
    key: Annotated[str, typer.Option(help="Only this upload.", autocompletion=_known_keys)] = "",
    as_json: Json = False,
) -> None:
    """List the rows that wait for a decision, each with the rule it broke and its values.

    Example: purchase-assets quarantine list
    """
    rows = quarantined_rows.waiting(existing_project().reports, key or None)
    if as_json:
        shown = [to_columns(vars(row)) for row in rows]
        names = ("upload_key", "row_number", "rule", "message_en", "message_es", "original")
        print_json([{name: row[name] for name in names} for row in shown])
        return
    columns = {
        "upload_key": "key",
        "row_number": "row",
        "rule": "rule",
        "message": "sentence",
        "original": "original",
    }
    print_records(rows, columns, as_json, NONE_WAIT, cards=True)


@quarantine.command("release")
def quarantine_release(
    key: Key, by: By, reason: Why, row: Numbers = None, as_json: Json = False
) -> None:
    """Validate rows again and take them in; the next run rests on them.

    Example: purchase-assets quarantine release transactions-0a1b2c3d4e5f --row 17 --by Ana
    --reason "a wedding"
    """
    operations = open_operations()
    print_said(operations.release(key, row, by, reason), as_json)
    _say_what_follows(operations)


@quarantine.command("discard")
def quarantine_discard(
    key: Key, by: By, reason: Why, row: Numbers = None, as_json: Json = False
) -> None:
    """Close rows for good; they stay on record.

    Example: purchase-assets quarantine discard transactions-0a1b2c3d4e5f --by Ana
    --reason "typed twice"
    """
    print_said(open_operations().discard(key, row, by, reason), as_json)


def _say_what_follows(operations: "Operations") -> None:
    """The table is computed again by the daemon; where none runs, by a command."""
    if not operations.follows_by_itself():
        notes.print("The table follows with `purchase-assets run`.", highlight=False)


def _take_in(project: Project, entry: Waiting) -> dict[str, Any]:
    """Through the graph, so that the checks and the events are the same as for a dropped file."""
    if before := waiting_uploads.taken_before(project, entry.key):
        return tell_verdict.report_again(*before)
    waiting_uploads.deliver(project, Path(str(entry.path)))
    settle(project)
    after = known_uploads.find(project.reports, entry.key)
    if after is None:
        refuse(
            Text(
                f"{entry.file_name} was not judged; expected a verdict; look at the failed run "
                "above, or ask with --dry-run",
                f"{entry.file_name} no fue juzgado; se esperaba un veredicto; mire la ejecución "
                "fallida de arriba, o pregunte con --dry-run",
            )
        )
    return tell_verdict.report_taken(after)


def _copy_taken(project: Project, folder: Path) -> None:
    """Every file that was taken, named by its kind and key."""
    with files_usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
    for key in known_uploads.keys(project.reports, TAKEN):
        path = waiting_uploads.find(project, key).path
        copy = folder / f"{key}{''.join(path.suffixes)}"
        with files_usable(copy):
            copy.write_bytes(path.read_bytes())


def _print_verdict(report: dict[str, Any]) -> None:
    spoken = language()
    facts = {**report, "rows": counted(report["rows"], ROWS)}
    screen.print(
        f"[bold]{report['verdict']}[/bold] {escape(report['file'])}: "
        f"{COUNTS.format(**facts).of(spoken)}",
        soft_wrap=True,
    )
    for reason in report["reasons"]:
        said = reason["message_es" if spoken == "es" else "message"]
        screen.print(f"  {reason['rule']}: {said}", soft_wrap=True, markup=False)
