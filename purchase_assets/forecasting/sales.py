"""From accepted order lines to daily sales: the one table that forecasting reads."""

from collections.abc import Iterator, Mapping
from typing import Any

import ibis
import pyarrow as pa
from ibis import ir

from purchase_assets.storage.in_memory_sql import sql_over

MONTH = "month"
"""Column by which the kept table is divided: "2024-12"."""
PIECE_ROWS = 100_000


def daily_sales(transactions: ir.Table) -> ir.Table:
    """One row per customer x product x day of accepted order lines.

    Parameters
    ----------
    transactions : ir.Table
        customer_id, product_id, order_id, purchase_date (timestamp), items (negative = return).

    Returns
    -------
    ir.Table
        customer_id, product_id, day, items_bought and items_returned (both >= 0, in the
        distributor's own unit), lines (order lines, int64). Lines repeated exactly count once.
    """
    columns = ["customer_id", "product_id", "order_id", "purchase_date", "items"]
    lines = transactions.select(*columns).distinct()
    lines = lines.mutate(day=lines.purchase_date.date())
    zero = 0.0
    return (
        lines.group_by("customer_id", "product_id", "day")
        .aggregate(
            items_bought=lines.items.clip(lower=zero).sum(),
            items_returned=-lines.items.clip(upper=zero).sum(),
            lines=lines.count().cast("int64"),
        )
        .order_by("day", "customer_id", "product_id")
    )


def compute_daily_sales(transactions: Any) -> pa.Table:
    """`daily_sales` of a frame, pyarrow table or dataset, run on in-memory DuckDB."""
    with sql_over(transactions=transactions) as connection:
        tables = ibis.duckdb.from_connection(connection)
        return daily_sales(tables.table("transactions")).to_pyarrow()


def monthly_sales(transactions: Any, engine: Mapping[str, Any]) -> Iterator[pa.Table]:
    """`daily_sales` with the month of each row, in pieces.

    Parameters
    ----------
    transactions : pyarrow table or dataset
    engine : mapping
        `ForecastSettings.engine`.
    """
    with sql_over(engine, transactions=transactions) as connection:
        tables = ibis.duckdb.from_connection(connection)
        sales = daily_sales(tables.table("transactions"))
        sales = sales.mutate(**{MONTH: sales.day.strftime("%Y-%m")})
        found = connection.sql(str(ibis.to_sql(sales, dialect="duckdb")))
        batches = found.to_arrow_reader(PIECE_ROWS)
        yield batches.schema.empty_table()
        for batch in batches:
            yield pa.Table.from_batches([batch])
