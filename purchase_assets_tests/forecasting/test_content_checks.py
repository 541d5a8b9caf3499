"""Checks of content fail on what is wrong and pass on an ordinary week."""

from datetime import date, timedelta

import pytest

from purchase_assets.forecasting import content_checks

SUNDAY = date(2026, 11, 15)


@pytest.mark.parametrize(
    ("rows", "before", "passed"),
    [(100, None, True), (0, None, False), (70, 100, True), (69, 100, False), (141, 100, False)],
)
def test_rows_like_last_week(rows, before, passed):
    assert content_checks.rows_like_last_week(rows, before).passed is passed


@pytest.mark.parametrize(
    ("out_of_range", "expected", "usual", "passed", "severity"),
    [
        (0, 100.0, 100.0, True, "WARN"),
        (1, 100.0, 100.0, False, "ERROR"),
        (0, 49.0, 100.0, False, "WARN"),
        (0, 201.0, 100.0, False, "WARN"),
        (0, 5.0, None, True, "WARN"),
        (0, 0.0, None, False, "WARN"),
    ],
)
def test_probabilities_plausible(out_of_range, expected, usual, passed, severity):
    found = content_checks.probabilities_plausible(
        out_of_range=out_of_range, expected=expected, usual=usual
    )
    assert (found.passed, found.severity) == (passed, severity)


def test_customers_that_left():
    assert content_checks.customers_kept([], 0).passed
    assert content_checks.customers_kept(["1"] * 5, 100).passed
    found = content_checks.customers_kept([str(number) for number in range(6)], 100)
    assert not found.passed
    assert found.sentence.startswith("6 of 100 customers of the week before are not in this one (0")


def test_names_that_nobody_knows():
    assert content_checks.names_known({}, {}).passed
    assert content_checks.names_known({"customers": set()}, {"customers": 3}).passed
    found = content_checks.names_known(
        {"customers": set(), "products": {"7"}}, {"customers": 3, "products": 2}
    )
    assert not found.passed
    assert "1 of 2 products are not in the products table (7)" in found.sentence


@pytest.mark.parametrize(
    ("status", "passed", "severity"),
    [
        ("FRESH", True, "WARN"),
        ("STALE", False, "WARN"),
        ("BACKFILLED", False, "WARN"),
        ("DEGRADED", False, "ERROR"),
    ],
)
def test_status(status, passed, severity):
    found = content_checks.published_status(
        date(2026, 11, 16), status, window_end=SUNDAY, data_through=SUNDAY, model_version="1"
    )
    assert (found.passed, found.severity) == (passed, severity)
    assert f"Week 2026-11-16 is {status}: " in found.sentence


def weekdays(weeks: int) -> list[date]:
    """Monday to Saturday of the weeks up to the Sunday."""
    days = [SUNDAY - timedelta(days=number) for number in range(7 * weeks)]
    return [day for day in days if day.weekday() != 6]


@pytest.mark.parametrize("weeks", [1, 3, 10, 40])
def test_days_on_which_nobody_ever_sells_are_no_gap(weeks):
    assert content_checks.selling_days(weekdays(weeks)).passed


def test_a_usual_selling_day_without_sales_is_named():
    days = [day for day in weekdays(30) if day != date(2026, 11, 4)]
    found = content_checks.selling_days(days)
    assert not found.passed
    assert found.sentence.endswith("without sales: 2026-11-04")
    # long ago it is no news
    assert content_checks.selling_days(
        [day for day in weekdays(30) if day != date(2026, 7, 1)]
    ).passed


@pytest.mark.parametrize(
    ("rows", "before", "passed"), [(5, None, True), (5, 5, True), (4, 5, False), (0, None, False)]
)
def test_rows_kept(rows, before, passed):
    assert content_checks.rows_kept(rows, before).passed is passed


def test_rows_that_went_with_a_withdrawn_upload_are_no_loss():
    found = content_checks.rows_kept(4, 5, {"transactions-0a1b2c3d4e5f"})
    assert found.passed
    assert found.sentence == (
        "4 rows, 5 before; 1 are gone, with transactions-0a1b2c3d4e5f, since withdrawn"
    )
