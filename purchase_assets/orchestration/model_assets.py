"""Group `model`: the training set, and a challenger with its gate verdict."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from purchase_assets.forecasting.calibration import is_calibrated
from purchase_assets.orchestration.describe import (
    DATA_SCIENCE,
    PREVIEW_ROWS,
    check_specs,
    described,
    table_metadata,
)
from purchase_assets.orchestration.failures import told
from purchase_assets.orchestration.feature_assets import daily_sales
from purchase_assets.orchestration.intake_assets import raw_customers, raw_products
from purchase_assets.orchestration.launch_tokens import Token, retraining_cause
from purchase_assets.orchestration.memory import give_back_memory
from purchase_assets.orchestration.priority import giving_way
from purchase_assets.progress import Progress
from purchase_assets.project import Project
from purchase_assets.workflows import promote_model

if TYPE_CHECKING:
    from purchase_assets.workflows.train_model import Outcome

CAUSE_TAG = "purchase_assets/cause"
BEATS_BASELINE, NOT_OVERFITTED, IS_CALIBRATED, PASSED_GATE = (
    "beats_baseline",
    "not_overfitted",
    "is_calibrated",
    "passed_gate",
)
CHECKS = {
    BEATS_BASELINE: "On the held-out weeks the list is better than the recency baseline's.",
    NOT_OVERFITTED: "Weeks it was trained on are not known far better than new ones.",
    IS_CALIBRATED: "Expected purchases match what was bought.",
    PASSED_GATE: "The challenger may take the champion's place.",
}


@dg.asset(
    deps=[daily_sales, raw_customers, raw_products],
    group_name="model",
    pool="training",
    kinds={"ibis", "duckdb", "deltalake"},
    owners=DATA_SCIENCE,
)
def training_set(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> dg.MaterializeResult:
    """One row per candidate pair x past window, with its label.

    What a model learns from; trained_model uses it. Made by the job `retrain`, before each
    training. Out of date in between, which is as it should be. More: docs/forecasting.md.
    """
    from purchase_assets.workflows import needed_inputs, train_model

    with told():
        needed_inputs.sales(project)
        made = train_model.make_training_set(project, _progress(context))
    return dg.MaterializeResult(
        metadata=table_metadata(
            project.lake.head(train_model.TABLE, PREVIEW_ROWS),
            row_count=made.rows,
            windows=len(made.cutoffs),
            first_cutoff=str(made.cutoffs[0]),
            last_cutoff=str(made.cutoffs[-1]),
            lake_version=made.lake_version,
        ),
        data_version=dg.DataVersion(made.version),
    )


@dg.asset(
    deps=[training_set],
    check_specs=check_specs("trained_model", CHECKS),
    group_name="model",
    pool="training",
    kinds={"scikitlearn", "mlflow"},
    owners=DATA_SCIENCE,
)
def trained_model(
    context: dg.AssetExecutionContext, config: Token, project: dg.ResourceParam[Project]
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """One registered model version and its gate verdict.

    For data scientists, who compare versions in MLflow. Made by the job `retrain`: for a first
    model, after drift, after a refused upload, or when the champion is old. A failed gate check
    means that the champion stays. Red: look at the run; the champion forecasts on.
    More: docs/data_scientists.md.
    """
    from purchase_assets.workflows import forecast_week, needed_inputs, train_model

    with told():
        cause = retraining_cause(context, config, project, context.run.tags.get(CAUSE_TAG))
        needed_inputs.training_set(project)
        outcome = giving_way(
            lambda: train_model.train_and_gate(
                project,
                cause=cause,
                progress=_progress(context),
            )
        )
    found = outcome.training.validation
    context.log.info(outcome.verdict.reason.en)
    yield from _checks(outcome)
    champion = promote_model.champion(project)
    yield dg.MaterializeResult(
        metadata=described(
            1,
            {
                "version": outcome.reference.version,
                "champion": champion.version if champion else "none",
                "verdict": outcome.verdict.reason.en,
                "f1": found["f1"],
                "baseline_f1": found["baseline_f1"],
                "average_precision": found["average_precision"],
                "data_through": str(forecast_week.data_through(project)),
                "mlflow": dg.MetadataValue.url(
                    f"{project.settings.mlflow_url}/#/models/purchase_forecast/versions/"
                    f"{outcome.reference.version}"
                ),
            },
        ),
        # what is downstream uses the champion, so a challenger that fails changes nothing
        data_version=dg.DataVersion(champion.data_version if champion else "none"),
    )


def _checks(outcome: "Outcome") -> Iterator[dg.AssetCheckResult]:
    found = outcome.training
    validation = found.validation
    verdicts = {
        BEATS_BASELINE: (
            validation["f1"] > validation["baseline_f1"],
            {"f1": validation["f1"], "baseline_f1": validation["baseline_f1"]},
        ),
        NOT_OVERFITTED: (not found.overfitted, {"gap": found.gap}),
        IS_CALIBRATED: (
            is_calibrated(validation["calibration"]),
            {"calibration": validation["calibration"]},
        ),
        PASSED_GATE: (outcome.verdict.promote, outcome.verdict.figures),
    }
    for name, (passed, figures) in verdicts.items():
        yield dg.AssetCheckResult(
            check_name=name,
            passed=bool(passed),
            severity=dg.AssetCheckSeverity.WARN,
            description=outcome.verdict.reason.en if name == PASSED_GATE else CHECKS[name],
            metadata={key: float(value) for key, value in figures.items()},
        )


def _progress(context: dg.AssetExecutionContext) -> Progress:
    """Tell the run's log where a training stands, between its steps."""

    def step(message: str, share: float) -> None:
        give_back_memory()
        context.log.info(f"{message} ({share:.0%})")

    return step


ASSETS = [training_set, trained_model]
