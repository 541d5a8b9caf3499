"""Dagster's own SQLite storage, with an engine for each database that is kept.

Dagster's makes an engine for each statement, so that every statement is compiled anew: a third of
what a look of the sensors costs. Connections are opened anew as before, since the files may be
replaced by those of a backup.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import sqlalchemy as sa

from purchase_assets.orchestration.private import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    ConfigurableClassData,
    DagsterSqliteStorage,
    SqliteEventLogStorage,
    SqliteRunStorage,
    SqliteScheduleStorage,
)

ENGINES = 16
"""The databases of all runs together, and those of the newest runs."""


@lru_cache(maxsize=ENGINES)
def _engine(url: str) -> sa.Engine:
    return sa.create_engine(
        url,
        poolclass=sa.NullPool,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS},
    )


class _Runs(SqliteRunStorage):
    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        with _engine(self._conn_string).begin() as connection:
            yield connection


class _Schedules(SqliteScheduleStorage):
    @contextmanager
    def connect(self) -> Iterator[sa.Connection]:
        with _engine(self._conn_string).begin() as connection:
            yield connection


class _Events(SqliteEventLogStorage):
    @contextmanager
    def _connect(self, shard: str) -> Iterator[sa.Connection]:
        with self._db_lock:
            engine = _engine(self.conn_string_for_shard(shard))
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection


class SqliteStorage(DagsterSqliteStorage):
    """Runs, events and schedules in files below a folder, where Dagster's own storage has them."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(base_dir, inst_data)
        runs, schedules = self._run_storage, self._schedule_storage
        self._run_storage = _Runs(runs._conn_string)
        self._event_log_storage = _Events(self._event_log_storage._base_dir)
        self._schedule_storage = _Schedules(schedules._conn_string)
