"""Features: values by hand, nothing from after the cutoff, clear errors."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting import customer_samples
from purchase_assets.forecasting.customer_samples import sampled_customers
from purchase_assets.forecasting.feature_frames import (
    as_frame,
    feature_frame,
    feature_tables,
    training_frame,
    training_windows,
)
from purchase_assets.forecasting.features import KEYS, LABEL, WINDOW_PAIRS
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

CUTOFF = date(2024, 6, 30)  # a Sunday


def sales(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Daily sales from (customer, product, days before the cutoff)."""
    return pd.DataFrame(
        [
            {
                "customer_id": customer,
                "product_id": product,
                "day": CUTOFF - timedelta(days=age),
                "items_bought": 1.0,
                "items_returned": 0.0,
                "lines": 1,
            }
            for customer, product, age in rows
        ]
    )


SMALL = sales(
    ("ana", "cola", 0),
    ("ana", "cola", 7),
    ("ana", "cola", 21),
    ("ana", "soda", 3),
    ("ben", "cola", 40),
    ("ben", "soda", 40),
    ("cam", "cola", 200),
    ("ana", "cola", -2),
    ("cam", "soda", -7),
)
MASTERS = {
    "customers": pd.DataFrame({"customer_id": ["ana", "ben"], "customer_type": ["bar", "bar"]}),
    "products": pd.DataFrame(
        {"product_id": ["cola", "soda"], "brand": ["A", "A"], "size": [1.0, None]}
    ),
}


@pytest.fixture(scope="module")
def small() -> pd.DataFrame:
    frame = feature_frame(SMALL, [Window(CUTOFF, 7)], **MASTERS, with_labels=True)
    return frame.set_index(["customer_id", "product_id"])


def test_candidates_are_pairs_bought_within_the_lookback(small):
    assert set(small.index) == {
        ("ana", "cola"),
        ("ana", "soda"),
        ("ben", "cola"),
        ("ben", "soda"),
    }


def test_values_computed_by_hand(small):
    cola = small.loc[("ana", "cola")]
    expected = {
        "days_since_last": 0,
        "days_since_first": 21,
        "mean_gap": 10.5,  # gaps of 14 and 7
        "gap_spread": 3.5,
        "last_gap": 7,
        "days_28": 3,
        "weeks_bought_of_8": 3,  # ages 0, 7 and 21 are weeks 0, 1 and 3
        "lag_1": 1,
        "lag_2": 1,
        "lag_3": 0,
        "lag_4": 1,
        "days_ew_7": 1 + 0.5 + 0.125,
        "orders_since_last": 0,
        "customer_days_28": 4,
        "customer_products_28": 2,
        "product_share_28": 1,  # of the customers that ordered in 28 days: ana
        "product_share_84": 1,
        "product_days_since_first": 40,  # by its candidates: cam is none
        "days_28_share": 0.75,
        "size": 1,
        LABEL: 1,
        WINDOW_PAIRS: 2,
    }
    assert {name: cola[name] for name in expected} == pytest.approx(expected)
    assert cola["customer_type"] == "bar"
    soda = small.loc[("ana", "soda")]
    assert soda["orders_since_last"] == 1  # the order of the last day
    assert np.isnan(soda["mean_gap"])
    assert np.isnan(soda["size"])
    assert soda[LABEL] == 0


def test_trend_is_of_shops_of_the_same_type(small):
    # bars: 1 of 1 active bar bought cola in 28 days, 2 of 2 in 84 days
    assert small.loc[("ben", "cola"), "type_trend_28"] == 1.0


def test_short_window_counts_its_own_weekdays():
    window = Window(CUTOFF + timedelta(days=3), 4)  # Thursday to Sunday
    rows = sales(("ana", "cola", 0), ("ana", "cola", 4), ("ana", "soda", 4))
    frame = feature_frame(rows, [window]).set_index("product_id")
    assert frame["weeks_bought_of_8"].to_dict() == {"cola": 2, "soda": 1}
    assert frame["window_days_56"].to_dict() == {"cola": 1, "soda": 0}  # not a Wednesday's


def test_rows_after_the_cutoff_change_no_feature(shop):
    windows = [Window(date(2024, 10, 29), 5), Window(date(2024, 11, 5), 5)]
    for window in windows:
        known = shop.sales[shop.sales["day"] <= window.cutoff]
        masters = {"customers": shop.customers, "products": shop.products}
        together = feature_frame(shop.sales, windows, **masters)
        together = together[together["cutoff"] == window.cutoff].reset_index(drop=True)
        alone = feature_frame(known, [window], **masters)
        assert len(alone) > 500
        pd.testing.assert_frame_equal(together, alone, check_categorical=False)


def test_without_master_tables_their_columns_are_null(shop):
    frame = feature_frame(shop.sales, [Window(date(2024, 11, 3), 7)])
    assert frame["brand"].isna().all()
    assert frame["product_share_28"].notna().any()
    assert frame.notna()[list(KEYS)].all(axis=None)


def test_permuting_ids_changes_nothing(shop):
    window = Window(date(2024, 11, 3), 7)
    names = shop.sales["customer_id"].unique()
    renamed = dict(zip(names, names[::-1], strict=True))
    swapped = shop.sales.assign(customer_id=shop.sales["customer_id"].map(renamed))
    plain = feature_frame(shop.sales, [window])
    plain["customer_id"] = plain["customer_id"].map(renamed)
    plain = plain.sort_values(list(KEYS), ignore_index=True)
    pd.testing.assert_frame_equal(plain, feature_frame(swapped, [window]), rtol=1e-5)


def test_training_windows_have_known_outcomes_and_the_same_shape():
    window = Window(date(2024, 12, 31), 5)
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]
    windows = training_windows(window, days, 16)
    assert len(windows) == 16
    assert all(w.end <= window.cutoff and w.horizon_days == 5 for w in windows)
    assert {w.cutoff.weekday() for w in windows} == {window.cutoff.weekday()}
    assert windows[-1] == window.earlier(1)
    gap = Window(date(2024, 12, 7), 7, gap_days=1)
    assert training_windows(gap, days, 4)[-1] == gap.earlier(2)


def test_a_week_whose_file_has_not_come_teaches_nothing(shop):
    day = pd.to_datetime(shop.sales["day"]).dt.date
    window = Window(max(day), 7)
    lost = window.earlier(2)
    came = shop.sales[(day < lost.start) | (day > lost.end)]
    learnt = training_frame(came, window, ForecastSettings(training_windows=4))
    assert set(learnt["cutoff"]) == {window.earlier(weeks).cutoff for weeks in (1, 3, 4, 5)}
    assert learnt.groupby("cutoff")["bought"].any().all()


def test_short_history_is_a_clear_error(shop):
    first_weeks = shop.sales[shop.sales["day"] < min(shop.sales["day"]) + timedelta(days=30)]
    window = Window(max(first_weeks["day"]), 7)
    with pytest.raises(
        PurchaseAssetsError, match=r"sales of 30 days .* expected at least 3, .* add"
    ):
        training_frame(first_weeks, window, ForecastSettings())


def test_empty_sales_are_a_clear_error(shop):
    with pytest.raises(PurchaseAssetsError, match="no sales at all"):
        training_frame(shop.sales.iloc[:0], Window(CUTOFF, 7), ForecastSettings())


def test_some_customers_are_seen_as_among_all(shop):
    windows = [Window(date(2024, 11, 3), 7).earlier(weeks) for weeks in range(3)]
    options = {"customers": shop.customers, "products": shop.products}
    everybody = feature_frame(shop.sales, windows, **options)
    some = pa.table({"customer_id": sorted(shop.sales["customer_id"].unique())[::3]})
    theirs = everybody[everybody["customer_id"].isin(some["customer_id"].to_pylist())]
    alone = feature_frame(shop.sales, windows, only=some, **options)
    assert 500 < len(alone) < len(everybody) / 2
    texts = list(alone.select_dtypes("category"))
    pd.testing.assert_frame_equal(
        alone.astype(dict.fromkeys(texts, object)),
        theirs.reset_index(drop=True).astype(dict.fromkeys(texts, object)),
        rtol=1e-5,
    )


def test_features_in_buckets_of_customers_are_those_in_one_piece(shop):
    windows = [Window(date(2024, 11, 3), 7).earlier(weeks) for weeks in range(2)]
    options = {"customers": shop.customers, "products": shop.products}
    whole = feature_frame(shop.sales, windows, **options)
    parts = list(feature_tables(shop.sales, windows, customers_at_once=30, **options))
    assert len(parts) == 2 * 4
    texts = dict.fromkeys(whole.select_dtypes("category"), object)
    pd.testing.assert_frame_equal(as_frame(parts).astype(texts), whole.astype(texts), rtol=1e-5)


def test_a_sample_is_of_whole_customers_and_as_large_as_may_be(shop):
    window = Window(date(2024, 12, 1), 7)
    settings = ForecastSettings(training_windows=6)
    windows = [window.earlier(weeks) for weeks in range(6, 0, -1)]
    everybody = training_frame(shop.sales, window, settings)
    assert sampled_customers(shop.sales, windows, settings, len(everybody)) is None
    most = len(everybody) // 3
    drawn = sampled_customers(shop.sales, windows, settings, most // 6)
    sizes = everybody.groupby("customer_id").size()
    names = drawn["customer_id"].to_pylist()
    rows = sizes.reindex(names, fill_value=0).sum()
    assert most - sizes.max() < rows <= most
    other = settings.model_copy(update={"seed": 8})
    assert names != sampled_customers(shop.sales, windows, other, most // 6)[0].to_pylist()


def test_a_model_of_many_customers_learns_from_some(shop, monkeypatch):
    window = Window(date(2024, 12, 1), 7)
    settings = ForecastSettings(training_windows=4)
    everybody = training_frame(shop.sales, window, settings, customers=shop.customers)
    most = len(everybody) // 8
    monkeypatch.setattr(customer_samples, "ROWS_PER_WINDOW", most)
    some = training_frame(shop.sales, window, settings, customers=shop.customers)
    windows = sorted(window.earlier(weeks) for weeks in range(1, 5))
    drawn = sampled_customers(shop.sales, windows, settings, most)["customer_id"].to_pylist()
    theirs = shop.sales[shop.sales["customer_id"].isin(drawn)]
    alone = training_frame(theirs, window, settings, customers=shop.customers)
    assert 0 < len(some) <= 4 * most
    outcome = [*KEYS, LABEL, WINDOW_PAIRS]  # of everything that these customers bought
    pd.testing.assert_frame_equal(some[outcome], alone[outcome])
