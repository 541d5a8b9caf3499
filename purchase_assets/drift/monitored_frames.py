"""What is monitored: the columns of a week's sales, customers, products and candidate pairs.

A frame per unit. Each has a `week` column (the Monday), so that a reference of many weeks knows
how much its own weeks differ, and a `shop` column (the customer), since the rows of one customer
are not independent. Adding a monitored column is one line here.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

NUMERIC, CATEGORICAL = "numeric", "categorical"

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "order_line": {"items": NUMERIC, "items_beyond_usual": NUMERIC},
    # Coordinates are left out: one shop with X and Y swapped outweighs every other shop.
    "customer": {
        "customer_type": CATEGORICAL,
        "region_id": CATEGORICAL,
        "zone_id": CATEGORICAL,
        "deliveries_per_week": NUMERIC,
        "visits_per_week": NUMERIC,
    },
    "product": {
        "brand": CATEGORICAL,
        "category": CATEGORICAL,
        "sub_category": CATEGORICAL,
        "segment": CATEGORICAL,
        "package": CATEGORICAL,
        "size": NUMERIC,
    },
    # Features that do not grow with the length of the history. What follows the season, such as
    # type_trend_28 and the customer's own activity, alarmed on ordinary weeks; brand, segment and
    # size show a real change of products sooner.
    "pair": {
        "weeks_bought_of_8": NUMERIC,
        "days_since_last": NUMERIC,
    },
    "forecast": {"probability": NUMERIC},
}
"""Monitored columns by unit: what a column is a property of, and how it is measured."""


def monitored_frames(
    transactions: pd.DataFrame,
    *,
    customers: pd.DataFrame | None = None,
    products: pd.DataFrame | None = None,
    pairs: pd.DataFrame | None = None,
    forecasts: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """The monitored columns of one week, or of all weeks of a reference.

    Parameters
    ----------
    transactions : DataFrame
        Accepted order lines: customer_id, product_id, purchase_date, items.
    customers, products : DataFrame, optional
        Master tables with customer_id and product_id; without them their columns are unknown.
    pairs : DataFrame, optional
        Feature rows of the candidate pairs with `cutoff` and customer_id. Only pairs bought in the
        last 8 weeks are monitored: the others pile up as history grows.
    forecasts : DataFrame, optional
        Forecast pairs of one model with `cutoff`, customer_id, weeks_bought_of_8, `probability`.

    Returns
    -------
    dict of str to DataFrame
        Unit to frame. `order_line`, `customer` and `product` have one row per order line: a
        customer or a product counts as often as it is sold, which is how the model meets it.
        `pair` and `forecast` have one row per monitored pair and cutoff.
    """
    lines = transactions.drop_duplicates()
    week = _weeks(lines["purchase_date"])
    items = lines["items"].astype("float64")
    beyond = _beyond_usual(items, lines["customer_id"], week)
    frames = {"order_line": pd.DataFrame({"items": items, "items_beyond_usual": beyond})}
    for unit, master in (("customer", customers), ("product", products)):
        key = f"{unit}_id"
        frames[unit] = _chosen(
            unit, lines[[key]] if master is None else _joined(lines, master, key)
        )
    frames = {
        unit: frame.assign(week=week, shop=lines["customer_id"]) for unit, frame in frames.items()
    }
    for unit, rows in (("pair", pairs), ("forecast", forecasts)):
        if rows is not None:
            live = rows[rows["weeks_bought_of_8"] > 0]
            frames[unit] = _chosen(unit, live).assign(
                week=_weeks(live["cutoff"]), shop=live["customer_id"]
            )
    return {unit: frame.reset_index(drop=True) for unit, frame in frames.items()}


def _weeks(days: pd.Series) -> pd.Series:
    days = pd.to_datetime(days)
    return days.dt.normalize() - pd.to_timedelta(days.dt.dayofweek, unit="D")


def _beyond_usual(items: pd.Series, customer: pd.Series, week: pd.Series) -> pd.Series:
    """Doublings of a line beyond 4 times its customer's median line of the week, 0 to 3.

    Who orders sways the plain distribution of items from week to week; a shop against itself
    shows a tenfold quantity on a few lines, which the plain one hides.
    """
    size = items.abs()
    usual = size.groupby([customer, week]).transform("median")
    return (size / (4 * usual)).clip(lower=1.0, upper=8.0).map(np.log2)


def _joined(lines: pd.DataFrame, master: pd.DataFrame, key: str) -> pd.DataFrame:
    """The master row of every line, in the order and with the index of the lines."""
    indexed = master.drop_duplicates(key, keep="last").set_index(master[key].astype(str))
    return indexed.reindex(lines[key].astype(str)).set_index(lines.index)


def _chosen(unit: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame[[column for column in COLUMNS[unit] if column in frame]]
