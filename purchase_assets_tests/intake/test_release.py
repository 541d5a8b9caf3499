"""Releasing quarantined rows: judgement can be waived, what cannot be kept cannot."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.release import revalidate
from purchase_assets.settings import QualitySettings
from purchase_assets_tests.intake.worlds import canonical, made_up_world

WORLD = made_up_world()
SETTINGS = QualitySettings()


@pytest.fixture(scope="module")
def quarantined(tmp_path_factory):
    items = WORLD.week["items"].astype(str).str.replace(".", ",")
    week = WORLD.week.assign(items=items)
    week.loc[0, "items"] = "77777777,5"
    week.loc[1, "items"] = None
    week.loc[2, "items"] = "inf"
    week = week.assign(purchase_date=week.purchase_date.astype(str))
    week.loc[3, "purchase_date"] = "2024-12-30"
    path = tmp_path_factory.mktemp("release") / "batch.csv"
    week.to_csv(path, index=False, sep=";")
    judgement = judge(path, "transactions", WORLD.known(), SETTINGS)
    assert judgement.quarantined["rule"].to_pylist() == [
        *("absurd_items", "missing_value", "not_finite", "future_date"),
    ]
    return judgement.quarantined


def test_originals_are_kept_as_text(quarantined):
    original = json.loads(quarantined["original"][0].as_py())
    assert original["items"] == "77777777,5"
    assert original["order_id"] == str(WORLD.week.order_id[0])


def test_a_release_lets_in_what_can_be_kept(quarantined):
    accepted, still_bad = revalidate(quarantined, "transactions", WORLD.known(), SETTINGS)
    assert accepted["items"].to_pylist() == [77_777_777.5]
    assert accepted["row_number"].to_pylist() == [1]
    assert still_bad.equals(quarantined.slice(1))


def test_time_heals_a_future_date(quarantined):
    later = WORLD.known(today=pd.Timestamp("2024-12-31").date())
    accepted, _ = revalidate(quarantined, "transactions", later, SETTINGS)
    assert accepted["row_number"].to_pylist() == [1, 4]


def test_a_row_that_came_in_meanwhile_is_not_taken_twice(quarantined):
    row = WORLD.week.head(1).assign(items=77_777_777.5)
    known = WORLD.known(taken=canonical(row))
    accepted, still_bad = revalidate(quarantined.slice(0, 1), "transactions", known, SETTINGS)
    assert not len(accepted)
    assert still_bad["rule"].to_pylist() == ["already_taken"]


def test_ids_of_a_decimal_type_are_the_same_when_they_are_released(tmp_path):
    week = WORLD.week.assign(items=WORLD.week["items"].where(WORLD.week.index != 4, 77_777_777.5))
    table = pa.Table.from_pandas(week, preserve_index=False)
    for place, name in enumerate(table.column_names):
        if name.endswith("_id"):
            table = table.set_column(place, name, table[name].cast(pa.decimal128(38, 10)))
    pq.write_table(table, tmp_path / "batch.parquet")
    judgement = judge(tmp_path / "batch.parquet", "transactions", WORLD.known(), SETTINGS)
    accepted, _ = revalidate(judgement.quarantined, "transactions", WORLD.known(), SETTINGS)
    assert accepted["customer_id"].to_pylist() == [str(week.customer_id[4])]
    assert accepted["items"].to_pylist() == [77_777_777.5]


def test_nothing_to_release(quarantined):
    accepted, still_bad = revalidate(
        quarantined.slice(0, 0), "transactions", WORLD.known(), SETTINGS
    )
    assert (len(accepted), len(still_bad)) == (0, 0)
