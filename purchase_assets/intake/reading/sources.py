"""Rows of an upload as delivered, in pieces, so that a large file needs little memory."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from purchase_assets.intake.reading import values
from purchase_assets.intake.reading.columns import map_columns
from purchase_assets.intake.reading.csv_records import Records, Unclosed, find_delimiter
from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.intake.reading.sheets import write_sheet
from purchase_assets.intake.reading.upload_files import BOMB_FLOOR, MAX_RATIO, Form, Snapshot
from purchase_assets.kinds import Kind
from purchase_assets.settings import QualitySettings
from purchase_assets.text import Text

PIECE_ROWS = 250_000
CHUNK_LIMIT = 512 << 20
"""Largest column chunk of a Parquet file in bytes, unpacked."""
KEPT_TEXT = 1_000
"""A delivered text is kept up to this many characters; no id or name is that long."""
HEAD = 1 << 16
"""Characters of a text that are looked at to tell what it is."""
_WRONG_CELLS, _FITS, _UNCLOSED = range(3)


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of an upload.

    Attributes
    ----------
    table : pyarrow.Table
        The columns asked for, as delivered; text is dictionary-encoded.
    cells_match, quotes_close : ndarray of bool, shape (rows,)
        Whether the row has as many cells as the header, and closes each quote that it opens.
    """

    table: pa.Table
    cells_match: np.ndarray
    quotes_close: np.ndarray


class Source(Protocol):
    """A readable upload.

    Attributes
    ----------
    types : dict
        Delivered column name -> Arrow type, in the file's order.
    delimiter : str or None
        What separates the cells of a CSV file.
    beginning : str
        The first characters of a text, empty for Parquet.
    declared_rows : int or None
        The rows that the file says it has, before one is read.
    unclosed : dict
        Row number -> line number of the rows with an open quote, once the rows were read.
    """

    columns: list[str]
    types: dict[str, pa.DataType]
    delimiter: str | None
    beginning: str
    declared_rows: int | None
    unclosed: dict[int, int]

    def count_rows(self) -> int:
        """How many rows there are."""

    def declared_days(self, column: str) -> int | None:
        """The calendar days that the file says `column` covers, before a row is read."""

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows, in order, with only these columns."""

    def originals(self, row_numbers: np.ndarray) -> Iterator[dict[str, str | None]]:
        """Rows by number (1-based, ascending) with every column as text."""


def open_source(
    copy: Snapshot, kind: Kind, column_names: Mapping[str, str], settings: QualitySettings
) -> Source:
    """Open a snapshot; `ReadingError` when it cannot be read."""
    if copy.form is Form.PARQUET:
        return ParquetSource(copy.path, settings)
    if copy.form is Form.WORKBOOK:
        sheet = copy.path.with_name("sheet")
        write_sheet(
            copy.path,
            sheet,
            lambda names: not map_columns(names, kind, column_names).missing,
            settings,
        )
        return CsvSource(sheet, "utf-8", settings)
    return CsvSource(copy.path, copy.encoding or "utf-8", settings)


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what Arrow says about a damaged file into a `ReadingError`."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        said = " ".join(str(error).split())[:200]
        detail = Text(said, "Parquet dañado o incompleto")
        raise ReadingError(Problem.UNREADABLE, detail=detail) from error


class ParquetSource:
    """A Parquet file."""

    delimiter: str | None = None
    beginning = ""

    def __init__(self, path: Path, settings: QualitySettings) -> None:
        with _readable():
            plain = pq.ParquetFile(path)
            schema = plain.schema_arrow
            texts = [field.name for field in schema if values.is_text(field.type)]
            # dictionaries keep a bomb of one huge repeated text as small as its file
            self._file = pq.ParquetFile(path, read_dictionary=texts)
        self.columns = list(schema.names)
        self.types = dict(zip(schema.names, schema.types, strict=True))
        self.declared_rows: int | None = plain.metadata.num_rows
        self.unclosed: dict[int, int] = {}
        _check_size(plain.metadata, settings)

    def count_rows(self) -> int:
        """How many rows there are."""
        return self._file.metadata.num_rows

    def declared_days(self, column: str) -> int | None:
        """The calendar days that the file says `column` covers, before a row is read."""
        metadata = self._file.metadata
        places = [p for p in range(metadata.num_columns) if metadata.schema[p].path == column]
        ends: list[Any] = []
        for group in range(metadata.num_row_groups):
            for place in places:
                found = metadata.row_group(group).column(place).statistics
                if found is None or not found.has_min_max:
                    return None
                try:
                    ends += [found.min, found.max]
                except (OverflowError, ValueError):  # outside the calendar
                    return None
        days = [end.date() if isinstance(end, datetime) else end for end in ends]
        if not days or not all(isinstance(day, date) for day in days):
            return None
        return (max(days) - min(days)).days + 1

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows, in order, with only these columns."""
        with _readable():
            for batch in self._file.iter_batches(
                batch_size=PIECE_ROWS, columns=list(columns), use_threads=False
            ):
                arrays = [_cut(batch.column(name)) for name in columns]
                whole = np.ones(len(batch), bool)
                yield Piece(pa.table(arrays, names=list(columns)), whole, whole)

    def originals(self, row_numbers: np.ndarray) -> Iterator[dict[str, str | None]]:
        """Rows by number (1-based, ascending) with every column as text."""
        once = [name for name in self.columns if self.columns.count(name) == 1]
        start = 0
        for piece in self.pieces(once):
            inside = row_numbers[(row_numbers > start) & (row_numbers <= start + len(piece.table))]
            if len(inside):
                rows = piece.table.take(inside - 1 - start)
                for cells in zip(*(_texts(column) for column in rows.columns), strict=True):
                    yield dict(zip(once, cells, strict=True))
            start += len(piece.table)


def _cut(array: pa.Array) -> pa.Array:
    """Keep the beginning of texts that are too long to mean anything."""
    if not values.is_text(array.type):
        return array
    if not pa.types.is_dictionary(array.type):
        array = pc.cast(array, pa.string()).dictionary_encode()  # the reader has none for views
    kept = pc.utf8_slice_codeunits(array.dictionary, 0, KEPT_TEXT + 1)
    return pa.DictionaryArray.from_arrays(array.indices, kept)


def _check_size(metadata: pq.FileMetaData, settings: QualitySettings) -> None:
    if metadata.num_rows > settings.max_rows:
        raise ReadingError(Problem.TOO_MANY_ROWS, found=metadata.num_rows, limit=settings.max_rows)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for column in range(row_group.num_columns):
            chunk = row_group.column(column)
            size = chunk.total_uncompressed_size
            if size > max(BOMB_FLOOR, MAX_RATIO * chunk.total_compressed_size):
                raise ReadingError(Problem.BOMB, ratio=MAX_RATIO)
            if size > CHUNK_LIMIT:
                raise ReadingError(Problem.TOO_LARGE, found=size, limit=CHUNK_LIMIT)


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    try:
        return [_as_text(value) for value in column.to_pylist()]
    except (OverflowError, ValueError):  # times that Python's calendar does not have
        return pc.cast(column, pa.string()).to_pylist()


def _as_text(value: Any) -> str | None:
    if isinstance(value, Decimal):  # without the zeros that only its type adds
        value = format(value, "f").rstrip("0").rstrip(".") if value % 1 else int(value)
    text = None if value is None else str(value)
    if text is not None and len(text) > KEPT_TEXT:
        return f"{text[:KEPT_TEXT]}… ({len(text)} characters)"
    return text


class CsvSource:
    """A CSV file with a header, in any common delimiter."""

    declared_rows: int | None = None

    def __init__(self, path: Path, encoding: str, settings: QualitySettings) -> None:
        self._path, self._encoding, self._max_rows = path, encoding, settings.max_rows
        with self._open() as file:
            self.beginning = file.read(HEAD)
        with self._open() as file:
            self._mark = find_delimiter(file)
        self.delimiter: str | None = self._mark
        self.unclosed: dict[int, int] = {}
        with self._open() as file:
            self.columns = [name.strip() for name in Records(file, self._mark).header]
        if not self.columns:
            raise ReadingError(Problem.EMPTY_FILE)
        # Excel ends every line of a sheet that was once wider with empty cells
        while len(self.columns) > 1 and not self.columns[-1]:
            self.columns.pop()
        self.types = dict.fromkeys(self.columns, pa.string())

    def count_rows(self) -> int:
        """How many rows there are."""
        return sum(1 for _ in self._rows())

    def declared_days(self, column: str) -> int | None:
        """None: a text declares nothing."""

    def _open(self) -> IO[str]:
        return self._path.open(encoding=self._encoding, newline="")

    def _rows(self) -> Iterator[list[str]]:
        with self._open() as file:
            yield from Records(file, self._mark).rows()

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows, in order, with only these columns."""
        places = [self.columns.index(name) for name in columns]
        rows = self._fitted(places)
        total = 0
        while batch := list(itertools.islice(rows, PIECE_ROWS)):
            total += len(batch)
            if total > self._max_rows:
                raise ReadingError(Problem.TOO_MANY_ROWS, found=total, limit=self._max_rows)
            *cells, shapes = zip(*batch, strict=True)
            arrays = [pa.array(column, pa.string()).dictionary_encode() for column in cells]
            shape = np.array(shapes, np.int8)
            table = pa.table(arrays, names=list(columns))
            yield Piece(table, shape != _WRONG_CELLS, shape != _UNCLOSED)

    def _fitted(self, places: list[int]) -> Iterator[tuple[Any, ...]]:
        """Cells at `places` and whether they fit the header."""
        width = len(self.columns)
        pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
        nothing = (None,) * len(places)
        for number, row in enumerate(self._rows(), start=1):
            if isinstance(row, Unclosed):
                self.unclosed[number] = row.line
                yield (*nothing, _UNCLOSED)
            elif len(row) == width or (len(row) > width and not any(row[width:])):
                cells = pick(row)
                if max(map(len, cells)) > KEPT_TEXT:
                    cells = tuple(cell[: KEPT_TEXT + 1] for cell in cells)
                yield (*cells, _FITS)
            else:
                yield (*nothing, _WRONG_CELLS)

    def originals(self, row_numbers: np.ndarray) -> Iterator[dict[str, str | None]]:
        """Rows by number (1-based, ascending) with every column as text."""
        start = 0
        rows = self._rows()
        for number in row_numbers.tolist():
            row = next(itertools.islice(rows, number - start - 1, None))
            start = number
            surplus = range(len(self.columns) + 1, len(row) + 1)
            names = [*self.columns, *(f"cell {n}" for n in surplus)]
            yield {name: _as_text(cell) for name, cell in zip(names, row, strict=False)}
