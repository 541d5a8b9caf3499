"""What a list promises: the sum of its chances, and bounds that know how far weeks stray."""

import numpy as np
import pytest

from purchase_assets.forecasting.promise import (
    USUAL_STRAY,
    USUAL_WEEKS,
    Outcome,
    promise,
    promise_of_week,
    week_stray,
)


def test_bounds_hold_nine_of_ten_weeks_that_stray_together() -> None:
    dice = np.random.default_rng(7)
    chances = np.repeat(dice.uniform(0.3, 0.9, 200), 2)  # two pairs of each customer
    expected, low, high = promise(chances, 0.1)
    assert expected == pytest.approx(chances.sum())
    weeks = np.clip(chances * dice.normal(1, 0.1, (5000, 1)), 0, 1)
    ordered = np.repeat(dice.random((5000, 200)), 2, axis=1)  # who orders takes both
    hits = (ordered < weeks).sum(axis=1)
    assert np.mean((hits >= low) & (hits <= high)) == pytest.approx(0.9, abs=0.02)


def test_nobody_promises_more_than_the_list_or_less_than_nothing() -> None:
    assert promise([0.9]) == (0.9, pytest.approx(0.9 - 1.645 * (0.18 + 0.108**2) ** 0.5), 1)
    assert promise([]) == (0, 0, 0)
    assert promise([0.01] * 3).low == 0


def test_the_stray_is_what_is_usual_until_own_weeks_tell() -> None:
    assert week_stray() == USUAL_STRAY
    as_promised = Outcome(expected=1000, listed=1800, hits=1000)
    assert week_stray([as_promised] * USUAL_WEEKS) == pytest.approx(USUAL_STRAY / 2**0.5)
    wild = Outcome(expected=10_000, listed=18_000, hits=14_000)
    assert week_stray([wild] * 200) == pytest.approx(0.4, abs=0.01)
    alone = Outcome(expected=100, listed=200, hits=110)  # what a list strays by in any week
    assert week_stray([alone]) == week_stray([Outcome(100, 200, 100)])
    assert week_stray([Outcome(0, 0, 0)]) == USUAL_STRAY


def test_a_week_promises_precision_and_f1_of_its_list() -> None:
    chances, listed = [0.9, 0.7, 0.5, 0.2, 0.1], [True, True, True, False, False]
    made = promise_of_week(chances, listed, 0.2, 0.1)
    hits = promise(chances[:3], 0.1)
    true = 2.4 / 0.8
    assert made["expected_precision"] == pytest.approx(2.1 / 3)
    assert made["expected_f1"] == pytest.approx(2 * 2.1 / (3 + true))
    assert made["precision_low"] == pytest.approx(hits.low / 3)
    assert made["f1_low"] == pytest.approx(2 * hits.low / (3 + true * hits.low / 2.1))
    assert made["f1_low"] < made["expected_f1"] < made["f1_high"] <= 1
    assert promise_of_week([0.1], [False], 0.0, 0.1) == {"week_stray": 0.1}
