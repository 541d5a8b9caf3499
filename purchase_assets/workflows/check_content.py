"""What the published table holds, read for the checks of its content."""

from collections.abc import Iterator
from datetime import date, timedelta

from purchase_assets.forecasting import content_checks
from purchase_assets.forecasting.content_checks import Finding
from purchase_assets.project import Project
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.reports import published_weeks, weekly_predictions
from purchase_assets.storage.reports.published_weeks import PublishedWeek
from purchase_assets.workflows.accepted_data import MASTERS

USUAL_WEEKS = 8


def of_week(project: Project, week: date) -> Iterator[Finding]:
    """The checks of a published week, and of the mark that readers of the newest week see."""
    yield status(project)
    reports = project.reports
    published = published_weeks.find(reports, week)
    assert published is not None
    earlier = [one for one in published_weeks.in_order(reports) if one.week_start < week]
    before = earlier[-1] if earlier else None
    held = weekly_predictions.extent(reports, week)
    yield content_checks.rows_like_last_week(held.rows, before.pairs if before else None)
    yield content_checks.probabilities_plausible(
        out_of_range=held.rows - held.within,
        expected=held.expected,
        usual=_usual_purchases(project, published),
    )
    now = weekly_predictions.customers_with_history(reports, week)
    known = (
        weekly_predictions.customers_with_history(reports, before.week_start) if before else set()
    )
    yield content_checks.customers_kept(known - now, len(known))
    yield _names(project, week)


def status(project: Project) -> Finding:
    """What the newest published week's mark means."""
    published = published_weeks.in_order(project.reports)[-1]
    return content_checks.status_told(
        published.week_start,
        published.status,
        window_end=published.window_end,
        data_through=published.data_through,
        model_version=published.model_version,
    )


def _names(project: Project, week: date) -> Finding:
    unknown, looked_up = {}, {}
    for kind, column in MASTERS.items():
        if project.lake.exists(kind):
            ids = weekly_predictions.ids(project.reports, week, column)
            known = project.lake.dataset(kind).to_table(columns=[column])[column].to_pylist()
            unknown[kind], looked_up[kind] = ids - set(known), len(ids)
    return content_checks.names_known(unknown, looked_up)


def _usual_purchases(project: Project, published: PublishedWeek) -> float | None:
    """Distinct pairs bought in a window of this length, the mean of the last weeks with sales."""

    through = published.data_through
    first = through - timedelta(weeks=USUAL_WEEKS) + timedelta(days=1)
    with sql_over(daily_sales=project.lake.dataset("daily_sales")) as connection:
        bought = connection.execute(
            "SELECT avg(pairs) FROM (SELECT date_diff('day', day, ?::DATE) // 7 AS back, "
            "count(DISTINCT (customer_id, product_id)) AS pairs FROM daily_sales "
            "WHERE items_bought > 0 AND day BETWEEN ? AND ? GROUP BY back)",
            [through, first, through],
        ).fetchone()
    days = (published.window_end - published.window_start).days + 1
    return bought[0] * days / 7 if bought and bought[0] else None
