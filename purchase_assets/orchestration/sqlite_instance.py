"""Dagster's SQLite storage, with connections that are kept.

Dagster opens each of its files anew for every statement: a run of few steps is a thousand openings,
which was more than half of what it cost.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from purchase_assets.orchestration.private import (
    ConfigurableClassData,
    DagsterSqliteStorage,
    SqliteEventLogStorage,
    SqliteRunStorage,
    SqliteScheduleStorage,
)
from purchase_assets.storage.kept_engines import KeptEngines


class SqliteStorage(DagsterSqliteStorage):
    """Runs, events and ticks in the files that Dagster's own storage makes."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        with _alone(Path(base_dir)):
            super().__init__(base_dir, inst_data)
        self._event_log_storage = _Events(self._event_log_storage._base_dir)
        self._run_storage = _Runs(self._run_storage._conn_string)
        self._schedule_storage = _Ticks(self._schedule_storage._conn_string)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two processes that make the same tables at once would fail each other."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / ".made.lock").open("w")
    except OSError:  # nothing can be written there, so nothing is made
        yield
        return
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


class _Kept:
    """Closes what it has kept when the instance is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._engines = KeptEngines()
        super().__init__(*args, **kwargs)

    def dispose(self) -> None:
        self._engines.dispose()
        super().dispose()  # type: ignore[misc]


class _Events(_Kept, SqliteEventLogStorage):
    @contextmanager
    def _connect(self, shard: str) -> Iterator[Any]:
        url = self.conn_string_for_shard(shard)
        with self._db_lock:
            if shard not in self._initialized_dbs:
                self._initdb(self._engines.of(url))
                self._initialized_dbs.add(shard)
            with self._engines.of(url).begin() as connection:
                yield connection


class _Runs(_Kept, SqliteRunStorage):
    @contextmanager
    def connect(self) -> Iterator[Any]:
        with self._engines.of(self._conn_string).begin() as connection:
            yield connection


class _Ticks(_Kept, SqliteScheduleStorage):
    @contextmanager
    def connect(self) -> Iterator[Any]:
        with self._engines.of(self._conn_string).begin() as connection:
            yield connection
