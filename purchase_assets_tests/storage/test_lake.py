"""The lake: whole tables or whole partitions, never a part."""

import json
import os

import pyarrow as pa
import pytest

from purchase_assets.errors import PurchaseAssetsError
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


def test_the_rows_of_a_partition_leave_and_earlier_versions_keep_them(lake):
    lake.write("sales", rows("a", 1.0, 2.0), partition={"key": "a"})
    before = lake.write("sales", rows("b", 3.0), partition={"key": "b"})
    for _ in range(2):
        lake.delete("sales", {"key": "a"})
    assert lake.partitions("sales", "key") == {"b"}
    assert lake.partitions("sales", "key", before) == {"a", "b"}
    assert (lake.read("sales").num_rows, lake.read("sales", before).num_rows) == (1, 3)


def test_a_version_says_what_it_was_made_of_also_after_the_night(lake):
    first = lake.write("sums", rows("a", 1.0), made_of={"sales": 4, "shops": 2})
    lake.write("sums", rows("a", 2.0), made_of={"sales": 5})
    lake.write("sums", rows("a", 3.0))
    assert lake.made_of("sums", first) == {"sales": 4, "shops": 2}
    assert lake.made_of("sums") == {}
    newest = lake.write("sums", rows("a", 4.0), made_of={"sales": 6})
    assert lake.prune("sums", {first}, days=0) == 2
    assert lake.version("sums") > newest
    assert lake.made_of("sums") == {"sales": 6}
    assert lake.read("sums", first)["value"].to_pylist() == [1.0]
    assert lake.read("sums")["value"].to_pylist() == [4.0]


def test_the_log_of_a_version_is_never_cleaned_up(lake, tmp_path):
    lake.write("sums", rows("a", 0.0))
    first = tmp_path / "a lake" / "sums" / "_delta_log" / f"{0:020}.json"
    entries = [json.loads(line) for line in first.read_text().splitlines()]
    for entry in entries:  # what was written long ago
        if "commitInfo" in entry:
            entry["commitInfo"]["timestamp"] = 1
    first.write_text("\n".join(map(json.dumps, entries)))
    os.utime(first, (1, 1))
    for number in range(101):  # a checkpoint comes every hundred versions
        lake.write("sums", rows("a", float(number)))
    assert list(first.parent.glob("*.checkpoint.parquet"))
    assert first.exists()
    assert lake.read("sums", 0).num_rows == 1


def test_rows_that_cannot_be_made_leave_the_table_as_it_was(lake):
    def pieces():
        yield rows("a", 2.0)
        raise PurchaseAssetsError("no sales", "some", "wait")

    version = lake.write("sums", lambda: iter([rows("a", 1.0), rows("b", 2.0)]))
    with pytest.raises(PurchaseAssetsError, match="no sales; expected some"):
        lake.write("sums", pieces)
    assert lake.version("sums") == version
    assert sorted(lake.read("sums")["value"].to_pylist()) == [1.0, 2.0]


def test_some_partitions_are_replaced_at_once(lake):
    whole = pa.concat_tables([rows("a", 1.0), rows("b", 2.0), rows("c", 3.0)])
    lake.write("sums", whole.drop_columns("key"))  # as a version of before had divided it
    lake.write("sums", whole, partition={"key": None}, notes={"code": "1"})
    assert lake.notes("sums") == {"code": "1"}
    before = lake.files_by("sums", "key", lake.version("sums"))
    version = lake.write("sums", rows("b", 5.0), partition={"key": {"a", "b"}})
    assert lake.read("sums").sort_by("key").to_pydict() == {"key": ["b", "c"], "value": [5.0, 3.0]}
    after = lake.files_by("sums", "key", version)
    assert after.keys() == {"b", "c"}
    assert after["c"] == before["c"]
    assert lake.notes("sums") == {}
