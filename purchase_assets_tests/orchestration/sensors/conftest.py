"""Worlds before the first delivery and after a second champion."""

from collections.abc import Iterator
from datetime import date, timedelta

import dagster as dg
import pytest

from purchase_assets.project import Project
from purchase_assets.storage.reports import tables
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.orchestration.sensors.world import PROMOTED, SUNDAY, World

TODAY = date(2026, 11, 21)
"""The clock of a team that replays old sales is far ahead of them."""


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("data")
    with dg.DagsterInstance.ephemeral() as instance:
        yield World(Project(OnDay(day=TODAY, data=str(folder))), instance)


@pytest.fixture
def new(stores: World) -> World:
    """Nothing was ever delivered."""
    stores.instance.wipe()
    stores.through = None
    with stores.project.reports.transaction() as connection:
        for table in tables.metadata.tables.values():
            connection.execute(table.delete())
    return stores


@pytest.fixture
def world(new: World) -> World:
    """Sales up to a Sunday, and a champion of the week before it."""
    new.promote("1", SUNDAY - timedelta(weeks=5), PROMOTED - timedelta(weeks=4))
    new.promote("2", SUNDAY - timedelta(weeks=1))
    new.sales()
    return new
