"""What a database refuses that a person can mend; a wrong statement is a fault of the program."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, NoSuchModuleError

from purchase_assets.errors import PurchaseAssetsError, Unavailable

SPOILT = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
REFUSED = ("AUTH", "BUSY", "CANTOPEN", "FULL", "IOERR", "LOCKED", "NOLFS", "PERM", "READONLY")
"""Primary result codes of SQLite, without their prefix."""
RESTART_S = 20
"""How long a server that has answered before may take to be started again."""
POSTGRESQL_STATES = ("08", "28", "3D", "42501", "53", "55", "57", "58", "25006")
"""SQLSTATEs, or the classes they begin with: connection, rights, space, locks, shutdown."""


def explained(error: BaseException, what: str, variable: str) -> Unavailable | None:
    """The database's error as a person is told of it; None where it is a fault of the program.

    Parameters
    ----------
    error : BaseException
        As the driver raised it.
    what : str
        The database, such as "the reports database".
    variable : str
        Where its address is set.
    """
    said = " ".join(str(error).split())
    name = getattr(error, "sqlite_errorname", None)
    if name is not None and name.startswith(SPOILT):
        return Unavailable(
            f"{what} cannot be read ({said})",
            "a SQLite database",
            f"restore it from a copy, or set {variable} to another one",
        )
    if name is not None:
        mended = name.removeprefix("SQLITE_").startswith(REFUSED)
    elif state := getattr(error, "pgcode", None):
        mended = state.startswith(POSTGRESQL_STATES)
    else:  # psycopg2 knows no state before it is connected, nor after the connection broke
        mended = type(error).__name__ in ("InterfaceError", "OperationalError")
    if not mended:
        return None
    return Unavailable(
        f"{what} does not do what it was asked ({said})",
        "one that answers and can be written",
        "see that its server runs or its file is writable and its disk has room, that no other "
        f"program holds it, and what {variable} says",
    )


def explain_errors(engine: sa.Engine, what: str, variable: str) -> None:
    """Let every connection of an engine raise what a person can mend as Unavailable."""

    @sa.event.listens_for(engine, "handle_error", retval=True)
    def handle(context: Any) -> BaseException | None:
        # whether a pooled connection still lives is asked before use, and a new one made if not
        if context.is_pre_ping:
            return None
        return explained(context.original_exception, what, variable)


def follow_its_file(engine: sa.Engine, file: str) -> None:
    """Let connections to a SQLite database that was put elsewhere not be used any more.

    Who keeps one writes to the file of before, which nobody reads again.
    """

    @sa.event.listens_for(engine, "connect")
    def opened(_: Any, record: Any) -> None:
        record.info["inode"] = _inode(file)

    @sa.event.listens_for(engine, "checkout")
    def used(_: Any, record: Any, __: Any) -> None:
        if record.info["inode"] != _inode(file):
            raise DisconnectionError(f"{file} is another file")


def _inode(file: str) -> int | None:
    try:
        return Path(file).stat().st_ino
    except FileNotFoundError:
        return None


def wait_for_restarts(engine: sa.Engine) -> None:
    """Let new connections wait while a server that has answered before is started again."""
    answered: list[bool] = []

    @sa.event.listens_for(engine, "do_connect")
    def connect(dialect: Any, _: Any, args: Any, options: Any) -> Any:
        ends = time.monotonic() + (RESTART_S if answered else 0)
        while True:
            try:
                made = dialect.connect(*args, **options)
            except dialect.dbapi.OperationalError:
                if time.monotonic() >= ends:
                    raise
                time.sleep(0.2)
            else:
                answered[:] = [True]
                return made


def parsed_url(url: str, variable: str) -> sa.URL:
    """The URL of a database that a person has set."""
    try:
        return sa.make_url(url)
    except ArgumentError as error:
        raise PurchaseAssetsError(
            str(error), "a database such as postgresql://user@host/name", f"correct {variable}"
        ) from error


@contextmanager
def explained_errors(what: str, variable: str) -> Iterator[None]:
    """The same for a database that a library opens by itself."""
    try:
        yield
    except PurchaseAssetsError:  # explained already
        raise
    except (ArgumentError, NoSuchModuleError) as error:
        raise PurchaseAssetsError(
            f"{what} cannot be opened ({error})",
            "a database such as postgresql://user@host/name",
            f"correct {variable}",
        ) from error
    except Exception as error:
        # libraries wrap what the driver said
        said = error if isinstance(error, DBAPIError | sqlite3.Error) else error.__cause__
        raised = said.orig if isinstance(said, DBAPIError) else said
        told = None
        if isinstance(said, DBAPIError | sqlite3.Error) and raised:
            told = explained(raised, what, variable)
        if told is None:
            raise
        raise told from error
