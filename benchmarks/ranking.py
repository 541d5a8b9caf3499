"""How good ranked pairs are, week by week, and how sure a difference is."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AT = 10
MOST_EACH = 80
"""Longest list of a customer that is tried as a cut-off."""


@dataclass(frozen=True)
class Week:
    """Scored candidates of one week.

    Attributes
    ----------
    customer : array of int, shape (n_pairs,)
    bought : array of bool, shape (n_pairs,)
    score : array, shape (n_pairs,)
    listed : array of bool, shape (n_pairs,)
    true : array of int, shape (n_customers,)
        Products that each customer bought in the week, candidates or not.
    """

    customer: NDArray[np.int64]
    bought: NDArray[np.bool_]
    score: NDArray[np.float64]
    listed: NDArray[np.bool_]
    true: NDArray[np.int64]


@dataclass(frozen=True)
class Cut:
    """Which pairs are listed: those of a least score, or so many of each customer."""

    least: float = -np.inf
    each: int | None = None

    def __call__(self, customer: Any, score: Any) -> NDArray[np.bool_]:
        """Mask of the listed pairs."""
        if self.each is None:
            return np.asarray(score >= self.least)
        return places(customer, score) < self.each


def places(customer: Any, score: Any) -> NDArray[np.int64]:
    """Place of each pair among its customer's, 0 for the best; ties keep their order."""
    order = np.lexsort((-score, customer))
    begins = np.flatnonzero(np.r_[True, np.diff(customer[order]) != 0])
    sizes = np.diff(np.r_[begins, len(order)])
    found = np.empty(len(order), dtype="int64")
    found[order] = np.arange(len(order)) - np.repeat(begins, sizes)
    return found


def best_cut(weeks: list[Week]) -> Cut:
    """The cut-off with the best F1 over all pairs of some weeks."""
    score = np.concatenate([week.score for week in weeks])
    bought = np.concatenate([week.bought for week in weeks])
    true = sum(int(week.true.sum()) for week in weeks)
    order = np.argsort(-score, kind="stable")
    ends = _ends(score[order])
    f1 = 2 * np.cumsum(bought[order])[ends] / (ends + 1 + true)
    top = int(np.argmax(f1))
    cut, found = Cut(least=float(score[order][ends[top]])), float(f1[top])
    place = np.concatenate([places(week.customer, week.score) for week in weeks])
    listed = np.bincount(np.minimum(place, MOST_EACH), minlength=MOST_EACH + 1).cumsum()
    hits = np.bincount(np.minimum(place, MOST_EACH), bought, minlength=MOST_EACH + 1).cumsum()
    each = (2 * hits / (listed + true))[:MOST_EACH]
    return Cut(each=int(np.argmax(each)) + 1) if each.max() > found else cut


def average_precision(week: Week, draws: NDArray[np.float64] | None = None) -> Any:
    """Average precision in which pairs that are no candidates are never found.

    With `draws` (n_draws x n_customers), one figure per draw of customers.
    """
    order = np.argsort(-week.score, kind="stable")
    hits, customer = week.bought[order], week.customer[order]
    # precision only where something was found, at the end of its tie
    ends = _ends(week.score[order])
    found = np.flatnonzero(hits)
    at = ends[np.searchsorted(ends, found)]
    if draws is None:
        return float((hits.cumsum()[at] / (at + 1)).sum() / week.true.sum())
    result = np.zeros(len(draws))
    for number, draw in enumerate(draws):
        weight = draw[customer]
        all_pairs, all_hits = weight.cumsum()[at], (weight * hits).cumsum()[at]
        precision = all_hits / np.maximum(all_pairs, 1)
        result[number] = (precision * weight[found]).sum() / (draw @ week.true)
    return result


def f1(week: Week, draws: NDArray[np.float64] | None = None) -> Any:
    """F1 of the list against all pairs that were bought; with `draws`, one per draw."""
    size = len(week.true)
    hits = np.bincount(week.customer, week.bought & week.listed, size)
    pairs = np.bincount(week.customer, week.listed, size) + week.true
    if draws is None:
        return float(2 * hits.sum() / pairs.sum())
    return 2 * (draws @ hits) / (draws @ pairs)


def at_ten(week: Week) -> tuple[float, float]:
    """Mean recall@10 and nDCG@10 of the customers that bought anything."""
    place = places(week.customer, week.score)
    hit = week.bought & (place < AT)
    size = len(week.true)
    hits = np.bincount(week.customer[hit], minlength=size)
    gain = np.bincount(week.customer[hit], 1 / np.log2(place[hit] + 2), size)
    ideal = np.r_[0, (1 / np.log2(np.arange(AT) + 2)).cumsum()]
    buyers = week.true > 0
    true = week.true[buyers]
    recall = (hits[buyers] / true).mean()
    return float(recall), float((gain[buyers] / ideal[np.minimum(true, AT)]).mean())


def figures(weeks: list[Week]) -> dict[str, float]:
    """Means over the weeks."""
    rows = []
    for week in weeks:
        recall, gain = at_ten(week)
        hits, size = (week.bought & week.listed).sum(), week.listed.sum()
        rows.append(
            {
                "f1": f1(week),
                "precision": hits / max(size, 1),
                "recall": hits / week.true.sum(),
                "average_precision": average_precision(week),
                "recall_at_10": recall,
                "ndcg_at_10": gain,
                "pairs_listed": size,
            }
        )
    return {name: float(value) for name, value in pd.DataFrame(rows).mean().items()}


def drawn(customers: int, count: int, seed: int = 7) -> NDArray[np.float64]:
    """How often each customer is drawn, in `count` bootstrap samples of them."""
    dice = np.random.default_rng(seed)
    return dice.multinomial(customers, np.full(customers, 1 / customers), count).astype("float64")


def over_draws(weeks: list[Week], draws: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """F1 and average precision, means over the weeks, of each draw of customers."""
    return {
        "f1": np.mean([f1(week, draws) for week in weeks], axis=0),
        "average_precision": np.mean([average_precision(week, draws) for week in weeks], axis=0),
    }


def _ends(descending: NDArray[np.float64]) -> NDArray[np.int64]:
    """Where each run of equal scores ends."""
    return np.flatnonzero(np.r_[np.diff(descending) != 0, True])
