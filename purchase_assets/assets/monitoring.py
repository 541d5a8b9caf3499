"""Group `monitoring`: how good the forecasts were, and whether the data has changed."""

import dagster as dg

from purchase_assets.assets.describe import DATA_SCIENCE, code_version, described
from purchase_assets.assets.features import daily_sales
from purchase_assets.assets.partitions import WEEKS
from purchase_assets.assets.predictions import weekly_predictions
from purchase_assets.resources import Project
from purchase_assets.weeks import parse_week
from purchase_assets.workflows import weekly


@dg.asset(
    deps=[weekly_predictions, daily_sales],
    partitions_def=WEEKS,
    group_name="monitoring",
    kinds={"scikitlearn", "sql"},
    owners=DATA_SCIENCE,
    code_version=code_version("forecasting/published.py", "forecasting/metrics.py"),
    check_specs=[
        dg.AssetCheckSpec(
            "still_beats_baseline",
            asset="prediction_scores",
            description="The published list was better than the recency baseline's.",
        )
    ],
)
def prediction_scores(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per metric of a week whose sales are now known."""
    figures = weekly.score_week(project, parse_week(context.partition_key))
    return dg.MaterializeResult(
        metadata=described(len(figures), figures),
        data_version=dg.DataVersion(
            "/".join(f"{name}={value:.6f}" for name, value in figures.items())
        ),
        check_results=[
            dg.AssetCheckResult(
                check_name="still_beats_baseline",
                passed=figures["f1"] > figures["baseline_f1"],
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"f1": figures["f1"], "baseline_f1": figures["baseline_f1"]},
            )
        ],
    )


ASSETS = [prediction_scores]
