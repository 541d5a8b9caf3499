"""Classifiers that learn from some of the rows they are given: the newest, or a random sample.

A vote of classifiers gives each member the same rows; these let each take its own.
"""

from abc import abstractmethod
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin, clone
from threadpoolctl import threadpool_limits


class SampledRows(MetaEstimatorMixin, ClassifierMixin, BaseEstimator):
    """A classifier fitted on at most `max_rows` of the rows, chosen by a subclass."""

    estimator: Any
    max_rows: int

    @abstractmethod
    def positions(self, X: pd.DataFrame) -> NDArray[np.intp]:
        """Positions of the `max_rows` rows to learn from, in their order in `X`."""

    def fit(self, X: pd.DataFrame, y: ArrayLike) -> Self:
        """Fit a clone of the classifier on its rows, on one thread of OpenMP.

        Members of a vote are fitted side by side, and a thread's limit is its own.
        """
        y = np.asarray(y)
        if len(X) > self.max_rows:
            rows = self.positions(X)
            X, y = X.iloc[rows], y[rows]
        with threadpool_limits(1, "openmp"):
            self.estimator_ = clone(self.estimator).fit(X, y)
        self.classes_ = self.estimator_.classes_
        return self

    def predict(self, X: pd.DataFrame) -> NDArray[Any]:
        """The likelier class per row."""
        return self.estimator_.predict(X)

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Probability per row and class."""
        return self.estimator_.predict_proba(X)


class NewestRows(SampledRows):
    """A classifier fitted on the rows with the newest date.

    Parameters
    ----------
    estimator : classifier
    max_rows : int
    date : str
        Column to order by; rows of equal date keep their order.
    """

    def __init__(self, estimator: Any, max_rows: int, date: str = "cutoff") -> None:
        self.estimator = estimator
        self.max_rows = max_rows
        self.date = date

    def positions(self, X: pd.DataFrame) -> NDArray[np.intp]:
        """Positions of the newest rows."""
        return np.sort(np.argsort(X[self.date].to_numpy(), kind="stable")[-self.max_rows :])


class RandomRows(SampledRows):
    """A classifier fitted on rows drawn at random without replacement.

    Parameters
    ----------
    estimator : classifier
    max_rows : int
    random_state : int
    """

    def __init__(self, estimator: Any, max_rows: int, random_state: int) -> None:
        self.estimator = estimator
        self.max_rows = max_rows
        self.random_state = random_state

    def positions(self, X: pd.DataFrame) -> NDArray[np.intp]:
        """Positions of the drawn rows."""
        draw = np.random.default_rng(self.random_state)
        return np.sort(draw.choice(len(X), self.max_rows, replace=False))
