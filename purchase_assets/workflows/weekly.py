"""The running week: its features, its published table and the scores of weeks that are over."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from purchase_assets.resources import Project
from purchase_assets.retraining import Status
from purchase_assets.storage import tables
from purchase_assets.storage.files import write_atomically
from purchase_assets.storage.lake import digest
from purchase_assets.storage.reports import now
from purchase_assets.weeks import Window, window_of_week
from purchase_assets.workflows import promotion

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


def data_through(project: Project) -> date:
    """The newest day with accepted sales."""
    import pyarrow.compute as pc

    return pc.max(project.lake.dataset("daily_sales").to_table(columns=["day"])["day"]).as_py()


def masters(project: Project, snapshot: Mapping[str, int] | None = None) -> dict[str, Any]:
    """The customer and product tables, None where no file of the kind was accepted yet.

    With a snapshot (table versions that a training recorded) the tables as they were then.
    """
    names = ("customers", "products")
    if snapshot is not None:
        return {
            name: project.lake.read(name, snapshot[name]) if name in snapshot else None
            for name in names
        }
    return {name: project.lake.read(name) if project.lake.exists(name) else None for name in names}


def make_features(project: Project, week: date) -> "tuple[pd.DataFrame, Window]":
    """Compute and keep the features of a week's candidate pairs."""

    from purchase_assets.forecasting.frames import feature_frame

    published = project.reports.published_window(week)
    window = window_of_week(
        week, data_through(project), published["data_through"] if published else None
    )
    features = feature_frame(
        project.lake.dataset("daily_sales"),
        [window],
        lookback_days=project.settings.forecast.lookback_days,
        threads=project.settings.forecast.threads,
        **masters(project),
    )
    features.insert(0, "week_start", week.isoformat())
    project.lake.write(
        "cleaned_features", as_plain_table(features), partition={"week_start": week.isoformat()}
    )
    return features, window


def as_plain_table(frame: "pd.DataFrame") -> "pa.Table":
    """A feature frame as Arrow with dictionary columns as text: Delta has no dictionaries."""
    import pyarrow as pa

    table = pa.Table.from_pandas(frame, preserve_index=False)
    for position, field in enumerate(table.schema):
        if pa.types.is_dictionary(field.type):
            table = table.set_column(position, field.name, table[field.name].cast(pa.string()))
    return table


def read_features(
    project: Project, table: str, week: date | None = None, version: int | None = None
) -> "pd.DataFrame":
    """A kept feature frame as it was computed; of one week, or of a snapshot of the lake."""
    import pyarrow.compute as pc

    from purchase_assets.forecasting.features import CATEGORIES

    chosen = None if week is None else pc.field("week_start") == week.isoformat()
    rows = project.lake.dataset(table, version).to_table(filter=chosen)
    frame = rows.to_pandas(categories=list(CATEGORIES), date_as_object=True)
    return frame.drop(columns="week_start", errors="ignore").sort_values(
        ["cutoff", "customer_id", "product_id"], ignore_index=True
    )


def forecast(
    project: Project, week: date, champion: promotion.Loaded, status: Status = "FRESH"
) -> "pd.DataFrame":
    """Forecast a week with the champion and publish it; returns the published rows.

    The forecast of an earlier champion, because the newest cannot be trusted, is DEGRADED.
    """
    from purchase_assets.forecasting.scoring import score
    from purchase_assets.forecasting.volume import volume_factor

    features = read_features(project, "cleaned_features", week)
    version = champion.reference.version
    record = project.registry.record(version)
    missing = set(record["feature_names"]) - set(features)
    if missing:
        raise ValueError(
            f"champion {version} needs {', '.join(sorted(missing))}, which this version "
            "of the code does not compute; expected a model of the same features; run the job "
            "`retrain`"
        )
    customers = masters(project)["customers"]
    cutoff = features["cutoff"].iloc[0]
    window = window_of_week(week, cutoff)
    rows = score(
        champion.model,
        features,
        missed_share=record["missed_share"],
        volume=volume_factor(project.lake.dataset("daily_sales"), window),
        customers=None if customers is None else customers.to_pandas(),
        threads=project.settings.forecast.threads,
    )
    rows = rows.assign(
        week_start=week,
        window_start=window.start,
        window_end=window.end,
        model_version=version,
        data_through=cutoff,
        status="DEGRADED" if champion.refused else status,
    )
    publish(project, week, rows)
    return rows


def publish(project: Project, week: date, rows: "pd.DataFrame") -> None:
    """Put a week's forecast into the reports database and write its list as CSV.

    A week whose forecast has not changed keeps its rows, `scored_at` included; its status follows.
    """
    from purchase_assets.quality.export import escape_formulas

    table = tables.weekly_predictions
    kept = [column.name for column in table.columns if column.name not in ("scored_at", "status")]
    key = ["customer_id", "product_id"]
    rows = rows.sort_values(key, ignore_index=True)[[*kept, "status"]]
    rows = rows.astype({"weeks_bought_of_8": "Int64", "days_since_last": "Int64"})
    before = project.reports.frame(table, week_start=week)
    if not _same(before, rows, kept):
        project.reports.replace(table, {"week_start": week}, rows.assign(scored_at=now()))
    elif before["status"].iloc[0] != rows["status"].iloc[0]:
        with project.reports.transaction() as connection:
            connection.execute(
                table.update()
                .where(table.c.week_start == week)
                .values(status=rows["status"].iloc[0])
            )
    chosen = rows.loc[rows["will_buy"], key]
    write_atomically(
        project.folder("exports") / f"predictions_{week}.csv",
        escape_formulas(chosen).to_csv(index=False),
    )


def _same(before: "pd.DataFrame", after: "pd.DataFrame", names: list[str]) -> bool:
    if len(before) != len(after):
        return False
    return before[names].astype(str).equals(after[names].astype(before[names].dtypes).astype(str))


def weeks_to_score(project: Project, through: date) -> list[date]:
    """Published weeks whose sales are known and whose score is missing or out of date.

    Sales are known when an upload covers the week, not when a later week came before it. A score
    is out of date when a later upload brought sales of its window, or when the week was forecast
    again.
    """
    # the weeks one by one through the key's index: the rows of a week say the same of it
    statement = sa.text(
        """
        WITH RECURSIVE weeks(week_start) AS (
            SELECT MIN(week_start) FROM weekly_predictions
            UNION ALL
            SELECT (SELECT MIN(later.week_start) FROM weekly_predictions AS later
                    WHERE later.week_start > weeks.week_start)
            FROM weeks WHERE weeks.week_start IS NOT NULL
        )
        SELECT p.week_start FROM (
            SELECT weeks.week_start,
                (SELECT window_start FROM weekly_predictions AS one
                 WHERE one.week_start = weeks.week_start LIMIT 1) AS first,
                (SELECT window_end FROM weekly_predictions AS one
                 WHERE one.week_start = weeks.week_start LIMIT 1) AS last,
                (SELECT scored_at FROM weekly_predictions AS one
                 WHERE one.week_start = weeks.week_start LIMIT 1) AS forecast_at
            FROM weeks WHERE weeks.week_start IS NOT NULL
        ) AS p
        LEFT JOIN (
            SELECT week_start, MIN(scored_at) AS scored_at
            FROM prediction_scores GROUP BY week_start
        ) AS s ON s.week_start = p.week_start
        WHERE p.last <= :through AND EXISTS (
            SELECT 1 FROM uploads AS u
            WHERE u.kind = 'transactions' AND u.verdict IN ('ACCEPTED', 'PARTIAL')
              AND u.accepted > 0 AND u.first_day <= p.last AND u.last_day >= p.first
              AND (s.scored_at IS NULL OR s.scored_at < p.forecast_at OR u.judged_at > s.scored_at)
        )
        ORDER BY p.week_start
        """
    )
    known = statement.bindparams(sa.bindparam("through", through, sa.Date))
    found = project.reports.rows(known.columns(week_start=sa.Date))
    return [row["week_start"] for row in found]


def score_week(project: Project, week: date) -> "dict[str, float]":
    """Compare a published week with what was sold, and keep the figures.

    Raises
    ------
    ValueError
        When the week was not published or its sales are not known yet.
    """
    import duckdb

    from purchase_assets.forecasting.published import published_quality

    published = project.reports.published_window(week)
    through = data_through(project)
    if published is None or published["window_end"] > through:
        known = ", ".join(map(str, project.reports.published_weeks())) or "none"
        raise ValueError(
            f"week {week} cannot be scored: sales are known up to {through} and published weeks "
            f"are {known}; expected a published week whose last day is known"
        )
    rows = project.reports.frame(tables.weekly_predictions, week_start=week)
    with duckdb.connect() as connection:
        connection.register("daily_sales", project.lake.dataset("daily_sales"))
        bought = connection.execute(
            "SELECT DISTINCT customer_id, product_id FROM daily_sales "
            "WHERE items_bought > 0 AND day BETWEEN ? AND ?",
            [published["window_start"], published["window_end"]],
        ).df()
    figures = published_quality(rows, bought)
    project.reports.replace(
        tables.prediction_scores,
        {"week_start": week},
        [
            {
                "week_start": week,
                "metric": metric,
                "value": value,
                "window_start": published["window_start"],
                "window_end": published["window_end"],
                "model_version": published["model_version"],
                "scored_at": now(),
            }
            for metric, value in figures.items()
        ],
    )
    return figures


def frame_version(rows: "pd.DataFrame") -> str:
    """Fingerprint of a frame's rows, as data version."""
    import pyarrow as pa

    return digest(pa.Table.from_pandas(rows, preserve_index=False))
