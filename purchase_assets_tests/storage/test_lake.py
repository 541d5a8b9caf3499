"""The lake: whole tables or whole partitions, never a part."""

import pyarrow as pa
import pytest

from purchase_assets.storage.lake import Lake, TableMissing, digest


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "a lake"))


def rows(key, *values):
    return pa.table({"key": [key] * len(values), "value": pa.array(values, pa.float64())})


def test_a_partition_is_replaced_and_the_others_stay(lake):
    lake.write("sales", rows("a", 1.0, 2.0), partition={"key": "a"})
    lake.write("sales", rows("b", 3.0), partition={"key": "b"})
    version = lake.write("sales", rows("a", 9.0), partition={"key": "a"})
    found = sorted(zip(*lake.read("sales").to_pydict().values(), strict=True))
    assert found == [("a", 9.0), ("b", 3.0)]
    assert len(lake.read("sales", version - 1)) == 3


def test_writing_the_same_again_gives_the_same_digest(lake):
    lake.write("sales", rows("a", 1.0, 2.0), partition={"key": "a"})
    before = digest(lake.read("sales"))
    lake.write("sales", rows("a", 2.0, 1.0), partition={"key": "a"})
    assert digest(lake.read("sales")) == before
    lake.write("sales", rows("a", 2.0, 1.5), partition={"key": "a"})
    assert digest(lake.read("sales")) != before


def test_a_partition_may_have_other_columns_than_those_before(lake):
    lake.write("sales", rows("a", 1.0).append_column("old", pa.array([1])), partition={"key": "a"})
    lake.write("sales", rows("b", 2.0).append_column("new", pa.array([3])), partition={"key": "b"})
    found = {row["key"]: row for row in lake.read("sales").to_pylist()}
    assert found == {
        "a": {"key": "a", "value": 1.0, "old": 1, "new": None},
        "b": {"key": "b", "value": 2.0, "old": None, "new": 3},
    }


def test_a_missing_table_says_what_to_do(lake):
    with pytest.raises(TableMissing, match="materialize"):
        lake.read("nothing")
