"""The published facts, on daily sales small enough to count in the head."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from purchase_assets.forecasting.feature_frames import feature_frame
from purchase_assets.forecasting.pair_facts import FACTS, pair_facts
from purchase_assets.forecasting.scoring import score
from purchase_assets.weeks import Window

CUTOFF = date(2024, 6, 30)

BOUGHT = {
    # three bars in the last 28 days, two in the 28 before: ben in both, cam in the earlier only
    ("ana", "cola"): [0, 7, 21],
    ("ben", "cola"): [3, 27, 28, 55],
    ("cam", "cola"): [30, 31],
    ("dan", "cola"): [5],
    ("dan", "soda"): [5, 56],  # nobody bought soda on the days 28 to 55
    ("ana", "milk"): [29, 40],  # and milk on those only
    # a cafe of its own, and a gap that reaches beyond the 364 days
    ("eva", "cola"): [30, 10, 150, 363, 364, 500],
    ("eva", "milk"): [20, 400],
    # what comes after the cutoff counts nowhere
    ("fay", "cola"): [-1, 1],
}
TYPES = dict.fromkeys(("ana", "ben", "cam", "dan"), "bar") | {"eva": "cafe"}

TREND = {
    ("ana", "cola"): 3 / 2,  # ana, ben, dan over ben, cam
    ("ben", "cola"): 3 / 2,
    ("cam", "cola"): 3 / 2,
    ("dan", "cola"): 3 / 2,
    ("dan", "soda"): None,
    ("ana", "milk"): 0.0,
    ("eva", "cola"): 1.0,  # eva on day 10 over eva on day 30
    ("eva", "milk"): None,
    ("fay", "cola"): None,  # without a row in the customers table: a type of its own
}
GAP = {
    ("ana", "cola"): 10.5,  # 7 and 14
    ("ben", "cola"): 52 / 3,  # 24, 1 and 27
    ("cam", "cola"): 1.0,
    ("dan", "cola"): None,
    ("dan", "soda"): 51.0,
    ("ana", "milk"): 11.0,
    ("eva", "cola"): 353 / 3,  # 20, 120 and 213; day 364 is out of the span
    ("eva", "milk"): None,  # one day within the span
    ("fay", "cola"): None,
}


def sales() -> pd.DataFrame:
    rows = [
        {
            "customer_id": customer,
            "product_id": product,
            "day": CUTOFF - timedelta(days=age),
            "items_bought": 2.0,
            "items_returned": 0.0,
            "lines": 1,
        }
        for (customer, product), ages in BOUGHT.items()
        for age in ages
    ]
    returned = {"items_bought": 0.0, "items_returned": 4.0, "lines": 1}
    rows += [  # a return is no purchase
        {"customer_id": "ana", "product_id": "soda", "day": CUTOFF - timedelta(days=35), **returned}
    ]
    return pd.DataFrame(rows)


def customers() -> pd.DataFrame:
    return pd.DataFrame(TYPES.items(), columns=["customer_id", "customer_type"])


def facts(**masters: pd.DataFrame) -> pd.DataFrame:
    frame = feature_frame(sales(), [Window(CUTOFF, 7)], **masters)
    assert not {"usual_gap_days", "product_trend"} & set(frame)  # a model learns from neither
    return pair_facts(frame).set_axis(
        pd.MultiIndex.from_frame(frame[["customer_id", "product_id"]])
    )


def same(found: pd.Series, expected: dict) -> None:
    wanted = {pair: np.nan if value is None else value for pair, value in expected.items()}
    assert found.to_dict() == pytest.approx(wanted, nan_ok=True)


def test_a_trend_is_the_buyers_of_4_weeks_over_those_of_the_4_before():
    found = facts(customers=customers())
    same(found["product_trend"], TREND)
    assert tuple(found.columns) == FACTS


def test_a_trend_without_types_is_of_all_customers():
    # ana, ben, dan, eva, fay over ben, cam, eva
    everybody = facts()["product_trend"]
    assert set(everybody.xs("cola", level="product_id")) == {5 / 3}
    assert set(everybody.xs("milk", level="product_id")) == {1.0}  # eva over ana


def test_a_usual_gap_is_the_mean_between_order_days_of_364_days():
    same(facts(customers=customers())["usual_gap_days"], GAP)


class Even:
    """A model that finds every pair equally likely."""

    def predict_proba(self, features: pd.DataFrame) -> np.ndarray:
        return np.full((len(features), 2), 0.5)


def test_the_table_holds_the_facts_of_habits_and_of_best_sellers():
    known = pd.DataFrame({"customer_id": ["new", "odd"], "customer_type": ["bar", "kiosk"]})
    known = pd.concat([customers(), known])
    frame = feature_frame(sales(), [Window(CUTOFF, 7)], customers=known)
    rows = score(Even(), frame, missed_share=0.0, customers=known, threads=1)
    rows = rows.set_index(["customer_id", "product_id"])
    same(rows["product_trend"][rows["source"] == "model"], TREND)
    same(rows["usual_gap_days"][rows["source"] == "model"], GAP)
    assert rows.loc[("new", "cola"), "product_trend"] == 3 / 2  # of bars
    assert rows.loc[("odd", "cola"), "product_trend"] == 5 / 3  # no kiosk buys: everybody
    assert np.isnan(rows.loc[("new", "cola"), "usual_gap_days"])
