"""How many of a list's pairs will come true, and how sure that is."""

import math
from collections.abc import Iterable
from typing import NamedTuple

COVERED = 0.9
"""Share of the weeks whose count lies within the interval."""
DEVIATIONS = 1.645
"""Standard deviations to either side that hold `COVERED` of a normal distribution."""
WEEK_STRAY = 0.12
"""How far the purchases of a whole week stray from what was expected of them, as a share.

Customers do not buy independently: a holiday or a price moves them together.
`benchmarks/promises.py` measures it on past weeks."""


class Promise(NamedTuple):
    """Purchases that are expected of a list of pairs, and the bounds of `COVERED` of the weeks."""

    expected: float
    low: float
    high: float


def promise(probabilities: Iterable[float]) -> Promise:
    """What a list promises.

    Parameters
    ----------
    probabilities : iterable of float
        Chances of its pairs.
    """
    chances = list(probabilities)
    expected = math.fsum(chances)
    alone = math.fsum(chance * (1 - chance) for chance in chances)
    spread = DEVIATIONS * math.sqrt(alone + (WEEK_STRAY * expected) ** 2)
    return Promise(expected, max(0.0, expected - spread), min(len(chances), expected + spread))
