"""A week's features, its forecast, and its score once its sales are known."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from upath import UPath

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.forecasting.feature_frames import feature_tables
from purchase_assets.forecasting.features import CATEGORIES, KEYS
from purchase_assets.forecasting.promise import promise_of_week
from purchase_assets.forecasting.published import published_quality
from purchase_assets.forecasting.quantities import usual_quantities
from purchase_assets.forecasting.scoring import MODEL, score
from purchase_assets.forecasting.volume import volume_factor
from purchase_assets.kinds import MASTERS, Kind
from purchase_assets.project import Project
from purchase_assets.storage.atomic_files import drafted, write_atomically
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.lake import Fingerprint, digest
from purchase_assets.storage.reports import (
    prediction_scores,
    published_weeks,
    weekly_predictions,
)
from purchase_assets.storage.reports.moments import next_moment
from purchase_assets.storage.reports.prediction_scores import PredictionScore
from purchase_assets.storage.reports.published_weeks import PublishedWeek, Status
from purchase_assets.storage.spreadsheet_text import escape_formulas
from purchase_assets.weeks import Window, running_week, window_between, window_of_week
from purchase_assets.workflows import needed_inputs, promote_model
from purchase_assets.workflows.readable_masters import readable_masters

WEEK = "week_start"
"""Column by which the kept features are divided."""


class Standing(Enum):
    """What may still be done with a week; sales and published weeks decide, never the clock."""

    RUNNING = "the week that the newest sales make the one to forecast"
    KEPT = "published, and over: nothing of it changes"
    MISSED = "over, and never published"


def standing(project: Project, week: date) -> Standing:
    """Where a week stands.

    Raises
    ------
    PurchaseAssetsError
        When it lies ahead of the week that can be forecast, or before all sales.
    """
    running = running_week(needed_inputs.forecastable(project, week))
    newest = published_weeks.newest(project.reports)
    if week == running and (newest is None or newest.week_start <= week):
        return Standing.RUNNING
    return Standing.KEPT if published_weeks.find(project.reports, week) else Standing.MISSED


def data_through(project: Project) -> date:
    """The newest day with accepted sales."""
    return needed_inputs.known_days(project)[1]


def masters(project: Project, snapshot: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The customer and product tables, None where no file of the kind was accepted yet.

    With a snapshot (table versions that a training recorded) the tables as they were then.
    """
    names = [kind.table for kind in MASTERS]
    if snapshot is not None:
        return {
            name: project.lake.read(name, snapshot[name]) if name in snapshot else None
            for name in names
        }
    return {name: project.lake.read(name) if project.lake.exists(name) else None for name in names}


@dataclass(frozen=True)
class Features:
    """A week's features as they were kept; `version` is a fingerprint of the rows."""

    rows: int
    window: Window
    lake_version: int
    version: str


def make_features(project: Project, week: date) -> Features:
    """Compute and keep the features of a week's candidate pairs, from sales up to its cutoff.

    Raises
    ------
    PurchaseAssetsError
        When the week lies ahead, or no sales lie before it.
    """
    window = _window(project, week)
    needed_inputs.candidates(project, window)
    kept = Fingerprint()

    def pieces() -> Iterator[pa.Table]:
        nonlocal kept
        kept = Fingerprint()
        for piece in feature_tables(
            project.lake.dataset("daily_sales"),
            [window],
            lookback_days=project.settings.forecast.lookback_days,
            engine=project.settings.forecast.engine,
            **masters(project),
        ):
            kept.add(piece)
            yield piece.add_column(0, WEEK, pa.array([week.isoformat()] * len(piece), pa.string()))

    version = project.lake.write("cleaned_features", pieces, partition={WEEK: week.isoformat()})
    passing(Failpoint.FEATURES_KEPT)
    return Features(kept.rows, window, version, kept.digest)


def _window(project: Project, week: date) -> Window:
    """The window of a week; a published one that is over keeps its own."""
    if standing(project, week) is Standing.KEPT:
        published = published_weeks.find(project.reports, week)
        assert published
        return window_between(published.data_through, published.window_start, published.window_end)
    return window_of_week(week, data_through(project))


def features_history(project: Project, week: date) -> str:
    """What a person should know of features that were computed when the week was over."""
    if standing(project, week) is Standing.RUNNING:
        return "of the running week"
    return (
        "of a week that is over: sales up to its cutoff as they are known today, with those that "
        "came late, and today's customers and products; what was published stays as it is"
    )


def read_features(
    project: Project,
    table: str,
    week: date | None = None,
    version: int | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A kept feature frame as it was computed; of one week, or of a snapshot of the lake.

    All its columns, or `KEYS` and some.
    """
    chosen = None
    if week is not None:
        needed_inputs.features(project, week)
        chosen = pc.field(WEEK) == week.isoformat()
    rows = project.lake.read(table, version, chosen, columns and [*KEYS, *columns])
    names = [name for name in rows.column_names if name != WEEK]
    frame = rows.select(names).to_pandas(
        categories=[name for name in CATEGORIES if name in names],
        date_as_object=True,
        split_blocks=True,
    )
    if pd.MultiIndex.from_frame(frame[list(KEYS)]).is_monotonic_increasing:
        return frame  # as it was written; to sort is to copy
    return frame.sort_values(list(KEYS), ignore_index=True)


def forecast(
    project: Project, week: date, champion: promote_model.Loaded, status: Status = "FRESH"
) -> None:
    """Forecast a week with a model and publish it.

    The forecast of an earlier champion, because the newest cannot be trusted, is DEGRADED.
    """
    features = read_features(project, "cleaned_features", week)
    version = champion.reference.version
    record = project.registry.record(version)
    missing = set(record["feature_names"]) - set(features)
    if missing:
        raise PurchaseAssetsError(
            f"model version {version} needs {', '.join(sorted(missing))}, which this version of "
            "the code does not compute",
            "a model of the same features",
            "run the job `retrain`",
        )
    customers = masters(project)[Kind.CUSTOMERS.table]
    cutoff = features["cutoff"].iloc[0]
    window = window_of_week(week, cutoff)
    settings = project.settings.forecast
    sales = project.lake.dataset("daily_sales")
    rows = score(
        champion.model,
        features,
        missed_share=record["missed_share"],
        volume=volume_factor(sales, window),
        customers=None if customers is None else customers.to_pandas(),
        quantities=usual_quantities(sales, cutoff, engine=settings.engine),
        threads=settings.threads,
    )
    rows = rows.assign(
        week_start=week,
        window_start=window.start,
        window_end=window.end,
        model_version=version,
        data_through=cutoff,
        status="DEGRADED" if champion.refused else status,
    )
    scored = rows[rows["source"] == MODEL]
    promised = promise_of_week(scored["probability"], scored["will_buy"], record["missed_share"])
    publish(project, week, rows, promised)


def publish(
    project: Project,
    week: date,
    rows: "pd.DataFrame",
    promised: Mapping[str, float] | None = None,
) -> None:
    """Put a week's forecast into the reports database and its list beside it as CSV, or neither.

    A week whose forecast has not changed keeps its rows, `scored_at` included; its status follows.
    """
    kept = [name for name in weekly_predictions.COLUMNS if name != "scored_at"]
    rows = rows.sort_values(["customer_id", "product_id"], ignore_index=True)[kept]
    rows = rows.astype({"weeks_bought_of_8": "Int64", "days_since_last": "Int64"})
    content = content_of(rows)
    before = published_weeks.find(project.reports, week)
    with drafted(list_of(project, week), _as_list(rows)) as put_in_place:
        if before is None or content != content_of_week(project, before):
            scored = rows.assign(scored_at=next_moment(project.reports))
            published_weeks.publish(
                project.reports, scored, put_in_place, readable_masters(project), promised, content
            )
        else:
            put_in_place()
            with project.reports.transaction() as transaction:
                published_weeks.name_things(transaction, readable_masters(project))
            if before.status != rows["status"].iloc[0]:
                published_weeks.mark(project.reports, week, rows["status"].iloc[0])
    for known in published_weeks.in_order(project.reports):
        stale = known.week_start < week and known.status == "STALE"
        if stale and _made_in_its_days(project, known):
            published_weeks.mark(project.reports, known.week_start, "FRESH")


def write_list(project: Project, week: date, rows: "pd.DataFrame") -> None:
    """Write the list of a week's pairs that are expected to be bought."""
    write_atomically(list_of(project, week), _as_list(rows))


def _as_list(rows: "pd.DataFrame") -> str:
    """The pairs that are expected to be bought, as CSV."""

    chosen = rows.loc[rows["will_buy"].astype(bool), ["customer_id", "product_id"]]
    return escape_formulas(chosen).to_csv(index=False)


def list_of(project: Project, week: date) -> UPath:
    """Where the CSV of a week lies."""
    return project.folder("exports") / f"predictions_{week}.csv"


def _made_in_its_days(project: Project, published: PublishedWeek) -> bool:
    """Whether a week was published before its days were over.

    It turned STALE while the sales after it were awaited; now that a newer week stands, it bears
    the mark of its own days again.
    """
    moment: datetime = published.scored_at.replace(tzinfo=UTC)
    day = moment.astimezone(ZoneInfo(project.settings.time_zone)).date()
    return day <= published.window_end


def content_of_week(project: Project, published: PublishedWeek) -> str:
    """Fingerprint of what a published week says; one of an earlier version is read for it."""
    rows = weekly_predictions.extent(project.reports, published.week_start).rows
    if published.content and rows == published.pairs:
        return published.content
    return content_of(weekly_predictions.of_week(project.reports, published.week_start))


def content_of(rows: pd.DataFrame) -> str:
    """Fingerprint of a week's forecast, whatever types hold it and however it is marked."""
    names = [name for name in weekly_predictions.COLUMNS if name not in weekly_predictions.MARKS]
    kinds = {name: "float64" if name in weekly_predictions.NUMBERS else "str" for name in names}
    return frame_version(rows[names].astype(kinds))


def score_week(project: Project, week: date) -> dict[str, float]:
    """Compare a published week with what was sold, and keep the figures.

    A score that says the same of the same sales stays as it is, `scored_at` included.

    Raises
    ------
    PurchaseAssetsError
        When the week was not published in its time, or its sales are not known yet.
    """
    published = needed_inputs.outcome(project, week)
    rows = weekly_predictions.of_week(project.reports, week)
    figures = published_quality(rows, _bought(project, published))
    moment = next_moment(project.reports)
    scores = [
        PredictionScore(
            week_start=week,
            metric=metric,
            value=None if math.isnan(value) else float(value),
            window_start=published.window_start,
            window_end=published.window_end,
            model_version=published.model_version,
            scored_at=moment,
        )
        for metric, value in figures.items()
    ]
    before = prediction_scores.of_week(project.reports, week)
    passing(Failpoint.SCORE_COMPUTED)
    same = {replace(score, scored_at=moment) for score in before} == set(scores)
    if not same or week in published_weeks.weeks_to_score(project.reports, published.window_end):
        prediction_scores.keep(project.reports, week, scores)
    passing(Failpoint.SCORE_KEPT)
    return figures


def _bought(project: Project, published: PublishedWeek) -> pd.DataFrame:
    """The distinct pairs that were bought in a published window."""
    with sql_over(daily_sales=project.lake.dataset("daily_sales")) as connection:
        return connection.execute(
            "SELECT DISTINCT customer_id, product_id FROM daily_sales "
            "WHERE items_bought > 0 AND day BETWEEN ? AND ?",
            [published.window_start, published.window_end],
        ).df()


def frame_version(rows: pd.DataFrame) -> str:
    """Fingerprint of a frame's rows, as data version."""
    return digest(pa.Table.from_pandas(rows, preserve_index=False))
