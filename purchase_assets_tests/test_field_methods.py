"""The field's methods and the figures of the public benchmark, by hand."""

import sys

import numpy as np
import pytest

from purchase_assets.forecasting import metrics
from purchase_assets_tests.places import ROOT

sys.path.append(str(ROOT / "benchmarks"))
import next_basket
import ranking

# customer 0 bought products 0 and 1 nine days ago, 0 three days ago and 2 on the cutoff's day;
# customer 1 bought product 0 the day before
HISTORY = next_basket.History(
    customer=np.array([0, 0, 0, 0, 1]),
    product=np.array([0, 1, 0, 2, 0]),
    age=np.array([9, 9, 3, 0, 1]),
    customers=2,
    products=3,
)
ROWS, COLUMNS = np.array([0, 0, 0, 1]), np.array([0, 1, 2, 0])


def test_frequencies_decay_by_group_and_neighbours_have_a_say():
    score = next_basket.tifu_knn(
        HISTORY,
        ROWS,
        COLUMNS,
        unit="order",
        groups=2,
        within=0.9,
        between=0.7,
        neighbours=300,
        own=0.5,
    )
    # two baskets in the newer group, one in the older; the only neighbour has product 0 alone
    own = np.array([0.9 / 2 / 2 + 0.7 / 2, 0.7 / 2, 1 / 2 / 2, 1.0])
    others = np.array([1.0, 0.0, 0.0, own[0]])
    np.testing.assert_allclose(score, 0.5 * own + 0.5 * others, rtol=1e-6)


def test_customers_alike_lend_their_recent_frequencies():
    score = next_basket.up_cf(
        HISTORY, ROWS, COLUMNS, unit="order", recent=2, asymmetry=0.25, locality=2
    )
    to_other = (1 / 3**0.25) ** 2
    to_first = (1 / 3**0.75) ** 2
    expected = [
        (0.5 + to_other) / (1 + to_other),
        0.0,
        0.5 / (1 + to_other),
        (1 + to_first * 0.5) / (1 + to_first),
    ]
    np.testing.assert_allclose(score, expected, rtol=1e-6)


def test_weeks_without_an_order_are_empty_baskets():
    share = next_basket.personal_top(HISTORY, ROWS, COLUMNS, unit="week", recent=26, share=True)
    np.testing.assert_allclose(share, [1.0, 0.5, 0.5, 1.0])
    rule = next_basket.recency_rule(HISTORY, ROWS, COLUMNS, weeks=1)
    np.testing.assert_allclose(rule, [0.997, -0.009, 1.0, 0.999])


@pytest.fixture
def week() -> ranking.Week:
    dice = np.random.default_rng(3)
    score = dice.integers(0, 9, 400) / 9  # many ties
    return ranking.Week(
        customer=dice.integers(0, 30, 400),
        bought=dice.random(400) < score / 2,
        score=score,
        listed=score > 0.6,
        true=dice.integers(4, 20, 30),
    )


def test_figures_are_those_of_the_project_and_a_draw_of_everybody_is_no_draw(week):
    pairs = int(week.true.sum())
    precision = metrics.average_precision(week.bought, week.score, pairs)
    f1 = metrics.list_quality(week.bought, week.listed, pairs)["f1"]
    everybody = np.ones((1, 30))
    assert ranking.average_precision(week) == pytest.approx(precision)
    assert ranking.average_precision(week, everybody)[0] == pytest.approx(precision)
    assert ranking.f1(week) == pytest.approx(f1)
    assert ranking.f1(week, everybody)[0] == pytest.approx(f1)


def test_the_cut_off_is_the_best_of_all(week):
    cut = ranking.best_cut([week])
    pairs = int(week.true.sum())
    reached = metrics.list_quality(week.bought, cut(week.customer, week.score), pairs)["f1"]
    others = [week.score >= least for least in np.unique(week.score)]
    others += [ranking.places(week.customer, week.score) < each for each in range(1, 30)]
    best = max(metrics.list_quality(week.bought, one, pairs)["f1"] for one in others)
    assert reached == pytest.approx(best)


def test_ten_of_each_customer():
    week = ranking.Week(
        customer=np.array([0, 0, 0, 1]),
        bought=np.array([False, True, True, False]),
        score=np.array([0.9, 0.8, 0.7, 0.5]),
        listed=np.zeros(4, bool),
        true=np.array([4, 1, 0]),  # nobody else's week counts
    )
    gains = 1 / np.log2(np.arange(2, 6))
    recall, gain = ranking.at_ten(week)
    assert recall == pytest.approx((2 / 4 + 0) / 2)
    assert gain == pytest.approx(gains[1:3].sum() / gains.sum() / 2)
