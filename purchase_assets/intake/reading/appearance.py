"""What a text without the needed columns looks like, so that its sender knows what to change."""

import re
from collections.abc import Mapping

from purchase_assets.intake.reading.columns import fold, map_columns
from purchase_assets.kinds import Kind
from purchase_assets.text import Text

_LINES = 40
"""Lines that are searched for a header."""
_DELIMITERS = (",", ";", "\t", "|")
_JSON = re.compile(r"[\[{]\s*[\[{\"\]}]")
_SQL = re.compile(r"(--\s|/\*|(insert|create|drop|begin|set|use|copy|replace)\s)", re.IGNORECASE)
_VALUE = re.compile(r"[+\-]?[\d.,]*\d[\d.,]*|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*")

Look = tuple[Text, Text]
"""What it is, and what to do."""

_EXPORT = Text("export it as CSV or Parquet", "expórtelo como CSV o Parquet")


def appearance(text: str, kind: Kind, column_names: Mapping[str, str]) -> Look | None:
    """What the beginning of a file looks like, or None when it looks like nothing known."""
    start = text.lstrip("\ufeff \t\r\n")
    for pattern, name in ((_JSON, "JSON"), (re.compile("<"), "XML"), (_SQL, "SQL")):
        if pattern.match(start):
            return Text(f"the file looks like {name}", f"el archivo parece {name}"), _EXPORT
    lines = [line for line in enumerate(text.splitlines()[:_LINES], start=1) if line[1].strip()]
    for number, line in lines[1:]:
        if any(_is_header(line.split(mark), kind, column_names) for mark in _DELIMITERS):
            return _below_title(number)
    first = lines[0][1] if lines else ""
    mark = _other_delimiter(first, kind)
    if mark:
        return _odd_delimiter(mark)
    if any(any(_VALUE.fullmatch(cell.strip("\" '")) for cell in first.split(m)) for m in ",;\t|"):
        return (
            Text("the first line holds values", "la primera línea contiene valores"),
            Text("add a line with the names above it", "agregue antes una línea con los nombres"),
        )
    return None


def _is_header(cells: list[str], kind: Kind, column_names: Mapping[str, str]) -> bool:
    return not map_columns([cell.strip("\" '") for cell in cells], kind, column_names).missing


def _other_delimiter(line: str, kind: Kind) -> str | None:
    """What stands between the needed names of a header, when no delimiter does."""
    folded = fold(line)
    if any(mark in line for mark in _DELIMITERS) or not all(c in folded for c in kind.needed[:2]):
        return None
    marks = re.findall(r"[^\w\s\"']+|\s+", line.strip())
    return max(marks, key=marks.count) if marks else None


def _below_title(number: int) -> Look:
    return (
        Text(
            f"the names of the columns are in line {number}, below other lines",
            f"los nombres de las columnas están en la línea {number}, debajo de otras líneas",
        ),
        Text(
            "delete the lines above them",
            "borre las líneas anteriores",
        ),
    )


def _odd_delimiter(mark: str) -> Look:
    shown = repr(mark) if mark.strip() else None
    return (
        Text(
            f"its cells are separated by {shown or 'blanks'}",
            f"sus celdas están separadas por {shown or 'espacios'}",
        ),
        Text(
            "separate them by commas, semicolons, tabs or bars",
            "sepárelas con comas, puntos y coma, tabulaciones o barras",
        ),
    )
