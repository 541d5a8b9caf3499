"""What `import purchase_assets` gives to data scientists; reads the project of the settings.

Nothing here writes. Frames are pandas; errors that a person can mend say what was found.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd

from purchase_assets.forecasting.sales import MONTH
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import weekly_predictions
from purchase_assets.weeks import Window
from purchase_assets.workflows import backtest_files, forecast_week, needed_inputs, promote_model


def predictions(week: str) -> pd.DataFrame:
    """One row per scored pair of a published week, as docs/data_dictionary.md describes it.

    `week` is its Monday, such as ``"2025-01-06"``.
    """
    project, day = Project(Settings()), date.fromisoformat(week)
    needed_inputs.forecast(project, day)
    return weekly_predictions.of_week(project.reports, day)


def sales() -> pd.DataFrame:
    """One row per customer x product x day of the accepted sales."""
    rows = needed_inputs.sales(Project(Settings())).to_table().to_pandas()
    return rows.drop(columns=MONTH, errors="ignore").sort_values(
        ["day", "customer_id", "product_id"], ignore_index=True
    )


def features(week: str) -> pd.DataFrame:
    """One row per candidate pair of a week, with the features that its forecast rests on."""
    return forecast_week.read_features(
        Project(Settings()), "cleaned_features", date.fromisoformat(week)
    )


def backtest(first_days: Sequence[str], days: int = 7) -> pd.DataFrame:
    """Walk forward over the accepted sales: a row per window of `days` days, and their means."""
    windows = [Window(date.fromisoformat(day) - timedelta(days=1), days) for day in first_days]
    rows = backtest_files.backtest_project(Project(Settings()), windows)
    return pd.DataFrame(backtest_files.with_mean(rows))


def champion() -> Any:
    """The model that forecasts now: a fitted scikit-learn estimator with `predict_proba`."""
    project = Project(Settings())
    return project.registry.load(promote_model.need_champion(project))
