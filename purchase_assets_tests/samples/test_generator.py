"""The sample distributor behaves like the real one, the same way each time."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.samples.generator import SampleData, generate, last_complete_week, write

END = date(2025, 3, 2)


@pytest.fixture(scope="module")
def sample() -> SampleData:
    return generate(end=END)


def test_same_seed_same_data_and_another_seed_other_data(sample: SampleData) -> None:
    again, other = generate(end=END), generate(end=END, seed=8)
    for name in ("transactions", "customers", "products"):
        pd.testing.assert_frame_equal(getattr(sample, name), getattr(again, name))
    assert not sample.transactions.equals(other.transactions)


def test_columns_and_types_are_those_of_the_distributor(sample: SampleData) -> None:
    assert {name: kind.kind for name, kind in sample.transactions.dtypes.items()} == {
        "customer_id": "i",
        "product_id": "i",
        "order_id": "i",
        "purchase_date": "M",
        "items": "f",
    }
    assert list(sample.customers) == [
        *["customer_id", "region_id", "zone_id", "customer_type", "Y", "X"],
        *["num_deliver_per_week", "num_visit_per_week"],
    ]
    assert list(sample.products) == [
        *["product_id", "brand", "category", "sub_category", "segment", "package", "size"]
    ]


def test_every_line_names_a_known_customer_and_product(sample: SampleData) -> None:
    sales = sample.transactions
    assert sales["customer_id"].isin(sample.customers["customer_id"]).all()
    assert sales["product_id"].isin(sample.products["product_id"]).all()
    assert sales.groupby("order_id")["customer_id"].nunique().max() == 1
    assert sample.customers["customer_id"].is_unique
    assert sample.products["product_id"].is_unique


def test_sixty_weeks_end_on_the_day_asked_for(sample: SampleData) -> None:
    dates = sample.transactions["purchase_date"]
    assert dates.max() == pd.Timestamp(END)
    assert dates.min() == pd.Timestamp(END) - pd.Timedelta(days=7 * 60 - 1)


def test_returns_fractions_duplicates_and_split_lines(sample: SampleData) -> None:
    sales = sample.transactions
    assert 0.02 < (sales["items"] < 0).mean() < 0.04
    assert (sales["items"] % 1 != 0).mean() > 0.3
    assert 0.003 < sales.duplicated().mean() < 0.02
    same_order = sales.duplicated(["customer_id", "product_id", "order_id"], keep=False)
    assert 0.05 < same_order.mean() < 0.2


def test_a_return_never_stands_alone(sample: SampleData) -> None:
    pair_day = ["customer_id", "product_id", "purchase_date"]
    assert (sample.transactions.groupby(pair_day)["items"].max() > 0).all()


def test_sundays_are_low_and_the_week_before_christmas_is_the_peak(sample: SampleData) -> None:
    dates = sample.transactions["purchase_date"]
    by_weekday = dates.dt.dayofweek.value_counts()
    assert by_weekday[6] < 0.3 * by_weekday[[0, 1, 2, 3, 4]].mean()
    by_week = dates.dt.to_period("W").dt.start_time.value_counts()
    # 60 weeks hold two Decembers here or one; the peak is one of them.
    assert by_week.idxmax() in {pd.Timestamp("2024-12-16"), pd.Timestamp("2023-12-18")}
    assert by_week.max() > 1.3 * by_week.median()


def test_products_are_launched_and_die(sample: SampleData) -> None:
    sales = sample.transactions
    life = sales.groupby("product_id")["purchase_date"].agg(["min", "max"])
    quarter = pd.Timedelta(weeks=13)
    assert (life["min"] > sales["purchase_date"].min() + quarter).sum() >= 3
    assert (life["max"] < sales["purchase_date"].max() - quarter).sum() >= 3


def test_habits_repeat_from_month_to_month(sample: SampleData) -> None:
    sales = sample.transactions
    age = (pd.Timestamp(END) - sales["purchase_date"]).dt.days
    pairs = pd.MultiIndex.from_frame(sales[["customer_id", "product_id"]])
    this_week, before = pairs[age < 7].unique(), pairs[(age >= 7) & (age < 91)].unique()
    assert 0.75 < this_week.isin(before).mean() < 0.95


def test_master_data_has_its_small_errors(sample: SampleData) -> None:
    assert sample.customers["X"].isna().sum() == 1
    assert (sample.customers["Y"] < -90).sum() == 3


def test_files_hold_every_row_once_and_newest_weeks_apart(sample: SampleData, tmp_path) -> None:
    paths = write(sample, tmp_path / "drop here", split_weeks=2)
    assert [path.name for path in paths] == [
        "clientes.parquet",
        "productos.parquet",
        "transacciones_2024-01-08_2025-02-16.parquet",
        "transacciones_2025-02-17_2025-02-23.parquet",
        "transacciones_2025-02-24_2025-03-02.parquet",
    ]
    read = pd.concat([pd.read_parquet(path) for path in paths[2:]], ignore_index=True)
    pd.testing.assert_frame_equal(read, sample.transactions)


def test_one_history_file_by_default(sample: SampleData, tmp_path) -> None:
    assert len(write(sample, tmp_path)) == 3


def test_sizes_and_small_data() -> None:
    small = generate(customers=20, products=8, weeks=4, end=END, seed=1)
    assert len(small.customers) == 20
    assert len(small.products) == 8
    assert np.isfinite(small.transactions["items"]).all()
    with pytest.raises(PurchaseAssetsError, match=r"weeks = 0; expected at least 1"):
        generate(weeks=0, end=END)


@pytest.mark.parametrize(
    ("today", "sunday"),
    [(date(2025, 1, 6), date(2025, 1, 5)), (date(2025, 1, 12), date(2025, 1, 5))],
)
def test_last_complete_week_ends_on_a_sunday_before_today(today: date, sunday: date) -> None:
    assert last_complete_week(today) == sunday
