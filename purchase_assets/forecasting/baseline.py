"""The recency baseline that every model must beat: habits, no learning."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

WEEKS_NEEDED = 3
"""Bought in at least 3 of the last 8 weeks: the best simple rule on a year of real weeks."""


def predict(features: pd.DataFrame) -> NDArray[np.bool_]:
    """Mask of the pairs bought in at least 3 of the last 8 weeks."""
    return features["weeks_bought_of_8"].to_numpy() >= WEEKS_NEEDED


def rank_score(features: pd.DataFrame) -> NDArray[np.float64]:
    """Score that orders pairs for average precision: weeks bought, then the more recent."""
    recency = features["days_since_last"].to_numpy(dtype="float64")
    return features["weeks_bought_of_8"].to_numpy(dtype="float64") - recency / 1000
