"""What the graph promises to whoever opens it: names, owners, states, and a light start."""

import subprocess
import sys

import dagster as dg
import pytest

from purchase_assets.assets.intake import GROUPS
from purchase_assets.definitions import build_definitions
from purchase_assets.quality.judgement import GROUPS as SUITE_GROUPS
from purchase_assets.settings import Settings

HEAVY = ("great_expectations", "evidently", "mlflow", "sklearn", "gradio", "pandas")
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
    **{f"raw_{kind}": set(GROUPS) for kind in ("customers", "products", "transactions")},
    "trained_model": {"beats_baseline", "not_overfitted", "is_calibrated", "passed_gate"},
    "prediction_scores": {"still_beats_baseline"},
    "weekly_predictions": {"champion_is_intact"},
    "drift_report": {"no_drift", "enough_data"},
}
SENSORS = {
    "new_uploads",
    "train_first_model",
    "retrain_on_drift",
    "retrain_on_rejected_upload",
    "retrain_when_overdue",
    "forecast_running_week",
    "automation",
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


def test_check_groups_are_those_of_the_suites():
    assert set(GROUPS) == set(SUITE_GROUPS)


def test_every_sensor_and_schedule_runs_by_default(graph):
    assert {sensor.name for sensor in graph.sensors} == SENSORS
    assert all(s.default_status is dg.DefaultSensorStatus.RUNNING for s in graph.sensors)
    assert graph.schedules
    assert all(s.default_status is dg.DefaultScheduleStatus.RUNNING for s in graph.schedules)


def test_the_driver_looks_at_the_weekly_table_before_any_training(graph):
    names = [sensor.name for sensor in graph.sensors]
    trainings = [name for name in names if name.startswith(("retrain", "train_"))]
    assert len(trainings) == 4
    assert names.index("forecast_running_week") < min(map(names.index, trainings))


def test_weeks_are_named_by_their_monday(graph):
    weekly = specs(graph)["weekly_predictions"].partitions_def
    assert weekly.has_partition_key("2025-01-06")
    assert not weekly.has_partition_key("2025-01-07")


def test_loading_the_graph_imports_nothing_heavy():
    code = (
        "import sys, purchase_assets.definitions as d; d.defs();"
        f"print('loaded', [m for m in {HEAVY} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "loaded []"
