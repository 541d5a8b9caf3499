"""When a champion is overdue: its age, the baseline, its totals."""

from datetime import timedelta

import pytest

from purchase_assets.retraining.guards import PastDecision, RetrainingState
from purchase_assets.retraining.overdue import overdue_cause
from purchase_assets_tests.retraining.histories import SETTINGS, WEEK, state


def test_a_champion_of_eight_weeks_is_not_overdue_and_of_nine_is() -> None:
    for age, overdue in ((8, False), (9, True)):
        now = RetrainingState(WEEK, WEEK - timedelta(weeks=age), False)
        found = overdue_cause(now, [], SETTINGS)
        assert (found is not None) == overdue
    assert found
    assert (found.kind, found.week) == ("overdue", WEEK)
    assert "9 data weeks old, over 8" in found.detail.en


@pytest.mark.parametrize(
    ("below", "overdue"),
    [
        ([], False),
        ([True], False),
        ([True, True, False], False),
        ([True, False, True], False),
        ([False, True, True], True),
    ],
)
def test_two_weeks_running_below_the_baseline(below: list[bool], overdue: bool) -> None:
    assert (overdue_cause(state(), below, SETTINGS) is not None) == overdue


@pytest.mark.parametrize(
    ("misjudged", "said"),
    [
        ([], None),
        ([1], None),
        ([1, 1, 0], None),
        ([1, 0, 1], None),
        ([1, -1], None),  # odd weeks, not an odd model
        ([0, 1, 1], "too many"),
        ([1, -1, -1], "too few"),
        ([1, 1, 1], "too many"),
    ],
)
def test_two_weeks_running_of_wrong_totals_on_the_same_side(misjudged, said) -> None:
    found = overdue_cause(state(), [], SETTINGS, misjudged=misjudged)
    assert (found is None) == (said is None)
    assert said is None or said in found.detail.en


@pytest.mark.parametrize("below", [[], [True, True]])
def test_what_stays_overdue_is_a_new_cause_each_week(below: list[bool]) -> None:
    old = WEEK - timedelta(weeks=3 if below else 20)
    ids = set()
    for later in (0, 1):
        now = RetrainingState(WEEK + timedelta(weeks=later), old, False)
        found = overdue_cause(now, below, SETTINGS)
        assert found
        ids.add(found.id)
    assert len(ids) == 2


def test_the_age_counts_from_the_last_answer_but_not_from_a_training_without_one() -> None:
    for answered, overdue in ((True, False), (False, True)):
        outcome = "KEPT" if answered else "FAILED"
        lost = PastDecision("drift", "other", WEEK - timedelta(weeks=2), True, outcome)
        now = RetrainingState(WEEK, WEEK - timedelta(weeks=20), False, (lost,))
        assert (overdue_cause(now, [], SETTINGS) is not None) == overdue


def test_without_a_champion_nothing_is_overdue() -> None:
    assert overdue_cause(RetrainingState(WEEK, None, False), [True, True], SETTINGS) is None
