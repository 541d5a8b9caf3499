"""One process at a time: a lock that dies with its holder.

A locked file beside a SQLite database, an advisory lock in PostgreSQL: either is given back by the
operating system or the server when the process is gone, however it went.
"""

import fcntl
import os
import platform
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from zlib import crc32

import sqlalchemy as sa

from purchase_assets.errors import Conflict, files_usable
from purchase_assets.storage.database_errors import parsed_url
from purchase_assets.storage.reports.database import URL_VARIABLE, Reports
from purchase_assets.text import Text

LOOK_EVERY_S = 0.25
OURS = 7_260_132
"""Any number: the advisory locks of this program, beside that of its migrations."""
HOLDER = sa.text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE granted AND "
    "locktype = 'advisory' AND classid = :ours AND objid = :lock AND objsubid = 2 AND "
    "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)

Attempt = Callable[[], str | None]
"""Takes a lock and returns None, or names its holder."""


@contextmanager
def one_at_a_time(
    reports: Reports,
    work: str,
    by: str,
    *,
    patience_s: float,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[None]:
    """Hold the lock of a kind of work on a project while the body runs.

    Parameters
    ----------
    work : str
        What only one may do at a time; it names the lock.
    by : str
        Who takes it, as others are told.
    patience_s : float
        Seconds for which another holder is waited for.
    tell : callable
        Called with one sentence while it waits.

    Raises
    ------
    Conflict
        When the other one still holds it then.
    """
    url = parsed_url(reports.url, URL_VARIABLE)
    who = f"{by} (process {os.getpid()} on {platform.node()})"
    if url.get_backend_name() != "sqlite":
        held = _in_postgresql(reports.engine, work, who)
    elif url.database:
        held = _beside(Path(url.database), work, who)
    else:
        yield  # in memory: nobody else sees it
        return
    with held as attempt:
        ends = time.monotonic() + patience_s
        while holder := attempt():
            if time.monotonic() > ends:
                raise Conflict(
                    Text(
                        f"{holder} is at work on this project",
                        f"{holder} está trabajando en este proyecto",
                    ),
                    Text(
                        "it to end, since one at a time may change the same things",
                        "que termine, pues solo uno a la vez puede cambiar lo mismo",
                    ),
                    Text("ask again when it has ended", "pídalo de nuevo cuando termine"),
                )
            tell(f"waiting for {holder}")
            time.sleep(LOOK_EVERY_S)
        yield


def is_held(reports: Reports, work: str) -> bool:
    """Whether another process does a kind of work just now; the lock is taken for a moment."""
    try:
        with one_at_a_time(reports, work, "a look", patience_s=0):
            return False
    except Conflict:
        return True


@contextmanager
def _beside(database: Path, work: str, who: str) -> Iterator[Attempt]:
    path = database.with_name(f".{work}.lock")
    with files_usable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+", encoding="utf-8")

    def attempt() -> str | None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return path.read_text("utf-8") or "another process"
        file.truncate(0)
        file.write(who)
        file.flush()
        return None

    with file:
        yield attempt


@contextmanager
def _in_postgresql(engine: sa.Engine, work: str, who: str) -> Iterator[Attempt]:
    keys = {"ours": OURS, "lock": crc32(work.encode()) & 0x7FFFFFFF}
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.detach()  # closed at the end, and with it the lock
        connection.execute(
            sa.text("SELECT set_config('application_name', :who, false)"), {"who": who}
        )

        def attempt() -> str | None:
            taken = sa.text("SELECT pg_try_advisory_lock(:ours, :lock)")
            if connection.execute(taken, keys).scalar():
                return None
            return connection.execute(HOLDER, keys).scalar() or "another process"

        yield attempt
