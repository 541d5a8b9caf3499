"""The pairs of the champion's reference: its training windows, with honest probabilities."""

import pandas as pd

PAIRS_PER_WEEK = 2_000
KEYS = ["cutoff", "customer_id", "product_id"]


def reference_pairs(training_set: pd.DataFrame, holdout: pd.DataFrame) -> pd.DataFrame:
    """Features of the training windows, with the probability where it is out of sample.

    A model knows its own training rows better than any week to come: only what it forecast of
    windows it had not seen can be compared with its later forecasts.

    Parameters
    ----------
    training_set : DataFrame
        Feature rows of the windows: cutoff, customer_id, product_id and monitored features.
    holdout : DataFrame
        The held-out windows among them, with `probability` of a model that had not seen them.

    Returns
    -------
    DataFrame
        At most `PAIRS_PER_WEEK` rows per window; `probability` is null outside the holdout.
    """
    pairs = training_set.sample(frac=1.0, random_state=0)
    pairs = pairs.groupby("cutoff", sort=True).head(PAIRS_PER_WEEK)
    return pairs.drop(columns="probability", errors="ignore").merge(
        holdout[[*KEYS, "probability"]], on=KEYS, how="left"
    )
