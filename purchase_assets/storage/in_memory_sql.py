"""SQL over tables in memory or in the lake: DuckDB, opened here only."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb


@contextmanager
def sql_over(
    config: Mapping[str, Any] | None = None, **tables: Any
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that reads tables by name; one that is None is left out.

    Parameters
    ----------
    config : mapping, optional
        Limits of DuckDB, such as `threads`.
    **tables
        Arrow tables or datasets, the latter read as far as a query needs, or frames.
    """
    with duckdb.connect(config=dict(config or {})) as connection:
        for name, table in tables.items():
            if table is not None:
                connection.register(name, table)
        yield connection
