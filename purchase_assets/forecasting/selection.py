"""Which pairs to call: the list that maximises the expected F1."""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def select(probabilities: ArrayLike, missed_share: float) -> NDArray[np.bool_]:
    """Mask of the predicted pairs.

    The k most probable pairs have an expected F1 of about
    ``2 * sum(p of the k) / (k + expected_true)``; k is where it peaks (Lewis 1995; Ye et al.
    2012). Pairs as probable as the last one taken are taken too only as far as k goes, in their
    order.

    Parameters
    ----------
    probabilities : array-like of shape (n_pairs,)
        Calibrated probabilities.
    missed_share : float
        Share of all true pairs that are no candidates, in [0, 1); estimated from past windows.

    Returns
    -------
    ndarray of bool, shape (n_pairs,)

    Raises
    ------
    ValueError
        When a probability or the share is outside its range.
    """
    p = np.asarray(probabilities, dtype="float64")
    if not np.all((p >= 0) & (p <= 1)) or not 0 <= missed_share < 1:
        raise ValueError(
            f"probabilities in [{p.min(initial=0)}, {p.max(initial=0)}] with a missed share of "
            f"{missed_share}; expected [0, 1] and [0, 1); check the model's output"
        )
    mask = np.zeros(len(p), dtype=bool)
    true = expected_true(p, missed_share)
    if true == 0:
        return mask
    order = np.argsort(-p, kind="stable")
    size = np.arange(1, len(p) + 1)
    expected_f1 = 2 * np.cumsum(p[order]) / (size + true)
    mask[order[: int(np.argmax(expected_f1)) + 1]] = True
    return mask


def expected_true(probabilities: NDArray[np.float64], missed_share: float) -> float:
    """How many pairs will be bought, candidates or not."""
    return float(probabilities.sum()) / (1 - missed_share)


def missed_share(bought: ArrayLike, window_pairs: ArrayLike) -> float:
    """Share of the true pairs of past windows that were no candidates.

    Parameters
    ----------
    bought : array-like of shape (n_windows,)
        True pairs among the candidates of each window.
    window_pairs : array-like of shape (n_windows,)
        All true pairs of each window.
    """
    total = float(np.sum(window_pairs))
    return 0.0 if total == 0 else float(1 - np.sum(bought) / total)
