"""Upload files: their key, and a bounded way to read their rows.

A file is first copied, unpacked, to a local snapshot, so that every pass reads the same
bytes whatever happens to the original. What no rule over rows can see (unreadable, not
what its name says, a bomb) is a `ReadingError`.
"""

import codecs
import gzip
import hashlib
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.kinds import Kind, base_name
from purchase_assets.settings import QualitySettings
from purchase_assets.text import Text

_BLOCK = 1 << 20
MAX_RATIO = 200
"""An unpacked file this many times its packed size is taken for a bomb ..."""
BOMB_FLOOR = 64 << 20
"""... once it is beyond this many bytes."""
_MARKED = {
    codecs.BOM_UTF32_LE: "utf-32",  # first, since it begins like the mark of UTF-16
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order mark -> encoding."""


def upload_key(path: Any, kind: Kind) -> str:
    """Key of an upload: its kind and the first 12 hex digits of its content's sha256."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return f"{kind}-{digest.hexdigest()[:12]}"


@dataclass(frozen=True)
class Snapshot:
    """A local, unpacked copy of an upload.

    Attributes
    ----------
    path : Path
        The copy; it lives as long as the `snapshot` context.
    encoding : str or None
        Text encoding of a CSV file; None for Parquet.
    """

    path: Path
    encoding: str | None


@contextmanager
def snapshot(path: Any, settings: QualitySettings) -> Iterator[Snapshot]:
    """Copy `path` (pathlib or universal_pathlib) to a local file, unpacking ``.gz``.

    Raises
    ------
    ReadingError
        The file is empty, too large, a bomb, or not what its name says.
    """
    name = base_name(path.name).lower()
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        copy = Path(folder) / "content"
        with path.open("rb") as source, copy.open("wb") as target:
            if name.endswith((".parquet", ".pq", ".csv")):
                _copy(source, target, settings)
            elif name.endswith(".csv.gz"):
                _unpack(source, target, settings)
            else:
                raise ReadingError(Problem.UNKNOWN_FORMAT, name=base_name(path.name)[-60:])
        yield Snapshot(copy, _check_content(copy, parquet=name.endswith((".parquet", ".pq"))))


def _copy(
    source: IO[bytes], target: IO[bytes], settings: QualitySettings, packed_size: int | None = None
) -> None:
    size = 0
    while block := source.read(_BLOCK):
        size += len(block)
        if size > settings.max_bytes:
            raise ReadingError(Problem.TOO_LARGE, found=size, limit=settings.max_bytes)
        if packed_size is not None and size > max(BOMB_FLOOR, MAX_RATIO * packed_size):
            raise ReadingError(Problem.BOMB, ratio=MAX_RATIO)
        target.write(block)


def _unpack(source: IO[bytes], target: IO[bytes], settings: QualitySettings) -> None:
    with tempfile.TemporaryFile() as packed:
        _copy(source, packed, settings)
        packed_size = packed.tell()
        packed.seek(0)
        try:
            with gzip.open(packed, "rb") as unpacked:
                _copy(unpacked, target, settings, packed_size)  # type: ignore[arg-type]
        except (OSError, EOFError, zlib.error) as error:
            raise ReadingError(Problem.NOT_GZIP, detail=str(error)) from error


def _check_content(copy: Path, *, parquet: bool) -> str | None:
    """The encoding of a text file, None for Parquet; refuses what the name does not promise."""
    with copy.open("rb") as file:
        head = file.read(1 << 16)
    if not head:
        raise ReadingError(Problem.EMPTY_FILE)
    found = _format(head)
    if found != ("parquet" if parquet else "text"):
        raise ReadingError(
            Problem.WRONG_FORMAT, found=found, expected="parquet" if parquet else "CSV text"
        )
    return None if parquet else _encoding(copy, head)


def _format(head: bytes) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    for magic, name in (
        (b"PK\x03\x04", "zip or xlsx"),
        (b"\x1f\x8b", "gzip"),
        (b"\xd0\xcf\x11\xe0", "xls"),
        (b"%PDF", "pdf"),
    ):
        if head.startswith(magic):
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<body")):
        return "html"
    if start.startswith(b"<?xml"):
        return "xml"
    if not head.startswith(tuple(_MARKED)) and head.count(0) > len(head) // 10:
        return "binary"
    return "text"


def _encoding(copy: Path, head: bytes) -> str:
    """UTF-16 or 32 by its mark, UTF-8 when the whole file is, else the code page of Excel."""
    marked = next((encoding for mark, encoding in _MARKED.items() if head.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8-sig", "cp1252"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with copy.open("rb") as file:
                while block := file.read(_BLOCK):
                    decoder.decode(block)
                decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    if marked:
        name = marked.upper()
        detail = Text(
            f"its {name} text is cut or damaged", f"su texto {name} está cortado o dañado"
        )
        raise ReadingError(Problem.UNREADABLE, detail=detail)
    raise ReadingError(Problem.UNKNOWN_ENCODING)
