"""What happened before each cutoff, as Ibis expressions over daily sales.

Purchases are joined with the cutoffs they precede, so that one query serves many windows. Days
are whole numbers (days since 1970-01-01) because engines disagree on date arithmetic.
Nothing here looks at a day after the cutoff.
"""

from collections.abc import Sequence
from datetime import date

import ibis
from ibis import ir

from purchase_assets.weeks import Window

_EPOCH = date(1970, 1, 1)

HISTORY_DAYS = 364
"""How far back features look: the last day of a year that falls on the cutoff's weekday."""


WINDOW_SCHEMA = {
    "cutoff": "date",
    "cutoff_day": "int64",
    "start_day": "int64",
    "end_day": "int64",
    "horizon_days": "int64",
}


def window_rows(windows: Sequence[Window]) -> list[dict[str, object]]:
    """The windows as rows of `WINDOW_SCHEMA`.

    Raises
    ------
    ValueError
        When there is no window, or two of them share a cutoff, which names the window in rows.
    """
    cutoffs = {window.cutoff for window in windows}
    if not cutoffs or len(cutoffs) != len(windows):
        raise ValueError(
            f"{len(windows)} windows with {len(cutoffs)} cutoffs; "
            "expected at least one window and a cutoff of its own for each: call once per shape"
        )
    return [
        {
            "cutoff": window.cutoff,
            "cutoff_day": (window.cutoff - _EPOCH).days,
            "start_day": (window.start - _EPOCH).days,
            "end_day": (window.end - _EPOCH).days,
            "horizon_days": window.horizon_days,
        }
        for window in windows
    ]


def window_table(windows: "Sequence[Window] | ir.Table") -> ir.Table:
    """The windows as a table of `WINDOW_SCHEMA`; a table is passed through."""
    if isinstance(windows, ir.Table):
        return windows
    return ibis.memtable(window_rows(windows), schema=WINDOW_SCHEMA)


def purchases(daily_sales: ir.Table) -> ir.Table:
    """One row per customer x product x day with a purchase: customer_id, product_id, day."""
    bought = daily_sales.filter(daily_sales.items_bought > 0)
    return bought.select(
        customer_id=bought.customer_id.cast("string"),
        product_id=bought.product_id.cast("string"),
        day=bought.day.cast("date").epoch_days().cast("int64"),
    )


def order_days(bought: ir.Table) -> ir.Table:
    """One row per customer x day with a purchase: lines, and the day's number and neighbours."""
    days = bought.group_by("customer_id", "day").aggregate(lines=bought.count())
    by_customer = ibis.window(group_by="customer_id", order_by="day")
    return days.mutate(
        order_number=ibis.row_number().over(by_customer),
        gap=days.day - days.day.lag().over(by_customer),
        next_day=days.day.lead().over(by_customer),
    )


def pair_days(bought: ir.Table, orders: ir.Table) -> ir.Table:
    """`purchases` with the order's number and the pair's neighbouring purchases."""
    by_pair = ibis.window(group_by=["customer_id", "product_id"], order_by="day")
    numbered = bought.inner_join(
        orders.select("customer_id", "day", "order_number"), ["customer_id", "day"]
    )
    return numbered.mutate(
        gap=numbered.day - numbered.day.lag().over(by_pair),
        next_day=numbered.day.lead().over(by_pair),
    )


def ages(days: ir.Table, windows: ir.Table, history_days: int = HISTORY_DAYS) -> ir.Table:
    """Rows of `days` as often as cutoffs see them, with their `age` in days before the cutoff."""
    seen = days.inner_join(
        windows,
        [days.day <= windows.cutoff_day, days.day > windows.cutoff_day - history_days],
    )
    return seen.mutate(age=seen.cutoff_day - seen.day)


def as_of(days: ir.Table, windows: ir.Table, history_days: int = HISTORY_DAYS) -> ir.Table:
    """Rows of `days` as seen from each cutoff.

    Adds `age` (days before the cutoff), `week` (age in whole weeks), `in_window` (the same
    weekdays as the window), `newest_of_week` (the last purchase of its week before the cutoff)
    and `last` (the last one of all).
    """
    seen = ages(days, windows, history_days)
    seen = seen.mutate(before=seen.start_day - seen.day)
    seen = seen.mutate(
        week=_whole_weeks(seen.age),
        # six times the distance modulo 7 is the weekday counted from the window's first day
        in_window=(seen.before * 6) % 7 < seen.horizon_days,
        # the next purchase is only compared with the cutoff, never used beyond it
        last=seen.next_day.isnull() | (seen.next_day > seen.cutoff_day),
    )
    return seen.mutate(
        newest_of_week=seen.last | (_whole_weeks(seen.cutoff_day - seen.next_day) != seen.week)
    )


def _whole_weeks(days: ir.IntegerValue) -> ir.IntegerValue:
    return ((days - days % 7) / 7).cast("int64")
