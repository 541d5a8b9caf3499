"""Feature frames made by in-memory DuckDB: what training, scoring and backtests ask for."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import ir

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting.customer_samples import sampled_customers
from purchase_assets.forecasting.features import (
    CATEGORIES,
    CUSTOMER_COLUMNS,
    KEYS,
    PRODUCT_COLUMNS,
    Market,
    candidate_features,
    labelled,
    market_features,
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

CUSTOMERS_AT_ONCE = 20_000
"""The same: the features of one window of so many are some 100 MB."""

_SALES = {"customer_id": "string", "product_id": "string", "day": "date", "items_bought": "float64"}
_CUSTOMERS = {"customer_id": "string", **CUSTOMER_COLUMNS}
_PRODUCTS = {"product_id": "string", **PRODUCT_COLUMNS}
_SQL_TYPES = {"string": "varchar", "date": "date", "float64": "double"}

Tabular = Any
"""pandas frame, pyarrow table or pyarrow dataset; anything DuckDB registers."""


def feature_tables(
    daily_sales: Tabular,
    windows: Sequence[Window],
    *,
    customers: Tabular | None = None,
    products: Tabular | None = None,
    lookback_days: int = 182,
    with_labels: bool = False,
    only: pa.Table | None = None,
    customers_at_once: int = CUSTOMERS_AT_ONCE,
    engine: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> Iterator[pa.Table]:
    """`candidate_features` (and labels) of the windows, run on in-memory DuckDB, in pieces.

    Parameters
    ----------
    only : pyarrow.Table, optional
        customer_id of those whose pairs are asked for. What pairs learn from the market is of all
        customers; labels and totals are of these alone.
    customers_at_once : int
        Of more, pieces are made of some customers each, in the order of their ids. Labelled
        features are whole, since they count what all that are asked for have bought.
    engine : mapping, optional
        `ForecastSettings.engine`.

    Yields
    ------
    pyarrow.Table
        Of some windows each, in the order of cutoff, customer and product.
    """
    windows = sorted(windows)
    with sql_over(engine, chosen=only) as connection:
        _view(connection, "everybody", daily_sales, _SALES)
        _view(connection, "customers", customers, _CUSTOMERS)
        _view(connection, "products", products, _PRODUCTS)
        buckets = _divide(connection, None if with_labels else customers_at_once, only is not None)
        whole = only is None and len(buckets) == 1
        query = feature_query(lookback_days, with_labels=with_labels, with_market=not whole)
        at_once = WINDOWS_PER_QUERY if len(buckets) == 1 else 1
        for begin in range(0, len(windows), at_once):
            chunk = windows[begin : begin + at_once]
            connection.register("windows", pa.Table.from_pylist(window_rows(chunk)))
            if not whole:
                for name, asked in _market_queries(lookback_days).items():
                    # the text is our own expressions'
                    connection.execute(f"create or replace temp table {name} as {asked}")
            for first, after in buckets:
                some = f"from buckets where place >= {first} and place < {after}"
                connection.execute(
                    "create or replace temp view daily_sales as from everybody"
                    + ("" if whole else f" semi join ({some}) using (customer_id)")
                )
                yield connection.sql(query).to_arrow_table()
            if progress:
                progress("features", min(1.0, (begin + len(chunk)) / len(windows)))


def _divide(connection: Any, at_once: int | None, chosen: bool) -> list[tuple[int, int]]:
    """Number the customers in the order of their ids; returns the places of each bucket of them."""
    source = "chosen" if chosen else "everybody"
    people = f"select distinct customer_id from {source}"  # nosec B608 - one of two names
    connection.execute(
        "create temp table buckets as select customer_id, row_number() over (order by customer_id) "
        f"- 1 as place from ({people})"  # nosec B608
    )
    ((count,),) = connection.execute("select count(*) from buckets").fetchall()
    size = at_once or max(count, 1)
    return [(first, first + size) for first in range(0, max(count, 1), size)]


def feature_frame(daily_sales: Tabular, windows: Sequence[Window], **options: Any) -> pd.DataFrame:
    """`feature_tables` as one frame; takes the same options."""
    return as_frame(feature_tables(daily_sales, windows, **options))


def training_tables(
    daily_sales: Tabular,
    window: Window,
    settings: ForecastSettings,
    *,
    customers: Tabular | None = None,
    products: Tabular | None = None,
    progress: Progress | None = None,
) -> Iterator[pa.Table]:
    """Labelled features of the windows that a model for `window` learns from, in pieces.

    Of a sample of whole customers where all of them are more than a model learns more from.

    Raises
    ------
    PurchaseAssetsError
        When the history is too short.
    """
    windows = training_windows(window, days_of_sales(daily_sales), settings.training_windows)
    return feature_tables(
        daily_sales,
        windows,
        customers=customers,
        products=products,
        lookback_days=settings.lookback_days,
        with_labels=True,
        only=sampled_customers(daily_sales, windows, settings),
        engine=settings.engine,
        progress=progress,
    )


def training_frame(
    daily_sales: Tabular, window: Window, settings: ForecastSettings, **options: Any
) -> pd.DataFrame:
    """`training_tables` as one frame; takes the same options."""
    return as_frame(training_tables(daily_sales, window, settings, **options))


def as_frame(parts: Iterable[pa.Table]) -> pd.DataFrame:
    """Pieces of features, in their order, as one frame.

    Returns
    -------
    pandas.DataFrame
        Numbers float32, categories as text categories.
    """
    table = pa.concat_tables(map(_dictionaries, parts)).unify_dictionaries()
    return table.to_pandas(self_destruct=True, split_blocks=True, date_as_object=True)


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
def feature_query(lookback_days: int, *, with_labels: bool, with_market: bool) -> str:
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
    known = _market(lookback_days)._asdict().items()
    features = candidate_features(
        sales,
        windows,
        customers=customers,
        products=products,
        lookback_days=lookback_days,
        market=Market(*(ibis.table(one.schema(), name=f"market_{name}") for name, one in known))
        if with_market
        else None,
    )
    if with_labels:
        features = labelled(features, sales, windows)
    return _sql(features.order_by(*KEYS))


@cache
def _market_queries(lookback_days: int) -> dict[str, str]:
    """What pairs learn from the market as SQL, by the table that `feature_query` reads."""
    return {
        f"market_{name}": _sql(found) for name, found in _market(lookback_days)._asdict().items()
    }


@cache
def _market(lookback_days: int) -> Market:
    return market_features(
        ibis.table(_SALES, name="everybody"),
        ibis.table(WINDOW_SCHEMA, name="windows"),
        customers=ibis.table(_CUSTOMERS, name="customers"),
        lookback_days=lookback_days,
    )


def _sql(table: ir.Table) -> str:
    return str(ibis.to_sql(table, dialect="duckdb"))


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
