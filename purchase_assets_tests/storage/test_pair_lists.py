"""Lists kept as columns give back what was put in."""

from purchase_assets.storage.reports.pair_lists import PairLists, Prediction
from purchase_assets.storage.reports.snapshot import natural
from purchase_assets_tests.planted import week_rows

PAIRS = [
    Prediction(**{name: row[name] for name in Prediction._fields})
    for row in sorted(week_rows(customers=12), key=lambda row: (row["customer_id"], row["rank"]))
]
"""Of customers whose ids sort otherwise as texts than as numbers, one of them without history."""


def test_pairs_come_back_as_they_were():
    lists = PairLists(PAIRS, order=natural)
    assert [pair for known in lists for pair in lists[known]] == list(lists.pairs())
    assert sorted(lists.pairs()) == sorted(PAIRS)
    assert list(lists) == sorted({pair.customer_id for pair in PAIRS}, key=natural)
    assert all(type(pair.will_buy) is bool for pair in lists.pairs())
    assert "nobody" not in lists
    assert lists.get("nobody") is None


def test_a_choice_and_a_part_of_it():
    lists = PairLists(PAIRS, order=natural)
    listed = [pair for pair in lists.pairs() if pair.will_buy]
    assert list(lists.pairs(will_buy=True)[3:9]) == listed[3:9]
    assert len(lists.pairs(will_buy=False)) == len(PAIRS) - len(listed)
    expected: dict[str, float] = {}
    for pair in PAIRS:
        if pair.source == "model":
            expected[pair.product_id] = expected.get(pair.product_id, 0) + pair.probability
    assert lists.expected_buyers() == expected
