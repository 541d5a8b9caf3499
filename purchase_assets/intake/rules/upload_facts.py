"""Facts about rows and files that the suites judge: references, repetitions, volume."""

import math
from collections.abc import Collection
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake import fact_columns
from purchase_assets.intake.judgement import Known
from purchase_assets.intake.rules.repeats import (
    conflicts,
    positive_share,
    repeats,
    shared_order_share,
)
from purchase_assets.intake.rules.typos import typos
from purchase_assets.kinds import Holds, Kind
from purchase_assets.settings import QualitySettings

WEEK_NEEDED_DAYS = 4
"""Files shorter than this can lie wholly in a weekend or on a holiday ..."""
SHORT_FILE_SLACK = 2.0
"""... so that their daily volume may swing this many times wider."""
OPTIONAL = {column for kind in Kind for column in kind.optional}
REPEATS_ALLOWED = 100
"""Repeated rows are no volume: a file that has each one more often is refused unread."""
_ENOUGH_ROWS = 200
"""Below this many rows a share or a quantile says nothing about a whole file."""
_MOSTLY = 0.5
"""Sales are most of a file; one where they are fewer is compared with history."""
_HARDLY_ANY = 0.05
"""Least share of sales while there is no history."""


def add_facts(table: pa.Table, kind: Kind, known: Known) -> pa.Table:
    """Add the boolean columns that the row suite of `kind` judges."""
    if kind is Kind.TRANSACTIONS:
        days = pc.cast(pc.cast(table["purchase_date"], pa.date32(), safe=False), pa.int32())
        return add_references(table.append_column(fact_columns.PURCHASE_DAY, days), known)
    if kind is Kind.CUSTOMERS:
        table = add_coordinate_order(table, known)
    for column in kind.that_hold(Holds.CATEGORY):
        suspects = pa.array(sorted(typos(table[column])), pa.string())
        spelled = pc.invert(pc.is_in(table[column], suspects))
        table = table.append_column(fact_columns.spelled(column), spelled)
    return table


def add_references(table: pa.Table, known: Known) -> pa.Table:
    """Add which customers and products are known, where the master table exists."""
    for column, ids in known.ids.items():
        if column in table.column_names:
            found = pc.or_(is_known(table[column], ids), pc.is_null(table[column]))
            table = table.append_column(fact_columns.known(column), found)
    return table


def is_known(column: pa.ChunkedArray, ids: Collection[str]) -> pa.ChunkedArray:
    """Which ids are among the known ones."""
    values = ids if isinstance(ids, pa.Array | pa.ChunkedArray) else pa.array(list(ids))
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return pc.is_in(column, pc.cast(values, pa.string()))


def add_coordinate_order(table: pa.Table, known: Known) -> pa.Table:
    """Add whether coordinates are in order: False where exchanging the two brings a row home.

    Home is the median place of the accepted customers, or of the file while there are none,
    so no map and no hemisphere is assumed.
    """
    latitude, longitude = own = _places(table)
    others = _places(known.taken) if known.taken is not None else own
    homes = others if all(np.isfinite(place).any() for place in others) else own
    home = [np.nanmedian(place) if np.isfinite(place).any() else np.nan for place in homes]
    away = np.hypot(latitude - home[0], longitude - home[1])
    exchanged = np.hypot(longitude - home[0], latitude - home[1])
    return table.append_column(fact_columns.COORDINATES_IN_ORDER, pa.array(~(5 * exchanged < away)))


def _places(table: Any) -> tuple[np.ndarray, np.ndarray]:
    latitude, longitude = (
        table.to_table(columns=["latitude", "longitude"])
        if hasattr(table, "to_table")
        else table.select(["latitude", "longitude"])
    ).columns
    return tuple(
        place.to_numpy(zero_copy_only=False).astype(float) for place in (latitude, longitude)
    )


def add_repeats(table: pa.Table, kind: Kind, bad: np.ndarray, known: Known) -> pa.Table:
    """Add what is repeated among the rows that are not `bad` (positions)."""
    good = np.ones(len(table), bool)
    good[bad] = False
    in_file, in_history = repeats(table, good, kind, known.taken)
    facts = {fact_columns.NEW_IN_FILE: ~in_file, fact_columns.NEW_TO_HISTORY: ~in_history}
    if kind.key:
        facts[fact_columns.ONE_VALUE_PER_KEY] = ~conflicts(table, good, kind, kind.key)
    for name, fact in facts.items():
        table = table.append_column(name, pa.array(fact))
    return table


def row_limits(table: pa.Table, known: Known, settings: QualitySettings) -> dict[str, float]:
    """The largest quantity that is not absurd, learnt from history or else from the file.

    While there is no history the file's own 99.9th percentile stands in.
    """
    if "items" not in table.column_names:
        return {}
    usual = known.items_p999
    if usual is None and len(table) >= _ENOUGH_ROWS:
        usual = pc.quantile(pc.abs(table["items"]), 0.999)[0].as_py()
    return {"items_limit": settings.absurd_items_factor * usual} if usual else {}


def file_facts(
    table: pa.Table,
    delivered: Collection[str],
    bad: np.ndarray,
    known: Known,
    settings: QualitySettings,
) -> dict[str, float]:
    """Numbers about a whole file; those that cannot be told are left out.

    Parameters
    ----------
    table : pyarrow.Table
        Rows with their facts.
    delivered : collection of str
        Canonical columns that the file has.
    bad : ndarray of int64
        Positions of the rows that broke a row rule.
    """
    rows = len(table)
    facts: dict[str, float] = {"rows": rows}
    if not rows:
        return facts
    facts["bad_row_share"] = len(bad) / rows
    for column in known.ids:
        fact = fact_columns.known(column)
        if fact in table.column_names:
            share = 1 - pc.mean(pc.cast(table[fact], pa.float64())).as_py()
            facts[fact_columns.unknown_share(column)] = share
    for name in sorted(OPTIONAL.intersection(delivered)):
        facts[fact_columns.empty_share(name)] = table[name].null_count / rows
    if "purchase_date" in table.column_names:
        facts |= _calendar(table, known)
        facts |= _concentration(table)
        facts |= _scale(table, known)
        facts |= _sales(table, known)
        facts |= _volume(table, bad, known, settings)
        facts |= _shared_orders(table, known, settings)
    return facts


def _calendar(table: pa.Table, known: Known) -> dict[str, float]:
    days = pc.drop_null(pc.cast(table["purchase_date"], pa.date32(), safe=False))
    if not len(days):
        return {}
    outside = pc.or_(pc.greater(days, known.today), pc.less(days, known.first_week))
    return {"out_of_calendar_share": pc.mean(pc.cast(outside, pa.float64())).as_py()}


def _concentration(table: pa.Table) -> dict[str, float]:
    counts = pc.value_counts(pc.drop_null(table["customer_id"]))
    if len(table) < _ENOUGH_ROWS or not len(counts):
        return {}
    return {"largest_customer_share": pc.max(counts.field("counts")).as_py() / len(table)}


def _scale(table: pa.Table, known: Known) -> dict[str, float]:
    """Share of quantities beyond the usual 99.9th percentile; a changed unit moves it."""
    items = pc.drop_null(pc.abs(table["items"]))
    if known.items_p999 is None or len(items) < _ENOUGH_ROWS:
        return {}
    beyond = pc.mean(pc.cast(pc.greater(items, known.items_p999), pa.float64())).as_py()
    return {"large_quantity_share": beyond, "large_quantity_limit": max(0.01, 10 / len(items))}


def _volume(
    table: pa.Table, bad: np.ndarray, known: Known, settings: QualitySettings
) -> dict[str, float]:
    keep = table[fact_columns.NEW_IN_FILE].to_numpy(zero_copy_only=False).copy()
    keep[bad] = False
    days = pc.cast(table["purchase_date"].filter(pa.array(keep)), pa.date32(), safe=False)
    if not len(days):
        return {}
    span = covered_days(days)
    facts = {"daily_volume": len(days) / span}
    usual = _usual_volume(known, settings)
    if not usual:
        return facts
    slack = 1.0 if span >= WEEK_NEEDED_DAYS else SHORT_FILE_SLACK
    return facts | {
        "usual_volume": usual,
        "volume_ratio": len(days) / span / usual,
        "volume_low": settings.volume_low / slack,
        "volume_high": settings.volume_high * slack,
    }


def _shared_orders(table: pa.Table, known: Known, settings: QualitySettings) -> dict[str, float]:
    """Share of rows that break up an order, where orders of accepted history hold together.

    Shuffled keys look like this; senders whose order numbers repeat are left in peace.
    """
    found = shared_order_share(table)
    if found <= settings.bad_row_share or known.taken is None:
        return {}
    usual = shared_order_share(known.taken)
    return {
        "shared_order_share": found,
        "shared_order_limit": max(settings.bad_row_share, 2 * usual),
    }


def _sales(table: pa.Table, known: Known) -> dict[str, float]:
    """Share of rows with positive items where they are few, and the least that is usual."""
    items = pc.drop_null(table["items"])
    if not len(items):
        return {}
    found = pc.mean(pc.cast(pc.greater(items, 0), pa.float64())).as_py()
    if found > _MOSTLY:
        return {}
    usual = _HARDLY_ANY if known.taken is None else positive_share(known.taken) / 2
    return {"positive_share": found, "positive_limit": usual}


def declared_volume(
    rows: int, days: int | None, known: Known, settings: QualitySettings
) -> dict[str, float]:
    """Facts of a file that says, before a row is read, that it has absurdly many of them.

    Parameters
    ----------
    rows, days : int
        What the file's metadata say; without days every day up to today is taken for covered.
    """
    usual = _usual_volume(known, settings)
    calendar = max(1, (known.today - known.first_week).days + 1)
    volume = rows / min(days or calendar, calendar)
    most = settings.volume_high * SHORT_FILE_SLACK
    if not usual or volume <= most * REPEATS_ALLOWED * usual:
        return {}
    return {
        "daily_volume": volume,
        "usual_volume": usual,
        "volume_ratio": volume / usual,
        "volume_low": settings.volume_low,
        "volume_high": most,
    }


def _usual_volume(known: Known, settings: QualitySettings) -> float:
    """Median of the last comparable files' rows per day, 0 without history."""
    usual = list(known.daily_volumes)[-settings.volume_history :]
    return float(np.median(usual)) if usual else 0.0


def covered_days(days: Any) -> int:
    """Calendar days that a file covers, without the 1 % of its rows at either end.

    A few mistyped years do not stretch it; days scattered over months do.
    """
    ends = pc.quantile(
        pc.cast(pc.cast(days, pa.int32()), pa.float64()), [0.01, 0.99], interpolation="nearest"
    ).to_pylist()
    return max(1, math.floor(ends[1] - ends[0]) + 1)


def first_and_last(table: pa.Table) -> tuple[Any, Any]:
    """First and last day of the rows, or two None."""
    if "purchase_date" not in table.column_names or not len(table):
        return None, None
    ends = pc.min_max(table["purchase_date"]).as_py()
    return tuple(None if end is None else end.date() for end in (ends["min"], ends["max"]))  # type: ignore[return-value]


def unknown_ids(table: pa.Table, column: str) -> int:
    """Distinct ids of a column that the master table does not have."""
    fact = fact_columns.known(column)
    if fact not in table.column_names:
        return 0
    unknown = table[column].filter(pc.invert(table[fact]))
    return pc.count_distinct(unknown).as_py()
