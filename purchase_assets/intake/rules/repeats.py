"""Questions to all rows at once: what was delivered before, and what is usual."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.reading.columns import SCHEMAS
from purchase_assets.kinds import Kind
from purchase_assets.storage.in_memory_sql import sql_over

_MEMORY = "600MB"
"""What DuckDB may use before it spills to disk."""


def repeats(
    lines: pa.Table, good: np.ndarray, kind: Kind, taken: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Which rows repeat an earlier row of the file, and which a line already taken.

    Parameters
    ----------
    lines : pyarrow.Table
        Rows in canonical columns.
    good : ndarray of bool, shape (rows,)
        The rows to look at.
    taken : pyarrow Table or Dataset or None
        Lines of earlier uploads.

    Returns
    -------
    in_file, in_history : ndarray of bool, shape (rows,)
        Every repetition in the file but the first, and every row in history.
    """
    names = SCHEMAS[kind].names
    columns = ", ".join(names)
    in_file, in_history = good.copy(), np.zeros(len(lines), bool)
    places = pa.array(np.arange(len(lines)))
    numbered = lines.select(names).append_column("place", places).append_column("good", [good])
    with _engine(lines=numbered, taken=taken) as query:
        # only names of our own columns and two time stamps are put into these texts
        firsts = f"SELECT min(place) AS n FROM lines WHERE good GROUP BY {columns}"  # nosec B608
        in_file[query(firsts)] = False
        if taken is not None and good.any():
            same = " AND ".join(f"lines.{c} IS NOT DISTINCT FROM past.{c}" for c in names)
            past = f"(SELECT {columns} FROM taken {_period(lines, kind)}) AS past"  # nosec B608
            again = f"SELECT place AS n FROM lines SEMI JOIN {past} ON {same} WHERE good"  # nosec B608
            in_history[query(again)] = True
    return in_file, in_history


def shared_order_share(lines: Any) -> float:
    """Share of the rows that name another customer than most rows of their order do."""
    with _engine(lines=lines) as query:
        shares = query(
            "SELECT coalesce(1 - sum(most) / sum(total), 0)::DOUBLE AS n FROM ("
            "SELECT max(n) AS most, sum(n) AS total FROM ("
            "SELECT order_id, count(*) AS n FROM lines WHERE order_id IS NOT NULL "
            "GROUP BY order_id, customer_id) GROUP BY order_id)"
        )
    return float(shares[0])


def positive_share(lines: Any) -> float:
    """Share of the rows with positive items; 1 without rows."""
    with _engine(lines=lines) as query:
        shares = query("SELECT coalesce(avg((items > 0)::INT), 1)::DOUBLE AS n FROM lines")
    return float(shares[0])


@contextmanager
def _engine(**tables: Any) -> Iterator[Callable[[str], np.ndarray]]:
    """DuckDB over Arrow data, spilling to disk beyond a fixed memory; a query gives column n."""
    with sql_over({"memory_limit": _MEMORY, "threads": "2"}, **tables) as connection:
        yield lambda query: np.asarray(connection.execute(query).fetchnumpy()["n"])


def conflicts(lines: pa.Table, good: np.ndarray, kind: Kind, key: str) -> np.ndarray:
    """Mask of the good rows whose key comes with more than one set of values."""
    distinct = lines.select(SCHEMAS[kind].names).filter(pa.array(good))
    counts = pc.value_counts(distinct.group_by(distinct.column_names).aggregate([])[key])
    contested = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    return good & pc.is_in(lines[key], contested).to_numpy()


def _period(lines: pa.Table, kind: Kind) -> str:
    """Only the days of the file need to be looked up in a long history."""
    if kind is not Kind.TRANSACTIONS:
        return ""
    ends = pc.min_max(lines["purchase_date"]).as_py()
    if ends["min"] is None:
        return ""
    return f"WHERE purchase_date BETWEEN TIMESTAMP '{ends['min']}' AND TIMESTAMP '{ends['max']}'"
