"""What is monitored: one frame per unit, every row with its week."""

import numpy as np
import pandas as pd

from purchase_assets.drift.monitored_frames import monitored_frames


def lines(**columns: object) -> pd.DataFrame:
    base = {
        "customer_id": ["1", "1", "2"],
        "product_id": ["10", "11", "10"],
        "order_id": ["a", "a", "b"],
        "purchase_date": pd.to_datetime(["2025-01-06", "2025-01-12", "2025-01-13"]),
        "items": [1.0, 2.0, -1.0],
    }
    return pd.DataFrame(base | columns)


def test_every_line_carries_its_customer_its_product_and_its_week() -> None:
    frames = monitored_frames(
        lines(),
        customers=pd.DataFrame({"customer_id": ["2", "1"], "customer_type": ["KIOSK", "SHOP"]}),
        products=pd.DataFrame({"product_id": [10, 11], "brand": ["A", "B"], "size": [0.5, 1.0]}),
    )
    assert list(frames["order_line"]["items"]) == [1.0, 2.0, -1.0]
    assert list(frames["customer"]["customer_type"]) == ["SHOP", "SHOP", "KIOSK"]
    assert list(frames["product"]["brand"]) == ["A", "B", "A"]
    mondays = pd.to_datetime(["2025-01-06", "2025-01-06", "2025-01-13"])
    for frame in frames.values():
        assert list(frame["week"]) == list(mondays)


def test_without_master_tables_only_the_lines_are_known() -> None:
    frames = monitored_frames(lines())
    assert list(frames["customer"]) == ["week", "shop"]
    assert list(frames["product"]) == ["week", "shop"]
    assert "pair" not in frames


def test_a_product_missing_in_the_master_table_is_missing_not_an_error() -> None:
    frames = monitored_frames(lines(), products=pd.DataFrame({"product_id": ["10"], "brand": "A"}))
    assert frames["product"]["brand"].isna().tolist() == [False, True, False]


def test_exact_duplicates_count_once() -> None:
    twice = pd.concat([lines(), lines()])
    assert len(monitored_frames(twice)["order_line"]) == 3


def test_items_beyond_usual_are_doublings_over_four_times_the_shops_own_line() -> None:
    week = pd.DataFrame(
        {
            "customer_id": "1",
            "product_id": "10",
            "order_id": list("abcde"),
            "purchase_date": pd.Timestamp("2025-01-06"),
            "items": [2.0, 2.0, 2.0, 16.0, 1000.0],
        }
    )
    beyond = monitored_frames(week)["order_line"]["items_beyond_usual"]
    np.testing.assert_allclose(beyond, [0, 0, 0, 1, 3])


def test_only_pairs_alive_in_the_last_eight_weeks_are_monitored() -> None:
    pairs = pd.DataFrame(
        {"cutoff": pd.to_datetime(["2025-01-05"] * 2), "weeks_bought_of_8": [0.0, 3.0]}
    ).assign(customer_id=["1", "2"], probability=[0.01, 0.6], unmonitored=1.0)
    frames = monitored_frames(lines(), pairs=pairs, forecasts=pairs)
    assert list(frames["pair"]["weeks_bought_of_8"]) == [3.0]
    assert list(frames["forecast"]["probability"]) == [0.6]
    assert list(frames["pair"]) == ["weeks_bought_of_8", "week", "shop"]
