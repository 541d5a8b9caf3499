"""Group `features`: from accepted order lines to what is known of each candidate pair."""

import dagster as dg

from purchase_assets.forecasting.content_checks import SALES
from purchase_assets.orchestration.describe import (
    DATA_SCIENCE,
    PREVIEW_ROWS,
    ROWS_OF_PARTITION,
    check_results,
    check_specs,
    table_metadata,
)
from purchase_assets.orchestration.failures import told
from purchase_assets.orchestration.intake_assets import (
    raw_customers,
    raw_products,
    raw_transactions,
)
from purchase_assets.orchestration.partitions import WEEKS
from purchase_assets.project import Project
from purchase_assets.weeks import parse_week
from purchase_assets.workflows import accepted_data

# Edge-triggered: asks once per change of an upload, after the last waiting upload is taken in.
# Missing rejected uploads do not block it, which is why this is not AutomationCondition.eager().
NEW_SALES = (
    (dg.AutomationCondition.newly_missing() | dg.AutomationCondition.any_deps_updated())
    .since(dg.AutomationCondition.newly_requested() | dg.AutomationCondition.newly_updated())
    .with_label("accepted sales have changed")
    & dg.AutomationCondition.any_deps_match(~dg.AutomationCondition.missing()).with_label(
        "an upload has been accepted"
    )
    & ~dg.AutomationCondition.any_deps_in_progress().with_label("uploads are being taken in")
    & ~dg.AutomationCondition.in_progress()
)


@dg.asset(
    deps=[raw_transactions],
    automation_condition=NEW_SALES,
    group_name="features",
    pool="intake",  # a sum over all uploads, while none is being taken in
    kinds={"duckdb", "deltalake"},
    owners=DATA_SCIENCE,
    check_specs=check_specs("daily_sales", SALES),
    retry_policy=dg.RetryPolicy(max_retries=2, delay=5),
)
def daily_sales(project: dg.ResourceParam[Project]) -> dg.MaterializeResult:
    """One row per customer x product x day: items bought and returned, lines; no duplicates.

    What every forecast and score is computed from. Made when the last waiting upload has been
    taken in. Red or yellow: the failed check names the days or rows that are missing; send them.
    Overdue: the week's file has not come. More: docs/ops.md.
    """
    from purchase_assets.workflows.sum_sales import sum_sales

    with told():
        sales = sum_sales(project)
    return dg.MaterializeResult(
        metadata=table_metadata(
            project.lake.head("daily_sales", PREVIEW_ROWS),
            row_count=sales.rows,
            first_day=str(sales.days[0]),
            data_through=str(sales.days[-1]),
            lake_version=sales.lake_version,
            uploads=sales.uploads,
        ),
        data_version=dg.DataVersion(sales.version),
        check_results=check_results(sales.findings),
    )


@dg.asset(
    deps=[daily_sales, raw_customers, raw_products],
    partitions_def=WEEKS,
    group_name="features",
    pool="publishing",
    kinds={"ibis", "duckdb", "deltalake"},
    owners=DATA_SCIENCE,
)
def cleaned_features(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per candidate pair of the forecast window.

    What the model sees of a pair; weekly_predictions and drift_report use it. Made for the week
    to forecast when its sales or the master tables have changed. Red: the failed run says what is
    missing. More: docs/forecasting.md.
    """
    from purchase_assets.workflows import forecast_week

    with told():
        week = parse_week(context.partition_key)
        made = forecast_week.make_features(project, week)
    return dg.MaterializeResult(
        metadata=table_metadata(
            project.lake.head("cleaned_features", PREVIEW_ROWS),
            rows=ROWS_OF_PARTITION,
            row_count=made.rows,
            cutoff=str(made.window.cutoff),
            window_start=str(made.window.start),
            window_end=str(made.window.end),
            lake_version=made.lake_version,
            history=forecast_week.features_history(project, week),
            does_without=" ".join(lack.en for lack in accepted_data.lacks(project)) or "nothing",
        ),
        data_version=dg.DataVersion(made.version),
    )


ASSETS = [daily_sales, cleaned_features]
