"""The drift report of a week: its data against the champion's training snapshot."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pds

from purchase_assets.decision_log import Decided, log
from purchase_assets.drift.detector import (
    REFERENCE_WEEKS,
    SCORE_COLUMNS,
    DriftVerdict,
    Frames,
    column_scores,
    drifted_columns,
    judge,
)
from purchase_assets.drift.evidently_page import evidently_page
from purchase_assets.drift.monitored_frames import COLUMNS, monitored_frames
from purchase_assets.drift.moved_columns import moved_columns
from purchase_assets.drift.replay import FalseAlarmRate, false_alarm_rate
from purchase_assets.kinds import Kind
from purchase_assets.pages.drift_page import drift_page
from purchase_assets.pages.place import stored_name
from purchase_assets.progress import Progress
from purchase_assets.project import Project
from purchase_assets.storage.atomic_files import write_atomically
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.model_reference import ModelReference
from purchase_assets.storage.reports import drift_replays, drift_scores, weekly_predictions
from purchase_assets.storage.reports.database import records
from purchase_assets.storage.reports.drift_replays import FlaggedWeek
from purchase_assets.storage.reports.drift_scores import DriftScore
from purchase_assets.text import LANGUAGES
from purchase_assets.weeks import Shape, window_of_week
from purchase_assets.workflows import forecast_week

PAIRS_PER_WEEK = 2_000
FORECAST_WEEKS = 3
"""A champion's first published weeks: what its later forecasts are compared with. No other model
will do: each has the level of the sales it learnt from last."""
PAGES_KEPT = 12
LINES_MOST = 500_000
"""Order lines of the reference; of more, those of some customers, drawn by a hash of their id."""
PAIR = list(COLUMNS["pair"])
FORECAST = ["source", "data_through", "customer_id", "weeks_bought_of_8", *COLUMNS["forecast"]]
LINE = ["customer_id", "product_id", "order_id", "purchase_date", "items"]


def report(project: Project, week: date, champion: ModelReference) -> DriftVerdict:
    """Score the columns that a week's forecast rests on, judge them and keep the scores.

    The order lines are those of the 7 days before the forecast; the pairs are the forecast's.
    """
    settings = project.settings.drift
    record = project.registry.record(champion.version)
    features = forecast_week.read_features(project, "cleaned_features", week, columns=PAIR)
    cutoff = features["cutoff"].iloc[0]
    comparable = window_of_week(week, cutoff).shape == Shape(**record["window"])
    history = _history(project, week, champion)
    first = sorted(history["week_start"].unique())[:FORECAST_WEEKS]
    share = _share_of_customers(project, record)
    reference = _reference(
        project,
        record,
        share,
        with_pairs=comparable,
        published=first if len(first) == FORECAST_WEEKS else [],
    )
    current = _current(project, week, cutoff, features if comparable else None, share)
    scores = column_scores(reference, current, settings)
    verdict = judge(scores, history, settings)
    _keep(project, week, champion, verdict)
    _write_pages(project, week, verdict, history, reference, current)
    return kept_verdict(project, week, champion.version) or verdict


def kept_verdict(project: Project, week: date, version: str) -> DriftVerdict | None:
    """What was said of a week against what a version had learnt from; None when nothing was."""
    kept = drift_scores.of_week(project.reports, week, version)
    if not kept:
        return None
    said = kept[0]
    scores = _frame(kept)[SCORE_COLUMNS].astype({"score": "float64", "threshold": "float64"})
    return DriftVerdict(
        said.verdict,
        drifted_columns(scores),
        said.sentence,
        scores,
    )


def _frame(scores: Sequence[DriftScore]) -> pd.DataFrame:
    """Kept scores as the detector reads them."""
    names = [field.name for field in fields(DriftScore)]
    return pd.DataFrame([vars(score) for score in scores], columns=names)


def _write_pages(
    project: Project,
    week: date,
    verdict: DriftVerdict,
    history: pd.DataFrame,
    reference: Frames,
    current: Frames,
) -> None:
    """Our page and Evidently's own picture; the newest `PAGES_KEPT` weeks are kept."""
    folder = project.folder("pages") / "drift"
    picture = evidently_page(reference, current, verdict.scores)
    if picture:
        write_atomically(folder / f"{week}.evidently.html", picture)
    moved = moved_columns(week, verdict, history, reference, current)
    usual, url = project.settings.language, f"/drift/{week}.evidently" if picture else None
    for language in LANGUAGES:
        page = drift_page(week, verdict, moved, language=language, usual=usual, evidently_url=url)
        write_atomically(folder / f"{stored_name(str(week), language, usual)}.html", page)
    pages = sorted(path.name for path in folder.iterdir() if path.name.endswith(".html"))
    for old in sorted({name[:10] for name in pages})[:-PAGES_KEPT]:
        for name in pages:
            if name.startswith(old):
                (folder / name).unlink()


def _reference(
    project: Project,
    record: dict[str, Any],
    share: float,
    *,
    with_pairs: bool,
    published: list[date],
) -> Frames:
    """What the champion was trained on: its newest weeks, from the lake's versions of then.

    And what it forecast in the weeks `published`, which it had not seen.
    """
    snapshot = record["snapshot"]
    return _frames(
        project,
        _lines(project, *_learnt_lines(record), share),
        _trained_pairs(project, snapshot["training_set"]) if with_pairs else None,
        _forecasts(project, published) if with_pairs and published else None,
        snapshot,
    )


def _trained_pairs(project: Project, version: int) -> pd.DataFrame:
    pairs = forecast_week.read_features(project, "training_set", version=version, columns=PAIR)
    newest = sorted(pairs["cutoff"].unique())[-REFERENCE_WEEKS:]
    pairs = pairs[pairs["cutoff"].isin(newest)].sample(frac=1.0, random_state=0)
    return pairs.groupby("cutoff", sort=True).head(PAIRS_PER_WEEK)


def _forecasts(project: Project, weeks: list[date]) -> pd.DataFrame:
    published = pd.concat(
        [weekly_predictions.of_week(project.reports, week, FORECAST) for week in weeks]
    )
    published = published[published["source"] == "model"]
    return published.rename(columns={"data_through": "cutoff"})


def _current(
    project: Project, week: date, cutoff: date, features: pd.DataFrame | None, share: float
) -> Frames:
    forecasts = None if features is None else _forecasts(project, [week])
    return _frames(project, _lines(project, cutoff, 7, None, share), features, forecasts)


def _frames(
    project: Project,
    lines: pd.DataFrame,
    pairs: pd.DataFrame | None = None,
    forecasts: pd.DataFrame | None = None,
    snapshot: dict[str, int] | None = None,
) -> Frames:
    masters = {
        name: None if table is None else table.to_pandas()
        for name, table in forecast_week.masters(project, snapshot).items()
    }
    return monitored_frames(lines, pairs=pairs, forecasts=forecasts, **masters)


def _learnt_lines(record: dict[str, Any]) -> tuple[date, int, int]:
    """Newest day, days and version of the order lines that the reference holds."""
    through = date.fromisoformat(record["data_through"])
    return through, 7 * REFERENCE_WEEKS, record["snapshot"][Kind.TRANSACTIONS.table]


def _share_of_customers(project: Project, record: dict[str, Any]) -> float:
    """Share of the customers whose lines are looked at, of the reference and of the week alike."""
    through, days, version = _learnt_lines(record)
    return _enough(_chosen(project, through, days, version).count_rows())


def _enough(lines: int) -> float:
    return min(1.0, LINES_MOST / max(lines, 1))


def _chosen(project: Project, through: date, days: int, version: int | None) -> pds.Dataset:
    day = pc.field("purchase_date")
    first = pa.scalar(through - timedelta(days=days - 1)).cast(pa.timestamp("us"))
    after = pa.scalar(through + timedelta(days=1)).cast(pa.timestamp("us"))
    lines = project.lake.dataset(Kind.TRANSACTIONS.table, version)
    return lines.filter((day >= first) & (day < after))


def _lines(
    project: Project, through: date, days: int, version: int | None, share: float
) -> pd.DataFrame:
    """Accepted order lines of the `days` days up to `through`, of a share of the customers."""
    lines = _chosen(project, through, days, version)
    if share == 1:
        return lines.to_table(columns=LINE).to_pandas()
    with sql_over(project.settings.forecast.engine, lines=lines) as connection:
        return connection.execute(
            f"SELECT {', '.join(LINE)} FROM lines "  # names of our own columns  # nosec B608
            "WHERE ('0x' || substr(md5(customer_id), 1, 8))::UBIGINT < ? * pow(2, 32)",
            [share],
        ).df()


def _history(project: Project, week: date, champion: ModelReference) -> pd.DataFrame:
    """Scores of earlier weeks, published in their time, against the same reference."""
    return _frame(drift_scores.before(project.reports, week, champion.version))


def _keep(project: Project, week: date, champion: ModelReference, verdict: DriftVerdict) -> None:
    scores = [
        DriftScore(
            week_start=week,
            verdict=verdict.status,
            sentence=verdict.sentence,
            model_version=champion.version,
            **score,
        )
        for score in records(verdict.scores[SCORE_COLUMNS])
    ]
    drift_scores.keep(project.reports, week, scores)
    log(
        Decided.DRIFT,
        week_start=week,
        verdict=verdict.status,
        sentence=verdict.sentence.en,
        model_version=champion.version,
    )


def replay(project: Project, progress: Progress | None = None) -> FalseAlarmRate:
    """Judge every accepted week as it would have been judged, and keep how often that alarmed.

    Sales and master columns only: the forecasts of then would need the models of then. The master
    tables are those of today.
    """
    through = forecast_week.data_through(project)
    days = (through - date.min).days
    share = _enough(_chosen(project, through, days, None).count_rows())
    lines = _lines(project, through, days, None, share)
    rate = false_alarm_rate(
        _frames(project, lines),
        project.settings.drift,
        max_model_age_weeks=project.settings.retraining.max_model_age_weeks,
        progress=progress,
    )
    drift_replays.add(
        project.reports,
        [judged.week.date() for judged in rate.judged],
        [
            FlaggedWeek(f"{flagged.week:%Y-%m-%d}", flagged.verdict.sentence)
            for flagged in rate.flagged
        ],
    )
    return rate
