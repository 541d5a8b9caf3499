"""Walk forward: forecast past windows as they would have been, and count what came true."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas as pd

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting import metrics, model
from purchase_assets.forecasting.customer_samples import sampled_customers
from purchase_assets.forecasting.feature_frames import (
    Tabular,
    days_of_sales,
    feature_frame,
    training_windows,
)
from purchase_assets.forecasting.fit import score_pairs
from purchase_assets.forecasting.volume import volume_factor
from purchase_assets.progress import Progress
from purchase_assets.settings import ForecastSettings
from purchase_assets.text import Text
from purchase_assets.weeks import Window

COLUMNS = ("f1", "precision", "recall", "average_precision", "baseline_f1")
CLOSED_DAYS = 1
"""Days at a window's end that may be without sales, such as a closed Sunday."""
COUNTS = ("pairs_true", "pairs_predicted")


def backtest(
    daily_sales: Tabular,
    windows: Sequence[Window],
    *,
    customers: Tabular | None = None,
    products: Tabular | None = None,
    settings: ForecastSettings | None = None,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """One row of figures per window, each forecast by a model of what preceded its cutoff.

    A row of features depends on days up to its own cutoff only, so windows share them; a
    window's model is fitted on those windows that had ended by its cutoff.

    Of a large distributor it is the backtest of a sample of its customers, as large as a model
    learns from.

    Returns
    -------
    list of dict
        window_start, window_end (ISO dates), f1, precision, recall, average_precision,
        baseline_f1, pairs_true, pairs_predicted.
    """
    settings = settings or ForecastSettings()
    say = progress or (lambda message, share: None)
    days = days_of_sales(daily_sales)
    _need_outcomes(windows, days[-1])
    learnt_from = {w: training_windows(w, days, settings.training_windows) for w in windows}
    results: list[tuple[Window, dict[str, Any]]] = []
    for shape in {w.shape: None for w in windows}:
        asked = [w for w in windows if w.shape == shape]
        needed = sorted({w for one in asked for w in (one, *learnt_from[one])})
        frame = feature_frame(
            daily_sales,
            needed,
            customers=customers,
            products=products,
            lookback_days=settings.lookback_days,
            with_labels=True,
            only=sampled_customers(daily_sales, needed, settings),
            engine=settings.engine,
        )
        for window in asked:
            say(f"forecast {window.start} to {window.end}", len(results) / len(windows))
            factor = volume_factor(daily_sales, window)
            results.append(
                (window, _forecast(frame, window, learnt_from[window], settings, factor))
            )
    say("backtest done", 1.0)
    return [row for _, row in sorted(results, key=lambda result: windows.index(result[0]))]


def with_mean(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The windows' figures and, below them, their means, for people to read."""
    numbers = (*COLUMNS, *COUNTS)
    mean = {name: sum(row[name] for row in rows) / len(rows) for name in numbers}
    return [*rows, {"window_start": "mean", "window_end": "", **mean}]


def _need_outcomes(windows: Sequence[Window], last: date) -> None:
    for window in windows:
        if (window.end - last).days > CLOSED_DAYS:
            raise PurchaseAssetsError(
                Text(
                    f"the window {window.start} to {window.end} lies beyond the sales, which are "
                    f"known to {last}",
                    f"la ventana del {window.start} al {window.end} pasa de las ventas, que se "
                    f"conocen hasta el {last}",
                ),
                Text("a window whose sales are known", "una ventana cuyas ventas se conozcan"),
                Text("choose an earlier or shorter one", "elija una anterior o más corta"),
            )


def _forecast(
    frame: pd.DataFrame,
    window: Window,
    learnt_from: list[Window],
    settings: ForecastSettings,
    factor: float,
) -> dict[str, Any]:
    known = frame["cutoff"].isin([past.cutoff for past in learnt_from])
    asked = frame["cutoff"] == window.cutoff
    history = frame[known]
    fitted = model.fit(history, model.PARAMETERS, seed=settings.seed, threads=settings.threads)
    scored = score_pairs(fitted, frame[asked], history, settings, factor)
    figures = metrics.evaluate(scored)
    return {
        "window_start": window.start.isoformat(),
        "window_end": window.end.isoformat(),
        **{name: round(figures[name], 6) for name in COLUMNS},
        **{name: int(figures[name]) for name in COUNTS},
    }
