"""What every command prints with: tables, JSON, a bar on long work, one line for a mistake."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from purchase_assets.pages.labels import label
from purchase_assets.pages.wording import yes_or_no
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Language, Text

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

EXIT_FAULT = 1
EXIT_USAGE = 2

screen = Console()
notes = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


def refuse(message: str | Text) -> NoReturn:
    """End with exit 2 and one line that a person can act on, in the language of the settings."""
    said = message.of(language()) if isinstance(message, Text) else message
    print(f"purchase-assets: {one_line(said)}", file=sys.stderr)
    raise SystemExit(EXIT_USAGE)


def one_line(error: object) -> str:
    """An error's message without its line breaks."""
    return " ".join(str(error).split())


def parse_day(text: str, option: str) -> date:
    """The day that a person typed for `option`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(
            Text(
                f"{option} {text!r}; expected a day such as 2025-01-06",
                f"{option} {text!r}; se esperaba un día como 2025-01-06",
            )
        )


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


def language() -> Language:
    """The language of the settings, which every command speaks; English where they are wrong."""
    try:
        return Settings().language
    except (SettingsError, ValidationError):  # told by whoever needs them
        return "en"


def print_records(
    records: "Sequence[DataclassInstance]",
    columns: Mapping[str, str],
    as_json: bool,
    empty: Text,
    *,
    cards: bool = False,
) -> None:
    """Records of a table: as JSON with all that they hold, else `columns` in a person's words.

    Parameters
    ----------
    records : sequence of dataclass
        What to print.
    columns : mapping
        Field -> its label in `pages.labels`; what people type again comes first.
    as_json : bool
        Whether a program reads it.
    empty : Text
        Said when there are none.
    cards : bool
        Whether each is a card, for records with a sentence to read; else all are one table.
    """
    if as_json:
        print_json([to_columns(asdict(record)) for record in records])
        return
    spoken = language()
    rows = [
        {label(head, spoken): _said(getattr(record, name)) for name, head in columns.items()}
        for record in records
    ]
    if cards and rows:
        for row in rows:
            _print_card(row)
    else:
        print_rows(rows, as_json, empty)


def print_rows(rows: list[dict[str, Any]], as_json: bool, empty: Text) -> None:
    """The rows as a table or as JSON; `empty` is said when there are none.

    The first column is what a person types again, so it is never cut, however narrow the screen.
    """
    if as_json:
        print_json(rows)
        return
    if not rows:
        screen.print(empty.of(language()))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for place, (name, value) in enumerate(rows[0].items()):
        number = isinstance(value, int | float) and not isinstance(value, bool)
        table.add_column(
            name.replace("_", " "),
            justify="right" if number else "left",
            no_wrap=place == 0,
            min_width=None if place else max(len(_cell(row[name])) for row in rows),
        )
    for row in rows:
        table.add_row(*(escape(_cell(value)) for value in row.values()))
    screen.print(table)


def _print_card(row: dict[str, Any]) -> None:
    """The first value on a line of its own, then each that is given; the screen wraps."""
    first, *rest = row.items()
    screen.print(f"[bold]{escape(_cell(first[1]))}[/bold]", soft_wrap=True, highlight=False)
    for name, value in rest:
        if value not in (None, ""):
            line = f"  {name}: {_cell(value)}"
            screen.print(line, soft_wrap=True, markup=False, highlight=False)


def _said(value: Any) -> Any:
    return value.of(language()) if isinstance(value, Text) else value


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return yes_or_no(value, language())
    if isinstance(value, int | float):
        written = "{value:.3f}" if isinstance(value, float) else "{value:,}"
        return Text.same(written).format(value=value).of(language())
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else str(value)
