"""What is deployed is what is tested: compose.yaml, the processes of `make team`, the image."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from purchase_assets.settings import Settings
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.running_team import MISSING

DEPLOY = ROOT / "deploy"


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


COMPOSE = read(DEPLOY / "compose.yaml")
SERVICES = COMPOSE["services"]
OURS = {name for name, one in SERVICES.items() if one["image"] == "purchase-assets"}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Any:
    if MISSING:
        pytest.skip(f"apt-get install {' '.join(MISSING)} to run this")
    return module().Team(DEPLOY / "compose.yaml", tmp_path_factory.mktemp("team"))


def module() -> ModuleType:
    spec = importlib.util.spec_from_file_location("team", DEPLOY / "team.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_topology_is_whole() -> None:
    assert set(SERVICES) == {*OURS, "postgres", "caddy"}
    assert {"mlflow", "code", "webserver", "daemon", "pages"} == OURS
    for name, one in SERVICES.items():
        assert one["restart"] == "unless-stopped", name
        assert one["mem_limit"], name
        assert ("healthcheck" in one) == (name != "caddy"), name
        assert set(one.get("depends_on", ())) <= set(SERVICES), name
        assert ("ports" in one) == (name == "caddy"), f"{name}: Caddy alone is reached from outside"
        named = {volume.split(":")[0] for volume in one.get("volumes", ())}
        assert {each for each in named if each[0] not in ".$"} <= set(COMPOSE["volumes"]), name


def test_make_team_starts_each_service_by_its_own_command(team: Any) -> None:
    assert set(team.services) == set(SERVICES)
    back = {str(here): port for port, here in team.ports.values()}
    for name, said in SERVICES.items():
        started = team.services[name]
        words = [back.get(word, word) for word in started.command[: len(said["command"])]]
        assert Path(words[0]).name == said["command"][0]
        for word, meant in zip(words[1:], said["command"][1:], strict=True):
            translated = word in ("127.0.0.1", meant) or Path(word).name == Path(meant).name
            assert translated, (name, word, meant)
        assert set(started.environment) == set(said["environment"]), name
        assert set(started.needs) == set(said.get("depends_on", ())), name


def test_no_address_and_no_variable_of_a_container_is_left(team: Any) -> None:
    for name, started in team.services.items():
        for word in (*started.command, *(started.test or ()), *started.environment.values()):
            assert "${" not in word, (name, word)
            assert "/srv/" not in word, (name, word)
            assert not re.search(rf"(?<![\w.])({'|'.join(SERVICES)}):\d", word), (name, word)
    code = team.services["webserver"].environment
    assert code["CODE_ADDRESS"] == "127.0.0.1"
    assert code["CODE_PORT"] == str(team.ports["code"][1])


def test_the_variables_are_settings() -> None:
    known = {f"PURCHASE_ASSETS_{name}".upper() for name in Settings.model_fields}
    for name in OURS:
        given = {key for key in SERVICES[name]["environment"] if key.startswith("PURCHASE_")}
        assert given <= known, name


def test_the_instance_differs_in_its_storage_alone() -> None:
    here, there = read(ROOT / "dagster.yaml"), read(DEPLOY / "dagster.yaml")
    assert set(there.pop("storage")) == {"postgres"}
    assert there["instance_class"]["class"] == "GuardedInstance"
    del here["storage"]
    here["concurrency"]["runs"] = there["concurrency"]["runs"]
    assert there == here


def test_the_chart_looks_after_runs_as_the_instance_does() -> None:
    daemon = read(DEPLOY / "helm-values.yaml")["dagsterDaemon"]
    instance = read(ROOT / "dagster.yaml")
    for section in ("run_monitoring", "run_retries"):
        chart = {_snake(key): value for key, value in daemon[_camel(section)].items()}
        assert chart == instance[section]


def _snake(name: str) -> str:
    return re.sub("([A-Z])", r"_\1", name).lower()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(map(str.title, rest))


def test_the_image_holds_what_the_lock_says_and_runs_as_nobody() -> None:
    last = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d*$", last, re.M)
    assert "pip" not in last
    run = (ROOT / "requirements.lock").read_text(encoding="utf-8").partition("\n# for development")
    assert run[1]
    for needed in ("dagster-postgres==", "psycopg2-binary==", "dagster-webserver==", "mlflow=="):
        assert f"\n{needed}" in run[0]
    assert "pytest==" not in run[0]
