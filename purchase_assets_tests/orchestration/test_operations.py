"""What a person is told about what follows a change."""

import time

import pytest
from dagster._daemon.types import DaemonHeartbeat

from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.operations import Operations
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets_tests.places import ROOT


@pytest.mark.parametrize(("seconds_ago", "alive"), [(None, False), (40, True), (600, False)])
def test_a_change_follows_by_itself_while_a_daemon_is_alive(tmp_path, seconds_ago, alive):
    settings = Settings(data=str(tmp_path))
    operations = Operations(Project(settings), open_instance(settings, ROOT))
    if seconds_ago is not None:
        moment = time.time() - seconds_ago
        operations.instance.add_daemon_heartbeat(DaemonHeartbeat(moment, "ASSET", "one", []))
    assert operations.follows_by_itself() is alive
