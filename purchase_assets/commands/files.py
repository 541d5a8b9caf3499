"""Uploads and the rows set aside: `upload`, `uploads`, `quarantine`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from purchase_assets.commands.graph import open_operations, open_project, settle
from purchase_assets.commands.output import Json, print_json, print_rows, refuse, screen
from purchase_assets.commands.people import By, Why

if TYPE_CHECKING:
    from purchase_assets.resources import Project

EXIT_BY_VERDICT = {"ACCEPTED": 0, "DUPLICATE": 0, "PARTIAL": 3, "REJECTED": 4, "ENGINE_ERROR": 5}

app = typer.Typer()
quarantine = typer.Typer(no_args_is_help=True, help="Rows that were set aside.")
app.add_typer(quarantine, name="quarantine")

Key = Annotated[str, typer.Argument(metavar="UPLOAD_KEY", help="Upload, as `uploads` shows it.")]
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
    from purchase_assets.workflows import intake

    project = open_project()
    reports = []
    for file in files:
        if not file.is_file():
            refuse(f"{file} does not exist or is no file; expected a Parquet or CSV file")
        entry = intake.Waiting(
            intake.key_of(intake.as_path(file)), intake.kind_of(file.name), intake.as_path(file)
        )
        if not dry_run:
            report = _take_in(project, entry)
        else:
            report = intake.report(intake.examine(project, entry))
        reports.append({**report, "file": str(file)})
    if as_json:
        print_json(reports)
    else:
        for report in reports:
            _print_verdict(report)
    raise typer.Exit(max(EXIT_BY_VERDICT[report["verdict"]] for report in reports))


@app.command()
def uploads(as_json: Json = False) -> None:
    """List the uploads and their verdicts, newest first."""
    more = ", received_at, judged_at, kind, known_rows, deliveries, message_en, message_es"
    rows = open_project().reports.rows(
        "SELECT key, file_name, verdict, rows, accepted, quarantined, duplicates, first_day, "
        f"last_day{more if as_json else ''} FROM uploads ORDER BY received_at DESC, key"
    )
    print_rows(rows, as_json, "No uploads yet; drop files in the incoming folder and run.")


@quarantine.command("list")
def quarantine_list(
    key: Annotated[str, typer.Option(help="Only this upload.")] = "", as_json: Json = False
) -> None:
    """List the rows that wait for a decision."""
    rows = open_project().reports.rows(
        "SELECT upload_key, row_number, rule, message_en, original FROM quarantine "
        "WHERE status = 'WAITING' AND (:key = '' OR upload_key = :key) "
        "ORDER BY upload_key, row_number",
        key=key,
    )
    print_rows(rows, as_json, "No rows wait.")


@quarantine.command("release")
def quarantine_release(key: Key, by: By, reason: Why, row: Numbers = None) -> None:
    """Validate rows again and take them in.

    Example: purchase-assets quarantine release KEY --row 17 --by Ana --reason "a wedding"
    """
    screen.print(open_operations().release(key, row, by, reason), soft_wrap=True)


@quarantine.command("discard")
def quarantine_discard(key: Key, by: By, reason: Why, row: Numbers = None) -> None:
    """Close rows for good; they stay on record."""
    screen.print(open_operations().discard(key, row, by, reason), soft_wrap=True)


def _take_in(project: "Project", entry: Any) -> dict[str, Any]:
    """Through the graph, so that the checks and the events are the same as for a dropped file."""
    from purchase_assets.workflows import intake

    before = project.reports.upload(entry.key)
    if before and before["verdict"] in intake.TAKEN:
        return intake.report_taken(before, "DUPLICATE")
    intake.deliver(project, Path(entry.path))
    settle(project)
    after = project.reports.upload(entry.key)
    if after is None:
        refuse(f"{entry.path.name} was not judged; look at the failed run above")
    return intake.report_taken(after)


def _print_verdict(report: dict[str, Any]) -> None:
    screen.print(
        f"[bold]{report['verdict']}[/bold] {report['file']}: {report['rows']} rows, "
        f"{report['accepted']} accepted, {report['quarantined']} quarantined, "
        f"{report['duplicates']} repeated ({report['key']})",
        soft_wrap=True,
    )
    for reason in report["reasons"]:
        screen.print(f"  {reason['rule']}: {reason['message']}", soft_wrap=True, markup=False)
