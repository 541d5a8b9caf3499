"""The rows of a whole database as plain files, which any other kind of database can take.

One JSON line per row. Days and moments are ISO texts; everything else is what JSON says of it.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from purchase_assets.errors import Conflict
from purchase_assets.storage.database_errors import explained_errors

REVISIONS = "alembic_version"
"""Where a database says which revision of its program made its tables."""

AT_ONCE = 5_000
SQLITE_BEGINNING = b"SQLite format 3\x00"


@dataclass(frozen=True)
class Dump:
    """What was written of a database.

    Attributes
    ----------
    revision : str
        Of its tables.
    rows : dict
        Count of rows by table.
    """

    revision: str
    rows: dict[str, int]

    as_json = asdict


def dump(url: str, folder: Path) -> Dump:
    """Write all rows as they are at one moment, a file per table; writers are not held up."""
    folder.mkdir(parents=True)
    engine = sa.create_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN")  # else each statement sees its own moment
            else:
                connection.execution_options(isolation_level="REPEATABLE READ")
            described = sa.MetaData()
            described.reflect(connection)
            revision = described.tables[REVISIONS]
            counts = {
                table.name: _write(connection, table, folder / f"{table.name}.jsonl")
                for table in described.sorted_tables
                if table is not revision
            }
            (found,) = connection.execute(sa.select(revision.c.version_num)).scalars()
            return Dump(found, counts)
    finally:
        engine.dispose()


def _write(connection: sa.Connection, table: sa.Table, file: Path) -> int:
    count = 0
    statement = sa.select(table).order_by(*table.primary_key.columns)
    streamed = connection.execution_options(yield_per=AT_ONCE).execute(statement)
    with file.open("w", encoding="utf-8") as lines:
        for row in streamed.mappings():
            lines.write(json.dumps(dict(row), default=_as_text, ensure_ascii=False) + "\n")
            count += 1
    return count


def _as_text(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a dump")


def is_empty(url: str) -> bool:
    """Whether a database has no table yet."""
    file = database_file(url)
    if file is not None and not file.exists():
        return True
    engine = sa.create_engine(url)
    try:
        return not sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()


def load(
    url: str, revision: str, make: Callable[[sa.Engine], None], rows: Callable[[str], Iterable[str]]
) -> None:
    """Fill a database that has no tables yet, all of it or nothing.

    Parameters
    ----------
    url : str
    revision : str
        Of the tables that the rows are of.
    make : callable
        Makes the empty tables.
    rows : callable
        Gives the lines that `dump` wrote of a table, none where there was no such table.

    Raises
    ------
    PurchaseAssetsError
        When the tables that were made are of another revision.
    """
    engine = sa.create_engine(url)
    try:
        make(engine)
        with engine.begin() as connection:
            described = sa.MetaData()
            described.reflect(connection)
            known = described.tables[REVISIONS]
            (found,) = connection.execute(sa.select(known.c.version_num)).scalars()
            if found != revision:
                raise Conflict(
                    f"the rows are of revision {revision!r} and this program makes {found!r}",
                    "the same",
                    "restore with the version of the program that made the backup, then upgrade",
                )
            tables = [table for table in described.sorted_tables if table is not known]
            for table in reversed(tables):  # what a new database is born with
                connection.execute(table.delete())
            for table in tables:
                for some in _batches(rows(table.name)):
                    connection.execute(table.insert(), [_values(table, row) for row in some])
                _continue_numbers(connection, table)
    finally:
        engine.dispose()


def _batches(lines: Iterable[str]) -> Iterator[list[dict[str, Any]]]:
    waiting: list[dict[str, Any]] = []
    for line in lines:
        waiting.append(json.loads(line))
        if len(waiting) == AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _values(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in row.items()}


def _value(kind: Any, value: Any) -> Any:
    if isinstance(value, str) and isinstance(kind, sa.DateTime):
        return datetime.fromisoformat(value)
    if isinstance(value, str) and isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    if isinstance(value, int) and isinstance(kind, sa.Boolean):
        return bool(value)  # SQLite's columns may not say that they hold yes or no
    return value


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    """Let running numbers go on after those that were filled in; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if not isinstance(column.type, sa.Integer):
            continue
        sequence = connection.scalar(
            sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name))
        )
        newest = connection.scalar(sa.select(sa.func.max(column)))
        if sequence and newest is not None:
            connection.execute(sa.select(sa.func.setval(sequence, newest)))


def database_file(url: str) -> Path | None:
    """The file of a SQLite database; None of any other."""
    made = sa.make_url(url)
    return Path(made.database) if made.get_backend_name() == "sqlite" and made.database else None


def copy_file(file: Path, target: Path) -> None:
    """Copy a file; a SQLite database as it is at one moment, whoever writes it."""
    with file.open("rb") as content:
        database = content.read(len(SQLITE_BEGINNING)) == SQLITE_BEGINNING
    if not database:
        shutil.copyfile(file, target)
        return
    with (
        explained_errors(f"the database {file}", "PURCHASE_ASSETS_DATA"),
        closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
