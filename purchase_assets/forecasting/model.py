"""The estimator: boosted trees and smooth members that vote, as one scikit-learn object.

The smooth members are small neural networks, or one logistic regression where rows are too few to
train a network.
"""

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from joblib import parallel_config
from numpy.typing import NDArray
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier, VotingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, QuantileTransformer, StandardScaler
from threadpoolctl import threadpool_limits

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting.features import CATEGORIES, KEYS, LABEL, WINDOW_PAIRS
from purchase_assets.forecasting.row_samples import NewestRows, RandomRows

PARAMETERS: dict[str, float] = {
    "learning_rate": 0.1,
    "max_iter": 100,
    "max_leaf_nodes": 31,
    "min_samples_leaf": 100,
    "l2_regularization": 10.0,
    "max_features": 0.2,
    "boosters": 2,
    "networks": 2,
}
"""The recipe before any search; what a backtest on a year of real weeks found good."""

NETWORK_ROWS = 100_000
"""On fewer rows a logistic regression does better than a network."""
NETWORK_ROWS_MOST, BOOSTING_ROWS_MOST = 300_000, 350_000
"""Of more rows a network gets the newest, since it learns nothing from older ones, and each
boosting a random sample of its own: as good as all rows, in bounded time and memory."""
SAMPLES_SEEN, FEWEST_PASSES = 2_000_000, 3
"""What a network looks at in all: few rows are passed through more often than many."""


def feature_columns(frame: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Numeric and categorical columns that vary in `frame`: what a model can learn from."""
    known = [c for c in frame.columns if c not in (*KEYS, LABEL, WINDOW_PAIRS)]
    varying = [c for c in known if frame[c].nunique() > 1]
    numeric = [c for c in varying if c not in CATEGORIES]
    return numeric, [c for c in varying if c in CATEGORIES]


def build(
    numeric: list[str],
    categorical: list[str],
    parameters: Mapping[str, float],
    seed: int,
    rows: int,
) -> VotingClassifier:
    """Unfitted classifier over the raw feature frame; keys and labels in it are ignored.

    `rows` is the number of rows that it will be fitted on.
    """
    members: list[tuple[str, Any]] = [
        (
            f"boosting_{k}",
            RandomRows(
                _boosting(numeric, categorical, parameters, seed + k), BOOSTING_ROWS_MOST, seed + k
            ),
        )
        for k in range(int(parameters["boosters"]))
    ]
    networks = range(int(parameters["networks"]))
    if networks and rows < NETWORK_ROWS:
        members.append(("linear", _linear(numeric, categorical, seed)))
    else:
        most = min(rows, NETWORK_ROWS_MOST)
        members += [
            (
                f"network_{k}",
                NewestRows(_network(numeric, categorical, seed + k, most), NETWORK_ROWS_MOST),
            )
            for k in networks
        ]
    return VotingClassifier(members, voting="soft")


def _boosting(
    numeric: list[str], categorical: list[str], parameters: Mapping[str, float], seed: int
) -> Pipeline:
    encoder = OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
        max_categories=200,
        dtype=np.float64,  # what the trees would copy it to
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


def _linear(numeric: list[str], categorical: list[str], seed: int) -> Pipeline:
    return make_pipeline(
        _ranks(numeric, categorical, seed), LogisticRegression(C=0.01, max_iter=300)
    )


def _network(numeric: list[str], categorical: list[str], seed: int, rows: int) -> Pipeline:
    passes = max(-(-SAMPLES_SEEN // rows), FEWEST_PASSES)
    network = MLPClassifier(
        hidden_layer_sizes=(32,),
        alpha=1e-3,
        batch_size=1024,
        learning_rate_init=2e-3,
        max_iter=passes,
        n_iter_no_change=passes,  # no stop before: the number of passes regularises
        random_state=seed,
    )
    return make_pipeline(_ranks(numeric, categorical, seed), network)


def _ranks(numeric: list[str], categorical: list[str], seed: int) -> ColumnTransformer:
    """Ranks keep smooth members from extrapolating beyond what they have seen."""
    numbers = make_pipeline(
        SimpleImputer(strategy="median"),
        QuantileTransformer(n_quantiles=200, subsample=50_000, random_state=seed),
        StandardScaler(),
    )
    categories = OneHotEncoder(handle_unknown="ignore", min_frequency=500, dtype=np.float32)
    return ColumnTransformer(
        [("categories", categories, categorical), ("numbers", numbers, numeric)],
        sparse_threshold=0,
    )


def fit(
    training_set: pd.DataFrame, parameters: Mapping[str, float], *, seed: int, threads: int
) -> VotingClassifier:
    """Fit the recipe on labelled features.

    The members are fitted side by side, each on one thread, so the result does not depend on
    `threads`.

    Raises
    ------
    PurchaseAssetsError
        When the rows hold only one outcome.
    """
    y = training_set[LABEL].to_numpy()
    if len(np.unique(y)) < 2:
        raise PurchaseAssetsError(
            f"{len(y)} training rows with {int(y.sum())} purchases",
            "both bought and not bought",
            "add more weeks of sales",
        )
    numeric, categorical = feature_columns(training_set)
    recipe = PARAMETERS | dict(parameters)  # the record of an earlier release may lack a number
    vote = build(numeric, categorical, recipe, seed, len(y))
    with (
        parallel_config("threading", n_jobs=threads),  # one copy of the rows for all members
        threadpool_limits(1, "blas"),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", ConvergenceWarning)  # a fixed number of passes is meant
        return vote.fit(training_set, y)


def predict(model: Any, features: pd.DataFrame, *, threads: int) -> NDArray[np.float64]:
    """Probability of purchase per row."""
    if features.empty:
        return np.zeros(0)
    with threadpool_limits(threads):
        return np.asarray(model.predict_proba(features)[:, 1], dtype="float64")
