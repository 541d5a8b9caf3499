"""Whether a run is missed when the process that made it is gone."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import WorkerStatus
from dagster._core.storage.tags import GRPC_INFO_TAG

from purchase_assets.orchestration.instance import open_instance
from purchase_assets.settings import Settings
from purchase_assets_tests.attacks import free_port
from purchase_assets_tests.places import ROOT


@dg.job
def nothing() -> None:
    """What a run is of."""


GRAPH = "import dagster as dg\ndefs = dg.Definitions()\n"


@dataclass
class Looked:
    """An instance as dagster.yaml makes it, with a run that has started somewhere."""

    instance: dg.DagsterInstance

    def at(self, **server: object) -> WorkerStatus:
        tags = {GRPC_INFO_TAG: json.dumps(server)} if server else {}
        run = self.instance.create_run_for_job(
            nothing, status=dg.DagsterRunStatus.STARTED, tags=tags
        )
        return self.instance.run_launcher.check_run_worker_health(run).status


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[Looked]:
    (tmp_path / "home").mkdir()
    shutil.copy(ROOT / "dagster.yaml", tmp_path / "home")
    settings = Settings(_env_file=None, data=str(tmp_path / "data"))
    with open_instance(settings, tmp_path / "home") as instance:
        assert instance.run_launcher.supports_check_run_worker_health
        yield Looked(instance)


def test_a_code_server_that_was_started_again_does_not_have_the_run(
    looked: Looked, tmp_path: Path
) -> None:
    (tmp_path / "graph.py").write_text(GRAPH)
    port = free_port()
    command = [sys.executable, "-m", "dagster", "api", "grpc", "--host", "127.0.0.1"]
    command += ["--port", str(port), "-f", str(tmp_path / "graph.py")]
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT, text=True
    )
    try:
        assert server.stdout is not None
        assert any("Started Dagster code server" in line for line in server.stdout)
        assert looked.at(host="127.0.0.1", port=port) is WorkerStatus.NOT_FOUND
    finally:
        server.kill()
        server.wait(10)


def test_a_code_server_that_is_away_is_waited_for(looked: Looked) -> None:
    assert looked.at(host="127.0.0.1", port=free_port()) is WorkerStatus.RUNNING


def test_a_socket_that_nobody_listens_at_has_lost_its_server(
    looked: Looked, tmp_path: Path
) -> None:
    assert looked.at(socket=str(tmp_path / "gone")) is WorkerStatus.NOT_FOUND


def test_a_run_of_a_command_is_left_to_the_next_command(looked: Looked) -> None:
    assert looked.at() is WorkerStatus.RUNNING
