"""What the commands import while they work, for the server of `commands`: it does so once."""

import alembic.migration  # noqa: F401
import deltalake.fs  # noqa: F401
import evidently  # noqa: F401
import great_expectations  # noqa: F401
import ibis.backends.duckdb.converter
import ibis.expr.types.groupby
import ibis.formats.pandas  # noqa: F401
import mlflow.sklearn
import mlflow.store.model_registry.sqlalchemy_workspace_store
import mlflow.store.tracking.sqlalchemy_workspace_store  # noqa: F401
import plotly.graph_objects as go
import plotly.offline  # noqa: F401
import pytest  # noqa: F401 - what pytest forks asks for it

import purchase_assets.cli.main
import purchase_assets.drift.evidently_page
import purchase_assets.orchestration.driver
import purchase_assets.orchestration.instance
import purchase_assets.orchestration.operations
import purchase_assets.storage.registry
import purchase_assets.workflows.publish_week
import purchase_assets.workflows.quarantine
import purchase_assets.workflows.sum_sales
import purchase_assets.workflows.take_in
import purchase_assets.workflows.train_model  # noqa: F401
from purchase_assets.definitions import build_definitions
from purchase_assets.forecasting.feature_frames import feature_query
from purchase_assets.settings import Settings

go.Figure([go.Bar(), go.Scatter()]).to_json()  # it imports as it draws
build_definitions(Settings())  # the fingerprint of its code is worked out once, too
lookback_days = Settings().forecast.lookback_days
feature_query(lookback_days, with_labels=False, with_market=False)  # compiled once, too
