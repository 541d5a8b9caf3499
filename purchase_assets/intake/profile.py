"""A small summary of every column, for the validation page."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.reading.columns import SCHEMAS, TIMESTAMP
from purchase_assets.kinds import Kind

BINS = 24
TOP = 8


def column_profile(table: pa.Table, kind: Kind) -> tuple[dict[str, Any], ...]:
    """Per canonical column: nulls, distinct values, and a histogram or the commonest values."""
    return tuple(_summary(field, table[field.name]) for field in SCHEMAS[kind])


def _summary(field: pa.Field, column: pa.ChunkedArray) -> dict[str, Any]:
    present = pc.drop_null(column)
    summary: dict[str, Any] = {
        "column": field.name,
        "nulls": len(column) - len(present),
        "distinct": pc.count_distinct(present).as_py(),
    }
    if not len(present):
        return summary
    if field.type == pa.string():
        counts = pc.value_counts(present)
        order = pc.select_k_unstable(
            pa.table({"n": counts.field("counts"), "v": counts.field("values")}),
            k=TOP,
            sort_keys=[("n", "descending"), ("v", "ascending")],
        )
        return summary | {
            "top": [(e["values"], e["counts"]) for e in counts.take(order).to_pylist()]
        }
    ends = pc.min_max(present).as_py()
    numbers = pc.cast(present, pa.int64()) if field.type == TIMESTAMP else present
    low, high = (e.as_py() for e in pc.quantile(numbers, [0.005, 0.995]))
    # a column of one value still needs bins that floating point can tell apart
    high = max(high, low + max(1.0, abs(low)) * 1e-6)
    inside = np.clip(numbers.to_numpy(), low, high)
    heights, _ = np.histogram(inside, bins=BINS, range=(low, high))
    return summary | {
        "minimum": ends["min"],
        "maximum": ends["max"],
        "heights": heights.tolist(),
    }
