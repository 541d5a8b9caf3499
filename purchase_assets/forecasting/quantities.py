"""How many items a purchase is of: from the pair's own past orders.

The middle is the mean of the pair's last purchases; how far a purchase strays from it is what all
pairs with as many purchases of that size have shown. `benchmarks/quantities.py` holds it against
the pair's median and a quantile model.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from purchase_assets.storage.in_memory_sql import sql_over

QUANTITIES = ("expected_items", "items_low", "items_high", "mean_items")
"""Columns of `weekly_predictions`; items in a window of a week in which the pair is bought."""

COVERED = 0.9
"""Share of the purchases between `items_low` and `items_high`."""
RECENT_PURCHASES = 8
SHRINK = 0.5
"""The product's median counts as much as this many purchases of the pair."""
LEARN_WEEKS = 12
LEAST = 30
"""Fewer purchases of a sort say nothing by themselves; those of all sorts speak for them."""

_WEEKS = """
WITH weeks AS (
    SELECT customer_id, product_id, (? - CAST(day AS DATE)) // 7 AS ago, SUM(items_bought) AS items
    FROM daily_sales
    WHERE CAST(day AS DATE) <= ? AND CAST(day AS DATE) > ? AND items_bought > 0
    GROUP BY ALL
), usual AS (
    SELECT product_id, MEDIAN(items) AS usual FROM weeks GROUP BY product_id
)
"""
_CENTER = f"(known * recent + {SHRINK} * usual) / (known + {SHRINK})"
_SORT = (
    "CASE WHEN known >= 9 THEN 9 WHEN known >= 5 THEN 5 WHEN known >= 3 THEN 3 ELSE known END "
    "AS purchases, ROUND(2 * LOG2(center)) AS size"
)
_PAST = f"""{_WEEKS}, before AS (
    SELECT weeks.*, usual,
           COUNT(*) OVER earlier AS known,
           COALESCE(AVG(items) OVER recently, 0) AS recent
    FROM weeks JOIN usual USING (product_id)
    WINDOW earlier AS (PARTITION BY customer_id, product_id ORDER BY ago DESC
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
           recently AS (PARTITION BY customer_id, product_id ORDER BY ago DESC
                        ROWS BETWEEN {RECENT_PURCHASES} PRECEDING AND 1 PRECEDING)
), centered AS (
    SELECT items, known, {_CENTER} AS center FROM before WHERE ago < {LEARN_WEEKS}
)
SELECT {_SORT}, items / center AS ratio FROM centered
"""  # made of constants  # nosec B608
_NOW = f"""{_WEEKS}, ranked AS (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY customer_id, product_id ORDER BY ago) AS place
    FROM weeks
), pairs AS (
    SELECT customer_id, product_id, COUNT(*) AS known,
           AVG(items) FILTER (WHERE place <= {RECENT_PURCHASES}) AS recent
    FROM ranked GROUP BY ALL
), centered AS (
    SELECT customer_id, product_id, known, {_CENTER} AS center
    FROM pairs JOIN usual USING (product_id)
)
SELECT customer_id, product_id, center, {_SORT} FROM centered
ORDER BY customer_id, product_id
"""  # made of constants  # nosec B608


def usual_quantities(
    daily_sales: Any,
    cutoff: date,
    *,
    history_days: int = 364,
    engine: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """How many items each pair buys when it buys.

    Parameters
    ----------
    daily_sales : pandas frame, pyarrow table or dataset
        Only days up to the cutoff are looked at.
    cutoff : date
        Last day that is known.
    history_days : int
        How far back purchases count.
    engine : mapping, optional
        `ForecastSettings.engine`.

    Returns
    -------
    pandas.DataFrame
        customer_id, product_id and `QUANTITIES` of each pair bought within `history_days`.
    """
    since = cutoff - pd.Timedelta(days=history_days).to_pytimedelta()
    days = [cutoff, cutoff, since]
    with sql_over(engine, daily_sales=daily_sales) as connection:
        past = connection.execute(_PAST, days).df()
        pairs = connection.execute(_NOW, days).df()
    strays = _strays(past)
    known = strays.reindex(pd.MultiIndex.from_frame(pairs[["purchases", "size"]]))
    known = known.fillna(_of_all(past["ratio"])).set_index(pairs.index)
    counted = known.mul(pairs["center"], axis=0).round(3)
    return pairs[["customer_id", "product_id"]].join(counted[list(QUANTITIES)])


def _strays(past: pd.DataFrame) -> pd.DataFrame:
    """What purchases were of what was usual, by how many were known and of which size."""
    groups = past.groupby(["purchases", "size"])["ratio"]
    enough = groups.size() >= LEAST
    return pd.DataFrame({name: figure(groups) for name, figure in _FIGURES.items()})[enough]


def _of_all(ratio: pd.Series) -> pd.Series:
    if ratio.empty:
        return pd.Series(1.0, index=list(QUANTITIES))
    return pd.Series({name: figure(ratio) for name, figure in _FIGURES.items()})


_FIGURES = {
    "expected_items": lambda ratio: ratio.quantile(0.5),
    "items_low": lambda ratio: ratio.quantile((1 - COVERED) / 2),
    "items_high": lambda ratio: ratio.quantile((1 + COVERED) / 2),
    "mean_items": lambda ratio: ratio.mean(),
}
