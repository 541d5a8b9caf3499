"""The drift detector: Evidently's distance per column, and one verdict by our own rule.

Evidently measures how far a week's column lies from the champion's training reference. A column
is above its threshold when the distance exceeds both a floor and what the reference's own weeks
show with their customers drawn anew (mean + 3 standard deviations). Drift is a column above it in
2 of the last 3 weeks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from evidently.legacy.calculations import stattests
from evidently.legacy.core import ColumnType

from purchase_assets.drift.monitored_frames import CATEGORICAL, COLUMNS
from purchase_assets.settings import DriftSettings
from purchase_assets.text import Text

METHODS = {"numeric": "wasserstein", "categorical": "jensenshannon"}
"""Evidently's names. Fixed: its defaults change the test with the number of rows, and its
p-values call everything drift. Wasserstein is in standard deviations of the reference."""

MAX_ROWS = 20_000
"""Rows of the reference or the week that a distance looks at; more change it by about .01."""
REFERENCE_WEEKS = 26
"""Newest weeks of the reference that count: half a year, as long as a pair is a candidate."""
MISSING = "(missing)"

STABLE, ABOVE, DRIFTED = "STABLE", "ABOVE", "DRIFTED"
EMPTY, TOO_FEW_ROWS = "EMPTY", "TOO_FEW_ROWS"

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class DriftedColumn:
    """A column above its threshold often enough."""

    unit: str
    column: str
    score: float
    threshold: float

    def __str__(self) -> str:
        return self.text.en

    @property
    def text(self) -> Text:
        """The column and by how much it is above."""
        return Text(
            "{column} ({score:.2f} over {threshold:.2f})",
            "{column} ({score:.2f} sobre {threshold:.2f})",
        ).format(column=self.column, score=self.score, threshold=self.threshold)


@dataclass(frozen=True)
class DriftVerdict:
    """What a week's scores mean.

    Attributes
    ----------
    status : str
        DRIFTED, STABLE or INSUFFICIENT (too little data to say).
    drifted : tuple of DriftedColumn
        The columns that drifted, the one furthest above its threshold first.
    sentence : Text
        The verdict for a person.
    scores : DataFrame
        The scores judged, with `status` DRIFTED where it applies.
    """

    status: Literal["STABLE", "DRIFTED", "INSUFFICIENT"]
    drifted: tuple[DriftedColumn, ...]
    sentence: Text
    scores: pd.DataFrame


@dataclass(frozen=True)
class ReferenceColumn:
    """One column of the reference: a bounded sample and the threshold of its own weeks."""

    unit: str
    column: str
    kind: str
    rows: int
    sample: pd.Series
    threshold: float


def fit_reference(reference: Frames, settings: DriftSettings) -> tuple[ReferenceColumn, ...]:
    """Learn from the newest `REFERENCE_WEEKS` weeks how far an ordinary week lies from them.

    Parameters
    ----------
    reference : mapping of str to DataFrame
        From `monitored_frames`: the champion's training snapshot.
    """
    fitted = []
    for unit, kinds in COLUMNS.items():
        if unit in reference:
            frame = _newest(reference[unit])
            redrawn = _shops_drawn_anew(frame)
            for column, kind in kinds.items():
                values, own = usable(frame, column, kind), usable(redrawn, column, kind)
                fitted.append(_fit(unit, column, kind, values[column], own, settings))
    return tuple(fitted)


def column_scores(
    reference: Frames | tuple[ReferenceColumn, ...], current: Frames, settings: DriftSettings
) -> pd.DataFrame:
    """Distance of every monitored column of a week from the reference.

    Parameters
    ----------
    reference : mapping of str to DataFrame, or what `fit_reference` made of it
        The champion's training snapshot, from `monitored_frames`.
    current : mapping of str to DataFrame
        The week, from `monitored_frames`.
    settings : DriftSettings
        Floor, sigmas and minimum rows.

    Returns
    -------
    DataFrame
        One row per column: unit, column, method, score, threshold, reference_rows, current_rows
        (rows with a value) and status: STABLE, ABOVE, TOO_FEW_ROWS, or EMPTY for a column that
        holds no value on one side, which is a fault of the data and not drift. A column without
        values on either side is not monitored. Score and threshold are NaN where unknown.
    """
    if isinstance(reference, Mapping):
        reference = fit_reference(reference, settings)
    rows = []
    for fitted in reference:
        if fitted.unit in current:
            values = usable(current[fitted.unit], fitted.column, fitted.kind)[fitted.column]
            if fitted.rows or len(values):
                rows.append(_score(fitted, values, settings))
    return pd.DataFrame(rows, columns=SCORE_COLUMNS)


SCORE_COLUMNS = [
    *["unit", "column", "method", "score", "threshold"],
    *["reference_rows", "current_rows", "status"],
]


def judge(scores: pd.DataFrame, history: pd.DataFrame, settings: DriftSettings) -> DriftVerdict:
    """One verdict for the week.

    Parameters
    ----------
    scores : DataFrame
        From `column_scores`.
    history : DataFrame
        Scores of earlier weeks against the same reference: week_start, unit, column, score,
        threshold. May be empty.
    settings : DriftSettings
        A column drifted when it is above its threshold this week and in at least
        `weeks_flagged` of the last `weeks_looked_at` weeks, this one included.
    """
    known = scores["status"].isin([STABLE, ABOVE, DRIFTED])
    sales = scores[scores["unit"] == "order_line"]
    if not known.any() or (sales["status"] == TOO_FEW_ROWS).any():
        return DriftVerdict("INSUFFICIENT", (), _too_few(sales, settings), scores)
    above = known & (scores["score"] > scores["threshold"])
    keys = pd.MultiIndex.from_frame(scores[["unit", "column"]])
    weeks = _times_above(history, settings.weeks_looked_at - 1).reindex(keys).fillna(0).to_numpy()
    drifted = above & (weeks + 1 >= settings.weeks_flagged)
    judged = scores.assign(
        status=np.select([drifted, above, known], [DRIFTED, ABOVE, STABLE], scores["status"])
    )
    columns = drifted_columns(judged)
    status: Literal["STABLE", "DRIFTED"] = "DRIFTED" if columns else "STABLE"
    return DriftVerdict(status, columns, _sentence(judged, columns), judged)


def drifted_columns(judged: pd.DataFrame) -> tuple[DriftedColumn, ...]:
    """The columns that judged scores call drifted, furthest above its threshold first."""
    found = judged[judged["status"] == DRIFTED]
    columns = map(DriftedColumn, found["unit"], found["column"], found["score"], found["threshold"])
    return tuple(sorted(columns, key=lambda column: column.threshold / column.score))


def _fit(
    unit: str,
    column: str,
    kind: str,
    values: pd.Series,
    own_weeks: pd.DataFrame,
    settings: DriftSettings,
) -> ReferenceColumn:
    sample = _sampled(values)
    own = [
        distance(kind, sample, _sampled(week))
        for _, week in own_weeks.groupby("week")[column]
        if len(week) >= settings.min_rows
    ]
    threshold = own_threshold(own, settings, unit)
    return ReferenceColumn(unit, column, kind, len(values), sample, threshold)


def _shops_drawn_anew(frame: pd.DataFrame) -> pd.DataFrame:
    """Every week with its customers drawn with replacement: which shops order is chance too."""
    if frame.empty:
        return frame
    rng = np.random.default_rng(0)
    rows = []
    shop = pd.factorize(frame["shop"])[0]
    for week in frame.groupby("week").indices.values():
        by_shop = week[np.argsort(shop[week], kind="stable")]
        shops = np.split(by_shop, np.nonzero(np.diff(shop[by_shop]))[0] + 1)
        rows += [shops[drawn] for drawn in rng.integers(0, len(shops), len(shops))]
    return frame.iloc[np.concatenate(rows)].reset_index(drop=True)


def _newest(frame: pd.DataFrame) -> pd.DataFrame:
    weeks = np.sort(frame["week"].unique())[-REFERENCE_WEEKS:]
    return frame[frame["week"].isin(weeks)]


def _score(
    fitted: ReferenceColumn, current: pd.Series, settings: DriftSettings
) -> dict[str, object]:
    row: dict[str, object] = {
        "unit": fitted.unit,
        "column": fitted.column,
        "method": METHODS[fitted.kind],
        "score": np.nan,
        "threshold": np.nan,
        "reference_rows": fitted.rows,
        "current_rows": len(current),
        "status": EMPTY,
    }
    if not fitted.rows or current.empty:
        return row
    if min(fitted.rows, len(current)) < settings.min_rows:
        return row | {"status": TOO_FEW_ROWS}
    score = distance(fitted.kind, fitted.sample, _sampled(current))
    status = ABOVE if score > fitted.threshold else STABLE
    return row | {"score": score, "threshold": fitted.threshold, "status": status}


def distance(kind: str, reference: pd.Series, current: pd.Series) -> float:
    """Evidently's distance of two samples, by its own code and without its report's overhead."""
    if kind == CATEGORICAL:
        test, column_type = stattests.jensenshannon_stat_test, ColumnType.Categorical
    else:
        test, column_type = stattests.wasserstein_stat_test, ColumnType.Numerical
    return float(test(reference, current, column_type, None).drift_score)


def own_threshold(own: list[float], settings: DriftSettings, unit: str = "") -> float:
    """The floor, or mean + `history_sigmas` sd of the reference's own weeks if that is higher.

    Forecasts have a floor of their own: their level follows what was sold of late.
    """
    floor = settings.forecast_floor if unit == "forecast" else settings.floor
    if len(own) < 2:
        return floor
    usual = float(np.mean(own) + settings.history_sigmas * np.std(own, ddof=1))
    return max(floor, usual)


def usable(frame: pd.DataFrame, column: str, kind: str) -> pd.DataFrame:
    """The column's usable values with their week."""
    if column not in frame:
        return pd.DataFrame({column: [], "week": []})
    values = frame[column]
    if kind == CATEGORICAL:
        # A missing category is a category, unless there is nothing else.
        named = values.astype(object).where(values.notna(), MISSING).astype(str)
        values = named if values.notna().any() else named[:0]
    else:
        values = pd.to_numeric(values, errors="coerce").astype("float64")
        values = values[np.isfinite(values)]
    return pd.DataFrame({column: values, "week": frame["week"].reindex(values.index)})


def _sampled(values: pd.Series) -> pd.Series:
    return values if len(values) <= MAX_ROWS else values.sample(MAX_ROWS, random_state=0)


def _times_above(history: pd.DataFrame, weeks: int) -> pd.Series:
    """In how many of the newest `weeks` of the history each column was above its threshold."""
    if history.empty or weeks < 1:
        return pd.Series([], index=pd.MultiIndex.from_arrays([[], []]), dtype="float64")
    newest = np.sort(history["week_start"].unique())[-weeks:]
    recent = history[history["week_start"].isin(newest)]
    above = recent["score"] > recent["threshold"]
    return above.groupby([recent["unit"], recent["column"]]).sum()


def _too_few(sales: pd.DataFrame, settings: DriftSettings) -> Text:
    rows = sales[["reference_rows", "current_rows"]].to_numpy().min(initial=settings.min_rows)
    return Text(
        f"Not enough data to judge drift: {rows} order lines; needs {settings.min_rows}.",
        f"Datos insuficientes para juzgar la deriva: {rows} líneas de pedido; "
        f"hacen falta {settings.min_rows}.",
    )


def _sentence(scores: pd.DataFrame, drifted: tuple[DriftedColumn, ...]) -> Text:
    if drifted:
        columns = Text.joined((column.text for column in drifted), ", ")
        return Text(f"Drift in {columns.en}.", f"Deriva en {columns.es}.")
    watched = scores[scores["status"] == ABOVE]
    if len(watched):
        names = ", ".join(watched["column"])
        return Text(
            f"No drift: {names} above the threshold for the first time; watched.",
            f"Sin deriva: {names} sobre el umbral por primera vez; en observación.",
        )
    count = int((scores["status"] == STABLE).sum())
    return Text(
        f"No drift: all {count} columns within their thresholds.",
        f"Sin deriva: las {count} columnas dentro de sus umbrales.",
    )
