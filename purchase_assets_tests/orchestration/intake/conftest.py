"""Projects before and after their first files."""

import shutil
from pathlib import Path

import pytest

from purchase_assets_tests.orchestration.intake.dropped import WORLD, Dropped


@pytest.fixture
def empty(tmp_path: Path) -> Dropped:
    """Nothing was ever delivered."""
    return Dropped(tmp_path / "data")


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with customers, products and the sales of eight weeks."""
    first = Dropped(tmp_path_factory.mktemp("opened") / "data")
    first.drop("clientes.parquet", WORLD.customers)
    first.drop("productos.parquet", WORLD.products)
    first.drop("transacciones_historia.parquet", WORLD.past)
    first.settle()
    return first.folder


@pytest.fixture
def dropped(opened: Path, tmp_path: Path) -> Dropped:
    """A copy of the opened project."""
    shutil.copytree(opened, tmp_path / "data")
    return Dropped(tmp_path / "data")
