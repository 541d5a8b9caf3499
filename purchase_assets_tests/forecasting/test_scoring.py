"""The weekly table's rows: ranks, facts, and what customers without history get."""

import pandas as pd
import pytest

from purchase_assets.forecasting.feature_frames import feature_frame
from purchase_assets.forecasting.scoring import POPULAR_PRODUCTS, score
from purchase_assets.weeks import Window


@pytest.fixture(scope="module")
def features(shop, training):
    window = Window(training.holdout["cutoff"].max(), 7)
    return feature_frame(shop.sales, [window], customers=shop.customers, products=shop.products)


@pytest.fixture(scope="module")
def scored(shop, training, features):
    kind = shop.customers["customer_type"].iloc[0]
    new = pd.DataFrame({"customer_id": ["new", "odd"], "customer_type": [kind, None]})
    return score(
        training.model,
        features,
        missed_share=training.missed_share,
        customers=pd.concat([shop.customers, new]),
        threads=1,
    )


def test_every_candidate_once_and_ranked_within_its_customer(features, scored):
    known = scored[scored["source"] == "model"]
    assert len(known) == len(features)
    assert not scored.duplicated(["customer_id", "product_id"]).any()
    for _, rows in scored.groupby("customer_id"):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows["probability"].is_monotonic_decreasing


def test_called_pairs_are_the_most_probable(scored):
    known = scored[scored["source"] == "model"]
    called = known["will_buy"]
    assert 0 < called.sum() < len(known)
    assert known.loc[called, "probability"].min() >= known.loc[~called, "probability"].max()


def test_new_customers_get_best_sellers_of_their_type_and_never_a_promise(shop, features, scored):
    rows = scored[scored["customer_id"] == "new"]
    assert 0 < len(rows) <= POPULAR_PRODUCTS
    assert (rows["source"] == "popular").all()
    assert not rows["will_buy"].any()
    assert (rows["weeks_bought_of_8"] == 0).all()
    peers = features[features["customer_type"] == shop.customers["customer_type"].iloc[0]]
    sold = peers.groupby("product_id")["lag_1"].sum()
    assert sold[rows["product_id"].iloc[0]] == sold.max()
    assert (rows["probability"] <= 1).all()


def test_new_customer_of_unknown_type_gets_everybodys_best_sellers(features, scored):
    rows = scored[scored["customer_id"] == "odd"]
    best = features.groupby("product_id")["lag_1"].sum()
    assert best[rows["product_id"].iloc[0]] == best.max()


def test_without_a_customers_table_there_are_only_candidates(training, features):
    rows = score(training.model, features, missed_share=training.missed_share, threads=1)
    assert len(rows) == len(features)
