"""How good a published forecast was, once its sales are known."""

import pandas as pd

from purchase_assets.forecasting import baseline, metrics


def published_quality(rows: pd.DataFrame, bought: pd.DataFrame) -> dict[str, float]:
    """Figures of a published week against all pairs bought in its window.

    Parameters
    ----------
    rows : pandas.DataFrame
        The week's rows of `weekly_predictions`.
    bought : pandas.DataFrame
        customer_id, product_id: the distinct pairs bought in the window.

    Returns
    -------
    dict
        precision, recall, f1, average_precision, calibration (expected over actual purchases
        among the scored pairs), pairs_true, pairs_predicted, and the recency baseline's
        baseline_f1 and baseline_average_precision on the same pairs.
    """
    scored = rows[rows["source"] == "model"]
    marked = scored.merge(bought.assign(bought=True), on=["customer_id", "product_id"], how="left")
    y = marked["bought"].eq(True).to_numpy()
    total = len(bought)
    found = int(y.sum())
    return {
        **metrics.list_quality(y, marked["will_buy"], total),
        "average_precision": metrics.average_precision(y, marked["probability"], total),
        "calibration": float(marked["probability"].sum()) / found if found else float("nan"),
        "pairs_true": float(total),
        "pairs_predicted": float(marked["will_buy"].sum()),
        "baseline_f1": metrics.list_quality(y, baseline.predict(marked), total)["f1"],
        "baseline_average_precision": metrics.average_precision(
            y, baseline.rank_score(marked), total
        ),
    }
