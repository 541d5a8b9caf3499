"""How many items a purchase is of."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from purchase_assets.forecasting.quantities import QUANTITIES, usual_quantities

CUTOFF = date(2026, 3, 1)


def purchases(items: np.ndarray, customer: str = "shop", product: str = "cola") -> pd.DataFrame:
    """One purchase a week, the last one in the week up to the cutoff."""
    weeks = len(items)
    return pd.DataFrame(
        {
            "customer_id": customer,
            "product_id": product,
            "day": [CUTOFF - timedelta(weeks=weeks - 1 - week) for week in range(weeks)],
            "items_bought": items,
        }
    )


@pytest.fixture(scope="module")
def many() -> pd.DataFrame:
    """Shops with a quantity of their own, which they vary."""
    dice = np.random.default_rng(3)
    shops = [
        purchases(np.round(usual * dice.lognormal(0, 0.4, 30)) + 1, f"shop {number}")
        for number, usual in enumerate(dice.choice([2, 6, 30], 200))
    ]
    return pd.concat(shops, ignore_index=True)


def test_a_steady_customer_buys_what_it_always_buys():
    known = usual_quantities(purchases(np.full(20, 7.0)), CUTOFF)
    assert known[list(QUANTITIES)].to_numpy() == pytest.approx(7)


def test_nine_of_ten_purchases_lie_between_low_and_high(many):
    before = many[many["day"] < CUTOFF]
    known = usual_quantities(before, CUTOFF - timedelta(days=1))
    bought = many[many["day"] == CUTOFF].merge(known, on=["customer_id", "product_id"])
    items = bought["items_bought"]
    inside = (items >= bought["items_low"]) & (items <= bought["items_high"])
    assert 0.8 <= inside.mean() <= 0.97
    assert (bought["items_low"] <= bought["expected_items"]).all()
    assert (bought["expected_items"] <= bought["items_high"]).all()
    assert bought["mean_items"].sum() == pytest.approx(items.sum(), rel=0.1)


def test_what_comes_after_the_cutoff_is_not_looked_at(many):
    early = CUTOFF - timedelta(days=10)
    known = many[many["day"] <= early]
    pd.testing.assert_frame_equal(usual_quantities(many, early), usual_quantities(known, early))


def test_without_purchases_nothing_is_said():
    assert usual_quantities(purchases(np.zeros(4)), CUTOFF).empty
