"""Feature frames made by in-memory DuckDB: what training, scoring and backtests ask for."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from purchase_assets.forecasting.features import CATEGORIES, candidate_features, labelled
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

WINDOWS_PER_QUERY = 8
"""Bounds memory: the as-of join holds every purchase once per window of the query."""
MIN_HISTORY_DAYS = 28
"""A training window needs this much history before its cutoff to show a habit."""
MIN_TRAINING_WINDOWS = 3

Tabular = Any
"""pandas frame, pyarrow table or pyarrow dataset; anything DuckDB registers."""
Progress = Callable[[str, float], None]
"""Called with a message and the share of work done, 0 to 1."""


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
    import ibis

    connection = ibis.duckdb.connect(threads=threads)
    try:
        sales = _register(connection, "daily_sales", daily_sales)
        masters = {
            name: None if table is None else _register(connection, name, table)
            for name, table in (("customers", customers), ("products", products))
        }
        parts = []
        for begin in range(0, len(windows), WINDOWS_PER_QUERY):
            chunk = windows[begin : begin + WINDOWS_PER_QUERY]
            query = candidate_features(sales, chunk, lookback_days=lookback_days, **masters)
            if with_labels:
                query = labelled(query, sales, chunk)
            parts.append(_dictionaries(query.to_pyarrow()))
            if progress:
                progress("features", min(1.0, (begin + len(chunk)) / len(windows)))
    finally:
        connection.disconnect()
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
    ValueError
        When the history is too short.
    """
    windows = training_windows(window, first_day(daily_sales), settings.training_windows)
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


def first_day(daily_sales: Tabular) -> date:
    """First day of sales in the table.

    Raises
    ------
    ValueError
        When the table is empty.
    """
    import duckdb

    with duckdb.connect() as connection:
        connection.register("daily_sales", daily_sales)
        row = connection.execute("select min(day)::date from daily_sales").fetchone()
    if row is None or row[0] is None:
        raise ValueError("no sales at all; expected daily sales; take in a transactions file first")
    return row[0]


def training_windows(window: Window, first_day: date, limit: int) -> list[Window]:
    """The most recent earlier windows of the same shape whose outcome is known at the cutoff.

    Raises
    ------
    ValueError
        When the history is too short to learn from.
    """
    found: list[Window] = []
    weeks = 1
    while len(found) < limit:
        earlier = window.earlier(weeks)
        if (earlier.cutoff - first_day).days + 1 < MIN_HISTORY_DAYS:
            break
        if earlier.end <= window.cutoff:
            found.append(earlier)
        weeks += 1
    if len(found) < MIN_TRAINING_WINDOWS:
        days = (window.cutoff - first_day).days + 1
        needed = MIN_HISTORY_DAYS + 7 * MIN_TRAINING_WINDOWS + window.gap_days + window.horizon_days
        raise ValueError(
            f"sales of {max(days, 0)} days up to {window.cutoff} give {len(found)} training "
            f"windows; expected at least {MIN_TRAINING_WINDOWS}, about {needed} days of sales; "
            "add earlier sales files or forecast a later week"
        )
    return found[::-1]


def _register(connection: Any, name: str, table: Tabular) -> Any:
    connection.con.register(name, table)
    return connection.table(name)


def _dictionaries(table: pa.Table) -> pa.Table:
    """Text columns other than ids as dictionaries: a fiftieth of the memory in pandas."""
    for name in CATEGORIES:
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table[name].dictionary_encode())
    return table
