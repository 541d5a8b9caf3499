"""The incoming folder and the archive: where upload files lie before and after their verdict.

A judged file is never deleted: it moves to `uploads/<key>/<name>`, so that an upload can be
materialized again and nothing that was delivered is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from upath import UPath

HALF_WRITTEN = (".part", ".tmp", ".crdownload", ".filepart")


@dataclass(frozen=True)
class Stamp:
    """What tells a changed file from an unchanged one without reading it."""

    name: str
    size: int
    modified: float


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
