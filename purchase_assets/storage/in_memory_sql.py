"""SQL over tables in memory or in the lake: DuckDB, opened here only.

It holds a share of the machine's memory at most; what a query needs beyond that spills to disk.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from purchase_assets.errors import Unavailable

MEMORY = "10%"
"""Of the machine, where nothing else is asked for."""


@contextmanager
def sql_over(
    config: Mapping[str, Any] | None = None, **tables: Any
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that reads tables by name; one that is None is left out.

    Parameters
    ----------
    config : mapping, optional
        Limits of DuckDB, such as `threads` and `memory_limit`.
    **tables
        Arrow tables or datasets, the latter read as far as a query needs, or frames.

    Raises
    ------
    Unavailable
        When a file of a dataset is gone.
    """
    with (
        tempfile.TemporaryDirectory(prefix="spilled-") as folder,
        duckdb.connect(
            config={"memory_limit": MEMORY, "temp_directory": folder, **(config or {})}
        ) as connection,
    ):
        for name, table in tables.items():
            if table is not None:
                connection.register(name, table)
        try:
            yield connection
        except (FileNotFoundError, duckdb.InvalidInputException) as error:
            # a dataset is read only now, and its reader's error passed on as text
            if "FileNotFoundError" not in f"{type(error).__name__} {error}":
                raise
            raise Unavailable(
                f"a file of a table is gone ({str(error).strip().splitlines()[0]})",
                "the files that were written there",
                "materialize the asset of that table again, or restore its files from a copy",
            ) from error
