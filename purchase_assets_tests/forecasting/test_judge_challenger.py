"""The gate: each planted case, and bugs that others shipped."""

import numpy as np
import pandas as pd
import pytest

from purchase_assets.forecasting.judge_challenger import holdout, judge
from purchase_assets.forecasting.selection import select
from purchase_assets.settings import ForecastSettings

SETTINGS = ForecastSettings(threads=1)


def forecasts(skill: float, *, seed: int = 0, scale: float = 1.0) -> pd.DataFrame:
    """Scored pairs of 300 customers over two weeks; `skill` 1 knows the true probability."""
    world = np.random.default_rng(42)
    rows = 300 * 20 * 2
    logit = world.normal(-1.2, 1.5, rows)
    bought = world.random(rows) < 1 / (1 + np.exp(-logit))
    noise = np.random.default_rng(seed).normal(0, 1, rows)
    seen = skill * logit + (1 - skill) * (noise * 1.5 - 1.2)
    probability = np.clip(scale / (1 + np.exp(-seen)), 0, 1)
    frame = pd.DataFrame(
        {
            "cutoff": np.repeat(["2024-11-03", "2024-11-10"], rows // 2),
            "customer_id": np.tile(np.repeat(np.arange(300), 20), 2).astype(str),
            "product_id": np.tile(np.arange(20), 600).astype(str),
            "customer_type": np.tile(np.repeat(["bar", "shop"], 3000), 2),
            "brand": np.tile(["A", "B"], rows // 2),
            "bought": bought.astype(int),
            "probability": probability,
            "weeks_bought_of_8": np.where(logit + noise > 0.3, 4, 1),
            "days_since_last": 7,
        }
    )
    frame["window_pairs"] = frame.groupby("cutoff")["bought"].transform("sum")
    return frame.assign(will_buy=select(frame["probability"], 0.0))


def test_better_is_promoted():
    verdict = judge(forecasts(0.95), forecasts(0.7), loads=True)
    assert verdict.promote
    assert verdict.figures["gain"] > 0
    assert verdict.reason.en.startswith("Promoted: average precision +")
    assert verdict.reason.es.startswith("Se promueve: precisión media +")


def test_worse_is_not_and_the_order_matters():
    """The worst run promoted by an ascending sort."""
    verdict = judge(forecasts(0.7), forecasts(0.95), loads=True)
    assert not verdict.promote
    assert "against the champion" in verdict.reason.en


def test_the_same_model_again_is_promoted_without_harm():
    verdict = judge(forecasts(0.9), forecasts(0.9), loads=True)
    assert verdict.promote
    assert verdict.figures["gain"] == 0


def test_first_model_only_has_to_beat_the_baseline():
    assert judge(forecasts(0.95), None, loads=True).promote
    verdict = judge(forecasts(0.0), None, loads=True)
    assert not verdict.promote
    assert "recency baseline" in verdict.reason.en


def test_model_that_does_not_load_stays_out():
    verdict = judge(forecasts(0.95), forecasts(0.7), loads=False)
    assert not verdict.promote
    assert "fresh process" in verdict.reason.en


@pytest.mark.parametrize("scale", [0.6, 1.6])
def test_wrong_totals_stay_out(scale):
    verdict = judge(forecasts(0.95, scale=scale), forecasts(0.7), loads=True)
    assert not verdict.promote
    assert "times the purchases that came" in verdict.reason.en


def test_flattened_probabilities_stay_out():
    """Labels spoilt at random keep the order of the pairs and ruin their probabilities."""
    champion = forecasts(0.95)
    flat = 0.7 * champion["probability"] + 0.3 * champion["probability"].mean()
    verdict = judge(champion.assign(probability=flat), champion, loads=True)
    assert verdict.figures["gain"] == pytest.approx(0)
    assert not verdict.promote
    assert "log loss" in verdict.reason.en
    assert judge(champion, champion.assign(probability=flat), loads=True).promote


def test_a_slice_that_suffers_stays_out():
    champion, challenger = forecasts(0.8), forecasts(1.0)
    shops = challenger["customer_type"] == "shop"
    challenger.loc[shops, "probability"] = forecasts(0.6)["probability"]
    verdict = judge(challenger, champion, loads=True)
    assert verdict.figures["worst_slice_gain"] < -0.05
    assert not verdict.promote
    assert "worse for customer_type shop" in verdict.reason.en
    assert "peor en customer_type shop (se acepta: 5%)" in verdict.reason.es


def test_other_windows_cannot_be_compared():
    """The best of all runs, across windows that cannot be compared."""
    champion = forecasts(0.7).replace({"cutoff": {"2024-11-10": "2024-11-17"}})
    with pytest.raises(ValueError, match="expected the same pairs"):
        judge(forecasts(0.95), champion, loads=True)
    with pytest.raises(ValueError, match="expected the same pairs"):
        judge(forecasts(0.95), forecasts(0.7).iloc[:-1], loads=True)
    other_outcomes = forecasts(0.7).assign(bought=0)
    with pytest.raises(ValueError, match="expected the same pairs"):
        judge(forecasts(0.95), other_outcomes, loads=True)


def test_row_order_does_not_matter():
    challenger, champion = forecasts(0.9), forecasts(0.8)
    shuffled = champion.sample(frac=1, random_state=1)
    plain = judge(challenger, champion, loads=True)
    assert judge(challenger, shuffled, loads=True).figures == plain.figures


def test_the_same_seed_gives_the_same_verdict():
    pair = forecasts(0.82, seed=1), forecasts(0.81, seed=2)
    assert judge(*pair, loads=True, seed=3) == judge(*pair, loads=True, seed=3)


def test_holdout_of_the_challengers_recipe_is_its_own_holdout(training_set, training):
    again = holdout(training_set, training.parameters, SETTINGS, seed=training.seed)
    verdict = judge(training.holdout, again, loads=True)
    assert verdict.figures["gain"] == 0
    assert again["cutoff"].min() > training_set["cutoff"].min()
