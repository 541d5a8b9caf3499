"""A small hyper-parameter search that respects time."""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
import pandas as pd
from joblib import Parallel, delayed

from purchase_assets.forecasting import metrics, model
from purchase_assets.forecasting.feature_frames import newest
from purchase_assets.forecasting.features import LABEL
from purchase_assets.progress import Progress
from purchase_assets.settings import ForecastSettings

SEARCH_WINDOWS = 12
JUDGED_WINDOWS = 4
CHOICES: dict[str, tuple[float, ...]] = {
    "learning_rate": (0.05, 0.08, 0.1),
    "max_iter": (100, 150, 200),
    "max_leaf_nodes": (15, 31, 63),
    "min_samples_leaf": (50, 100, 200),
    "l2_regularization": (1.0, 10.0, 50.0),
    "max_features": (0.2, 0.3, 0.5),
}


@dataclass(frozen=True)
class Trial:
    """One set of parameters and how it did on weeks after those it was fitted on."""

    parameters: dict[str, float]
    average_precision: float
    seconds: float


def search_parameters(
    frame: pd.DataFrame,
    recipe: Mapping[str, float],
    settings: ForecastSettings,
    *,
    seed: int,
    progress: Progress,
) -> tuple[dict[str, float], list[Trial]]:
    """The best of the recipe and of random neighbours of it.

    Each is fitted as a single booster on the windows before the newest of `frame` and judged on
    those by average precision. With fewer than 6 windows nothing is tried.

    Returns
    -------
    parameters : dict
    trials : list of Trial
        The recipe first.
    """
    cutoffs = np.sort(frame["cutoff"].unique())
    if len(cutoffs) < 6:
        return dict(recipe), []
    judged = min(JUDGED_WINDOWS, len(cutoffs) // 3)
    after = newest(frame, judged)
    before = newest(frame[: -len(after)], SEARCH_WINDOWS)
    true_pairs = metrics.true_pairs(after)

    def tried(parameters: dict[str, float]) -> Trial:
        begin = perf_counter()
        single = parameters | {"boosters": 1, "networks": 0}
        fitted = model.fit(before, single, seed=seed, threads=1)
        probability = model.predict(fitted, after, threads=1)
        found = metrics.average_precision(after[LABEL], probability, true_pairs)
        return Trial(parameters, found, perf_counter() - begin)

    candidates = neighbours(recipe, settings.search_candidates, seed)
    side_by_side = Parallel(n_jobs=settings.threads, prefer="threads", return_as="generator")
    trials: list[Trial] = []
    for trial in side_by_side(delayed(tried)(parameters) for parameters in candidates):
        trials.append(trial)
        progress(f"search {len(trials)} of {len(candidates)}", 0.4 * len(trials) / len(candidates))
    best = max(trials, key=lambda trial: trial.average_precision)
    return dict(best.parameters), trials


def neighbours(recipe: Mapping[str, float], count: int, seed: int) -> list[dict[str, float]]:
    """The recipe and `count - 1` variants of it that change each choice at random."""
    random = np.random.default_rng(seed)
    drawn = [
        # drawn again by the seed, as a search must be
        {name: float(random.choice(values)) for name, values in CHOICES.items()}  # nosec B311
        for _ in range(count - 1)
    ]
    return [dict(recipe), *({**recipe, **choice} for choice in drawn)]
