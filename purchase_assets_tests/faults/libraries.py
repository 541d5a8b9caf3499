"""What the commands import while they work, for the server of `commands`."""

import evidently  # noqa: F401
import great_expectations  # noqa: F401
import mlflow.sklearn  # noqa: F401

import purchase_assets.cli.main
import purchase_assets.definitions
import purchase_assets.orchestration.driver
import purchase_assets.orchestration.operations
import purchase_assets.workflows.publish_week
import purchase_assets.workflows.quarantine
import purchase_assets.workflows.sum_sales
import purchase_assets.workflows.take_in
import purchase_assets.workflows.train_model  # noqa: F401
