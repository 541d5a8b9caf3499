"""Where the graph ends: the pages that people open, as external assets with their address."""

import dagster as dg

from purchase_assets.orchestration.describe import OPERATIONS
from purchase_assets.settings import Settings


def external_assets(settings: Settings) -> list[dg.AssetSpec]:
    """The operator page, the monitoring page and MLflow."""
    return [
        _page(
            "operator_page",
            "One page for call-center operators: what a customer will buy this week and why. Reads "
            "the newest published week; follows it without a restart. Does not open: start it with "
            "`purchase-assets serve`. More: docs/operators.md.",
            settings.operator_url,
            ["weekly_predictions"],
        ),
        _page(
            "monitoring_page",
            "One page for the ops team: uploads, quality, drift, decisions and models; rows that "
            "were set aside are released and discarded here. Does not open: start it with "
            "`purchase-assets serve`. More: docs/ops.md.",
            f"{settings.operator_url}/monitoring",
            ["prediction_scores", "drift_report"],
        ),
        _page(
            "mlflow_ui",
            "One page per training run and model version, for data scientists, with figures, "
            "pictures and the model card. Does not open: `make dev` starts it. "
            "More: docs/data_scientists.md.",
            settings.mlflow_url,
            ["trained_model"],
        ),
    ]


def _page(name: str, description: str, url: str, deps: list[str]) -> dg.AssetSpec:
    return dg.AssetSpec(
        name,
        deps=deps,
        description=description,
        group_name="pages",
        kinds={"web"},
        owners=OPERATIONS,
        metadata={"url": dg.MetadataValue.url(url)},
    )
