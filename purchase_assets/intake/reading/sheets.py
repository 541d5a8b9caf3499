"""The one sheet of a workbook as CSV text, as a person sees it.

Titles above the header, rows and columns without a value and what stands right of the table are
no part of it. Dates become ISO days, whole numbers lose their fraction, and a formula counts by
the value that it was saved with.
"""

import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError  # the error alone  # nosec B405

from openpyxl import load_workbook

from purchase_assets.intake.reading.dialect import DOUBTFUL, decimal_mark
from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.intake.reading.upload_files import BOMB_FLOOR, MAX_RATIO
from purchase_assets.settings import QualitySettings
from purchase_assets.text import Text

IsHeader = Callable[[Sequence[str]], bool]

TITLE_ROWS = 40
"""Rows in which a header is looked for."""
MAX_COLUMNS = 256
MAX_SHEET_ROWS = 1_048_576
"""Rows of a sheet; Excel knows no more."""
PART_LIMIT = 128 << 20
"""Bytes of a part that is held in memory: the texts, the styles."""
SHEET_LIMIT = 1 << 30
"""Bytes of a sheet, which is read row by row."""
_CELL_LIMIT = 32_767
_EXACT = 10**15
"""A spreadsheet keeps 15 digits; a longer number is written so that nobody takes it for an id."""
_FORMULA = re.compile(rb"<(\w+:)?f[ />]")
_BLOCK = 1 << 20

_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ParseError),
    *(LookupError, ValueError, TypeError, AttributeError, OverflowError),
)
"""What openpyxl raises at what is no workbook, or one that is damaged."""


def write_sheet(
    workbook: Path, target: Path, is_header: IsHeader, settings: QualitySettings
) -> None:
    """Write the table of the one sheet that is filled as UTF-8 text with commas.

    Parameters
    ----------
    workbook : Path
        An ``.xlsx`` file.
    target : Path
        Text to write: ``sep=,``, the header, the rows.
    is_header : callable
        Whether a row's texts name the needed columns; without such a row the first one counts.
    settings : QualitySettings
        The limits of the gate.

    Raises
    ------
    ReadingError
        Damaged, a bomb, several sheets are filled, or formulas come without their values.
    """
    with _readable():
        has_formulas = _check_parts(workbook, settings)
        with workbook.open("rb") as file:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            name = _filled_sheet(book)
            sheet = book[name]
            header, below = _find_header(_rows(sheet, MAX_COLUMNS), is_header)
            if has_formulas:
                _check_formulas(sheet, workbook, len(header))
            limit = max(BOMB_FLOOR, MAX_RATIO * workbook.stat().st_size)
            if _write(sheet, header, below, target, ".", limit):
                _write(sheet, header, below, target, ",", limit)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # of styles and extensions, which are not read
            warnings.filterwarnings("ignore", module="openpyxl")
            yield
    except _DAMAGED as error:
        detail = Text("no workbook, or a damaged one", "no es un libro de Excel, o está dañado")
        raise ReadingError(Problem.UNREADABLE, detail=detail) from error


def _check_parts(workbook: Path, settings: QualitySettings) -> bool:
    """Refuse what unpacks to more than is read; whether some sheet has formulas."""
    has_formulas = False
    with zipfile.ZipFile(workbook) as archive:
        for part in archive.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/")
            limit = min(settings.max_bytes, SHEET_LIMIT if is_sheet else PART_LIMIT)
            if part.file_size > max(BOMB_FLOOR, MAX_RATIO * part.compress_size):
                raise ReadingError(Problem.BOMB, ratio=MAX_RATIO)
            if part.file_size > limit and part.filename.endswith(".xml"):
                raise ReadingError(Problem.TOO_LARGE, found=part.file_size, limit=limit)
            if is_sheet and not has_formulas:
                with archive.open(part) as file:
                    tail = b""
                    while block := file.read(_BLOCK):
                        has_formulas = has_formulas or bool(_FORMULA.search(tail + block))
                        tail = block[-20:]
    return has_formulas


def _filled_sheet(book: Any) -> str:
    """The one sheet with a value in it, among those that a person sees."""
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    filled = [sheet.title for sheet in seen if any(map(any, map(_given, _rows(sheet, 256))))]
    if len(filled) > 1:
        listed = ", ".join(filled[:5]) + (" ..." if len(filled) > 5 else "")
        raise ReadingError(Problem.SEVERAL_SHEETS, sheets=listed)
    if not filled:
        raise ReadingError(Problem.EMPTY_FILE)
    return filled[0]


def _rows(sheet: Any, columns: int, values_only: bool = True) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()  # programs declare too few, hostile ones too many
    return sheet.iter_rows(max_row=MAX_SHEET_ROWS, max_col=columns, values_only=values_only)


def _given(row: Sequence[Any]) -> list[bool]:
    return [value is not None and str(value).strip() != "" for value in row]


def _find_header(rows: Iterator[tuple[Any, ...]], is_header: IsHeader) -> tuple[list[str], int]:
    """The names of the columns, and how many rows stand down to them."""
    first: tuple[list[str], int] | None = None
    for number, row in enumerate(rows, start=1):
        given = _given(row)
        if any(given):
            width = len(row) - given[::-1].index(True)
            names = [_text(value, ".").strip() for value in row[:width]]
            if is_header(names):
                return names, number
            if first is None or (len(first[0]) == 1 and width > 1):  # one cell alone is a title
                first = names, number
        if number >= TITLE_ROWS and first:
            break
    if first is None:
        raise ReadingError(Problem.EMPTY_FILE)
    return first


def _check_formulas(sheet: Any, workbook: Path, width: int) -> None:
    """Refuse formulas whose value nobody has computed: programs write such, Excel does not."""
    with workbook.open("rb") as file:
        book = load_workbook(file, read_only=True, keep_links=False)
        as_written = _rows(book[sheet.title], width, values_only=False)
        for cells, written in zip(_rows(sheet, width, values_only=False), as_written, strict=False):
            for cell, formula in zip(cells, written, strict=False):
                is_empty = cell.value is None and cell.data_type != "str"
                if formula.data_type == "f" and is_empty:
                    raise ReadingError(Problem.NO_FORMULA_VALUES, cell=formula.coordinate)


def _write(sheet: Any, header: list[str], below: int, target: Path, mark: str, limit: int) -> bool:
    """Write the table; whether fractions must have a comma, as the texts of the sheet have it."""
    size, fractions, with_comma, doubtful = 0, False, False, ""
    with target.open("w", encoding="utf-8", newline="") as file:
        file.write("sep=,\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for number, row in enumerate(_rows(sheet, len(header)), start=1):
            if number <= below or not any(_given(row)):
                continue
            texts = [_text(value, mark) for value in row]
            size += sum(map(len, texts))
            if size > limit:
                raise ReadingError(Problem.BOMB, ratio=MAX_RATIO)
            for value in row:
                if isinstance(value, float):
                    fractions = fractions or value % 1 != 0
                elif isinstance(value, str):
                    spoken_for = decimal_mark(value.strip())
                    with_comma = with_comma or spoken_for == ","
                    doubtful = value.strip() if spoken_for == DOUBTFUL else doubtful
            writer.writerow(texts)
    if fractions and doubtful and not with_comma:
        raise ReadingError(Problem.AMBIGUOUS_NUMBERS, example=doubtful)
    return fractions and with_comma and mark == "."


def _text(value: Any, mark: str) -> str:
    """A cell as text: ISO days, whole numbers without a fraction, the others with `mark`."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return str(value.date() if value.time() == time() else value)
    if isinstance(value, float):
        if abs(value) >= _EXACT:
            return f"{value:E}"
        number = Decimal(repr(value))
        whole = number == number.to_integral_value()
        return str(int(number)) if whole else format(number, "f").replace(".", mark)
    return " ".join(str(value)[:_CELL_LIMIT].splitlines())
