"""Pictures of a training, as matplotlib figures for the record.

All are made from the held-out weeks and the model that has not seen them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.inspection import partial_dependence as depend
from sklearn.inspection import permutation_importance as permute
from threadpoolctl import threadpool_limits

from purchase_assets.forecasting.features import CATEGORIES, LABEL
from purchase_assets.forecasting.fit import Training

SAMPLE_ROWS = 2_000
"""Enough for an order of importance; each feature costs one prediction of the sample."""
DEPENDENCE_FEATURES = 6
SHOWN_FEATURES = 20


def pictures(training: Training, *, threads: int = 2) -> dict[str, Figure]:
    """Figures by file name: calibration, precision_recall, importance, dependence, search."""
    with threadpool_limits(threads):
        importance = permutation_importance(training)
        figures = {
            "calibration.png": calibration(training),
            "precision_recall.png": precision_recall(training),
            "permutation_importance.png": _bars(importance.head(SHOWN_FEATURES)),
            "partial_dependence.png": partial_dependence(training, importance),
        }
    if training.trials:
        figures["search.png"] = search(training)
    return figures


def calibration_curve(training: Training, bins: int = 10) -> pd.DataFrame:
    """Mean probability and bought share of `bins` groups of equally many held-out pairs."""
    held = training.holdout
    group = pd.qcut(held["probability"], bins, labels=False, duplicates="drop")
    return held.groupby(group).agg(
        probability=("probability", "mean"), bought=(LABEL, "mean"), pairs=(LABEL, "size")
    )


def precision_recall_curve(training: Training, points: int = 200) -> pd.DataFrame:
    """Precision and recall over all true pairs at `points` lengths of the predicted list."""
    held = training.holdout.sort_values("probability", ascending=False, kind="stable")
    size = np.unique(np.linspace(1, len(held), points).astype(int))
    hits = held[LABEL].to_numpy().cumsum()[size - 1]
    return pd.DataFrame(
        {
            "pairs": size,
            "precision": hits / size,
            "recall": hits / training.validation["pairs_true"],
        }
    )


def permutation_importance(training: Training) -> pd.Series:
    """Loss of average precision when one feature is shuffled, largest first."""
    rows = _sample(training)
    found = permute(
        training.holdout_model,
        rows[training.feature_names],
        rows[LABEL],
        scoring="average_precision",
        n_repeats=1,
        random_state=training.seed,
    )
    values = pd.Series(found.importances_mean, index=training.feature_names, name="importance")
    return values.sort_values(ascending=False)


def calibration(training: Training) -> Figure:
    """Bought share against forecast probability."""
    figure, axes = _figure("Calibration on the held-out weeks")
    curve = calibration_curve(training)
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
    axes.plot(curve["probability"], curve["bought"], marker="o")
    axes.set(xlabel="forecast probability", ylabel="share bought", xlim=(0, 1), ylim=(0, 1))
    return figure


def precision_recall(training: Training) -> Figure:
    """Precision against recall, with the predicted list and the recency baseline's F1."""
    figure, axes = _figure("Precision and recall on the held-out weeks")
    curve, found = precision_recall_curve(training), training.validation
    axes.plot(curve["recall"], curve["precision"])
    axes.plot(found["recall"], found["precision"], marker="o", label=f"list, F1 {found['f1']:.3f}")
    recall = np.linspace(0.05, 1, 100)
    baseline = found["baseline_f1"]
    precision = baseline * recall / np.maximum(2 * recall - baseline, 1e-9)
    shown = (precision > 0) & (precision <= 1)
    axes.plot(
        recall[shown], precision[shown], linestyle=":", label=f"recency baseline, F1 {baseline:.3f}"
    )
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0, 1))
    axes.legend()
    return figure


def partial_dependence(training: Training, importance: pd.Series) -> Figure:
    """Mean probability along each of the most important numeric features."""
    rows = _sample(training).iloc[: SAMPLE_ROWS // 4]
    numeric = [name for name in importance.index if name not in CATEGORIES]
    figure = Figure(figsize=(10, 6), layout="constrained")
    figure.suptitle("Partial dependence")
    for place, name in enumerate(numeric[:DEPENDENCE_FEATURES]):
        grid = np.unique(rows[name].dropna().quantile(np.linspace(0.02, 0.98, 12)))
        curve = depend(
            training.holdout_model,
            rows[training.feature_names],
            [name],
            custom_values={name: grid.astype("float32")},
            response_method="predict_proba",
            kind="average",
        )
        axes = figure.add_subplot(2, DEPENDENCE_FEATURES // 2, place + 1)
        axes.plot(curve["grid_values"][0], curve["average"][0])
        axes.set(xlabel=name, ylabel="mean probability")
    return figure


def search(training: Training) -> Figure:
    """Average precision of each trial of the search."""
    figure, axes = _figure("Search, weeks before the held-out ones")
    scores = [trial.average_precision for trial in training.trials]
    axes.bar([str(number + 1) for number in range(len(scores))], scores)
    axes.set(xlabel="trial", ylabel="average precision", ylim=(min(scores) * 0.98, None))
    return figure


def _bars(importance: pd.Series) -> Figure:
    figure, axes = _figure("Permutation importance")
    axes.barh(importance.index[::-1], importance.to_numpy()[::-1])
    axes.set(xlabel="loss of average precision when shuffled")
    return figure


def _figure(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(7, 5.5), layout="constrained")
    axes = figure.add_subplot(title=title)
    return figure, axes


def _sample(training: Training) -> pd.DataFrame:
    held = training.holdout
    return held.sample(min(SAMPLE_ROWS, len(held)), random_state=training.seed)
