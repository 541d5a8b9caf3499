"""Delivered values to canonical types: what a text means, and when it means nothing.

Every reader returns the values (null where there is none) and a mask of those that are
there but cannot be understood. Work is done once per distinct text.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.reading.columns import TIMESTAMP

Readable = tuple[pa.Array, np.ndarray]
"""Values, shape (rows,), and the mask of those that were not understood."""

_FIRST_DAY, _LAST_DAY = -719_162, 2_932_896
"""0001-01-01 and 9999-12-31 in days since 1970; Python knows no others."""
_PER_SECOND = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
LONGEST = 200
"""Longest id or name in characters."""
_CONTROL = r"[\x00-\x1f\x7f]"
_FORMULA = r"^[=@]|^[+\-].*[(|!]"
_SCIENTIFIC = r"^[+\-]?\d+([.,]\d+)?[eE]\+\d+$"
_NUMBER = r"^[+\-]?((\d+\.?\d*|\.\d+)([eE][+\-]?\d+)?|(?i:inf|infinity))$"
_INVISIBLE = r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]"
_EDGE = r"[\s\p{Z}\x{FEFF}\x{200B}]+"
_EXACT = {16: 2.0**11, 32: 2.0**24, 64: 2.0**53}
"""Whole numbers below this are exact, by the bits of their floating type."""
_EXACT_DATES = (
    (r"^\d{4}-\d{1,2}-\d{1,2}([ T]|$)", "ISO8601"),
    (r"^\d{4}/\d{1,2}/\d{1,2}( |$)", "%Y/%m/%d"),
    (r"^(19|20)\d{6}$", "%Y%m%d"),
)
_ZONE = r"\s?(?:[Zz]|UTC|GMT|[+\-]\d{2}(?::?\d{2})?)"
_ZONED = rf"[ T]\d.*{_ZONE}$"
_ZONED_MIDNIGHT = rf"[ T][0:.,]+{_ZONE}$"
_CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d([.,]\d+)?)?([\s\xa0]?[aApP]\.?[\s\xa0]?[mM]\.?)?"
DAY_MONTH = re.compile(
    rf"^(\d{{1,2}})[-/.](\d{{1,2}})[-/.](\d{{4}})(?:[ T]+{_CLOCK}(?:{_ZONE})?)?$"
)


@dataclass(frozen=True)
class Dialect:
    """How a file writes numbers and dates.

    Attributes
    ----------
    decimal : str
        The decimal mark, ``.`` or ``,``; the other one separates thousands.
    day_first : bool
        Whether 03/04/2025 is the third of April.
    """

    decimal: str = "."
    day_first: bool = True

    def as_text(self) -> str:
        """Such as ``decimal , / day_first``, understood by `from_text`."""
        return f"decimal {self.decimal} / {'day_first' if self.day_first else 'month_first'}"

    @classmethod
    def from_text(cls, text: str) -> "Dialect":
        """The dialect that `as_text` described."""
        return cls(decimal="," if "," in text else ".", day_first="day_first" in text)


def read_ids(array: pa.ChunkedArray, dialect: Dialect, marks: Sequence[str]) -> Readable:
    """Opaque ids as text; a number loses a zero fraction, a text the blanks around it."""
    kind = array.type
    lossy = np.zeros(len(array), bool)
    tail = r"^([+\-]?\d+)\.0$" if dialect.decimal == "." else r"^([+\-]?\d+)[.,]0$"
    if pa.types.is_floating(kind):
        numbers = array.to_numpy(zero_copy_only=False).astype(float)
        exact = (np.abs(numbers) < _EXACT[kind.bit_width]) & (numbers % 1 == 0)
        lossy = ~np.isnan(numbers) & ~exact
        whole = pa.array(np.where(lossy, np.nan, numbers), from_pandas=True)
        array = pa.chunked_array([pc.cast(whole, pa.int64())])
    elif pa.types.is_decimal(kind):
        tail = r"^([+\-]?\d+)\.0*$"
    texts, bad = _by_distinct(array, lambda texts: _ids(texts, tail, marks))
    if pa.types.is_decimal(kind):
        lossy = _matches(texts, r"\.")
        texts = _blank(texts, lossy)
    return texts, bad | lossy


def _ids(texts: pa.Array, tail: str, marks: Sequence[str]) -> Readable:
    texts = pc.replace_substring_regex(texts, f"^{_EDGE}|{_EDGE}$", "")
    texts = pc.replace_substring_regex(_without_marks(texts, marks), tail, r"\1")
    bad = _matches(texts, _SCIENTIFIC) | _matches(texts, r"^-\d+$") | _unsafe(texts)
    bad |= _matches(texts, _INVISIBLE)
    return _blank(texts, bad), bad


def read_texts(array: pa.ChunkedArray, dialect: Dialect, marks: Sequence[str]) -> Readable:
    """Names and categories as delivered."""

    def read(texts: pa.Array) -> Readable:
        texts = _without_marks(texts, marks)
        bad = _unsafe(texts)
        return _blank(texts, bad), bad

    return _by_distinct(array, read)


def read_numbers(array: pa.ChunkedArray, dialect: Dialect, marks: Sequence[str]) -> Readable:
    """Numbers as float64; infinities stay, to be judged by name."""
    if is_text(array.type):
        return _by_distinct(array, lambda texts: _numbers(texts, dialect, marks))
    values = pc.cast(array, pa.float64(), safe=False).combine_chunks()
    missing = pc.is_in(values, pa.array(_numeric(marks), pa.float64()))
    values = pc.if_else(pc.or_(missing, pc.fill_null(pc.is_nan(values), False)), None, values)
    return values, np.zeros(len(values), bool)


def _numbers(texts: pa.Array, dialect: Dialect, marks: Sequence[str]) -> Readable:
    texts = _without_marks(pc.utf8_trim_whitespace(texts), marks)
    given = _valid(texts)
    group, mark = (r"\.", ",") if dialect.decimal == "," else (",", r"\.")
    grouped = _matches(texts, rf"^[+\-]?\d{{1,3}}({group}\d{{3}})+({mark}\d+)?$")
    plain = pc.if_else(pa.array(grouped), pc.replace_substring_regex(texts, group, ""), texts)
    if dialect.decimal == ",":
        misread = _matches(plain, r"\.")
        plain = pc.replace_substring(plain, ",", ".")
    else:
        misread = np.zeros(len(texts), bool)
    readable = pc.if_else(pa.array(_matches(plain, _NUMBER)), plain, None)
    numbers = pc.cast(pc.replace_substring_regex(readable, r"^\+", ""), pa.float64())
    values = numbers.to_numpy(zero_copy_only=False)
    bad = given & (np.isnan(values) | misread)
    missing = np.isin(values, _numeric(marks))
    return pa.array(np.where(bad | missing, np.nan, values), from_pandas=True), bad


def read_dates(array: pa.ChunkedArray, dialect: Dialect, marks: Sequence[str]) -> Readable:
    """Days (with a time of day where there is one) without zone, in microseconds."""
    kind = array.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        array, outside = _within_calendar(array)
        if pa.types.is_timestamp(kind) and kind.tz:
            array = pc.local_timestamp(array)
        return pc.cast(array, TIMESTAMP, safe=False).combine_chunks(), outside
    return _by_distinct(array, lambda texts: _dates(texts, dialect, marks))


def _within_calendar(array: pa.ChunkedArray) -> tuple[pa.ChunkedArray, np.ndarray]:
    """The times of the years 1 to 9999, null for others, and the mask of these others."""
    kind = array.type
    day = 1 if pa.types.is_date32(kind) else 86_400 * _PER_SECOND[getattr(kind, "unit", "ms")]
    count = pc.cast(array.cast(pa.int32()) if day == 1 else array, pa.int64())
    margin = 1 if getattr(kind, "tz", None) else 0
    first = max((_FIRST_DAY + margin) * day, -(2**63))
    end = min((_LAST_DAY - margin + 1) * day, 2**63 - 1)
    outside = pc.or_(pc.less(count, first), pc.greater_equal(count, end))
    outside = pc.fill_null(outside, False)
    return pc.if_else(outside, pa.scalar(None, kind), array), outside.to_numpy()


def _dates(texts: pa.Array, dialect: Dialect, marks: Sequence[str]) -> Readable:
    texts = _without_marks(pc.utf8_trim_whitespace(texts), marks)
    given, instants = _valid(texts), are_instants(texts)
    local = pc.replace_substring_regex(texts, rf"([ T][0:.,]+){_ZONE}$", r"\1")
    series = pd.Series(local.to_pandas(), dtype=object)
    result = np.full(len(series), "NaT", "datetime64[us]")
    for pattern, layout in _EXACT_DATES:
        chosen = _matches(local, pattern) & ~instants
        result[chosen] = _parsed(series[chosen], layout)
    turned = _matches(local, DAY_MONTH.pattern) & ~instants
    days = series[turned].str.extract(r"^([^ T]+)")[0].str.replace(r"[/.]", "-", regex=True)
    result[turned] = _parsed(days, "%d-%m-%Y" if dialect.day_first else "%m-%d-%Y")
    return pa.array(result, TIMESTAMP), given & np.isnat(result)


def are_instants(texts: pa.Array) -> np.ndarray:
    """Which texts have a time zone and a time other than midnight: their day is doubtful."""
    return _matches(texts, _ZONED) & ~_matches(texts, _ZONED_MIDNIGHT)


def _parsed(texts: pd.Series, layout: str) -> np.ndarray:
    """Days of texts in one layout, as far as the calendar goes; not a time where there is none."""
    if not len(texts):
        return np.array([], "datetime64[us]")
    parsed = pd.to_datetime(texts, format=layout, errors="coerce")
    days = parsed.to_numpy("datetime64[us]").copy()
    for place in np.flatnonzero(np.isnat(days)):  # pandas ends in the year 2262
        days[place] = _far(texts.iloc[place], layout)
    return days


def _far(text: str, layout: str) -> np.datetime64:
    try:
        iso = layout == "ISO8601"
        day = datetime.fromisoformat(text) if iso else datetime.strptime(text, layout)
    except ValueError:
        return np.datetime64("NaT")
    return np.datetime64(day.replace(tzinfo=None))


def _by_distinct(array: pa.ChunkedArray, read: Callable[[pa.Array], Readable]) -> Readable:
    """Apply `read` to the distinct texts of `array` and spread the answer over its rows."""
    if not is_text(array.type):
        array = pc.cast(array, pa.string())
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    coded = array.unify_dictionaries().combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0) if coded.num_chunks else pa.array([], array.type)
    values, bad = read(pc.cast(coded.dictionary, pa.string()))
    flags = pc.fill_null(pa.array(bad, pa.bool_()).take(coded.indices), False)
    return values.take(coded.indices), flags.to_numpy(zero_copy_only=False)


def is_text(kind: pa.DataType) -> bool:
    """Whether an Arrow type is text, dictionary-encoded or not."""
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _without_marks(texts: pa.Array, marks: Sequence[str]) -> pa.Array:
    folded = pc.utf8_lower(pc.utf8_trim_whitespace(texts))
    absent = pc.is_in(folded, pa.array([mark.lower() for mark in ("", *marks)]))
    return pc.if_else(absent, pa.scalar(None, pa.string()), texts)


def _numeric(marks: Sequence[str]) -> list[float]:
    return [float(mark) for mark in marks if re.fullmatch(r"-?\d+(\.\d+)?", mark)]


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    found = pc.match_substring_regex(texts, pattern)
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False)


def _unsafe(texts: pa.Array) -> np.ndarray:
    """Too long, with control characters, or a spreadsheet formula: no name of anything."""
    long = pc.fill_null(pc.greater(pc.utf8_length(texts), LONGEST), False)
    return (
        long.to_numpy(zero_copy_only=False) | _matches(texts, _CONTROL) | _matches(texts, _FORMULA)
    )


def _valid(texts: pa.Array) -> np.ndarray:
    return texts.is_valid().to_numpy(zero_copy_only=False)


def _blank(texts: pa.Array, bad: np.ndarray) -> pa.Array:
    return pc.if_else(pa.array(bad, pa.bool_()), pa.scalar(None, pa.string()), texts)
