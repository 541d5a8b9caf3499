"""Training: a small search over past weeks, an honest holdout, and the model itself.

Windows are split by time. The newest ones are held out: no fit and no choice of parameters sees
them until the last step, which refits the chosen recipe on everything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting import metrics, model
from purchase_assets.forecasting.feature_frames import newest
from purchase_assets.forecasting.features import LABEL, WINDOW_PAIRS
from purchase_assets.forecasting.search import Trial, search_parameters
from purchase_assets.forecasting.selection import missed_share, select
from purchase_assets.forecasting.volume import scaled
from purchase_assets.progress import Progress
from purchase_assets.settings import ForecastSettings

HOLDOUT_WINDOWS = 4
OVERFIT_LIMIT = 0.40
"""Largest accepted `Training.gap`: about .1 on a year of real sales, .35 for the full recipe on a
hundred customers, above .6 for a model that learns its rows by heart."""


@dataclass(frozen=True)
class Training:
    """A fitted model and everything worth recording about it.

    Attributes
    ----------
    model : sklearn classifier
        Fitted on every window; takes the raw feature frame.
    parameters : dict
        The recipe; with the seed and the same training set it gives the same model.
    seed : int
        Seed of the search and of the boosters.
    missed_share : float
        Share of true pairs outside the candidates, for `selection.select`.
    train, validation : dict
        `metrics.evaluate` of the holdout's model on windows it has and has not seen.
    gap : float
        Relative loss of skill (average precision over the baseline's) from train to validation.
    slices : list of dict
        `metrics.slice_metrics` of the holdout.
    trials : list of Trial
        What the search tried.
    holdout : pandas.DataFrame
        Held-out windows, features and labels, with `probability` and `will_buy` from a model of
        the same recipe that has not seen them. The gate compares on it.
    holdout_model : sklearn classifier
        That model; pictures and permutation importance are made with it.
    feature_names : list of str
        Columns that the model uses.
    """

    model: Any
    parameters: dict[str, float]
    seed: int
    missed_share: float
    train: dict[str, float]
    validation: dict[str, float]
    gap: float
    slices: list[dict[str, object]]
    trials: list[Trial]
    holdout: pd.DataFrame = field(repr=False)
    holdout_model: Any = field(repr=False)
    feature_names: list[str] = field(repr=False)

    @property
    def overfitted(self) -> bool:
        """Whether the model knows its training windows far better than new ones."""
        return self.gap > OVERFIT_LIMIT

    @property
    def figures(self) -> dict[str, float]:
        """Flat numbers to log: train_*, validation_*, gap and missed_share."""
        return {
            **{f"train_{name}": float(value) for name, value in self.train.items()},
            **{f"validation_{name}": float(value) for name, value in self.validation.items()},
            "overfitting_gap": self.gap,
            "missed_share": self.missed_share,
        }


def train(
    training_set: pd.DataFrame,
    settings: ForecastSettings,
    *,
    seed: int,
    search: bool = True,
    parameters: Mapping[str, float] | None = None,
    progress: Progress | None = None,
) -> Training:
    """Choose, judge and fit a model.

    Parameters
    ----------
    training_set : pandas.DataFrame
        Labelled features of several windows (`frames.training_frame`).
    settings : ForecastSettings
        Budget of the search and number of threads.
    seed : int
        Everything random follows from it.
    search : bool
        Whether to look for better hyper-parameters than `parameters`.
    parameters : mapping, optional
        The recipe to start from, or to use as it is without a search.
    progress : callable, optional
        Called with a message and the share of work done.

    Raises
    ------
    ValueError
        When there are fewer than two windows or only one outcome.
    """
    say = progress or (lambda message, share: None)
    recipe = dict(model.PARAMETERS | dict(parameters or {}))
    earlier, recent = split(training_set)
    trials: list[Trial] = []
    if search:
        recipe, trials = search_parameters(earlier, recipe, settings, seed=seed, progress=say)
    say("fit without the held-out weeks", 0.4)
    holdout_model, holdout = fit_and_score(earlier, recent, recipe, settings, seed=seed)
    say("judge on the held-out weeks", 0.65)
    seen = score_pairs(holdout_model, newest(earlier, HOLDOUT_WINDOWS), earlier, settings)
    train_figures, validation = metrics.evaluate(seen), metrics.evaluate(holdout)
    say("fit on all weeks", 0.7)
    fitted = model.fit(training_set, recipe, seed=seed, threads=settings.threads)
    say("trained", 1.0)
    numeric, categorical = model.feature_columns(training_set)
    return Training(
        model=fitted,
        parameters=recipe,
        seed=seed,
        missed_share=expected_missed_share(training_set),
        train=train_figures,
        validation=validation,
        gap=_skill(train_figures) / max(_skill(validation), 1e-9) - 1,
        slices=metrics.slice_metrics(holdout),
        trials=trials,
        holdout=holdout,
        holdout_model=holdout_model,
        feature_names=[*categorical, *numeric],
    )


def split(
    training_set: pd.DataFrame, windows: int = HOLDOUT_WINDOWS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Older windows and the newest ones to hold out (at most a third of all).

    Views of `training_set`, which is sorted by cutoff.
    """
    cutoffs = np.sort(training_set["cutoff"].unique())
    if len(cutoffs) < 2:
        raise PurchaseAssetsError(
            f"a training set of {len(cutoffs)} windows",
            "at least 2, one to learn from and one to judge on",
            "add more weeks of sales",
        )
    held = max(1, min(windows, len(cutoffs) // 3))
    recent = newest(training_set, held)
    return training_set[: -len(recent)], recent


def expected_missed_share(training_set: pd.DataFrame) -> float:
    """Missed share of the newest 8 labelled windows."""
    windows = newest(training_set, 8).groupby("cutoff").agg({LABEL: "sum", WINDOW_PAIRS: "first"})
    return missed_share(windows[LABEL], windows[WINDOW_PAIRS])


def fit_and_score(
    earlier: pd.DataFrame,
    later: pd.DataFrame,
    recipe: Mapping[str, float],
    settings: ForecastSettings,
    *,
    seed: int,
) -> tuple[Any, pd.DataFrame]:
    """A model of the recipe fitted on `earlier`, and `later` with its forecasts."""
    fitted = model.fit(earlier, recipe, seed=seed, threads=settings.threads)
    return fitted, score_pairs(fitted, later, earlier, settings)


def score_pairs(
    fitted: Any,
    features: pd.DataFrame,
    history: pd.DataFrame,
    settings: ForecastSettings,
    volume: float = 1.0,
) -> pd.DataFrame:
    """`features` with `probability` and `will_buy`, selected window by window."""
    probability = scaled(model.predict(fitted, features, threads=settings.threads), volume)
    scored = features.assign(probability=probability)
    missed = expected_missed_share(history)
    chosen = scored.groupby("cutoff")["probability"].transform(lambda p: select(p, missed))
    return scored.assign(will_buy=chosen.astype(bool))


def _skill(figures: Mapping[str, float]) -> float:
    """Average precision over the baseline's: weeks with more purchases are easier for both."""
    return figures["average_precision"] / max(figures["baseline_average_precision"], 1e-9)
