"""Engines that keep their connections, those of SQLite files by file.

Opening a file, preparing its statements anew and emptying its write-ahead log when the last
connection closes cost several times what a short statement does.
"""

import os
from collections import OrderedDict
from pathlib import Path
from threading import Lock

import sqlalchemy as sa

KEPT_AT_MOST = 32
PATIENCE_S = 30
"""How long a statement waits for other writers of its file."""

_Key = tuple[str, int, int, int]


class KeptEngines:
    """The engines of one process, by file; the least recently used ones are closed."""

    def __init__(self) -> None:
        self._engines: OrderedDict[_Key, sa.Engine] = OrderedDict()
        self._lock = Lock()

    def of(self, url: str) -> sa.Engine:
        """The engine of a file, as it lies there now.

        A file that was put in the place of another one, and a process that was forked, get
        connections of their own.
        """
        key = _key(url)
        with self._lock:
            engine = self._engines.pop(key, None)
            if engine is None:
                engine = sa.create_engine(url, connect_args={"timeout": PATIENCE_S})
            self._engines[key] = engine
            if len(self._engines) > KEPT_AT_MOST:
                self._engines.popitem(last=False)[1].dispose()
        return engine

    def dispose(self) -> None:
        """Close what no statement is using."""
        with self._lock:
            engines, self._engines = self._engines, OrderedDict()
        for key, engine in engines.items():
            engine.dispose(close=key[1] == os.getpid())


def server_engine(url: str) -> sa.Engine:
    """The engine of a server's database, each statement a transaction of its own.

    Its connections are asked before each use whether they live: the server may have ended since.
    """
    return sa.create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)


def _key(url: str) -> _Key:
    try:
        file = Path(sa.make_url(url).database or "").stat()
    except FileNotFoundError:
        return url, os.getpid(), 0, 0
    return url, os.getpid(), file.st_dev, file.st_ino
