"""The front door: everything that Dagster knows of this project."""

import dagster as dg

from purchase_assets import sensors, training_sensors
from purchase_assets.assets import features, intake, model, monitoring, pages, predictions
from purchase_assets.assets.describe import placed
from purchase_assets.code_versions import code_version
from purchase_assets.jobs import JOBS, schedules
from purchase_assets.resources import Project
from purchase_assets.settings import Settings


def build_definitions(settings: Settings) -> dg.Definitions:
    """The graph over the stores that `settings` name."""
    computed = (
        *intake.ASSETS,
        *features.ASSETS,
        *model.ASSETS,
        *predictions.ASSETS,
        *monitoring.ASSETS,
    )
    return dg.Definitions(
        assets=[
            *(_placed(asset, settings) for asset in computed),
            *pages.external_assets(settings),
        ],
        sensors=[
            *sensors.SENSORS,
            *training_sensors.SENSORS,  # later, since the weekly table comes before any training
            dg.AutomationConditionSensorDefinition(
                "automation",
                target=dg.AssetSelection.all(),
                default_status=dg.DefaultSensorStatus.RUNNING,
                description="Materializes what its automation condition asks for.",
            ),
        ],
        jobs=JOBS,
        schedules=schedules(settings),
        resources={"project": Project(settings)},
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
    """The graph of this environment's settings."""
    return build_definitions(Settings())
