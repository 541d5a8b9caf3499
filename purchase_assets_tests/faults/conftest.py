"""Worlds in which processes die."""

import pytest

from purchase_assets_tests.faults.world import World
from purchase_assets_tests.faults.worlds import Worlds
from purchase_assets_tests.scenarios.shop import open_shop
from purchase_assets_tests.shared import made_once


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Made of the shop that the stories in any order open, too."""
    opened = made_once(tmp_path_factory, "shop", open_shop)
    return Worlds(World(opened), made_once(tmp_path_factory, "faults", lambda _: None))
