"""Which rows the members of the vote learn from."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
import skops.io
from sklearn.base import ClassifierMixin, clone
from sklearn.ensemble import VotingClassifier
from sklearn.preprocessing import LabelEncoder
from threadpoolctl import threadpool_limits

from purchase_assets.forecasting import model
from purchase_assets.forecasting.features import LABEL
from purchase_assets.forecasting.row_samples import NewestRows, RandomRows
from purchase_assets.storage.trusted_types import TRUSTED_TYPES

QUICK = model.PARAMETERS | {"max_iter": 5}


class Remembers(ClassifierMixin):
    """Notes which rows it was fitted on."""

    def get_params(self, deep=True):
        return {}

    def fit(self, X, y):
        self.rows, self.labels = X["row"].tolist(), y.tolist()
        self.classes_ = np.unique(y)
        return self


@pytest.fixture
def frame() -> pd.DataFrame:
    """Ten rows of five days, the newest first."""
    days = [date(2025, 1, 10) - timedelta(days=row // 2) for row in range(10)]
    return pd.DataFrame({"cutoff": days, "row": range(10)})


def test_the_newest_rows_are_those_of_the_newest_dates_wherever_they_stand(frame):
    labels = frame["row"] % 3 == 0
    fitted = NewestRows(Remembers(), 4).fit(frame, labels).estimator_
    assert fitted.rows == [0, 1, 2, 3]
    assert fitted.labels == [True, False, False, True]
    turned = NewestRows(Remembers(), 4).fit(frame[::-1], labels[::-1]).estimator_
    assert turned.rows == [3, 2, 1, 0]
    assert turned.labels == [True, False, False, True]


def test_a_random_sample_is_drawn_by_its_seed_and_no_row_twice(frame):
    drawn = [
        RandomRows(Remembers(), 6, random_state=seed).fit(frame, frame["row"]).estimator_.rows
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]
    assert all(len(set(rows)) == 6 and rows == sorted(rows) for rows in drawn)


@pytest.mark.parametrize("sampled", [NewestRows(Remembers(), 10), RandomRows(Remembers(), 99, 1)])
def test_few_rows_are_all_learnt_from(frame, sampled):
    assert sampled.fit(frame, frame["row"]).estimator_.rows == frame["row"].tolist()


def test_the_number_of_threads_changes_nothing(training_set):
    alone, together = (
        model.fit(training_set, QUICK, seed=3, threads=threads) for threads in (1, 2)
    )
    assert np.array_equal(
        model.predict(alone, training_set, threads=1),
        model.predict(together, training_set, threads=1),
    )


def test_members_learn_from_samples_of_their_own(training_set, monkeypatch):
    monkeypatch.setattr(model, "BOOSTING_ROWS_MOST", len(training_set) // 2)
    fitted = model.fit(training_set, QUICK | {"networks": 0}, seed=3, threads=1)
    first, second = fitted.estimators_
    drawn = [member.positions(training_set) for member in (first, second)]
    assert len(drawn[0]) == len(drawn[1]) == len(training_set) // 2
    assert not np.array_equal(*drawn)
    rows = training_set.iloc[drawn[1]]
    again = clone(second.estimator).fit(rows, rows[LABEL])
    assert np.array_equal(again.predict_proba(rows), second.predict_proba(rows))


def test_a_champion_of_the_former_form_still_loads_and_forecasts(training_set):
    """Before, the members stood in the vote without the class that chooses their rows."""
    numeric, categorical = model.feature_columns(training_set)
    recipe = model.build(numeric, categorical, QUICK, 3, len(training_set))
    plain = [(name, getattr(one, "estimator", one)) for name, one in recipe.estimators]
    former = VotingClassifier(plain, voting="soft")
    with threadpool_limits(1):
        former.estimators_ = [
            member.fit(training_set, training_set[LABEL].to_numpy()) for _, member in plain
        ]
    former.le_ = LabelEncoder().fit(training_set[LABEL])
    former.classes_ = former.le_.classes_
    loaded = skops.io.loads(skops.io.dumps(former), trusted=list(TRUSTED_TYPES))
    now = model.fit(training_set, QUICK, seed=3, threads=1)
    assert np.array_equal(
        model.predict(loaded, training_set, threads=1), model.predict(now, training_set, threads=1)
    )
