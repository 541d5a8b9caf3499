"""Many rows of a frame into a table at once: COPY on PostgreSQL, one prepared statement on SQLite.

No object per row: what is in memory beside the frame is a piece of it.
"""

import csv
import io
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from purchase_assets.storage.database_errors import explained_errors

if TYPE_CHECKING:
    import pandas as pd

PIECE_ROWS = 10_000
NOTHING = r"\N"


def insert(connection: sa.Connection, table: sa.Table, rows: "pd.DataFrame") -> None:
    """Add the rows; columns are found by their names, and what is missing is empty."""
    write = _copy if connection.dialect.name == "postgresql" else _execute
    for start in range(0, len(rows), PIECE_ROWS):
        write(connection, table, rows.iloc[start : start + PIECE_ROWS])


def _copy(connection: sa.Connection, table: sa.Table, rows: "pd.DataFrame") -> None:
    quoted = connection.dialect.identifier_preparer.quote
    columns = list(map(str, rows.columns))
    names = ", ".join(map(quoted, columns))
    # texts are quoted, and so is what stands for nothing; ids cannot be missing
    empty = ", ".join(quoted(name) for name in columns if table.c[name].nullable)
    options = f"FORMAT csv, NULL '{NOTHING}'" + (f", FORCE_NULL ({empty})" if empty else "")
    text = io.StringIO()
    # a short number is written shorter than it is, a whole one with nulls beside it as 1.0
    numbers = {sa.Float: "float64", sa.Integer: "Int64"}
    kinds = {
        name: kind
        for name in columns
        for of, kind in numbers.items()
        if isinstance(table.c[name].type, of)
    }
    rows = rows.astype(kinds)
    rows.to_csv(text, header=False, index=False, na_rep=NOTHING, quoting=csv.QUOTE_NONNUMERIC)
    text.seek(0)
    driver: Any = connection.connection.cursor()
    with explained_errors("the reports database", "PURCHASE_ASSETS_REPORTS_URL"):
        driver.copy_expert(f"COPY {quoted(table.name)} ({names}) FROM STDIN ({options})", text)


def _execute(connection: sa.Connection, table: sa.Table, rows: "pd.DataFrame") -> None:
    quoted = connection.dialect.identifier_preparer.quote
    names = ", ".join(map(quoted, rows.columns))
    marks = ", ".join("?" for _ in rows.columns)
    values = [_values(connection, table.c[name], rows[name]) for name in rows.columns]
    # only names of our own tables are put into the text
    statement = f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({marks})"  # nosec B608
    connection.exec_driver_sql(statement, list(zip(*values, strict=True)))


def _values(connection: sa.Connection, column: sa.Column, found: "pd.Series") -> list[Any]:
    """A column's values as the driver takes them."""
    plain: Any = found.astype(object)
    values = plain.where(plain.notna(), None).tolist()
    dialect = connection.dialect
    bound = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if bound is None else [bound(value) for value in values]
