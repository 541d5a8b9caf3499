"""What a list promises: the sum of its chances, and bounds that know how far weeks stray."""

import numpy as np
import pytest

from purchase_assets.forecasting.promise import WEEK_STRAY, promise, promise_of_week


def test_bounds_hold_nine_of_ten_weeks_that_stray_together() -> None:
    dice = np.random.default_rng(7)
    chances = np.repeat(dice.uniform(0.3, 0.9, 200), 2)  # two pairs of each customer
    expected, low, high = promise(chances)
    assert expected == pytest.approx(chances.sum())
    weeks = np.clip(chances * dice.normal(1, WEEK_STRAY, (5000, 1)), 0, 1)
    ordered = np.repeat(dice.random((5000, 200)), 2, axis=1)  # who orders takes both
    hits = (ordered < weeks).sum(axis=1)
    assert np.mean((hits >= low) & (hits <= high)) == pytest.approx(0.9, abs=0.02)


def test_nobody_promises_more_than_the_list_or_less_than_nothing() -> None:
    assert promise([0.9]) == (0.9, pytest.approx(0.9 - 1.645 * (0.18 + 0.108**2) ** 0.5), 1)
    assert promise([]) == (0, 0, 0)
    assert promise([0.01] * 3).low == 0


def test_a_week_promises_precision_and_f1_of_its_list() -> None:
    chances, listed = [0.9, 0.7, 0.5, 0.2, 0.1], [True, True, True, False, False]
    made = promise_of_week(chances, listed, 0.2)
    hits = promise(chances[:3])
    true = 2.4 / 0.8
    assert made["expected_precision"] == pytest.approx(2.1 / 3)
    assert made["expected_f1"] == pytest.approx(2 * 2.1 / (3 + true))
    assert made["precision_low"] == pytest.approx(hits.low / 3)
    assert made["f1_low"] == pytest.approx(2 * hits.low / (3 + true * hits.low / 2.1))
    assert made["f1_low"] < made["expected_f1"] < made["f1_high"] <= 1
    assert promise_of_week([0.1], [False], 0.0) == {}
