"""An upload's rows in canonical columns, with one boolean column per fact about how they read."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.fact_columns import CELLS_MATCH, QUOTES_CLOSE, finite, readable
from purchase_assets.intake.reading import values
from purchase_assets.intake.reading.columns import SCHEMAS, TIMESTAMP, Columns
from purchase_assets.intake.reading.dialect import find_dialect
from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.intake.reading.sources import Piece, Source
from purchase_assets.intake.reading.values import Dialect
from purchase_assets.kinds import Holds, Kind
from purchase_assets.settings import QualitySettings


@dataclass(frozen=True)
class Lines:
    """The rows of an upload.

    Attributes
    ----------
    table : pyarrow.Table
        Canonical columns, `row_number`, and boolean facts such as ``items_readable``; a value
        that was delivered but cannot be used is null and its fact is False.
    dialect : Dialect
        How texts were read.
    """

    table: pa.Table
    dialect: Dialect


def usable_type(kind: pa.DataType, column: str, schema: pa.Schema) -> bool:
    """Whether values of an Arrow type can become `column` without loss."""
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    if values.is_text(kind) or pa.types.is_null(kind):
        return True
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return True
    is_date = pa.types.is_timestamp(kind) or pa.types.is_date(kind)
    return is_date and schema.field(column).type == TIMESTAMP


def read_lines(source: Source, columns: Columns, kind: Kind, settings: QualitySettings) -> Lines:
    """Read a whole upload into canonical columns, distinct text by distinct text.

    Raises
    ------
    ReadingError
        The file is damaged, or its dates or numbers can be read in two ways.
    """
    found = [columns.found[c.name] for c in kind.columns if c.name in columns.found]
    pieces = list(source.pieces(found))
    dates = _texts(pieces, columns, kind.that_hold(Holds.DAY))
    numbers = _texts(pieces, columns, kind.that_hold(Holds.NUMBER))
    dialect = find_dialect(dates, numbers, delimiter=source.delimiter, settings=settings)
    _refuse_instants(pieces, columns)
    tables = []
    start = 0
    while pieces:
        piece = pieces.pop(0)
        tables.append(canonical(piece, columns.found, kind, dialect, settings, start))
        start += len(piece.table)
    return Lines(pa.concat_tables(tables) if tables else _nothing(kind), dialect)


def _texts(
    pieces: Sequence[Piece], columns: Columns, names: Sequence[str]
) -> Iterator[pa.ChunkedArray]:
    for piece in pieces:
        for name in names:
            array = piece.table[columns.found[name]] if name in columns.found else None
            if array is not None and values.is_text(array.type):
                yield array


def _refuse_instants(pieces: Sequence[Piece], columns: Columns) -> None:
    """A time with a zone is a day only when it is midnight there; texts have their dialect."""
    name = columns.found.get("purchase_date")
    for piece in pieces:
        times = piece.table[name] if name else None
        if times is not None and pa.types.is_timestamp(times.type) and times.type.tz:
            try:
                local = pc.local_timestamp(times)
            except pa.ArrowInvalid as error:  # a zone that nobody knows
                raise ReadingError(Problem.ZONED_DATES, zone=times.type.tz) from error
            if pc.any(pc.not_equal(local, pc.floor_temporal(local, unit="day"))).as_py():
                raise ReadingError(Problem.ZONED_DATES, zone=times.type.tz)


def canonical(
    piece: Piece,
    found: Mapping[str, str],
    kind: Kind,
    dialect: Dialect,
    settings: QualitySettings,
    start: int,
) -> pa.Table:
    """One piece in canonical columns with its facts; `start` rows came before it."""
    rows = len(piece.table)
    data: dict[str, Any] = {}
    facts: dict[str, Any] = {
        QUOTES_CLOSE: piece.quotes_close,
        CELLS_MATCH: piece.cells_match,
    }
    for column in kind.columns:
        name, as_type = column.name, SCHEMAS[kind].field(column.name).type
        if name not in found:
            data[name] = pa.nulls(rows, as_type)
            facts[readable(name)] = facts[finite(name)] = np.ones(rows, bool)
            continue
        array = _plain(piece.table[found[name]])
        read, bad = _READERS[column.holds](array, dialect, settings.missing_marks)
        facts[readable(name)] = ~bad
        if column.holds is Holds.NUMBER:
            is_finite = pc.fill_null(pc.is_finite(read), True)
            facts[finite(name)] = is_finite
            read = pc.if_else(is_finite, read, None)
        data[name] = read
    data["row_number"] = pa.array(np.arange(start + 1, start + rows + 1))
    return pa.table({**data, **facts})


_READERS: Mapping[Holds, Callable[..., values.Readable]] = {
    Holds.ID: values.read_ids,
    Holds.NAME: values.read_texts,
    Holds.CATEGORY: values.read_texts,
    Holds.NUMBER: values.read_numbers,
    Holds.DAY: values.read_dates,
}


def _plain(array: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = array.type
    if pa.types.is_dictionary(kind) and not values.is_text(kind):
        return pc.cast(array, kind.value_type)
    if pa.types.is_null(kind):
        return pc.cast(array, pa.string())
    return array


def _nothing(kind: Kind) -> pa.Table:
    nothing = Piece(pa.table({}), np.ones(0, bool), np.ones(0, bool))
    return canonical(nothing, {}, kind, Dialect(), QualitySettings(), 0)
