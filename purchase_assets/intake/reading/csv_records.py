"""Lines of CSV text to rows, such that a quote that nobody closes swallows no line.

A quote opens a cell that may hold line breaks. One that was typed by mistake makes rows of
the lines that follow part of a cell, up to the next quote or the end of the file. Such a line
is one broken row, and the lines after it are read once more, by themselves.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import IO

from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.text import Text

LINE_LIMIT = 16 << 20
"""Longest line or cell of a CSV file in characters; a longer one is no table."""
READ_AGAIN = 1_000_000
"""Lines that are read once more, at most; a file that needs more is refused."""
_DECLARED = re.compile(r"sep=(.)\s*$")

csv.field_size_limit(LINE_LIMIT)


class Unclosed(list[str]):
    """The cells of a line that opens a quote and does not close it.

    Attributes
    ----------
    line : int
        Its number in the file, the first line is 1.
    """

    line: int


def find_delimiter(file: IO[str]) -> str:
    """What Excel declares in a first line ``sep=;``, else the header's commonest mark."""
    first = next((line for line in _lines(file) if line.strip()), "")
    if declared := _DECLARED.match(first):
        return declared[1]
    return max((",", ";", "\t", "|"), key=first.count)


class Records:
    """The header and the rows of CSV text.

    Attributes
    ----------
    header : list of str
        The cells of the first line that is neither blank nor a declaration; empty without one.
    """

    def __init__(self, file: IO[str], delimiter: str) -> None:
        self._lines, self._delimiter = _lines(file), delimiter
        self._held: list[str] = []
        self._again: deque[str] = deque()
        self._read_again = 0
        self._line = 0
        self._ended = False
        self._marks = 0
        self.header = self._header()

    def _header(self) -> list[str]:
        for line in self._lines:
            if line.strip() and not _DECLARED.match(line):
                self._again.append(line)
                break
            self._line += 1
        for cells in self._read():
            if self._ended or (len(self._held) > 1 and not self._is_strict()):
                raise self._refused(self._line + 1)
            self._marks = self._count(self._held)
            self._forget()
            return cells
        return []

    def rows(self) -> Iterator[list[str]]:
        """The rows, to be read once; blank lines are none."""
        while True:
            for cells in self._read():
                if self._ended or (len(self._held) > 1 and self._is_swallowed()):
                    cells = self._unclosed()
                self._forget()
                if len(cells) > 1 or any(cells):
                    yield cells
            if not self._again:
                return

    def _read(self) -> Iterator[list[str]]:
        self._ended = False
        try:
            yield from csv.reader(self._feed(), delimiter=self._delimiter)
        except csv.Error as error:
            raise self._refused(self._line + 1) from error

    def _feed(self) -> Iterator[str]:
        held = self._held
        while line := self._again.popleft() if self._again else next(self._lines, ""):
            if len(held) > READ_AGAIN:
                raise self._refused(self._line + 1)
            held.append(line)
            yield line
        self._ended = True  # a row that comes after this ends inside a quote

    def _forget(self) -> None:
        self._line += len(self._held)
        self._held.clear()

    def _is_swallowed(self) -> bool:
        """Whether the lines of this row are rows that a stray quote has run together."""
        alike = sum(line.count(self._delimiter) == self._marks for line in self._held)
        return 2 * alike > len(self._held) or not self._is_strict()

    def _is_strict(self) -> bool:
        """Whether each quote of these lines ends its cell, as programs write them."""
        try:
            list(csv.reader(self._held, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        return True

    def _unclosed(self) -> Unclosed:
        """The first of these lines as a broken row; the others are given back."""
        first, *swallowed = self._held
        self._read_again += len(swallowed)
        if self._read_again > READ_AGAIN:
            raise self._refused(self._line + 1)
        self._again.extendleft(reversed(swallowed))
        self._held[:] = [first]
        cells = Unclosed(first.rstrip("\r\n").split(self._delimiter))
        cells.line = self._line + 1
        return cells

    def _count(self, lines: list[str]) -> int:
        return sum(line.count(self._delimiter) for line in lines)

    @staticmethod
    def _refused(line: int) -> ReadingError:
        detail = Text(
            f"a quote opened in line {line:,} is not closed",
            f"una comilla abierta en la línea {line:,} no se cierra",
        )
        return ReadingError(Problem.UNREADABLE, detail=detail)


def _lines(file: IO[str]) -> Iterator[str]:
    while line := file.readline(LINE_LIMIT):
        if len(line) == LINE_LIMIT:
            detail = Text(
                f"a line of more than {LINE_LIMIT:,} characters",
                f"una línea de más de {LINE_LIMIT:,} caracteres",
            )
            raise ReadingError(Problem.UNREADABLE, detail=detail)
        yield line
