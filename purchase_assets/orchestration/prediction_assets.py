"""Group `predictions`: the one table that people and reports read."""

import dagster as dg

from purchase_assets.forecasting.content_checks import TABLE
from purchase_assets.orchestration.describe import (
    OPERATIONS,
    PREVIEW_ROWS,
    ROWS_OF_PARTITION,
    check_results,
    check_specs,
    columns_of,
    table_metadata,
)
from purchase_assets.orchestration.failures import told
from purchase_assets.orchestration.feature_assets import cleaned_features
from purchase_assets.orchestration.intake_assets import raw_customers
from purchase_assets.orchestration.model_assets import trained_model
from purchase_assets.orchestration.partitions import WEEKS
from purchase_assets.project import Project
from purchase_assets.storage.reports import weekly_predictions as weekly_predictions_table
from purchase_assets.weeks import parse_week
from purchase_assets.workflows import check_content

INTACT = "champion_is_intact"
PROMISED = ("hits_low", "hits_high", "expected_precision", "expected_f1", "f1_low", "f1_high")
CHECKS = {
    INTACT: "The champion's file is what was registered; else an earlier forecasts.",
    **TABLE,
}


@dg.asset(
    deps=[cleaned_features, trained_model, raw_customers],
    partitions_def=WEEKS,
    check_specs=check_specs("weekly_predictions", CHECKS),
    group_name="predictions",
    pool="publishing",
    kinds={"scikitlearn", "sql"},
    owners=OPERATIONS,
)
def weekly_predictions(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per scored pair of the week.

    For the call center and for reports, which read it in the reports database. Made when the
    week's sales have been taken in, by the champion; a week that is over keeps what was published.
    Red or yellow: the failed check says why; when its mark is STALE, drop the week's sales file.
    Columns: docs/data_dictionary.md; queries: docs/reports.md.
    """
    from purchase_assets.workflows import publish_week

    with told():
        monday = parse_week(context.partition_key)
        published = publish_week.publish_week(project, monday)
    week = published.week
    expected = weekly_predictions_table.extent(project.reports, monday).expected
    context.log.info(published.said)
    return dg.MaterializeResult(
        metadata=table_metadata(
            weekly_predictions_table.first_rows(project.reports, monday, PREVIEW_ROWS),
            columns=columns_of("weekly_predictions"),
            rows=ROWS_OF_PARTITION,
            row_count=week.pairs,
            window_start=str(week.window_start),
            window_end=str(week.window_end),
            data_through=str(week.data_through),
            model_version=week.model_version,
            status=week.status,
            history=published.said,
            pairs_predicted=week.pairs_predicted,
            customers_predicted=weekly_predictions_table.customers_expected_to_buy(
                project.reports, monday
            ),
            expected_hits=week.expected_hits,
            **{name: getattr(week, name) for name in PROMISED if getattr(week, name) is not None},
            expected_purchases=expected,
            operator_page=dg.MetadataValue.url(project.settings.operator_url),
        ),
        data_version=dg.DataVersion(published.version),
        check_results=[
            *check_results(check_content.of_week(project, monday)),
            dg.AssetCheckResult(
                check_name=INTACT,
                passed=not published.refused,
                severity=dg.AssetCheckSeverity.ERROR,
                description="; ".join(published.refused) or published.said,
            ),
        ],
    )


ASSETS = [weekly_predictions]
