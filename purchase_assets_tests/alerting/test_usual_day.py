"""A file is late when the day on which files usually come is over; a setting says so at first."""

from datetime import date, datetime, timedelta

import pytest

from purchase_assets.alerting.usual_day import due, usual_day

MONDAY = date(2025, 1, 27)
"""Of the week whose file is waited for."""


def came(*days: int) -> list[tuple[date, date]]:
    """A file for each week before, ending on its Sunday; days after the Monday that follows it."""
    arrivals = []
    for back, day in enumerate(days, 1):
        after = MONDAY - timedelta(weeks=back - 1)
        arrivals.append((after - timedelta(days=1), after + timedelta(days=day)))
    return arrivals


@pytest.mark.parametrize(
    ("arrivals", "usual"),
    [
        (came(1, 1, 1, 1), 1),
        (came(1, 1, 1), None),
        (came(2, 0, 2, 2, 3, 2, 0, 2), 2),
        (came(-1, -1, -1, -1), -1),  # on Sunday evening
        (came(1, 1, 3, 3), 3),  # in doubt it is the later one
        (came(*[4] * 8, *[0] * 20), 4),  # what was long ago does not count
        (came(300, 293, 286, 279, 272), None),  # a history that was fed at once
        (came(300, 1, 1, 1, 1), 1),
    ],
)
def test_the_usual_day_is_the_middle_of_the_last_weeks(arrivals, usual):
    assert usual_day(arrivals) == usual


def test_days_of_one_week_count_by_its_newest():
    daily = [(MONDAY - timedelta(days=n), MONDAY - timedelta(days=n - 1)) for n in range(1, 29)]
    assert usual_day(daily) == 0


def test_it_is_due_at_the_end_of_that_day_or_as_is_set():
    assert due(MONDAY, came(1, 1, 1, 1), hours=12) == datetime(2025, 2, 5)
    assert due(MONDAY, [], hours=12) == datetime(2025, 2, 3, 12)
