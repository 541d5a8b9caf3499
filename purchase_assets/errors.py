"""The errors whose message a person can act on; any other is a fault of the program."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager


class PurchaseAssetsError(Exception):
    """Something that a person can mend.

    Parameters
    ----------
    found : str
        What was found, beginning in lower case, without a full stop.
    expected : str
        What was expected in its place.
    todo : str
        The command, selection or change that mends it.
    """

    def __init__(self, found: str, expected: str, todo: str) -> None:
        super().__init__(f"{found}; expected {expected}; {todo}")
        self.found = found
        self.expected = expected
        self.todo = todo


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
