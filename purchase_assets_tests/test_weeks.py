"""Weeks and windows, by the examples that people agreed on."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.weeks import (
    Shape,
    Window,
    forecast_window,
    in_order,
    parse_week,
    week_key,
    window_between,
    window_of_week,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("through", "start", "end", "week"),
    [
        (date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 5), "2024-12-30"),
        (date(2025, 1, 5), date(2025, 1, 6), date(2025, 1, 12), "2025-01-06"),
        (date(2025, 1, 2), date(2025, 1, 3), date(2025, 1, 5), "2024-12-30"),
        (date(2025, 1, 3), date(2025, 1, 6), date(2025, 1, 12), "2025-01-06"),
        (date(2020, 12, 27), date(2020, 12, 28), date(2021, 1, 3), "2020-12-28"),
    ],
)
def test_the_window_after_the_newest_sale(through, start, end, week):
    window = forecast_window(through)
    assert (window.start, window.end, week_key(window.end)) == (start, end, week)


@given(DAYS)
def test_a_window_has_three_to_seven_days_and_ends_on_a_sunday(through):
    window = forecast_window(through)
    assert 3 <= window.horizon_days <= 7
    assert window.end.weekday() == 6
    assert through < window.start <= window.end <= through + timedelta(days=9)


@given(DAYS)
def test_the_running_week_has_the_window_of_the_newest_sale(through):
    window = forecast_window(through)
    assert window_of_week(parse_week(week_key(window.end)), through) == window


def test_a_week_that_is_over_is_seen_from_its_own_eve():
    assert window_of_week(date(2024, 12, 30), date(2025, 1, 12)) == Window(date(2024, 12, 29), 7)


@given(DAYS)
def test_a_window_is_found_again_from_its_days(through):
    window = forecast_window(through)
    assert window_between(window.cutoff, window.start, window.end) == window


@pytest.mark.parametrize("key", ["2025-01-07", "soon", ""])
def test_a_key_that_is_no_monday_is_refused_with_the_way_out(key):
    with pytest.raises(PurchaseAssetsError, match="Monday"):
        parse_week(key)


@pytest.mark.parametrize(
    ("present", "wanted", "removed", "added"),
    [
        ([], [], [], []),
        ([], ["b", "a"], [], ["a", "b"]),
        (["a", "b"], ["a", "b"], [], []),
        (["a", "b"], ["c", "b", "a", "c"], [], ["c"]),
        (["b"], ["a", "b"], ["b"], ["a", "b"]),
        (["a", "c", "b"], ["a", "b", "c"], ["c", "b"], ["b", "c"]),
        (["a", "x", "b"], ["a", "b"], ["x", "b"], ["b"]),
    ],
)
def test_keys_end_in_their_order(present, wanted, removed, added):
    assert in_order(present, wanted) == (removed, added)
    kept = [key for key in present if key not in removed]
    assert kept + added == sorted(set(wanted))


def test_a_shape_is_found_again_from_its_record_whatever_the_order_of_its_parts():
    shape = Window(date(2025, 1, 7), 5, gap_days=1).shape
    recorded = dict(reversed(list(shape._asdict().items())))
    assert Shape(**recorded) == shape == (1, 5, 1)
