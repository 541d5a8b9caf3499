"""Which customers a model learns from: all of them, or whole ones drawn by a hash of their id.

A sample of rows would break the sums over a customer's pairs; a sample of customers is what a
smaller distributor would be.
"""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from purchase_assets.forecasting.history import window_rows
from purchase_assets.settings import ForecastSettings
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.weeks import Window

ROWS_PER_WINDOW = 25_000
"""Candidate pairs of a window that are enough: the fits take 350,000 rows at most of forty windows,
and four windows of so many pairs tell a model that is 1 % better from one that is not."""

# a purchase makes its pair a candidate until the next one, and no longer than the lookback
_SAMPLE = """
WITH bought AS (
    SELECT customer_id, product_id, day::DATE AS day,
           LEAD(day::DATE) OVER (PARTITION BY customer_id, product_id ORDER BY day) AS next_day
    FROM daily_sales WHERE items_bought > 0
), candidates AS (
    SELECT customer_id, COUNT(*) AS pairs FROM bought JOIN windows
    ON cutoff >= day AND cutoff < LEAST(day + $lookback::INTEGER, COALESCE(next_day, 'infinity'))
    GROUP BY customer_id
), customers AS (
    SELECT DISTINCT customer_id, md5($seed || '/' || customer_id) AS place FROM bought
)
SELECT customer_id, SUM(COALESCE(pairs, 0)) OVER (ORDER BY place) AS rows_so_far
FROM customers LEFT JOIN candidates USING (customer_id) ORDER BY place
"""


def sampled_customers(
    daily_sales: Any,
    windows: Sequence[Window],
    settings: ForecastSettings,
    rows_per_window: int | None = None,
) -> pa.Table | None:
    """As many customers as give `rows_per_window` candidate pairs a window, on average.

    Parameters
    ----------
    daily_sales : pandas frame, pyarrow table or dataset
    windows : sequence of Window
        Those to learn from.
    settings : ForecastSettings
        Another seed draws other customers.
    rows_per_window : int, optional
        Whole customers: the last one that would exceed it is left out.

    Returns
    -------
    pyarrow.Table or None
        Their customer_id; None where all customers give no more.
    """
    cutoffs = pa.Table.from_pylist(window_rows(windows)).select(["cutoff"])
    asked = {"seed": str(settings.seed), "lookback": settings.lookback_days}
    with sql_over(settings.engine, daily_sales=daily_sales, windows=cutoffs) as connection:
        drawn = connection.sql(_SAMPLE, params=asked).to_arrow_table()
    most = (rows_per_window or ROWS_PER_WINDOW) * len(windows)
    chosen = int((drawn["rows_so_far"].to_numpy() <= most).sum())
    return None if chosen == len(drawn) else drawn.slice(0, chosen).select(["customer_id"])
