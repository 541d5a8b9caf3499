"""SQL over tables of the lake."""

import pyarrow as pa
import pytest

from purchase_assets.errors import Unavailable
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.lake import Lake


def test_a_file_that_is_gone_is_told_in_a_sentence(tmp_path):
    lake = Lake(str(tmp_path))
    lake.write("daily_sales", pa.table({"items": [1, 2]}))
    for path in tmp_path.rglob("*.parquet"):
        path.unlink()
    with (
        pytest.raises(Unavailable, match="a file of a table is gone"),
        sql_over(daily_sales=lake.dataset("daily_sales")) as connection,
    ):
        connection.execute("SELECT sum(items) FROM daily_sales").fetchall()
