"""What every command prints with: tables, JSON, and one clear line for a mistake."""

import json
import sys
from datetime import date
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

EXIT_USAGE = 2

screen = Console()
notes = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def refuse(message: str) -> NoReturn:
    """End with exit 2 and one line that a person can act on."""
    print(f"purchase-assets: {message}", file=sys.stderr)
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


def print_json(value: Any) -> None:
    """The value as JSON on standard output."""
    print(json.dumps(value, indent=2, default=str, ensure_ascii=False))


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
        number = isinstance(value, int | float)
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    screen.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)
