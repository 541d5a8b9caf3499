"""Feature frames made by in-memory DuckDB: what training, scoring and backtests ask for."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting.features import (
    CATEGORIES,
    CUSTOMER_COLUMNS,
    PRODUCT_COLUMNS,
    candidate_features,
    labelled,
)
from purchase_assets.forecasting.history import WINDOW_SCHEMA, window_rows
from purchase_assets.progress import Progress
from purchase_assets.settings import ForecastSettings
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.weeks import Window

WINDOWS_PER_QUERY = 8
"""Bounds memory: the as-of join holds every purchase once per window of the query."""
MIN_HISTORY_DAYS = 28
"""A training window needs this much history before its cutoff to show a habit."""
MIN_TRAINING_WINDOWS = 3

_SALES = {"customer_id": "string", "product_id": "string", "day": "date", "items_bought": "float64"}
_CUSTOMERS = {"customer_id": "string", **CUSTOMER_COLUMNS}
_PRODUCTS = {"product_id": "string", **PRODUCT_COLUMNS}
_SQL_TYPES = {"string": "varchar", "date": "date", "float64": "double"}

Tabular = Any
"""pandas frame, pyarrow table or pyarrow dataset; anything DuckDB registers."""


def feature_frame(
    daily_sales: Tabular,
    windows: Sequence[Window],
    *,
    customers: Tabular | None = None,
    products: Tabular | None = None,
    lookback_days: int = 182,
    with_labels: bool = False,
    threads: int = 2,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """`candidate_features` (and labels) of the windows, run on in-memory DuckDB.

    Returns
    -------
    pandas.DataFrame
        Sorted by cutoff, customer and product; numbers float32, categories as text categories.
    """
    parts = []
    with sql_over({"threads": threads}) as connection:
        _view(connection, "daily_sales", daily_sales, _SALES)
        _view(connection, "customers", customers, _CUSTOMERS)
        _view(connection, "products", products, _PRODUCTS)
        query = feature_query(lookback_days, with_labels=with_labels)
        for begin in range(0, len(windows), WINDOWS_PER_QUERY):
            chunk = windows[begin : begin + WINDOWS_PER_QUERY]
            connection.register("windows", pa.Table.from_pylist(window_rows(chunk)))
            parts.append(_dictionaries(connection.sql(query).to_arrow_table()))
            if progress:
                progress("features", min(1.0, (begin + len(chunk)) / len(windows)))
    table = pa.concat_tables(parts).unify_dictionaries()
    del parts
    frame = table.to_pandas(self_destruct=True, split_blocks=True, date_as_object=True)
    return frame.sort_values(["cutoff", "customer_id", "product_id"], ignore_index=True)


def training_frame(
    daily_sales: Tabular,
    window: Window,
    settings: ForecastSettings,
    *,
    customers: Tabular | None = None,
    products: Tabular | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Labelled features of the windows that a model for `window` learns from.

    Raises
    ------
    PurchaseAssetsError
        When the history is too short.
    """
    windows = training_windows(window, days_of_sales(daily_sales), settings.training_windows)
    return feature_frame(
        daily_sales,
        windows,
        customers=customers,
        products=products,
        lookback_days=settings.lookback_days,
        with_labels=True,
        threads=settings.threads,
        progress=progress,
    )


def newest(frame: pd.DataFrame, windows: int) -> pd.DataFrame:
    """Rows of the newest windows of `frame`, which is sorted by cutoff; a view."""
    cutoffs = np.sort(frame["cutoff"].unique())
    return frame[int((frame["cutoff"] < cutoffs[-windows:][0]).sum()) :]


def days_of_sales(daily_sales: Tabular) -> list[date]:
    """The days on which anything was sold, in order.

    Raises
    ------
    PurchaseAssetsError
        When the table is empty.
    """
    with sql_over(daily_sales=daily_sales) as connection:
        rows = connection.execute(
            "select distinct day::date from daily_sales order by 1"
        ).fetchall()
    if not rows:
        raise PurchaseAssetsError(
            "no sales at all", "daily sales", "take in a transactions file first"
        )
    return [day for (day,) in rows]


def training_windows(window: Window, days: Sequence[date], limit: int) -> list[Window]:
    """The most recent earlier windows of the same shape whose outcome is known at the cutoff.

    A window in which nobody bought anything is one whose files have not come; its outcome is not
    known. `days` are the days of sales, in order.

    Raises
    ------
    PurchaseAssetsError
        When the history is too short to learn from.
    """
    found: list[Window] = []
    first_day, weeks = days[0], 1
    while len(found) < limit:
        earlier = window.earlier(weeks)
        if (earlier.cutoff - first_day).days + 1 < MIN_HISTORY_DAYS:
            break
        sold = bisect_right(days, earlier.end) - bisect_left(days, earlier.start)
        if earlier.end <= window.cutoff and sold:
            found.append(earlier)
        weeks += 1
    if len(found) < MIN_TRAINING_WINDOWS:
        history = (window.cutoff - first_day).days + 1
        needed = MIN_HISTORY_DAYS + 7 * MIN_TRAINING_WINDOWS + window.gap_days + window.horizon_days
        raise PurchaseAssetsError(
            f"sales of {max(history, 0)} days up to {window.cutoff} give {len(found)} training "
            "windows",
            f"at least {MIN_TRAINING_WINDOWS}, about {needed} days of sales",
            "add earlier sales files or forecast a later week",
        )
    return found[::-1]


@cache
def feature_query(lookback_days: int, *, with_labels: bool) -> str:
    """The feature expressions as SQL; kept, since compiling takes longer than running them."""
    sales, customers, products, windows = (
        ibis.table(schema, name=name)
        for name, schema in (
            ("daily_sales", _SALES),
            ("customers", _CUSTOMERS),
            ("products", _PRODUCTS),
            ("windows", WINDOW_SCHEMA),
        )
    )
    features = candidate_features(
        sales, windows, customers=customers, products=products, lookback_days=lookback_days
    )
    if with_labels:
        features = labelled(features, sales, windows)
    return str(ibis.to_sql(features, dialect="duckdb"))


def _view(connection: Any, name: str, table: Tabular | None, schema: dict[str, str]) -> None:
    """Make `table` known with the schema's columns; those it lacks are null."""
    present: list[str] = []
    if table is not None:
        connection.register(f"{name}_given", table)
        present = connection.table(f"{name}_given").columns
    columns = ", ".join(
        f"cast({column if column in present else 'null'} as {_SQL_TYPES[kind]}) as {column}"
        for column, kind in schema.items()
    )
    source = f"from {name}_given" if table is not None else "where false"
    connection.execute(f"create temp view {name} as select {columns} {source}")


def _dictionaries(table: pa.Table) -> pa.Table:
    """Text columns other than ids as dictionaries: a fiftieth of the memory in pandas."""
    for name in CATEGORIES:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table[name].dictionary_encode())
    return table
