"""What the published table holds, read for the checks of its content."""

from collections.abc import Iterator
from datetime import date, timedelta

import duckdb
import sqlalchemy as sa

from purchase_assets.forecasting import content_checks
from purchase_assets.forecasting.content_checks import Finding
from purchase_assets.project import Project
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Row
from purchase_assets.workflows.accepted_data import MASTERS

USUAL_WEEKS = 8
TABLE = tables.weekly_predictions.c
BY_MODEL = TABLE.source == "model"


def of_week(project: Project, week: date) -> Iterator[Finding]:
    """The checks of a published week, and of the mark that readers of the newest week see."""
    yield status(project)
    published = project.reports.published_window(week)
    assert published is not None
    earlier = [day for day in project.reports.published_weeks() if day < week]
    before = earlier[-1] if earlier else None
    held = _held(project, week)
    yield content_checks.rows_like_last_week(
        held["rows"], _held(project, before)["rows"] if before else None
    )
    yield content_checks.probabilities_plausible(
        out_of_range=held["rows"] - held["within"],
        expected=held["expected"] or 0.0,
        usual=_usual_purchases(project, published),
    )
    known = _customers(project, before) if before else set()
    yield content_checks.customers_kept(known - _customers(project, week), len(known))
    yield _names(project, week)


def status(project: Project) -> Finding:
    """What the newest published week's mark means."""
    week = project.reports.published_weeks()[-1]
    published = project.reports.published_window(week)
    assert published is not None
    return content_checks.published_status(
        week,
        published["status"],
        window_end=published["window_end"],
        data_through=published["data_through"],
        model_version=published["model_version"],
    )


def _held(project: Project, week: date) -> Row:
    (row,) = project.reports.rows(
        sa.select(
            sa.func.count().label("rows"),
            sa.func.sum(sa.case((TABLE.probability.between(0, 1), 1), else_=0)).label("within"),
            sa.func.sum(sa.case((BY_MODEL, TABLE.probability), else_=0)).label("expected"),
        ).where(TABLE.week_start == week)
    )
    return row


def _customers(project: Project, week: date) -> set[str]:
    chosen = sa.select(TABLE.customer_id).where(TABLE.week_start == week, BY_MODEL).distinct()
    return {row["customer_id"] for row in project.reports.rows(chosen)}


def _names(project: Project, week: date) -> Finding:
    unknown, looked_up = {}, {}
    for kind, column in MASTERS.items():
        if project.lake.exists(kind):
            chosen = sa.select(TABLE[column]).where(TABLE.week_start == week).distinct()
            ids = {row[column] for row in project.reports.rows(chosen)}
            known = project.lake.dataset(kind).to_table(columns=[column])[column].to_pylist()
            unknown[kind], looked_up[kind] = ids - set(known), len(ids)
    return content_checks.names_known(unknown, looked_up)


def _usual_purchases(project: Project, published: Row) -> float | None:
    """Distinct pairs bought in a window of this length, the mean of the last weeks with sales."""

    through = published["data_through"]
    first = through - timedelta(weeks=USUAL_WEEKS) + timedelta(days=1)
    with duckdb.connect() as connection:
        connection.register("daily_sales", project.lake.dataset("daily_sales"))
        bought = connection.execute(
            "SELECT avg(pairs) FROM (SELECT date_diff('day', day, ?::DATE) // 7 AS back, "
            "count(DISTINCT (customer_id, product_id)) AS pairs FROM daily_sales "
            "WHERE items_bought > 0 AND day BETWEEN ? AND ? GROUP BY back)",
            [through, first, through],
        ).fetchone()
    days = (published["window_end"] - published["window_start"]).days + 1
    return bought[0] * days / 7 if bought and bought[0] else None
