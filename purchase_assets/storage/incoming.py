"""The incoming folder and the archive: where upload files lie before and after their verdict.

A judged file is never deleted: it moves to `uploads/<key>/<name>`, so that an upload can be
materialized again and nothing that was delivered is lost.
"""

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from upath import UPath

from purchase_assets.storage.atomic_files import put_where_nothing_is

HALF_WRITTEN = (".part", ".tmp", ".crdownload", ".filepart")
SETTLED_S = 30
"""A file that has not changed for so long is completely written."""
NUMBER = re.compile(r"\.~\d+~")
"""What `move_in` puts into a name that is taken."""


@dataclass(frozen=True)
class Stamp:
    """What tells a changed file from an unchanged one without reading it."""

    name: str
    size: int
    modified: float

    @property
    def settled(self) -> bool:
        """Whether the last change is long ago; a time to come is a wrong clock's and says no."""
        return abs(time.time() - self.modified) >= SETTLED_S


def files(folder: UPath) -> Iterator[tuple[Stamp, UPath]]:
    """Complete-looking files of a folder, oldest name first; none when it does not exist."""
    if not folder.exists():
        return
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.name.startswith(".") or path.name.lower().endswith(HALF_WRITTEN):
            continue
        if not path.is_file():
            continue
        stat = path.stat()
        yield Stamp(path.name, stat.st_size, float(getattr(stat, "st_mtime", 0.0))), path


def move_in(file: UPath, folder: UPath, name: str) -> UPath:
    """Move a complete file into a folder; where another one has the name, a number is put in it.

    Two processes that do so at once never take each other's place.
    """
    start, dot, end = name.partition(".")
    for number in count(1):
        path = folder / (f"{start}.~{number}~{dot}{end}" if number > 1 else name)
        if put_where_nothing_is(file, path):
            return path
    raise AssertionError("numbers do not end")


def sender_name(name: str) -> str:
    """A file's name as its sender gave it and as it can be kept, shown and printed anywhere."""
    plain = os.fsencode(NUMBER.sub("", name)).decode("utf-8", "replace")
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in plain)
