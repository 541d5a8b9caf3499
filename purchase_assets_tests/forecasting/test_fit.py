"""Training: reproducible, portable, better than the baseline, and honest about overfitting."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting import model
from purchase_assets.forecasting.card import model_card
from purchase_assets.forecasting.feature_frames import feature_frame
from purchase_assets.forecasting.fit import split, train
from purchase_assets.forecasting.training_pictures import pictures, precision_recall_curve
from purchase_assets.settings import ForecastSettings
from purchase_assets.storage.trusted_types import TRUSTED_TYPES
from purchase_assets.weeks import Window

pytestmark = pytest.mark.slow  # it trains
SETTINGS = ForecastSettings(training_windows=12, search_candidates=2, threads=1)


def test_beats_the_baseline_on_weeks_it_has_not_seen(training):
    found = training.validation
    assert found["f1"] > found["baseline_f1"]
    assert found["average_precision"] > found["baseline_average_precision"]
    assert 0.7 < found["calibration"] < 1.4
    assert 0 < training.missed_share < 0.5


def test_same_seed_and_training_set_give_the_same_predictions(training_set, training):
    again = train(
        training_set.copy(),
        SETTINGS,
        seed=training.seed,
        search=False,
        parameters=training.parameters,
    )
    rows = training.holdout
    first = model.predict(training.model, rows, threads=1)
    assert np.array_equal(first, model.predict(again.model, rows, threads=1))
    assert training.figures == again.figures


def test_search_tries_the_recipe_first_and_takes_the_best(training):
    scores = [trial.average_precision for trial in training.trials]
    assert len(scores) == 2
    assert training.trials[0].parameters["max_iter"] == 30
    assert training.trials[int(np.argmax(scores))].parameters == training.parameters


def test_holdout_is_newer_than_anything_its_model_saw(training_set, training):
    earlier, recent = split(training_set)
    assert earlier["cutoff"].max() < recent["cutoff"].min()
    assert set(training.holdout["cutoff"]) == set(recent["cutoff"])
    assert len(training.holdout) == len(recent)


def test_overfitting_is_noticed(training_set, training):
    assert not training.overfitted
    memory = {
        "max_iter": 150,
        "max_leaf_nodes": 400,
        "min_samples_leaf": 1,
        "learning_rate": 0.3,
        "l2_regularization": 0.0,
        "max_features": 1.0,
        "boosters": 1,
        "networks": 0,
    }
    learned_by_heart = train(training_set, SETTINGS, seed=1, search=False, parameters=memory)
    assert learned_by_heart.overfitted


@pytest.mark.parametrize("smooth", ["linear", "network_0"])
def test_skops_with_our_list_of_types_gives_equal_predictions(training_set, smooth, monkeypatch):
    import skops.io

    if smooth != "linear":
        monkeypatch.setattr(model, "NETWORK_ROWS", len(training_set))
        monkeypatch.setattr(model, "SAMPLES_SEEN", 3 * len(training_set))
    few = model.PARAMETERS | {"max_iter": 5}
    fitted = model.fit(training_set, few, seed=1, threads=1)
    assert smooth in dict(fitted.estimators)
    data = skops.io.dumps(fitted)
    assert set(skops.io.get_untrusted_types(data=data)) <= set(TRUSTED_TYPES)
    loaded = skops.io.loads(data, trusted=list(TRUSTED_TYPES))
    assert np.array_equal(
        model.predict(loaded, training_set, threads=1),
        model.predict(fitted, training_set, threads=1),
    )


def test_unseen_categories_and_missing_values_are_scored(training):
    rows = training.holdout.head(50).copy()
    rows["brand"] = pd.Categorical(["never seen"] * 50)
    rows["mean_gap"] = np.float32(np.nan)
    p = model.predict(training.model, rows, threads=1)
    assert np.isfinite(p).all()
    assert ((p >= 0) & (p <= 1)).all()


def test_one_outcome_only_is_a_clear_error(training_set):
    nothing_bought = training_set.assign(bought=0)
    with pytest.raises(PurchaseAssetsError, match=r"0 purchases; expected .* add more weeks"):
        train(nothing_bought, SETTINGS, seed=1)


def test_two_windows_are_enough_and_one_is_not(training_set):
    cutoffs = sorted(training_set["cutoff"].unique())
    few = {"max_iter": 5, "boosters": 1}
    two = training_set[training_set["cutoff"].isin(cutoffs[-2:])]
    assert train(two, SETTINGS, seed=1, parameters=few).trials == []
    with pytest.raises(PurchaseAssetsError, match="1 windows; expected at least 2"):
        train(two[two["cutoff"] == cutoffs[-1]], SETTINGS, seed=1)


def test_one_more_recent_purchase_does_not_lower_the_probability(shop, training):
    cutoff = training.holdout["cutoff"].max()
    known = shop.sales[shop.sales["day"] <= cutoff]
    masters = {"customers": shop.customers, "products": shop.products}
    keys = ["customer_id", "product_id"]
    window = [Window(cutoff, 7)]
    before = feature_frame(known, window, **masters)
    before["p"] = model.predict(training.model, before, threads=1)
    # one pair per customer, not bought for a month, is bought again in the last order
    stale = before[before["days_since_last"] > 28].groupby("customer_id").head(1)[keys]
    orders = known.groupby("customer_id")["day"].max().rename("day").reset_index()
    bought = stale.merge(orders[orders["day"] > cutoff - timedelta(days=14)])
    extra = bought.assign(items_bought=1.0, items_returned=0.0, lines=1)
    after = feature_frame(pd.concat([known, extra]), window, **masters)
    after["p"] = model.predict(training.model, after, threads=1)
    change = bought[keys].merge(before[[*keys, "p"]]).merge(after[[*keys, "p"]], on=keys)
    assert len(change) > 20
    rise = change["p_y"] - change["p_x"]
    assert rise.mean() > 0.02
    assert rise.min() > -0.1


def test_pictures_and_card_tell_the_measured_figures(training):
    made = pictures(training, threads=1)
    assert set(made) == {
        "calibration.png",
        "precision_recall.png",
        "permutation_importance.png",
        "partial_dependence.png",
        "search.png",
    }
    assert all(figure.axes for figure in made.values())
    curve = precision_recall_curve(training)
    at_end = curve.iloc[-1]
    assert at_end["recall"] == pytest.approx(
        training.holdout["bought"].sum() / training.validation["pairs_true"]
    )
    card = model_card(training, data_through="2024-12-01", snapshot={"daily_sales": 3})
    assert f"{training.validation['f1']:.3f}" in card
    assert "daily_sales: version 3" in card


def test_a_recipe_of_an_earlier_release_is_completed(training_set):
    old = {"max_iter": 5, "linear_weight": 1.0}
    assert model.fit(training_set, old, seed=1, threads=1).estimators
