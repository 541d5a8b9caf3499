"""Files that people read while we write them."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from upath import UPath

from purchase_assets.errors import files_usable

NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP)
"""What file systems without hard links answer."""


def write_atomically(path: UPath, text: str) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    with drafted(path, text) as put_in_place:
        put_in_place()


@contextmanager
def drafted(path: UPath, text: str) -> Iterator[Callable[[], None]]:
    """Write a file beside the one it replaces, and give the call that puts it in its place.

    A full disk or a missing right shows before anything has changed, so what belongs with the file
    can be changed in between. Without the call the old file stays.
    """
    with files_usable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.parent / f".{path.name}.{secrets.token_hex(4)}.part"
    try:
        with files_usable(path):
            draft.write_text(text, encoding="utf-8")
        yield lambda: _replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _replace(draft: UPath, path: UPath) -> None:
    if isinstance(draft, Path):
        draft.replace(path)
    else:  # a rename, or on an object store a copy, which appears as a whole
        draft.fs.mv(draft.path, path.path)


def put_where_nothing_is(file: UPath, path: UPath) -> bool:
    """Give a file a name that nobody has; whether it could have it.

    Of two processes that do so at once, one can.
    """
    if isinstance(file, Path):
        try:
            os.link(file, path)
        except FileExistsError:
            return False
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
        else:
            file.unlink()
            return True
    if path.exists():
        return False
    file.rename(path)
    return True
