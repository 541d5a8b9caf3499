"""The reports database: SQLite in WAL mode by default, PostgreSQL by URL.

Every change is one transaction, so a reader sees a whole week or the one before.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from purchase_assets.errors import PurchaseAssetsError, files_usable
from purchase_assets.storage.database_errors import explain_errors, parsed_url
from purchase_assets.storage.reports import migrations, tables

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

ASKING = ("REJECTED", "ENGINE_ERROR")
"""Verdicts of an upload that wait for an answer."""

URL_VARIABLE = "PURCHASE_ASSETS_REPORTS_URL"
"""Where people say which database it is."""

PATIENCE_S = 30
"""How long a change of SQLite waits for another one; `?timeout=` in the URL says otherwise."""


def asking() -> sa.ColumnElement[bool]:
    """The condition of an upload that waits for an answer."""
    uploads = tables.uploads.c
    return sa.and_(uploads.verdict.in_(ASKING), uploads.answer.is_(None))


def now() -> datetime:
    """The present moment as naive UTC, as the tables keep it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


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
        migrations.bring_to_head(engine)
        return engine

    def rows(self, statement: sa.Executable | str, **parameters: Any) -> list[Row]:
        """The rows of a query as dictionaries."""
        if isinstance(statement, str):
            statement = sa.text(statement)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(statement, parameters).mappings()]

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A connection whose changes are seen all together or not at all."""
        with self.engine.begin() as connection:
            yield connection

    def append(self, table: sa.Table, row: Row) -> None:
        """Add one row."""
        with self.transaction() as connection:
            connection.execute(table.insert(), row)

    def replace(
        self, table: sa.Table, key: Mapping[str, Any], rows: "Sequence[Row] | pd.DataFrame"
    ) -> None:
        """Put `rows` in the place of all rows that match `key`, in one transaction."""
        with self.transaction() as connection:
            replace(connection, table, key, records(rows))

    # what several rooms ask

    def upload(self, key: str) -> Row | None:
        """The `uploads` row of a key, or None."""
        found = self.rows(sa.select(tables.uploads).where(tables.uploads.c.key == key))
        return found[0] if found else None

    def published_window(self, week_start: date) -> Row | None:
        """The `published_weeks` row of a week, or None."""
        weeks = tables.published_weeks
        found = self.rows(sa.select(weeks).where(weeks.c.week_start == week_start))
        return found[0] if found else None

    def published_weeks(self) -> list[date]:
        """Mondays of the published weeks, oldest first."""
        column = tables.published_weeks.c.week_start
        return [row["week_start"] for row in self.rows(sa.select(column).order_by(column))]

    def frame(self, table: sa.Table, **key: Any) -> "pd.DataFrame":
        """The rows that match `key` as a DataFrame, in the order of the primary key."""
        import pandas as pd

        statement = sa.select(table).order_by(*table.primary_key.columns)
        for column, value in key.items():
            statement = statement.where(table.c[column] == value)
        with self.engine.connect() as connection:
            return pd.read_sql(statement, connection)


def replace(
    connection: sa.Connection, table: sa.Table, key: Mapping[str, Any], rows: Sequence[Row]
) -> None:
    """Within a transaction: put `rows` in the place of all rows that match `key`."""
    connection.execute(
        table.delete().where(*(table.c[column] == value for column, value in key.items()))
    )
    if rows:
        connection.execute(table.insert(), rows)


def records(rows: "Sequence[Row] | pd.DataFrame") -> Sequence[Row]:
    """A frame's rows as dictionaries, None where a value is missing; dictionaries as they are."""
    if isinstance(rows, Sequence):
        return rows
    plain: Any = rows.astype(object)
    return plain.where(plain.notna(), None).to_dict("records")


def _prepare_sqlite(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
