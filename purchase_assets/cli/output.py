"""What every command prints with: tables, JSON, a bar on long work, one line for a mistake."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from purchase_assets.storage.reports.two_languages import to_columns

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EXIT_FAULT = 1
EXIT_USAGE = 2

TYPED = ("key", "upload_key", "model_version", "version")
"""Columns that a person types again as an argument: never cut, however narrow the screen."""

screen = Console()
notes = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


def refuse(message: str) -> NoReturn:
    """End with exit 2 and one line that a person can act on."""
    print(f"purchase-assets: {one_line(message)}", file=sys.stderr)
    raise SystemExit(EXIT_USAGE)


def one_line(error: object) -> str:
    """An error's message without its line breaks."""
    return " ".join(str(error).split())


def parse_day(text: str, option: str) -> date:
    """The day that a person typed for `option`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"{option} {text!r}; expected a day such as 2025-01-06")


def long_work() -> Progress:
    """A bar with the time it has taken, seen on terminals only and gone when done."""
    return Progress(
        SpinnerColumn(),
        BarColumn(bar_width=20),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
        console=notes,
        transient=True,
        disable=not notes.is_terminal,  # it would leave an empty line
    )


def print_json(value: Any) -> None:
    """The value as JSON on standard output."""
    print(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def print_said(sentence: str, as_json: bool) -> None:
    """What was done, in one sentence."""
    if as_json:
        print_json({"message": sentence})
    else:
        screen.print(sentence, soft_wrap=True, markup=False, highlight=False)


def print_records(
    records: "Sequence[DataclassInstance]", columns: Sequence[str], as_json: bool, empty: str
) -> None:
    """Records of a table: `columns` for people, all of them as JSON."""
    rows = [to_columns(asdict(record)) for record in records]
    shown = rows if as_json else [{name: row[name] for name in columns} for row in rows]
    print_rows(shown, as_json, empty)


def print_rows(rows: list[dict[str, Any]], as_json: bool, empty: str) -> None:
    """The rows as a table or as JSON; `empty` is said when there are none."""
    if as_json:
        print_json(rows)
        return
    if not rows:
        screen.print(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, value in rows[0].items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        typed = name in TYPED
        table.add_column(
            name.removesuffix("_en").replace("_", " "),
            justify="right" if number else "left",
            no_wrap=typed,
            min_width=max(len(_cell(row[name])) for row in rows) if typed else None,
        )
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    screen.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else escape(str(value))
