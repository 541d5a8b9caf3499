"""The predicted list maximises expected F1; the list is measured against everything bought."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from purchase_assets.forecasting.metrics import average_precision, evaluate, list_quality
from purchase_assets.forecasting.selection import missed_share, select

probabilities = st.lists(st.floats(0, 1), min_size=1, max_size=40)


@given(probabilities, st.floats(0, 0.5))
@settings(deadline=None)
def test_no_other_size_has_a_better_expected_f1(p, missed):
    ordered = sorted(p, reverse=True)
    total = sum(p) / (1 - missed)
    mask = select(p, missed)
    if total == 0:
        assert not mask.any()
        return
    best = max(2 * sum(ordered[:k]) / (k + total) for k in range(1, len(p) + 1))
    k = mask.sum()
    assert 2 * sum(np.asarray(p)[mask]) / (k + total) == pytest.approx(best)
    assert min(np.asarray(p)[mask]) >= max(np.asarray(p)[~mask], default=0)


def test_more_missed_pairs_lengthen_the_list():
    p = np.linspace(0.01, 0.9, 200)
    assert select(p, 0.4).sum() > select(p, 0.0).sum()


def test_empty_and_impossible_input():
    assert select([], 0.1).tolist() == []
    with pytest.raises(ValueError, match="expected \\[0, 1\\]"):
        select([0.5, 1.2], 0.1)
    with pytest.raises(ValueError, match="expected"):
        select([0.5, np.nan], 0.1)


def test_missed_share_pools_windows():
    assert missed_share([90, 10], [100, 100]) == pytest.approx(0.5)
    assert missed_share([], []) == 0.0


def test_recall_counts_pairs_that_were_no_candidates():
    figures = list_quality([1, 0, 1], [True, True, False], pairs_true=4)
    assert figures == {"precision": 0.5, "recall": 0.25, "f1": 2 / 6}
    assert average_precision([1, 0], [0.9, 0.1], pairs_true=2) == pytest.approx(0.5)


def test_evaluate_by_hand():
    scored = pd.DataFrame(
        {
            "cutoff": ["a", "a", "b"],
            "bought": [1, 0, 1],
            "window_pairs": [2, 2, 1],
            "probability": [0.8, 0.4, 0.6],
            "will_buy": [True, False, True],
            "weeks_bought_of_8": [3, 4, 0],
            "days_since_last": [1, 2, 50],
        }
    )
    figures = evaluate(scored)
    assert figures["pairs_true"] == 3
    assert figures["pairs_predicted"] == 2
    assert figures["f1"] == pytest.approx(4 / 5)
    assert figures["calibration"] == pytest.approx(0.9)
    assert figures["baseline_f1"] == pytest.approx(2 / 5)
