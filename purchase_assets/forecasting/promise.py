"""What a list of pairs promises: how many will come true, and how sure that is."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from purchase_assets.forecasting.selection import expected_true

COVERED = 0.9
"""Share of the weeks whose count lies within the interval."""
DEVIATIONS = 1.645
"""Standard deviations to either side that hold `COVERED` of a normal distribution."""
WEEK_STRAY = 0.12
"""How far the purchases of a whole week stray from what was expected of them, as a share.

A holiday or a price moves all customers together. `benchmarks/promises.py` measures it on past
weeks: .116 in 21 weeks of a real distributor."""
WITHIN_CUSTOMERS = 2.0
"""How many times the variance of independent pairs a list has: whoever orders nothing this week
takes all pairs of the customer along. Measured by the same benchmark."""


class Promise(NamedTuple):
    """Purchases that are expected of a list of pairs, and the bounds of `COVERED` of the weeks."""

    expected: float
    low: float
    high: float


def promise(probabilities: ArrayLike) -> Promise:
    """What a list promises.

    Parameters
    ----------
    probabilities : array-like of shape (n_pairs,)
        Chances of its pairs.
    """
    chances = np.asarray(probabilities, dtype="float64")
    expected = math.fsum(chances)
    alone = WITHIN_CUSTOMERS * math.fsum(chances * (1 - chances))
    together = expected * WEEK_STRAY
    spread = DEVIATIONS * math.sqrt(alone + together**2)
    return Promise(expected, max(0.0, expected - spread), min(len(chances), expected + spread))


def promise_of_week(probabilities: ArrayLike, listed: ArrayLike, missed: float) -> dict[str, float]:
    """What the list of a week promises, by the names of the columns of `published_weeks`.

    Parameters
    ----------
    probabilities : array-like of shape (n_pairs,)
        Chances of all pairs that the model scored.
    listed : array-like of bool, shape (n_pairs,)
        Which of them are on the list.
    missed : float
        Share of all true pairs that are no candidates, as for `selection.select`.

    Returns
    -------
    dict
        hits_low, hits_high; expected_precision, precision_low, precision_high; expected_f1, f1_low,
        f1_high, as if what strays moved all purchases alike. Empty without a list.
    """
    chances, mask = np.asarray(probabilities, dtype="float64"), np.asarray(listed, dtype=bool)
    hits, pairs = promise(chances[mask]), int(mask.sum())
    if hits.expected == 0:
        return {}
    true = expected_true(chances, missed)
    figures = {"hits_low": hits.low, "hits_high": hits.high}
    for name, count in zip(("expected_{}", "{}_low", "{}_high"), hits, strict=True):
        figures[name.format("precision")] = count / pairs
        figures[name.format("f1")] = 2 * count / (pairs + true * count / hits.expected)
    return figures
