"""What the graph promises to whoever opens it: names, owners, states, and a light start."""

import os
import re
import subprocess
import sys
from datetime import timedelta

import dagster as dg
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.intake.rules.rule import Group
from purchase_assets.kinds import KNOWN_KINDS
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets_tests.places import ROOT

HEAVY = (
    *("great_expectations", "evidently", "mlflow", "sklearn", "gradio", "pandas", "pyarrow"),
    *("numpy", "deltalake", "matplotlib"),
)
GRAPH = {
    "raw_customers": "intake",
    "raw_products": "intake",
    "raw_transactions": "intake",
    "daily_sales": "features",
    "cleaned_features": "features",
    "training_set": "model",
    "trained_model": "model",
    "weekly_predictions": "predictions",
    "prediction_scores": "monitoring",
    "drift_report": "monitoring",
    "operator_page": "pages",
    "monitoring_page": "pages",
    "mlflow_ui": "pages",
}
CHECKS = {
    **{kind.asset: set(Group) for kind in KNOWN_KINDS},
    "trained_model": {"beats_baseline", "not_overfitted", "is_calibrated", "passed_gate"},
    "prediction_scores": {"still_beats_baseline"},
    "daily_sales": {"selling_days", "rows_kept"},
    "weekly_predictions": {
        "champion_is_intact",
        "status",
        "rows_like_last_week",
        "probabilities_plausible",
        "customers_kept",
        "names_known",
    },
    "drift_report": {"no_drift", "enough_data"},
}
SENSORS = {
    "finish_half_done",
    "finish_half_withdrawn",
    "new_uploads",
    "train_first_model",
    "retrain_on_drift",
    "retrain_on_rejected_upload",
    "retrain_when_overdue",
    "retrain_on_withdrawn_upload",
    "forecast_running_week",
    "automation",
    "tell_people",
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    return build_definitions(Settings(data=str(tmp_path_factory.mktemp("data"))))


def specs(graph):
    return {spec.key.to_user_string(): spec for spec in graph.resolve_all_asset_specs()}


def test_assets_and_their_groups(graph):
    assert {name: spec.group_name for name, spec in specs(graph).items()} == GRAPH


def test_every_asset_says_what_a_row_is_and_who_owns_it(graph):
    for name, spec in specs(graph).items():
        assert spec.description.startswith("One "), name
        assert spec.kinds, name
        assert all(owner.startswith("team:") for owner in spec.owners), name
        assert spec.owners, name


def test_every_computed_asset_has_a_code_version(graph):
    computed = [name for name, group in GRAPH.items() if group != "pages"]
    assert all(specs(graph)[name].code_version for name in computed)


def test_checks(graph):
    found: dict[str, set[str]] = {}
    for assets in graph.assets:
        for check in getattr(assets, "check_specs", []):
            found.setdefault(check.asset_key.to_user_string(), set()).add(check.name)
    assert found == CHECKS


def test_every_sensor_and_schedule_runs_by_default(graph):
    assert {sensor.name for sensor in graph.sensors} == SENSORS
    assert all(s.default_status is dg.DefaultSensorStatus.RUNNING for s in graph.sensors)
    assert graph.schedules
    assert {s.execution_timezone for s in graph.schedules} == {Settings().time_zone}
    assert all(s.default_status is dg.DefaultScheduleStatus.RUNNING for s in graph.schedules)


def test_the_driver_looks_at_the_weekly_table_before_any_training(graph):
    names = [sensor.name for sensor in graph.sensors]
    trainings = [name for name in names if name.startswith(("retrain", "train_"))]
    assert len(trainings) == 5
    assert names.index("forecast_running_week") < min(map(names.index, trainings))


def test_no_week_is_a_partition_before_somebody_asks_for_it(graph):
    weekly = dict.fromkeys(("cleaned_features", "weekly_predictions", "drift_report"), "weeks")
    named = {
        name: spec.partitions_def.name for name, spec in specs(graph).items() if spec.partitions_def
    }
    assert named == {**weekly, "prediction_scores": "scored_weeks", "raw_transactions": "uploads"}


def test_loading_the_graph_imports_nothing_heavy():
    code = (
        "import sys, purchase_assets.definitions as d; d.defs();"
        f"print('loaded', [m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "loaded []"


def test_the_page_server_imports_what_it_serves_and_not_what_it_never_asks():
    code = (
        "import sys, purchase_assets.cli.main, purchase_assets.serving.app;"
        "import purchase_assets.orchestration.console;"
        f"print([m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    served = ["gradio", "pandas", "pyarrow", "numpy"]
    assert done.stdout.strip() == str(served)


def test_a_look_into_an_empty_folder_imports_nothing_heavy(tmp_path):
    code = (
        "import sys, dagster as dg; from purchase_assets.definitions import defs; graph = defs();"
        "context = dg.build_sensor_context(dg.DagsterInstance.ephemeral(),"
        " repository_def=graph.get_repository_def(), resources=graph.resources);"
        "result = graph.get_sensor_def('new_uploads')(context);"
        f"print(result.skip_reason.skip_message, [m for m in {HEAVY} if m in sys.modules])"
    )
    (tmp_path / "incoming").mkdir()
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PURCHASE_ASSETS_DATA": str(tmp_path)},
    )
    assert done.stdout.strip() == f"No file waits in {tmp_path / 'incoming'}. []"


def test_the_graph_follows_its_settings(tmp_path):
    secret = "postgresql://reader:word@example.org/reports"
    settings = Settings(
        data=str(tmp_path), time_zone="Asia/Tokyo", data_due_hours=33, reports_url=secret
    )
    graph = build_definitions(settings)
    due = {
        name: spec.freshness_policy for name, spec in specs(graph).items() if spec.freshness_policy
    }
    assert set(due) == {"daily_sales", "weekly_predictions"}
    for policy in due.values():
        assert (policy.deadline_cron, policy.timezone) == ("0 9 * * 2", "Asia/Tokyo")
        assert policy.lower_bound_delta == timedelta(hours=33 + 48)
    assert [one.execution_timezone for one in graph.schedules] == ["Asia/Tokyo"]
    places = {name: spec.metadata.get("dagster/uri") for name, spec in specs(graph).items()}
    assert str(places["raw_transactions"]).endswith(f"{tmp_path}/lake/transactions")
    assert "example.org/reports" in str(places["weekly_predictions"])
    assert "word" not in str(places)


def test_the_columns_of_published_tables_are_described_as_in_the_dictionary(graph):
    found = specs(graph)["weekly_predictions"].metadata["dagster/column_schema"]
    columns = {column.name: column for column in found.columns}
    assert list(columns) == [column.name for column in tables.weekly_predictions.columns]
    assert columns["rank"].type == "integer"
    assert all(column.description for column in columns.values())


def test_a_description_says_where_to_read_more(graph):
    for name in set(GRAPH) - {
        name for name, group in GRAPH.items() if group in ("pages", "intake")
    }:
        pages = re.findall(r"docs/\w+\.md", specs(graph)[name].description)
        assert pages, name
        assert all((ROOT / page).is_file() for page in pages), name
