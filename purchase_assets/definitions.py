"""The front door: everything that Dagster knows of this project."""

import warnings

import dagster as dg

from purchase_assets import decision_log
from purchase_assets.code_versions import code_version
from purchase_assets.orchestration import (
    feature_assets,
    intake_assets,
    model_assets,
    monitoring_assets,
    page_assets,
    prediction_assets,
    recovery,
    sensors,
    telling,
    training_sensors,
)
from purchase_assets.orchestration.describe import placed
from purchase_assets.orchestration.jobs import JOBS, schedules
from purchase_assets.orchestration.retry_window import Attempts
from purchase_assets.project import Project
from purchase_assets.settings import Settings

# Dagster copies its own sensors with a parameter that it calls beta; nobody here can do otherwise
warnings.filterwarnings("ignore", "Parameter `owners` of initializer", dg.BetaWarning)


def build_definitions(settings: Settings) -> dg.Definitions:
    """The graph over the stores that `settings` name."""
    computed = (
        *intake_assets.ASSETS,
        *feature_assets.ASSETS,
        *model_assets.ASSETS,
        *prediction_assets.ASSETS,
        *monitoring_assets.ASSETS,
    )
    return dg.Definitions(
        assets=[
            *(_placed(asset, settings) for asset in computed),
            *page_assets.external_assets(settings),
        ],
        sensors=[
            recovery.finish_half_withdrawn,
            recovery.finish_half_done,  # early, since the rest compares with what it finishes
            *sensors.SENSORS,
            *training_sensors.SENSORS,  # later, since the weekly table comes before any training
            dg.AutomationConditionSensorDefinition(
                "automation",
                target=dg.AssetSelection.all(),
                default_status=dg.DefaultSensorStatus.RUNNING,
                description="Materializes what its automation condition asks for.",
            ),
            telling.teller(settings),  # last, since it tells what came of the others
        ],
        jobs=JOBS,
        schedules=schedules(settings),
        resources={"project": Project(settings), "attempts": Attempts()},
        executor=dg.in_process_executor,  # each further process would import the libraries again
    )


def _placed(asset: dg.AssetsDefinition, settings: Settings) -> dg.AssetsDefinition:
    """An asset with what depends on the settings, and the version of the code that it runs."""
    version = code_version(asset.op.compute_fn.decorated_fn)  # type: ignore[union-attr]
    return asset.map_asset_specs(
        lambda spec: placed(spec, settings).replace_attributes(code_version=version)
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The graph of this environment's settings, for Dagster's own processes."""
    decision_log.to_stderr()
    return build_definitions(Settings())
