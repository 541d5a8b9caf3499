"""What is shown of the columns that moved: their values then and now, their distance by week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from purchase_assets.drift.detector import ABOVE, DRIFTED, DriftVerdict, Frames, usable
from purchase_assets.drift.monitored_frames import CATEGORICAL, COLUMNS

MAX_CATEGORIES = 8
BINS = 20
WEEKS = 26
"""Weeks of distances shown, the judged one included."""


@dataclass(frozen=True)
class MovedColumn:
    """A column above its threshold.

    Attributes
    ----------
    values : sequence of str
        Categories, or the lower ends of bins.
    then, now : sequence of float
        Share of each value in the reference and in the week, 0 to 1.
    weeks : sequence of date
        Mondays, the judged one last.
    distances, thresholds : sequence of float or None
        One per week; None where unknown.
    """

    unit: str
    column: str
    status: str
    values: Sequence[str]
    then: Sequence[float]
    now: Sequence[float]
    weeks: Sequence[date]
    distances: Sequence[float | None]
    thresholds: Sequence[float | None]


def moved_columns(
    week: date, verdict: DriftVerdict, history: pd.DataFrame, reference: Frames, current: Frames
) -> list[MovedColumn]:
    """The columns of a judged week above their threshold, those that drifted first.

    Parameters
    ----------
    history : DataFrame
        Earlier weeks' scores, as `judge` got them.
    reference, current : mapping of str to DataFrame
        From `monitored_frames`.
    """
    moved = verdict.scores[verdict.scores["status"].isin([DRIFTED, ABOVE])]
    found = []
    for row in moved.sort_values("status", ascending=False, kind="stable").to_dict("records"):
        unit, column = row["unit"], row["column"]
        kind = COLUMNS[unit][column]
        values = [usable(frames[unit], column, kind)[column] for frames in (reference, current)]
        past = history[(history["unit"] == unit) & (history["column"] == column)]
        past = past.sort_values("week_start").tail(WEEKS - 1)
        found.append(
            MovedColumn(
                unit,
                column,
                row["status"],
                *shares(kind, *values),
                weeks=[*pd.to_datetime(past["week_start"]).dt.date, week],
                distances=_known([*past["score"], row["score"]]),
                thresholds=_known([*past["threshold"], row["threshold"]]),
            )
        )
    return found


def shares(
    kind: str, reference: pd.Series, current: pd.Series
) -> tuple[list[str], list[float], list[float]]:
    """Values, their shares in the reference, and in the week.

    The categories that differ most come first; numbers are binned between the 1st and the 99th
    percentile of both, with what lies beyond in the outer bins.
    """
    return (_of_categories if kind == CATEGORICAL else _of_bins)(reference, current)


def _of_categories(
    reference: pd.Series, current: pd.Series
) -> tuple[list[str], list[float], list[float]]:
    both = pd.DataFrame(
        {
            "then": reference.value_counts(normalize=True),
            "now": current.value_counts(normalize=True),
        }
    ).fillna(0.0)
    differs = (both["now"] - both["then"]).abs().sort_values(ascending=False)
    shown = both.loc[differs.index[:MAX_CATEGORIES]]
    return [str(name) for name in shown.index], shown["then"].tolist(), shown["now"].tolist()


def _of_bins(
    reference: pd.Series, current: pd.Series
) -> tuple[list[str], list[float], list[float]]:
    both = pd.concat([reference, current])
    low, high = both.quantile(0.01), both.quantile(0.99)
    edges = np.linspace(low, high if high > low else low + 1, BINS + 1)
    then, now = (
        (np.histogram(np.clip(values, edges[0], edges[-1]), edges)[0] / len(values)).tolist()
        for values in (reference, current)
    )
    return [f"{edge:.3g}" for edge in edges[:-1]], then, now


def _known(values: Sequence[float]) -> list[float | None]:
    return [float(value) if np.isfinite(value) else None for value in values]
