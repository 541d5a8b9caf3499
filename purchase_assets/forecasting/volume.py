"""What the market as a whole tells of a window, and no pair's own habits can.

Days that were closed a year ago are closed again, and a busy fortnight is followed by a lull.
"""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.weeks import Window

CLOSED_BELOW = 0.35
"""A day that sold less than this share of what its weekday usually sells was closed."""
ORDINARY = 0.7
"""Days around a closed one sell at least this share; a longer dip is no holiday."""
WEEKS_AROUND = 4
USUAL_WEEKS = 8
RECENT_DAYS = 14
RETURN = 0.5
"""How much of a busy or quiet fortnight is undone in the next window, as an exponent.

On a real year the slope of actual over expected purchases was -.9 from June to September
(correlation -.5); half of it, for so few weeks, did best from October to December."""
LEVEL_BOUNDS = (0.5, 2.0)


def volume_factor(daily_sales: Any, window: Window) -> float:
    """Factor on the purchases that habits alone lead to expect in the window.

    Parameters
    ----------
    daily_sales : pandas frame, pyarrow table or dataset
        Only days up to the cutoff are looked at.
    window : Window
        The days to forecast.

    Returns
    -------
    float
        1 where nothing is known; less where days of the window were closed a year ago and after a
        busy fortnight, more after a quiet one.
    """
    lines = _lines_per_day(daily_sales, window.cutoff)
    return _open_share(lines, window) * _return_to_usual(lines)


def _return_to_usual(lines: pd.Series) -> float:
    recent = lines[-7 * USUAL_WEEKS :]
    if len(recent) < 7 * USUAL_WEEKS or recent.sum() == 0:
        return 1.0
    level = float(recent[-RECENT_DAYS:].mean() / recent.mean())
    return min(max(level, LEVEL_BOUNDS[0]), LEVEL_BOUNDS[1]) ** -RETURN


def _open_share(lines: pd.Series, window: Window) -> float:
    """Share of the window's usual sales that is left, in (0, 1]; 1 where no day was closed."""
    days = pd.date_range(window.start, window.end)
    recent = lines[lines.index > pd.Timestamp(window.cutoff - timedelta(weeks=USUAL_WEEKS))]
    usual = recent.groupby(pd.DatetimeIndex(recent.index).dayofweek).median()
    weights = pd.Series([usual.get(day.dayofweek, 0.0) for day in days])
    left = pd.Series([_sold_a_year_ago(lines, day) for day in days])
    total = float(weights.sum())
    return max(float((weights * left).sum()) / total, 0.01) if total > 0 else 1.0


def scaled(probability: Any, factor: float) -> Any:
    """Chance of a purchase in a window of which `factor` times the usual is expected.

    Purchases as a Poisson process: 1 - (1 - p) ** factor.
    """
    return 1 - (1 - probability) ** factor


def _sold_a_year_ago(lines: pd.Series, day: pd.Timestamp) -> float:
    """What the same date sold a year ago of its weekday's usual; 1 unless it was closed."""
    then = day - pd.DateOffset(years=1)
    if then not in lines.index:
        return 1.0
    around = [then + timedelta(days=n) for n in (-3, -2, -1, 1, 2, 3)]
    shares = [_of_usual(lines, one) for one in around if one in lines.index]
    if not shares or sorted(shares)[len(shares) // 2] < ORDINARY:
        return 1.0
    sold = _of_usual(lines, then)
    return sold if sold < CLOSED_BELOW else 1.0


def _of_usual(lines: pd.Series, day: pd.Timestamp) -> float:
    weeks = [w for w in range(-WEEKS_AROUND, WEEKS_AROUND + 1) if w]
    same = lines.reindex([day + timedelta(weeks=w) for w in weeks]).dropna()
    return float(lines[day] / same.median()) if len(same) and same.median() > 0 else 1.0


def _lines_per_day(daily_sales: Any, cutoff: date) -> pd.Series:
    """Customer x product purchases per day, 0 on days without any, up to the cutoff."""
    with sql_over(daily_sales=daily_sales) as connection:
        frame = connection.execute(
            "SELECT CAST(day AS TIMESTAMP) AS day, count(*) AS lines FROM daily_sales "
            "WHERE items_bought > 0 AND day <= ? GROUP BY 1 ORDER BY 1",
            [cutoff],
        ).df()
    counted = frame.set_index("day")["lines"].astype("float64")
    if counted.empty:
        return counted
    return counted.reindex(pd.date_range(counted.index[0], cutoff), fill_value=0.0)
