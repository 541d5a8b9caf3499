"""Rows of an upload as delivered, in pieces, so that a large file needs little memory."""

import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from purchase_assets.quality import values
from purchase_assets.quality.files import BOMB_FLOOR, MAX_RATIO, ReadingError, Snapshot
from purchase_assets.settings import QualitySettings

PIECE_ROWS = 250_000
LINE_LIMIT = 16 << 20
"""Longest line of a CSV file in characters; a longer one is no table."""
CHUNK_LIMIT = 512 << 20
"""Largest column chunk of a Parquet file in bytes, unpacked."""
KEPT_TEXT = 1_000
"""A delivered text is kept up to this many characters; no id or name is that long."""
_DECLARED = re.compile(r"sep=(.)\s*$")

csv.field_size_limit(LINE_LIMIT)


@dataclass(frozen=True)
class Piece:
    """Consecutive rows of an upload.

    Attributes
    ----------
    table : pyarrow.Table
        The columns asked for, as delivered; text is dictionary-encoded.
    cells_match : ndarray of bool, shape (rows,)
        Whether the row has as many cells as the header.
    """

    table: pa.Table
    cells_match: np.ndarray


class Source(Protocol):
    """A readable upload.

    Attributes
    ----------
    types : dict
        Delivered column name -> Arrow type, in the file's order.
    delimiter : str or None
        What separates the cells of a CSV file.
    """

    columns: list[str]
    types: dict[str, pa.DataType]
    delimiter: str | None

    def count_rows(self) -> int:
        """How many rows there are."""

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows, in order, with only these columns."""

    def originals(self, row_numbers: np.ndarray) -> Iterator[dict[str, str | None]]:
        """Rows by number (1-based, ascending) with every column as text."""


def open_source(copy: Snapshot, settings: QualitySettings) -> Source:
    """Open a snapshot; `ReadingError` when it cannot be read."""
    if copy.encoding is None:
        return ParquetSource(copy.path, settings)
    return CsvSource(copy.path, copy.encoding, settings)


@contextmanager
def _readable() -> Iterator[None]:
    """Turn what Arrow says about a damaged file into a `ReadingError`."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        raise ReadingError("unreadable", detail=str(error)[:200]) from error


class ParquetSource:
    """A Parquet file."""

    delimiter: str | None = None

    def __init__(self, path: Path, settings: QualitySettings) -> None:
        with _readable():
            plain = pq.ParquetFile(path)
            schema = plain.schema_arrow
            texts = [
                field.name
                for field in schema
                if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
            ]
            # dictionaries keep a bomb of one huge repeated text as small as its file
            self._file = pq.ParquetFile(path, read_dictionary=texts)
        self.columns = list(schema.names)
        self.types = dict(zip(schema.names, schema.types, strict=True))
        _check_size(plain.metadata, settings)

    def count_rows(self) -> int:
        """How many rows there are."""
        return self._file.metadata.num_rows

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows, in order, with only these columns."""
        with _readable():
            for batch in self._file.iter_batches(
                batch_size=PIECE_ROWS, columns=list(columns), use_threads=False
            ):
                arrays = [_cut(batch.column(name)) for name in columns]
                yield Piece(pa.table(arrays, names=list(columns)), np.ones(len(batch), bool))

    def originals(self, row_numbers: np.ndarray) -> Iterator[dict[str, str | None]]:
        """Rows by number (1-based, ascending) with every column as text."""
        once = [name for name in self.columns if self.columns.count(name) == 1]
        start = 0
        for piece in self.pieces(once):
            inside = row_numbers[(row_numbers > start) & (row_numbers <= start + len(piece.table))]
            if len(inside):
                for row in piece.table.take(inside - 1 - start).to_pylist():
                    yield {name: _as_text(value) for name, value in row.items()}
            start += len(piece.table)


def _cut(array: pa.Array) -> pa.Array:
    """Keep the beginning of texts that are too long to mean anything."""
    if not pa.types.is_dictionary(array.type) or not values.is_text(array.type):
        return array
    kept = pc.utf8_slice_codeunits(array.dictionary, 0, KEPT_TEXT + 1)
    return pa.DictionaryArray.from_arrays(array.indices, kept)


def _check_size(metadata: pq.FileMetaData, settings: QualitySettings) -> None:
    if metadata.num_rows > settings.max_rows:
        raise ReadingError("too_many_rows", found=metadata.num_rows, limit=settings.max_rows)
    for group in range(metadata.num_row_groups):
        row_group = metadata.row_group(group)
        for column in range(row_group.num_columns):
            chunk = row_group.column(column)
            size = chunk.total_uncompressed_size
            if size > max(BOMB_FLOOR, MAX_RATIO * chunk.total_compressed_size):
                raise ReadingError("bomb", ratio=MAX_RATIO)
            if size > CHUNK_LIMIT:
                raise ReadingError("too_large", found=size, limit=CHUNK_LIMIT)


def _as_text(value: Any) -> str | None:
    text = None if value is None else str(value)
    if text is not None and len(text) > KEPT_TEXT:
        return f"{text[:KEPT_TEXT]}… ({len(text)} characters)"
    return text


class CsvSource:
    """A CSV file with a header, in any common delimiter."""

    def __init__(self, path: Path, encoding: str, settings: QualitySettings) -> None:
        self._path, self._encoding, self._max_rows = path, encoding, settings.max_rows
        self._mark = self._delimiter()
        self.delimiter: str | None = self._mark
        self.columns = [name.strip() for name in next(self._table(), [])]
        if not self.columns:
            raise ReadingError("empty_file")
        # Excel ends every line of a sheet that was once wider with empty cells
        while len(self.columns) > 1 and not self.columns[-1]:
            self.columns.pop()
        self.types = dict.fromkeys(self.columns, pa.string())

    def count_rows(self) -> int:
        """How many rows there are."""
        return sum(1 for _ in self._rows())

    def _delimiter(self) -> str:
        """What Excel declares in a first line ``sep=;``, else the header's commonest mark."""
        with self._path.open(encoding=self._encoding, newline="") as file:
            first = next((line for line in _lines(file) if line.strip()), "")
        if declared := _DECLARED.match(first):
            return declared[1]
        return max((",", ";", "\t", "|"), key=first.count)

    def _table(self) -> Iterator[list[str]]:
        """The header and the rows; blank lines are none."""
        with self._path.open(encoding=self._encoding, newline="") as file:
            lines = itertools.dropwhile(_DECLARED.match, _lines(file))
            try:
                for row in csv.reader(lines, delimiter=self._mark):
                    if len(row) > 1 or any(row):
                        yield row
            except csv.Error as error:
                raise ReadingError("unreadable", detail=str(error)) from error

    def _rows(self) -> Iterator[list[str]]:
        return itertools.islice(self._table(), 1, None)

    def pieces(self, columns: Sequence[str]) -> Iterator[Piece]:
        """The rows, in order, with only these columns."""
        places = [self.columns.index(name) for name in columns]
        rows = self._rows()
        total = 0
        while batch := list(itertools.islice(self._fitted(rows, places), PIECE_ROWS)):
            total += len(batch)
            if total > self._max_rows:
                raise ReadingError("too_many_rows", found=total, limit=self._max_rows)
            *cells, match = zip(*batch, strict=True)
            arrays = [pa.array(column, pa.string()).dictionary_encode() for column in cells]
            yield Piece(pa.table(arrays, names=list(columns)), np.array(match, bool))

    def _fitted(self, rows: Iterator[list[str]], places: list[int]) -> Iterator[tuple[Any, ...]]:
        """Cells at `places` and whether the row has the header's number of cells."""
        width = len(self.columns)
        pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
        nothing = (None,) * len(places)
        for row in rows:
            if len(row) == width or (len(row) > width and not any(row[width:])):
                cells = pick(row)
                if max(map(len, cells)) > KEPT_TEXT:
                    cells = tuple(cell[: KEPT_TEXT + 1] for cell in cells)
                yield (*cells, True)
            else:
                yield (*nothing, False)

    def originals(self, row_numbers: np.ndarray) -> Iterator[dict[str, str | None]]:
        """Rows by number (1-based, ascending) with every column as text."""
        wanted = iter(row_numbers.tolist())
        number = next(wanted, None)
        for place, row in enumerate(self._rows(), start=1):
            if place == number:
                surplus = range(len(self.columns) + 1, len(row) + 1)
                names = [*self.columns, *(f"cell {n}" for n in surplus)]
                yield {name: _as_text(cell) for name, cell in zip(names, row, strict=False)}
                number = next(wanted, None)


def _lines(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            raise ReadingError("unreadable", detail=f"a line of more than {LINE_LIMIT} characters")
        yield line
