"""The data dictionary: docs/data_dictionary.md, written from the tables' own comments.

`python -m purchase_assets.storage.reports.dictionary > docs/data_dictionary.md`
"""

import sqlalchemy as sa

from purchase_assets.storage.reports import tables

HEAD = f"""# Data dictionary of the reports database

Written from `purchase_assets/storage/reports/tables.py`; PostgreSQL keeps the same words as column
comments. Ids are texts, kept as delivered. Days are calendar days in the configured time zone;
moments (`..._at`) are UTC. `{tables.LATEST_VIEW}` is a view: the rows of `weekly_predictions`
of the newest week. Queries to begin with: [reports.md](reports.md).
"""


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
        *map(_column, table.columns),
        "",
    ]
    return "\n".join(lines)


def _column(column: sa.Column) -> str:
    key, empty = ("yes" if fact else "" for fact in (column.primary_key, column.nullable))
    return f"| `{column.name}` | {str(column.type).lower()} | {key} | {empty} | {column.comment} |"


if __name__ == "__main__":
    print(data_dictionary(), end="")
