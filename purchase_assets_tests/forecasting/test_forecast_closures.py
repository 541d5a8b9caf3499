"""Days that were closed a year ago, and what is left of a window."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from purchase_assets.forecasting.closures import open_share, shortened
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
    assert open_share(sales(["2024-12-25"]), WINDOW) == pytest.approx(0.75)


def test_an_ordinary_window_is_whole():
    assert open_share(sales([]), WINDOW) == 1.0


def test_a_long_dip_is_no_holiday():
    dip = pd.date_range("2024-12-20", "2024-12-30").astype(str).tolist()
    assert open_share(sales(dip), WINDOW) == 1.0


def test_sales_after_the_cutoff_change_nothing():
    closed = ["2024-12-25", "2025-12-26", "2025-12-27"]
    early = open_share(sales(closed, through="2025-12-24"), WINDOW)
    assert open_share(sales(closed), WINDOW) == early == pytest.approx(0.75)


def test_a_shorter_window_lowers_every_chance_and_keeps_their_order():
    chances = np.array([0.0, 0.2, 0.9, 1.0])
    less = shortened(chances, 0.5)
    assert (less <= chances).all()
    assert (np.diff(less) > 0).all()
    assert shortened(chances, 1.0) == pytest.approx(chances)
