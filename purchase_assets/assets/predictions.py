"""Group `predictions`: the one table that people and reports read."""

import dagster as dg

from purchase_assets.assets.describe import OPERATIONS, code_version, table_metadata
from purchase_assets.assets.features import cleaned_features
from purchase_assets.assets.intake import raw_customers
from purchase_assets.assets.model import trained_model
from purchase_assets.assets.partitions import WEEKS
from purchase_assets.resources import Project
from purchase_assets.weeks import parse_week
from purchase_assets.workflows import publishing


@dg.asset(
    deps=[cleaned_features, trained_model, raw_customers],
    partitions_def=WEEKS,
    check_specs=[
        dg.AssetCheckSpec(
            "champion_is_intact",
            asset="weekly_predictions",
            description="The champion's file is what was registered; else an earlier forecasts.",
        )
    ],
    group_name="predictions",
    kinds={"scikitlearn", "sql"},
    owners=OPERATIONS,
    code_version=code_version("forecasting/scoring.py", "forecasting/selection.py"),
)
def weekly_predictions(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per scored pair of the week."""
    published = publishing.publish_week(project, parse_week(context.partition_key))
    rows, week = published.rows, published.week
    context.log.info(published.said)
    return dg.MaterializeResult(
        metadata=table_metadata(
            rows,
            window_start=str(week["window_start"]),
            window_end=str(week["window_end"]),
            data_through=str(week["data_through"]),
            model_version=week["model_version"],
            status=week["status"],
            history=published.said,
            pairs_predicted=week["pairs_predicted"],
            customers_predicted=int(rows.loc[rows["will_buy"], "customer_id"].nunique()),
            expected_hits=week["expected_hits"],
            expected_purchases=float(rows.loc[rows["source"] == "model", "probability"].sum()),
            operator_page=dg.MetadataValue.url(project.settings.operator_url),
        ),
        data_version=dg.DataVersion(published.version),
        check_results=[
            dg.AssetCheckResult(
                check_name="champion_is_intact",
                passed=not published.refused,
                severity=dg.AssetCheckSeverity.ERROR,
                description="; ".join(published.refused) or published.said,
            )
        ],
    )


ASSETS = [weekly_predictions]
