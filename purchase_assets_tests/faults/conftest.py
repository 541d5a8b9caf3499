"""Worlds in which processes die."""

import pytest

from purchase_assets_tests.faults.world import World
from purchase_assets_tests.faults.worlds import Worlds
from purchase_assets_tests.scenarios.conftest import make_sample, open_elsewhere
from purchase_assets_tests.shared import made_once


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Made of the distributor that the stories open, too."""
    sample = make_sample()
    opened = made_once(tmp_path_factory, "opened", lambda to: open_elsewhere(to, sample))
    return Worlds(World(opened, sample), tmp_path_factory.mktemp("faults"))
