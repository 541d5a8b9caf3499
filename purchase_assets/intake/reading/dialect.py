"""How a file writes its dates and numbers, decided from all of its values at once."""

import re
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.intake.reading.values import DAY_MONTH, Dialect, are_instants
from purchase_assets.settings import QualitySettings

DOUBTFUL = "?"
"""The mark of a number that can be read in two ways."""
_CLEAR = 20
"""A reading is clear when this many times more rows speak for it than against it."""
_ZONE_OF_TEXT = re.compile(r"[A-Za-z]+$|[+-][\d:]+$")
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*([eE][+-]?\d+)?")
_AMBIGUOUS_NUMBER = re.compile(r"^[+-]?[1-9]\d{0,2}[.,]\d{3}$")


def find_dialect(
    dates: Iterable[pa.ChunkedArray],
    numbers: Iterable[pa.ChunkedArray],
    *,
    delimiter: str | None,
    settings: QualitySettings,
) -> Dialect:
    """The one way in which the texts of a file can be read.

    Parameters
    ----------
    dates, numbers : iterable of pyarrow.ChunkedArray
        The text columns that hold dates and numbers.
    delimiter : str or None
        The CSV delimiter; a semicolon makes a lone ``1.234`` doubtful.

    Raises
    ------
    ReadingError
        Two readings are possible; the message says how to mend the file.
    """
    days = _counts(dates)
    _refuse_instants(days)
    return Dialect(
        decimal=_decimal(_counts(numbers), delimiter),
        day_first=_day_first(days, settings.date_order),
    )


def _counts(columns: Iterable[pa.ChunkedArray]) -> dict[str, int]:
    """Rows per distinct text."""
    counts: dict[str, int] = {}
    for column in columns:
        for entry in pc.value_counts(column.cast(pa.string())).to_pylist():
            text = (entry["values"] or "").strip()
            counts[text] = counts.get(text, 0) + entry["counts"]
    return counts


def _refuse_instants(counts: dict[str, int]) -> None:
    """Times with a zone are days only at midnight; a few others are bad rows."""
    texts = pa.array(list(counts), pa.string())
    instants = [text for text, is_one in zip(counts, are_instants(texts), strict=True) if is_one]
    if sum(counts[text] for text in instants) * _CLEAR > sum(counts.values()):
        zone = _ZONE_OF_TEXT.search(max(instants))
        raise ReadingError(Problem.ZONED_DATES, zone=zone[0] if zone else "")


def _day_first(counts: dict[str, int], order: str | None) -> bool:
    day_first = month_first = undecided = 0
    example = day = month = ""
    for text, rows in counts.items():
        match = DAY_MONTH.match(text)
        if not match:
            continue
        first, second = int(match[1]), int(match[2])
        if first > 12 >= second:
            day_first += rows
            day = max(day, text)
        elif second > 12 >= first:
            month_first += rows
            month = max(month, text)
        elif first != second and max(first, second) <= 12:
            undecided += rows
            example = max(example, text)
    if order:
        return order == "day_first"
    if day_first >= _CLEAR * month_first and day_first:
        return True
    if month_first >= _CLEAR * day_first and month_first:
        return False
    if day_first:
        raise ReadingError(Problem.MIXED_DATES, day=day, month=month, rows=month_first)
    if undecided:
        raise ReadingError(Problem.AMBIGUOUS_DATES, example=example)
    return True


def _decimal(counts: dict[str, int], delimiter: str | None) -> str:
    comma = point = doubtful = 0
    example = with_comma = with_point = ""
    for text, rows in counts.items():
        mark = decimal_mark(text)
        if mark == DOUBTFUL:
            doubtful += rows if "," in text or delimiter == ";" else 0
            example = max(example, text)
        elif mark == ",":
            comma += rows
            with_comma = max(with_comma, text)
        elif mark:
            point += rows
            with_point = max(with_point, text)
    if comma >= _CLEAR * point and comma:
        return ","
    if point >= _CLEAR * comma and point:
        return "."
    if comma:
        raise ReadingError(
            Problem.MIXED_NUMBERS, rows=min(comma, point), comma=with_comma, point=with_point
        )
    if doubtful:
        raise ReadingError(Problem.AMBIGUOUS_NUMBERS, example=example)
    return "."


def decimal_mark(text: str) -> str | None:
    """The decimal mark that a text's number speaks for: none, one of them, or `DOUBTFUL`.

    >>> [decimal_mark(text) for text in ("12", "1,5", "1.234,5", "1,234.5", "1,234", "a,b")]
    [None, ',', ',', '.', '?', None]
    """
    marks = re.sub(r"[^.,]", "", text)
    if not marks or not _NUMBER.fullmatch(text):
        return None
    if _AMBIGUOUS_NUMBER.match(text):
        return DOUBTFUL
    return "," if _are_of_decimal_comma(marks) else "."


def _are_of_decimal_comma(marks: str) -> bool:
    """Whether the marks of a number, in their order, are those of a text with decimal commas."""
    lone_comma = marks == ","
    comma_after_points = marks[-1] == "," and "." in marks
    only_points = len(marks) > 1 and set(marks) == {"."}  # 1.234.567
    return lone_comma or comma_after_points or only_points
