"""Rows that were delivered before: in the same file, or in an earlier upload."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.quality.columns import SCHEMAS

_MEMORY = "600MB"
"""What DuckDB may use before it spills to disk."""


def repeats(lines: pa.Table, kind: str, taken: Any) -> tuple[np.ndarray, np.ndarray]:
    """Which rows repeat an earlier row of the file, and which a line already taken.

    Parameters
    ----------
    lines : pyarrow.Table
        Usable rows in canonical columns with `row_number`.
    taken : pyarrow Table or Dataset or None
        Lines of earlier uploads.

    Returns
    -------
    in_file, in_history : ndarray of int64
        Row numbers; every repetition in the file but the first, and every row in history.
    """
    names = SCHEMAS[kind].names
    columns = ", ".join(names)
    with _engine(lines=lines.select([*names, "row_number"]), taken=taken) as query:
        firsts = query(f"SELECT min(row_number) AS n FROM lines GROUP BY {columns}")
        in_file = np.setdiff1d(lines["row_number"].to_numpy(), firsts)
        if taken is None or not len(lines):
            return in_file, np.array([], np.int64)
        same = " AND ".join(f"lines.{c} IS NOT DISTINCT FROM past.{c}" for c in names)
        in_history = query(
            f"SELECT row_number AS n FROM lines SEMI JOIN "
            f"(SELECT {columns} FROM taken {_period(lines, kind)}) AS past ON {same}"
        )
    return in_file, np.sort(in_history)


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


@contextmanager
def _engine(**tables: Any) -> Iterator[Callable[[str], np.ndarray]]:
    """DuckDB over Arrow data, spilling to disk beyond a fixed memory; a query gives column n."""
    import duckdb

    with tempfile.TemporaryDirectory(prefix="repeats-") as folder:
        config: dict[str, Any] = {"memory_limit": _MEMORY, "temp_directory": folder, "threads": "2"}
        connection = duckdb.connect(config=config)
        try:
            for name, table in tables.items():
                if table is not None:
                    connection.register(name, table)
            yield lambda query: np.asarray(connection.execute(query).fetchnumpy()["n"])
        finally:
            connection.close()


def conflicts(lines: pa.Table, kind: str, key: str) -> np.ndarray:
    """Numbers of the rows whose key comes with more than one set of values."""
    distinct = lines.select(SCHEMAS[kind].names).group_by(SCHEMAS[kind].names).aggregate([])
    counts = pc.value_counts(distinct[key])
    contested = counts.filter(pc.greater(counts.field("counts"), 1)).field("values")
    return lines["row_number"].filter(pc.is_in(lines[key], contested)).to_numpy()


def _period(lines: pa.Table, kind: str) -> str:
    """Only the days of the file need to be looked up in a long history."""
    if kind != "transactions":
        return ""
    ends = pc.min_max(lines["purchase_date"]).as_py()
    if ends["min"] is None:
        return ""
    return f"WHERE purchase_date BETWEEN TIMESTAMP '{ends['min']}' AND TIMESTAMP '{ends['max']}'"
