"""The errors whose message a person can act on; any other is a fault of the program."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from purchase_assets.text import Text


class PurchaseAssetsError(Exception):
    """Something that a person can mend.

    Parameters
    ----------
    found : str or Text
        What was found, beginning in lower case, without a full stop.
    expected : str or Text
        What was expected in its place.
    todo : str or Text
        The command, selection or change that mends it.

    Attributes
    ----------
    text : Text
        The whole sentence. It is English in both languages unless all three parts are `Text`, as
        those are that people meet in commands and on pages.
    """

    def __init__(self, found: str | Text, expected: str | Text, todo: str | Text) -> None:
        self.found, self.expected, self.todo = (_english(part) for part in (found, expected, todo))
        told = f"{self.found}; expected {self.expected}; {self.todo}"
        super().__init__(told)
        self.text = Text.same(told)
        if isinstance(found, Text) and isinstance(expected, Text) and isinstance(todo, Text):
            self.text = Text(told, f"{found.es}; se esperaba {expected.es}; {todo.es}")


def _english(part: str | Text) -> str:
    return part.en if isinstance(part, Text) else part


class NotFound(PurchaseAssetsError):
    """What was named does not exist."""


class Conflict(PurchaseAssetsError):
    """What was named exists, and is in no state for what was asked."""


class Unavailable(PurchaseAssetsError):
    """A store does not answer, cannot be read or cannot be written."""


ENVIRONMENT_ERRNOS = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EEXIST,
        errno.EFBIG,
        errno.EIO,
        errno.EISDIR,
        errno.ENAMETOOLONG,
        errno.ENOENT,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EROFS,
    }
)
"""What the operating system says of the machine, not of the program."""


@contextmanager
def files_usable(
    place: object, todo: str = "correct it or its rights, or make room on its disk"
) -> Iterator[None]:
    """Tell what the operating system refuses at a place that a person has chosen.

    Every other OSError stays what it is: a fault of the program.

    Examples
    --------
    >>> with files_usable("/no/such/folder"):
    ...     open("/no/such/folder/file")
    Traceback (most recent call last):
    purchase_assets.errors.Unavailable: /no/such/folder/file: no such file or directory; ...
    """
    try:
        yield
    except OSError as error:
        if error.errno not in ENVIRONMENT_ERRNOS:
            raise
        reason = (error.strerror or str(error)).lower()
        raise Unavailable(
            f"{error.filename or place}: {reason}", "a path that can be used", todo
        ) from error
