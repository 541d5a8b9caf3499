"""Group `monitoring`: how good the forecasts were, and whether the data has changed."""

from datetime import date

import dagster as dg

from purchase_assets.orchestration.describe import (
    DATA_SCIENCE,
    ROWS_OF_PARTITION,
    check_specs,
    columns_of,
    described,
    table_metadata,
)
from purchase_assets.orchestration.failures import told
from purchase_assets.orchestration.feature_assets import cleaned_features, daily_sales
from purchase_assets.orchestration.model_assets import trained_model
from purchase_assets.orchestration.partitions import SCORED_WEEKS, WEEKS
from purchase_assets.orchestration.prediction_assets import weekly_predictions
from purchase_assets.project import Project
from purchase_assets.storage.reports import promises
from purchase_assets.storage.reports.database import Reports
from purchase_assets.weeks import parse_week

OF_THE_PROMISE = (
    *("expected_hits", "hits_low", "hits_high", "hits", "hits_kept"),
    *("expected_f1", "f1_low", "f1_high", "f1_kept"),
)
"""Shown beside a score: what the week promised of its list, and whether it was kept."""
BEATS_BASELINE, NO_DRIFT, ENOUGH_DATA = "still_beats_baseline", "no_drift", "enough_data"
SCORES = {BEATS_BASELINE: "The published list was better than the recency baseline's."}
DRIFT = {
    NO_DRIFT: "The week's data is like what the champion was trained on.",
    ENOUGH_DATA: "There are enough rows to say whether the data has changed.",
}


@dg.asset(
    deps=[
        dg.AssetDep(weekly_predictions, partition_mapping=dg.IdentityPartitionMapping()),
        daily_sales,
    ],
    partitions_def=SCORED_WEEKS,
    group_name="monitoring",
    pool="publishing",
    kinds={"scikitlearn", "sql"},
    owners=DATA_SCIENCE,
    check_specs=check_specs("prediction_scores", SCORES),
)
def prediction_scores(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per metric of a week whose sales are now known.

    How good a published forecast was, for the monitoring page and the retraining sensors. Made
    when the sales of a published week have come. Yellow: the week's list lost to the recency
    baseline; two weeks running ask for a training by themselves. More: docs/forecasting.md.
    """
    from purchase_assets.workflows import forecast_week

    with told():
        week = parse_week(context.partition_key)
        figures = forecast_week.score_week(project, week)
        promised = promised_beside_outcome(project.reports, week)
    return dg.MaterializeResult(
        metadata=described(len(figures), {**figures, **promised}, ROWS_OF_PARTITION),
        data_version=dg.DataVersion(
            "/".join(f"{name}={value:.6f}" for name, value in figures.items())
        ),
        check_results=[
            dg.AssetCheckResult(
                check_name=BEATS_BASELINE,
                passed=figures["f1"] > figures["baseline_f1"],
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"f1": figures["f1"], "baseline_f1": figures["baseline_f1"]},
            )
        ],
    )


@dg.asset(
    deps=[cleaned_features, weekly_predictions, trained_model],
    partitions_def=WEEKS,
    group_name="monitoring",
    pool="publishing",
    kinds={"evidently", "sql"},
    owners=DATA_SCIENCE,
    check_specs=check_specs("drift_report", DRIFT),
)
def drift_report(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per monitored column of the week.

    Whether the data is still like what the champion learnt from; the retraining sensors use it.
    Made with each forecast. Yellow: the check names the columns; a training is asked for by
    itself, and `purchase-assets decisions` says what came of it. More: docs/drift.md.
    """
    from purchase_assets.workflows import forecast_week, publish_week

    with told():
        week = parse_week(context.partition_key)
        verdict = publish_week.report_week(project, week)
    context.log.info(verdict.sentence.en)
    return dg.MaterializeResult(
        metadata=table_metadata(
            verdict.scores,
            columns=columns_of("drift_scores"),
            rows=ROWS_OF_PARTITION,
            verdict=verdict.status,
            sentence=verdict.sentence.en,
            frase=verdict.sentence.es,
            page=dg.MetadataValue.url(f"{project.settings.operator_url}/drift/{week}"),
        ),
        data_version=dg.DataVersion(forecast_week.frame_version(verdict.scores)),
        check_results=[
            dg.AssetCheckResult(
                check_name=NO_DRIFT,
                passed=verdict.status != "DRIFTED",
                severity=dg.AssetCheckSeverity.WARN,
                description=verdict.sentence.en,
                metadata={str(column): column.score for column in verdict.drifted},
            ),
            dg.AssetCheckResult(
                check_name=ENOUGH_DATA,
                passed=verdict.status != "INSUFFICIENT",
                severity=dg.AssetCheckSeverity.WARN,
                description=verdict.sentence.en,
            ),
        ],
    )


def promised_beside_outcome(reports: Reports, week: date) -> dict[str, float]:
    """What a week promised and how many weeks kept it so far, without what is not known."""
    weeks = promises.in_order(reports)
    kept = promises.coverage(weeks)
    (found,) = (vars(one) for one in weeks if one.week_start == week)
    told = {name: found[name] for name in OF_THE_PROMISE if found[name] is not None}
    return {**told, "weeks_with_promise": kept.weeks, "weeks_within_bounds": kept.hits_kept}


ASSETS = [prediction_scores, drift_report]
