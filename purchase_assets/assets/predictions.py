"""Group `predictions`: the one table that people and reports read."""

import dagster as dg

from purchase_assets.assets.describe import (
    OPERATIONS,
    ROWS_OF_PARTITION,
    check_results,
    check_specs,
    code_version,
    columns_of,
    table_metadata,
)
from purchase_assets.assets.features import cleaned_features
from purchase_assets.assets.intake import raw_customers
from purchase_assets.assets.model import trained_model
from purchase_assets.assets.partitions import WEEKS
from purchase_assets.failures import told
from purchase_assets.forecasting.content import TABLE
from purchase_assets.resources import Project
from purchase_assets.storage import tables
from purchase_assets.weeks import parse_week
from purchase_assets.workflows import content, needed, promotion, retraining, weekly

INTACT = "champion_is_intact"
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
    code_version=code_version("forecasting/scoring.py", "forecasting/selection.py"),
)
def weekly_predictions(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per scored pair of the week."""
    with told():
        week = parse_week(context.partition_key)
        needed.features(project, week)
        champion = promotion.load_champion(project)
        rows = weekly.forecast(project, week, champion, retraining.status(project, week))
    chosen = rows[rows["will_buy"]]
    return dg.MaterializeResult(
        metadata=table_metadata(
            rows,
            columns=columns_of(tables.weekly_predictions),
            rows=ROWS_OF_PARTITION,
            window_start=str(rows["window_start"].iloc[0]),
            window_end=str(rows["window_end"].iloc[0]),
            data_through=str(rows["data_through"].iloc[0]),
            model_version=champion.reference.version,
            status=rows["status"].iloc[0],
            pairs_predicted=len(chosen),
            customers_predicted=int(chosen["customer_id"].nunique()),
            expected_purchases=float(rows.loc[rows["source"] == "model", "probability"].sum()),
            operator_page=dg.MetadataValue.url(project.settings.operator_url),
        ),
        # a new mark on the same forecast changes nothing downstream
        data_version=dg.DataVersion(weekly.frame_version(rows.drop(columns="status"))),
        check_results=[
            *check_results(content.of_week(project, week)),
            dg.AssetCheckResult(
                check_name=INTACT,
                passed=not champion.refused,
                severity=dg.AssetCheckSeverity.ERROR,
                description="; ".join(champion.refused) or "The champion forecasts.",
            ),
        ],
    )


ASSETS = [weekly_predictions]
