"""How good a predicted list is, against everything that was bought in its windows."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.metrics import average_precision_score

from purchase_assets.forecasting import baseline
from purchase_assets.forecasting.features import LABEL, WINDOW_PAIRS


def average_precision(y_true: ArrayLike, score: ArrayLike, pairs_true: int) -> float:
    """Area under precision and recall, where recall counts true pairs outside the candidates.

    scikit-learn's average precision knows the candidates only; pairs that nobody scored are
    never found, so it is multiplied by the share of true pairs among the candidates.
    """
    found = float(np.sum(y_true))
    if found == 0 or pairs_true == 0:
        return 0.0
    return float(average_precision_score(y_true, score)) * found / pairs_true


def list_quality(y_true: ArrayLike, predicted: ArrayLike, pairs_true: int) -> dict[str, float]:
    """Precision, recall and F1 of a predicted list against all true pairs."""
    hits = float(np.sum(np.asarray(y_true, dtype=bool) & np.asarray(predicted, dtype=bool)))
    size = float(np.sum(predicted))
    return {
        "precision": hits / size if size else 0.0,
        "recall": hits / pairs_true if pairs_true else 0.0,
        "f1": 2 * hits / (size + pairs_true) if size + pairs_true else 0.0,
    }


def true_pairs(frame: pd.DataFrame) -> int:
    """All pairs bought in the frame's windows, candidates or not."""
    return int(frame.groupby("cutoff")[WINDOW_PAIRS].first().sum())


def evaluate(scored: pd.DataFrame) -> dict[str, float]:
    """`figures` of scored pairs of one or more past windows.

    Parameters
    ----------
    scored : pandas.DataFrame
        Labelled features with `probability` and `will_buy`.
    """
    return figures(scored, scored[LABEL], true_pairs(scored))


def figures(scored: pd.DataFrame, bought: ArrayLike, pairs_true: int) -> dict[str, float]:
    """How good scored pairs were, beside the recency baseline's figures.

    Parameters
    ----------
    scored : pandas.DataFrame
        Pairs with `probability`, `will_buy` and what the baseline looks at.
    bought : array
        Whether each of them was bought.
    pairs_true : int
        All pairs bought in the same windows, candidates or not.

    Returns
    -------
    dict
        precision, recall, f1, average_precision, calibration (expected over actual purchases
        among the scored pairs, nan without any), pairs_true, pairs_predicted, baseline_f1,
        baseline_average_precision.
    """
    y = np.asarray(bought)
    found = float(y.sum())
    return {
        **list_quality(y, scored["will_buy"], pairs_true),
        "average_precision": average_precision(y, scored["probability"], pairs_true),
        "calibration": float(scored["probability"].sum()) / found if found else float("nan"),
        "pairs_true": float(pairs_true),
        "pairs_predicted": float(scored["will_buy"].sum()),
        "baseline_f1": list_quality(y, baseline.predict(scored), pairs_true)["f1"],
        "baseline_average_precision": average_precision(y, baseline.rank_score(scored), pairs_true),
    }


def slice_metrics(scored: pd.DataFrame, *, brands: int = 5) -> list[dict[str, object]]:
    """Average precision and calibration per customer type and for the most bought brands.

    Recall is relative to the slice's candidates: pairs outside them have no slice.
    """
    rows: list[dict[str, object]] = []
    for column, limit in (("customer_type", None), ("brand", brands)):
        bought = scored.groupby(column, observed=True)[LABEL].sum().sort_values(ascending=False)
        for value in bought[bought > 0].index[:limit]:
            part = scored[scored[column] == value]
            actual = int(part[LABEL].sum())
            rows.append(
                {
                    "slice": column,
                    "value": str(value),
                    "pairs": len(part),
                    "bought": actual,
                    "average_precision": average_precision(
                        part[LABEL], part["probability"], actual
                    ),
                    "calibration": float(part["probability"].sum()) / actual,
                }
            )
    return rows
