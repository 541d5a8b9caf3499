"""Features of the candidate pairs of forecast windows, for training and scoring alike.

One row per candidate pair x window; a candidate is a pair bought within the lookback before the
window's cutoff. Written once as Ibis expressions, so DuckDB and Spark run the same logic.
"""

from collections.abc import Sequence
from typing import NamedTuple

import ibis
from ibis import ir

from purchase_assets.forecasting.blocks import (
    active_customers,
    assortment_block,
    customer_block,
    family_block,
    pair_block,
    product_block,
    ratio,
    recency_block,
    similar_shops_block,
)
from purchase_assets.forecasting.history import (
    ages,
    as_of,
    order_days,
    pair_days,
    purchases,
    window_table,
)
from purchase_assets.weeks import Window

KEYS = ("cutoff", "customer_id", "product_id")
LABEL = "bought"
WINDOW_PAIRS = "window_pairs"
CATEGORIES = ("customer_type", "brand", "category", "sub_category", "segment", "package")

CUSTOMER_COLUMNS = {
    "customer_type": "string",
    **dict.fromkeys(("deliveries_per_week", "latitude", "longitude"), "float64"),
}
PRODUCT_COLUMNS = dict.fromkeys(CATEGORIES[1:], "string") | {"size": "float64"}


class Market(NamedTuple):
    """What each pair learns from all customers: by product, and by product and customer type."""

    products: ir.Table
    types: ir.Table


def candidate_features(
    daily_sales: ir.Table,
    windows: Sequence[Window] | ir.Table,
    *,
    customers: ir.Table | None = None,
    products: ir.Table | None = None,
    lookback_days: int = 182,
    market: Market | None = None,
) -> ir.Table:
    """One row per candidate pair x window: `KEYS` and features known at the cutoff.

    Parameters
    ----------
    daily_sales : ir.Table
        customer_id, product_id, day, items_bought, ... One row per customer x product x day.
    windows : sequence of Window, or ir.Table
        Windows with different cutoffs; as a table, of `history.WINDOW_SCHEMA`.
    customers, products : ir.Table, optional
        Master tables; without them their columns are null.
    lookback_days : int
        A pair bought within this many days before the cutoff is a candidate.
    market : Market, optional
        `market_features` of all customers, where `daily_sales` are those of some.

    Returns
    -------
    ir.Table
        Numeric features are float32 (NaN never, null where unknown), `CATEGORIES` are strings.
    """
    # named tables are computed once by the engine, however many blocks read them
    bought = purchases(daily_sales).alias("purchases")
    cutoffs = window_table(windows)
    orders = order_days(bought).alias("order_days")
    master = _master(customers, "customer_id", CUSTOMER_COLUMNS)
    catalogue = _master(products, "product_id", PRODUCT_COLUMNS)

    pairs = pair_block(as_of(pair_days(bought, orders), cutoffs), lookback_days).alias("habits")
    pairs = pairs.left_join(master, "customer_id").drop("customer_id_right")
    pairs = pairs.left_join(catalogue, "product_id").drop("product_id_right")
    pairs = _typed(pairs).alias("pairs")
    shops = customer_block(as_of(orders, cutoffs)).alias("shops")
    market = market or _market(pairs, shops, master)
    blocks = [
        (shops, ["cutoff", "customer_id"]),
        (assortment_block(pairs), ["cutoff", "customer_id"]),
        (market.products, ["cutoff", "product_id"]),
        (market.types, ["cutoff", "product_id", "customer_type"]),
        (family_block(pairs, "brand"), ["cutoff", "customer_id", "brand"]),
    ]
    frame = pairs
    for block, keys in blocks:
        frame = frame.left_join(block, keys).drop(*(f"{key}_right" for key in keys))
    return _compact(_relative(frame))


def market_features(
    daily_sales: ir.Table,
    windows: ir.Table,
    *,
    customers: ir.Table | None = None,
    lookback_days: int = 182,
) -> Market:
    """What `candidate_features` says of products, of all pairs and without what else they show."""
    seen = ages(purchases(daily_sales), windows)
    recency = recency_block(seen)
    shops = recency.group_by("cutoff", "customer_id").aggregate(
        customer_days_since_last=recency.days_since_last.min()
    )
    master = _master(customers, "customer_id", CUSTOMER_COLUMNS)
    pairs = recency.filter(recency.days_since_last < lookback_days)
    return _market(_of_type(pairs, master), shops, master)


def _market(pairs: ir.Table, shops: ir.Table, master: ir.Table) -> Market:
    return Market(
        product_block(pairs, active_customers(shops)),
        similar_shops_block(pairs, _of_type(shops, master)),
    )


def _of_type(rows: ir.Table, master: ir.Table) -> ir.Table:
    """Rows of customers with their type."""
    types = master.select("customer_id", "customer_type")
    return _typed(rows.left_join(types, "customer_id").drop("customer_id_right"))


def labelled(
    features: ir.Table, daily_sales: ir.Table, windows: Sequence[Window] | ir.Table
) -> ir.Table:
    """`features` with what came true: `bought` (0 or 1) and `window_pairs`.

    `window_pairs` counts all distinct pairs bought in the row's window, candidates or not, so
    that recall can be measured against everything that was bought.
    """
    bought = purchases(daily_sales)
    cutoffs = window_table(windows)
    inside = bought.inner_join(
        cutoffs, [bought.day >= cutoffs.start_day, bought.day <= cutoffs.end_day]
    )
    truth = inside.select(*KEYS).distinct().mutate(**{LABEL: ibis.literal(1)})
    totals = truth.group_by("cutoff").aggregate(**{WINDOW_PAIRS: truth.count()})
    frame = features.left_join(truth, KEYS).drop(*(f"{key}_right" for key in KEYS))
    frame = frame.left_join(totals, "cutoff").drop("cutoff_right")
    return frame.mutate(
        **{
            LABEL: frame[LABEL].fill_null(0).cast("int8"),
            WINDOW_PAIRS: frame[WINDOW_PAIRS].fill_null(0).cast("int32"),
        }
    )


def _master(table: ir.Table | None, key: str, columns: dict[str, str]) -> ir.Table:
    """The master table's columns that features use; an empty one when there is no table."""
    if table is None:
        return ibis.memtable([], schema={key: "string", **columns})
    return table.select(
        table[key].cast("string").name(key),
        *(
            (table[name] if name in table.columns else ibis.null(kind)).cast(kind).name(name)
            for name, kind in columns.items()
        ),
    )


def _typed(table: ir.Table) -> ir.Table:
    # joins do not match null with null
    return table.mutate(customer_type=table.customer_type.fill_null("unknown"))


def _relative(frame: ir.Table) -> ir.Table:
    """Features that set a pair against its customer's own rhythm and assortment."""
    by_customer = ibis.window(group_by=["cutoff", "customer_id"])
    return frame.mutate(
        orders_since_last=frame.customer_last_order - frame.pair_last_order,
        days_28_share=ratio(frame.days_28, frame.customer_days_28),
        days_84_share=ratio(frame.days_84, frame.customer_days_84),
        days_182_share=ratio(frame.days_182, frame.customer_days_182),
        window_days_share=ratio(frame.window_days_56, frame.customer_window_days_56),
        rank_in_customer=ibis.rank().over(
            ibis.window(group_by=["cutoff", "customer_id"], order_by=[ibis.desc(frame.days_ew_28)])
        ),
        days_ew_28_share=ratio(frame.days_ew_28, frame.days_ew_28.sum().over(by_customer)),
    ).drop("customer_last_order", "pair_last_order")


def _compact(frame: ir.Table) -> ir.Table:
    numbers = {
        name: frame[name].cast("float32")
        for name in frame.columns
        if name not in KEYS and name not in CATEGORIES
    }
    return frame.select(*KEYS, *CATEGORIES, **numbers)
