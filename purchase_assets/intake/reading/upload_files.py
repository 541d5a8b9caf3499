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
from enum import Enum
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


class Form(Enum):
    """What a file is, once unpacked; the value is how sentences call it."""

    PARQUET = Text.same("Parquet")
    TEXT = Text("CSV text", "texto CSV")
    WORKBOOK = Text("a workbook (.xlsx)", "un libro de Excel (.xlsx)")


_FORMS = {
    ".parquet": Form.PARQUET,
    ".pq": Form.PARQUET,
    ".csv": Form.TEXT,
    ".csv.gz": Form.TEXT,
    ".xlsx": Form.WORKBOOK,
}
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MAGIC = {Form.PARQUET: b"PAR1", Form.TEXT: b"", Form.WORKBOOK: _ZIP}
_CONTENTS = {
    b"PAR1": Form.PARQUET.value,
    _ZIP: Text("zip or xlsx", "zip o xlsx"),
    b"\x1f\x8b": Text.same("gzip"),
    _OLD_OFFICE: Text("an old Office file (.xls)", "un archivo de Office antiguo (.xls)"),
    b"%PDF": Text.same("PDF"),
}
"""First bytes -> how sentences call such a content."""
FILE_SUFFIXES = tuple(_FORMS)
"""How the names of files end that can be read, in lower case."""


@dataclass(frozen=True)
class Snapshot:
    """A local, unpacked copy of an upload.

    Attributes
    ----------
    path : Path
        The copy; it lives as long as the `snapshot` context.
    form : Form
        What the copy is.
    encoding : str or None
        Text encoding of a CSV file; None for others.
    """

    path: Path
    form: Form
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
    form = next((form for suffix, form in _FORMS.items() if name.endswith(suffix)), None)
    if form is None:
        raise ReadingError(Problem.UNKNOWN_FORMAT, name=base_name(path.name)[-60:])
    with tempfile.TemporaryDirectory(prefix="upload-") as folder:
        copy = Path(folder) / "content"
        with path.open("rb") as source, copy.open("wb") as target:
            if name.endswith(".gz"):
                _unpack(source, target, settings)
            else:
                _copy(source, target, settings)
        yield Snapshot(copy, form, _check_content(copy, form))


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
            raise ReadingError(
                Problem.NOT_GZIP, detail=Text(str(error), "dañado o incompleto")
            ) from error


def _check_content(copy: Path, form: Form) -> str | None:
    """The encoding of a text file, None for others; refuses what the name does not promise."""
    with copy.open("rb") as file:
        head = file.read(1 << 16)
    if not head:
        raise ReadingError(Problem.EMPTY_FILE)
    magic, found = _content(head)
    if form is Form.WORKBOOK and magic == _OLD_OFFICE and _is_encrypted(copy):
        raise ReadingError(Problem.PASSWORD)
    if magic != _MAGIC[form]:
        raise ReadingError(Problem.WRONG_FORMAT, found=found, expected=form.value)
    return _encoding(copy, head) if form is Form.TEXT else None


def _is_encrypted(copy: Path) -> bool:
    """Whether a container of old Office holds a new workbook that a password locks."""
    mark = "EncryptedPackage".encode("utf-16-le")
    with copy.open("rb") as file:
        tail = b""
        while block := file.read(_BLOCK):
            if mark in tail + block:
                return True
            tail = block[-len(mark) :]
    return False


def _content(head: bytes) -> tuple[bytes, Text]:
    """The bytes that a content is known by, none for text, and how sentences call it."""
    for magic, name in _CONTENTS.items():
        if head.startswith(magic):
            return magic, name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<head", b"<body")):
        return b"<html", Text.same("html")
    if start.startswith(b"<?xml"):
        return b"<?xml", Text.same("xml")
    if not head.startswith(tuple(_MARKED)) and head.count(0) > len(head) // 10:
        return b"\0", Text("binary", "binario")
    return b"", Form.TEXT.value


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
