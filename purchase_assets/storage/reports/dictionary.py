"""The data dictionary: docs/data_dictionary.md, written from the tables' own comments.

`python -m purchase_assets.storage.reports.dictionary > docs/data_dictionary.md`
"""

from dataclasses import dataclass

import sqlalchemy as sa

from purchase_assets.storage.reports import tables

HEAD = f"""# Data dictionary of the reports database

Written from `purchase_assets/storage/reports/tables.py`; PostgreSQL keeps the same words as column
comments. Ids are texts, kept as delivered. Days are calendar days in the configured time zone;
moments (`..._at`) are UTC. `{tables.LATEST_VIEW}` is a view: the rows of `weekly_predictions`
of the newest week. Queries to begin with: [reports.md](reports.md).
"""


@dataclass(frozen=True)
class Column:
    """What the dictionary says of a column."""

    name: str
    kind: str
    meaning: str
    key: bool
    may_be_empty: bool


def columns(table: str) -> list[Column]:
    """The columns of a table, in their order."""
    return [
        Column(
            column.name,
            str(column.type).lower(),
            column.comment or "",
            column.primary_key,
            bool(column.nullable),
        )
        for column in tables.metadata.tables[table].columns
    ]


def data_dictionary() -> str:
    """The dictionary as Markdown, tables in the order in which they are described."""
    return "\n".join([HEAD, *(_table(table) for table in tables.metadata.tables.values())])


def _table(table: sa.Table) -> str:
    lines = [
        f"## {table.name}",
        "",
        table.comment or "",
        "",
        "| column | type | key | may be empty | meaning |",
        "|---|---|---|---|---|",
        *map(_line, columns(table.name)),
        "",
    ]
    return "\n".join(lines)


def _line(column: Column) -> str:
    key, empty = ("yes" if fact else "" for fact in (column.key, column.may_be_empty))
    return f"| `{column.name}` | {column.kind} | {key} | {empty} | {column.meaning} |"


if __name__ == "__main__":
    print(data_dictionary(), end="")
