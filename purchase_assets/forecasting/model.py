"""The estimator: boosted trees and a logistic regression that vote, as one scikit-learn object."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from purchase_assets.forecasting.features import CATEGORIES, KEYS, LABEL, WINDOW_PAIRS

PARAMETERS: dict[str, float] = {
    "learning_rate": 0.1,
    "max_iter": 100,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 100,
    "l2_regularization": 10.0,
    "max_features": 0.2,
    "boosters": 2,
    "linear_weight": 1.0,
}
"""The recipe before any search; what a backtest on a year of real weeks found good."""


def feature_columns(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Numeric and categorical columns that vary in `frame`: what a model can learn from."""
    known = [c for c in frame.columns if c not in (*KEYS, LABEL, WINDOW_PAIRS)]
    varying = [c for c in known if frame[c].nunique() > 1]
    numeric = [c for c in varying if c not in CATEGORIES]
    return numeric, [c for c in varying if c in CATEGORIES]


def build(
    numeric: list[str], categorical: list[str], parameters: Mapping[str, float], seed: int
) -> Any:
    """Unfitted classifier over the raw feature frame; keys and labels in it are ignored."""
    from sklearn.ensemble import VotingClassifier

    boosters = int(parameters["boosters"])
    members = [
        (f"boosting_{k}", _boosting(numeric, categorical, parameters, seed + k))
        for k in range(boosters)
    ]
    weights = [1.0] * boosters
    if parameters["linear_weight"] > 0:
        members.append(("linear", _linear(numeric, categorical, seed)))
        weights.append(parameters["linear_weight"])
    return VotingClassifier(members, voting="soft", weights=weights)


def _boosting(
    numeric: list[str], categorical: list[str], parameters: Mapping[str, float], seed: int
) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OrdinalEncoder

    encoder = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        max_categories=200,
        dtype=np.float32,
    )
    columns = ColumnTransformer(
        [("categories", encoder, categorical), ("numbers", "passthrough", numeric)]
    )
    return make_pipeline(
        columns,
        HistGradientBoostingClassifier(
            learning_rate=parameters["learning_rate"],
            max_iter=int(parameters["max_iter"]),
            max_leaf_nodes=int(parameters["max_leaf_nodes"]),
            min_samples_leaf=int(parameters["min_samples_leaf"]),
            l2_regularization=parameters["l2_regularization"],
            max_features=parameters["max_features"],
            categorical_features=None,  # ordered codes do as well and load without functions
            early_stopping=False,
            random_state=seed,
        ),
    )


def _linear(numeric: list[str], categorical: list[str], seed: int) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, QuantileTransformer, StandardScaler

    # ranks keep a linear model from extrapolating beyond what it has seen
    numbers = make_pipeline(
        SimpleImputer(strategy="median"),
        QuantileTransformer(n_quantiles=200, subsample=50_000, random_state=seed),
        StandardScaler(),
    )
    categories = OneHotEncoder(handle_unknown="ignore", min_frequency=500, dtype=np.float32)
    columns = ColumnTransformer(
        [("categories", categories, categorical), ("numbers", numbers, numeric)],
        sparse_threshold=0,
    )
    return make_pipeline(columns, LogisticRegression(C=0.01, max_iter=300))


def fit(
    training_set: pd.DataFrame, parameters: Mapping[str, float], *, seed: int, threads: int
) -> Any:
    """Fit the recipe on labelled features.

    Raises
    ------
    ValueError
        When the rows hold only one outcome.
    """
    from threadpoolctl import threadpool_limits

    y = training_set[LABEL].to_numpy()
    if len(np.unique(y)) < 2:
        raise ValueError(
            f"{len(y)} training rows with {int(y.sum())} purchases; expected both bought and "
            "not bought; add more weeks of sales"
        )
    numeric, categorical = feature_columns(training_set)
    with threadpool_limits(threads):
        return build(numeric, categorical, parameters, seed).fit(training_set, y)


def predict(model: Any, features: pd.DataFrame, *, threads: int) -> NDArray[np.float64]:
    """Probability of purchase per row."""
    from threadpoolctl import threadpool_limits

    if features.empty:
        return np.zeros(0)
    with threadpool_limits(threads):
        return np.asarray(model.predict_proba(features)[:, 1], dtype="float64")
