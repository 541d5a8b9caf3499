"""The reports database: SQLite in WAL mode by default, PostgreSQL by URL.

Every change is one transaction, so a reader sees a whole week or the one before.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import sqlalchemy as sa

from purchase_assets.errors import PurchaseAssetsError, Unavailable, files_usable
from purchase_assets.storage.database_errors import (
    explain_errors,
    follow_its_file,
    parsed_url,
    wait_for_restarts,
)
from purchase_assets.storage.reports import bulk, migrations
from purchase_assets.storage.reports.two_languages import to_fields

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]
Record = TypeVar("Record")

URL_VARIABLE = "PURCHASE_ASSETS_REPORTS_URL"
"""Where people say which database it is."""

PATIENCE_S = 30
"""How long a change of SQLite waits for another one; `?timeout=` in the URL says otherwise."""


def now() -> datetime:
    """The present moment as naive UTC, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


class Source(Protocol):
    """Where rows are read: the database, or a transaction that has changed it."""

    def rows(self, statement: sa.Executable | str, **parameters: Any) -> list[Row]:
        """The rows of a query as dictionaries."""


def fetch(source: Source, make: Callable[..., Record], statement: sa.Executable) -> list[Record]:
    """The rows of a query as records; `make` is given the columns by name, wordings as `Text`."""
    return [make(**to_fields(row)) for row in source.rows(statement)]


def fetch_one(
    source: Source, make: Callable[..., Record], statement: sa.Executable
) -> Record | None:
    """The first row of a query as a record, or None."""
    return next(iter(fetch(source, make, statement)), None)


def values(source: Source, statement: sa.Executable) -> list[Any]:
    """The first column of a query."""
    return [next(iter(row.values())) for row in source.rows(statement)]


@dataclass(frozen=True)
class Transaction:
    """Changes that are seen all together or not at all, and what is read between them."""

    connection: sa.Connection

    def rows(self, statement: sa.Executable | str, **parameters: Any) -> list[Row]:
        """The rows of a query as dictionaries, with the changes so far."""
        if isinstance(statement, str):
            statement = sa.text(statement)
        return [dict(row) for row in self.connection.execute(statement, parameters).mappings()]

    def execute(self, statement: sa.Executable, rows: Sequence[Row] | Row | None = None) -> int:
        """Make a change, once per given row; returns how many rows of the table it touched."""
        return self.connection.execute(statement, rows).rowcount

    def replace(
        self, table: sa.Table, key: Mapping[str, Any], rows: "Sequence[Row] | pd.DataFrame"
    ) -> None:
        """Put `rows` in the place of all rows that match `key`."""
        self.execute(
            table.delete().where(*(table.c[column] == value for column, value in key.items()))
        )
        if not isinstance(rows, Sequence):
            bulk.insert(self.connection, table, rows)
        elif rows:
            self.execute(table.insert(), rows)


@dataclass(frozen=True)
class Reports:
    """The tables of `purchase_assets.storage.reports.tables` behind one SQLAlchemy URL."""

    url: str

    @cached_property
    def engine(self) -> sa.Engine:
        """The connected engine; tables are made, or brought up to date, on first use."""
        url = parsed_url(self.url, URL_VARIABLE)
        kind = url.get_backend_name()
        if kind not in ("sqlite", "postgresql"):
            raise PurchaseAssetsError(
                f"the reports database is {kind!r}",
                "sqlite or postgresql",
                f"correct {URL_VARIABLE}",
            )
        sqlite = kind == "sqlite"
        if sqlite and url.database:
            with files_usable(url.database):
                Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        patience = {"timeout": PATIENCE_S} if sqlite and "timeout" not in url.query else {}
        engine = sa.create_engine(url, pool_pre_ping=not sqlite, connect_args=patience)
        explain_errors(engine, "the reports database", URL_VARIABLE)
        if sqlite:
            sa.event.listen(engine, "connect", _prepare_sqlite)
            if url.database:
                follow_its_file(engine, url.database)
        else:
            wait_for_restarts(engine)
        migrations.bring_to_head(engine)
        return engine

    @property
    def shown_url(self) -> str:
        """The URL as it may be shown: without a password."""
        return sa.make_url(self.url).render_as_string()

    def rows(self, statement: sa.Executable | str, **parameters: Any) -> list[Row]:
        """The rows of a query as dictionaries; asked once more when PostgreSQL ends meanwhile."""
        try:
            return self._read(statement, parameters)
        except Unavailable:
            if self.engine.dialect.name == "sqlite":  # which has waited already
                raise
            return self._read(statement, parameters)

    def _read(self, statement: sa.Executable | str, parameters: Row) -> list[Row]:
        with self.engine.connect() as connection:
            return Transaction(connection).rows(statement, **parameters)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Changes that are seen all together or not at all."""
        with self.engine.begin() as connection:
            yield Transaction(connection)

    def append(self, table: sa.Table, row: Row) -> None:
        """Add one row."""
        with self.transaction() as transaction:
            transaction.execute(table.insert(), row)

    def replace(
        self, table: sa.Table, key: Mapping[str, Any], rows: "Sequence[Row] | pd.DataFrame"
    ) -> None:
        """Put `rows` in the place of all rows that match `key`, in one transaction."""
        with self.transaction() as transaction:
            transaction.replace(table, key, rows)

    def frame(
        self,
        table: sa.Table,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        **key: Any,
    ) -> "pd.DataFrame":
        """The rows that match `key` as a DataFrame, in the order of the primary key."""
        import pandas as pd

        chosen = [table.c[name] for name in columns or table.columns.keys()]
        statement = sa.select(*chosen).order_by(*table.primary_key.columns).limit(limit)
        for column, value in key.items():
            statement = statement.where(table.c[column] == value)
        with self.engine.connect() as connection:
            return pd.read_sql(statement, connection)


def records(rows: "Sequence[Row] | pd.DataFrame") -> Sequence[Row]:
    """A frame's rows as dictionaries, None where a value is missing; dictionaries as they are."""
    if isinstance(rows, Sequence):
        return rows
    plain: Any = rows.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
