"""Days that were closed a year ago, and what follows a busy fortnight."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from purchase_assets.forecasting.volume import scaled, volume_factor
from purchase_assets.weeks import Window


def sales(closed: list[str], through: str = "2025-12-31") -> pd.DataFrame:
    """Ten pairs bought every day but the closed ones."""
    days = pd.date_range("2024-06-01", through).difference(pd.DatetimeIndex(closed))
    return pd.DataFrame(
        {
            "customer_id": np.tile(np.arange(10).astype(str), len(days)),
            "product_id": "cola",
            "day": np.repeat(days.date, 10),
            "items_bought": 1.0,
        }
    )


WINDOW = Window(date(2025, 12, 24), 4)  # 25 to 28 December


def test_a_day_closed_a_year_ago_is_taken_out():
    assert volume_factor(sales(["2024-12-25"]), WINDOW) == pytest.approx(0.75)


def test_an_ordinary_window_is_whole():
    assert volume_factor(sales([]), WINDOW) == pytest.approx(1.0)


def test_a_long_dip_is_no_holiday():
    dip = pd.date_range("2024-12-20", "2024-12-30").astype(str).tolist()
    assert volume_factor(sales(dip), WINDOW) == pytest.approx(1.0)


def test_sales_after_the_cutoff_change_nothing():
    closed = ["2024-12-25", "2025-12-26", "2025-12-27"]
    early = volume_factor(sales(closed, through="2025-12-24"), WINDOW)
    assert volume_factor(sales(closed), WINDOW) == early == pytest.approx(0.75)


def test_a_shorter_window_lowers_every_chance_and_keeps_their_order():
    chances = np.array([0.0, 0.2, 0.9, 1.0])
    less = scaled(chances, 0.5)
    assert (less <= chances).all()
    assert (np.diff(less) > 0).all()
    assert scaled(chances, 1.0) == pytest.approx(chances)


def doubled_since(first: str) -> pd.DataFrame:
    usual = sales([])
    return pd.concat(
        [usual, usual[usual["day"] >= date.fromisoformat(first)].assign(product_id="x")]
    )


def test_a_busy_fortnight_is_followed_by_less_and_a_quiet_one_by_more():
    assert volume_factor(doubled_since("2025-12-11"), WINDOW) == pytest.approx(1.6**-0.5)
    quiet = pd.date_range("2025-12-11", "2025-12-24").astype(str).tolist()[::2]
    assert volume_factor(sales(quiet), WINDOW) == pytest.approx((0.5 / 0.875) ** -0.5)


def test_a_busy_week_after_the_cutoff_is_not_known():
    assert volume_factor(doubled_since("2025-12-25"), WINDOW) == pytest.approx(1.0)


def test_a_short_history_tells_no_usual_volume():
    young = sales([])[lambda frame: frame["day"] >= date(2025, 12, 1)]
    assert volume_factor(young, WINDOW) == 1.0
