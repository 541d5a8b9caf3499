"""How good a published forecast was, once its sales are known."""

import pandas as pd

from purchase_assets.forecasting import metrics


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
        `metrics.figures` of the pairs that the model scored.
    """
    scored = rows[rows["source"] == "model"]
    marked = scored.merge(bought.assign(bought=True), on=["customer_id", "product_id"], how="left")
    return metrics.figures(marked, marked["bought"].eq(True), len(bought))
