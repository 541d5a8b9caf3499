"""The whole graph as one readable page: `python -m purchase_assets_tests.lineage` writes it."""

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import dagster as dg

from purchase_assets.code_versions import PACKAGE, used
from purchase_assets.definitions import build_definitions
from purchase_assets.settings import Settings

PAGE = Path(__file__).with_suffix(".json")
COMMAND = ".venv/bin/python -m purchase_assets_tests.lineage"


def lineage() -> str:
    """Everything that Dagster is told, as text that a review can compare."""
    graph = build_definitions(Settings(_env_file=None, time_zone="UTC"))
    specs = sorted(graph.resolve_all_asset_specs(), key=lambda spec: spec.key)
    computed = [one for one in graph.assets or () if isinstance(one, dg.AssetsDefinition)]
    computed = [one for one in computed if one.is_executable]
    page = {
        "assets": {_name(spec.key): _asset(spec, computed) for spec in specs},
        "sensors": {one.name: _sensor(graph, one) for one in graph.sensors or ()},
        "jobs": {one.name: _steps(graph, one.name) for one in graph.jobs or ()},
        "schedules": {
            one.name: f"{one.cron_schedule}: {one.job_name}" for one in graph.schedules or ()
        },
        "code that makes an asset out of date": _code(computed),
    }
    return json.dumps(page, indent=1) + "\n"


def _name(key: dg.AssetKey) -> str:
    return key.to_user_string()


def _asset(spec: dg.AssetSpec, computed: list[dg.AssetsDefinition]) -> dict[str, Any]:
    told = {
        "group": spec.group_name,
        "from": " ".join(sorted(_name(dep.asset_key) for dep in spec.deps)),
        "partitions": getattr(spec.partitions_def, "name", None),
        "made when": _condition(spec.automation_condition),
    }
    for one in computed:
        if one.key == spec.key:
            told["pool"] = one.op.pool
            told["checks"] = " ".join(
                check.name + " (blocks)" * check.blocking for check in one.check_specs
            )
    return {name: value for name, value in told.items() if value}


def _condition(condition: Any, depth: int = 0) -> Any:
    """A condition's own words, with those of its parts: at the top a line for each."""
    if condition is None:
        return None
    words = condition.get_label() or condition.name or type(condition).__name__
    parts = [_condition(part, depth + 1) for part in condition.children]
    if depth == 0 and words == "AND":
        return parts
    return f"{words} ({', '.join(parts)})" if parts else words


def _sensor(graph: dg.Definitions, sensor: dg.SensorDefinition) -> dict[str, Any]:
    targets = [target.job_name for target in sensor.targets]
    return {
        "asks for": " ".join(
            _steps(graph, name) if name.startswith("__") else name for name in targets
        )
        or str(sensor.asset_selection),
        "looks every": f"{sensor.minimum_interval_seconds} s",
    }


def _steps(graph: dg.Definitions, job: str) -> str:
    """The assets of a job, or its operations with their pools."""
    made = graph.resolve_job_def(job)
    assets = sorted(map(_name, made.asset_layer.executable_asset_keys))
    operations = (node.definition for node in sorted(made.nodes, key=lambda node: node.name))
    return " ".join(
        assets or (f"{one.name} (pool {one.pool})" if one.pool else one.name for one in operations)
    )


def _code(computed: list[dg.AssetsDefinition]) -> dict[str, dict[str, str]]:
    """By asset, or by assets that rest on the same: module -> its functions and classes."""
    shared = defaultdict(list)
    for one in computed:
        functions = _functions(used(one.op.compute_fn.decorated_fn))
        shared[json.dumps(functions)].append(_name(one.key))
    return {" ".join(names): json.loads(functions) for functions, names in shared.items()}


def _functions(names: Iterable[str]) -> dict[str, str]:
    found = defaultdict(list)
    for place in sorted(names):
        module, name = place.removeprefix(f"{PACKAGE}.").split(":")
        if not name.startswith("_") and not name.isupper():
            found[module].append(name)
    return {module: " ".join(functions) for module, functions in found.items()}


if __name__ == "__main__":
    PAGE.write_text(lineage(), encoding="utf-8")
