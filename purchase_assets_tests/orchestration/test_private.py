"""What we rest on of Dagster's private parts; an upgrade that takes it away fails here."""

import ast
import inspect
from pathlib import Path

import dagster as dg
import pytest

import purchase_assets
from purchase_assets.orchestration import private
from purchase_assets.orchestration.staleness import Staleness

PACKAGE = Path(purchase_assets.__file__).parent


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}


def test_there_is_one_door_to_what_is_not_public():
    through = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if any(name.startswith(("dagster._", "dagster_shared")) for name in imported(path))
    }
    assert through == {"orchestration/private.py"}


@pytest.mark.parametrize("name", private.__all__)
def test_nothing_stands_in_the_door_that_has_become_public_or_that_nobody_needs(name):
    assert not hasattr(dg, name), f"{name} is public now: take it from dagster"
    users = [path for path in PACKAGE.rglob("*.py") if path.name != "private.py"]
    assert any(name in path.read_text(encoding="utf-8") for path in users)


@pytest.mark.parametrize(
    ("base", "made_by", "arguments"),
    [
        (private.LocalArtifactStorage, "__init__", ["base_dir", "inst_data"]),
        (private.LocalComputeLogManager, "__init__", ["base_dir", "polling_timeout", "inst_data"]),
        (private.DagsterSqliteStorage, "from_local", ["base_dir", "inst_data"]),
        (private.ConfigurableClass, "from_config_value", ["inst_data", "config_value"]),
        (private.InstanceRef, "config_defaults", ["base_dir"]),
    ],
)
def test_the_parts_of_an_instance_are_made_as_ours_make_them(base, made_by, arguments):
    found = [
        name for name in inspect.signature(getattr(base, made_by)).parameters if name != "self"
    ]
    assert found == arguments
    if base is not private.InstanceRef:
        assert issubclass(base, private.ConfigurableClass)


@dg.asset(code_version="1")
def source() -> dg.MaterializeResult:
    return dg.MaterializeResult(data_version=dg.DataVersion("a"))


@dg.asset(deps=[source], code_version="1", check_specs=[dg.AssetCheckSpec("fine", asset="made")])
def made() -> dg.MaterializeResult:
    return dg.MaterializeResult(
        data_version=dg.DataVersion("b"),
        check_results=[dg.AssetCheckResult(check_name="fine", passed=True)],
    )


@pytest.fixture
def instance():
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([source, made], instance=instance).success
        yield instance


def test_the_marks_are_answered_for_a_new_code_and_a_new_input(instance):
    graph = dg.Definitions([source, made]).get_repository_def().asset_graph
    fresh = Staleness(instance, graph)
    assert not fresh.out_of_date("made")
    assert fresh.version("source") == "a"
    changed = dg.Definitions(
        [
            one.map_asset_specs(lambda spec: spec.replace_attributes(code_version="2"))
            for one in (source, made)
        ]
    )
    assert Staleness(instance, changed.get_repository_def().asset_graph).out_of_date("made")
    instance.report_runless_asset_event(
        dg.AssetMaterialization("source", tags={"dagster/data_version": "c"})
    )
    later = Staleness(instance, graph)
    assert later.out_of_date("made")
    assert later.version("source") == "c"


def test_a_check_tells_which_materialization_it_is_of(instance):
    key = dg.AssetCheckKey(dg.AssetKey("made"), "fine")
    record = instance.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert isinstance(record, private.AssetCheckExecutionRecord)
    assert record.status is private.AssetCheckExecutionRecordStatus.SUCCEEDED
    (newest,) = instance.fetch_materializations(key.asset_key, limit=1).records
    assert record.evaluation.target_materialization_data == (
        private.AssetCheckEvaluationTargetMaterializationData(
            run_id=newest.run_id, storage_id=newest.storage_id, timestamp=newest.timestamp
        )
    )
