"""Everything that keeps state in PostgreSQL, by environment variables alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.project import Project
from purchase_assets.samples import generator
from purchase_assets.settings import Settings
from purchase_assets_tests.places import ROOT

STORES = {
    "REPORTS_URL": "reports_db",
    "MLFLOW_URI": "mlflow_db",
    "DAGSTER_STORAGE_URL": "dagster_db",
}


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(tmp_path / "data"))
    return monkeypatch


@pytest.fixture
def in_postgresql(postgres_server: str, here: pytest.MonkeyPatch) -> Iterator[str]:
    """The variables of deploy/postgresql.env, with this server's address."""
    printed = (ROOT / "deploy" / "postgresql.env").read_text("utf-8")
    admin = sa.create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for variable, database in STORES.items():
            assert f"PURCHASE_ASSETS_{variable}=postgresql://" in printed
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE {database}"))
            plain = postgres_server.replace("postgresql+psycopg2:", "postgresql:")
            here.setenv(f"PURCHASE_ASSETS_{variable}", f"{plain}/{database}")
    admin.dispose()
    return postgres_server


def test_an_upload_goes_through_the_graph(in_postgresql: str, tmp_path: Path) -> None:
    settings = Settings(_env_file=None)
    project = Project(settings)
    project.incoming.mkdir(parents=True)
    products = generator.generate(
        customers=10, products=8, weeks=12, end=date(2026, 11, 1)
    ).products
    products.to_parquet(tmp_path / "data" / "incoming" / "productos.parquet")
    (ran,) = Unattended(build_definitions(settings), open_instance(settings, ROOT)).settle()
    assert (ran.assets, ran.success) == (("raw_products",), True)
    (upload,) = project.reports.rows("SELECT accepted, duplicates, rows FROM uploads")
    assert upload["rows"] == 8
    assert project.registry.champion() is None  # MLflow makes its tables when first asked

    # what dagster.yaml gives to the UI and the daemon: the same runs, from the same place
    with dg.DagsterInstance.get() as instance:
        assert [run.run_id for run in instance.get_runs()] == [ran.run_id]
    for database in STORES.values():
        engine = sa.create_engine(f"{in_postgresql}/{database}")
        assert len(sa.inspect(engine).get_table_names()) > 5
        engine.dispose()
    assert list(tmp_path.rglob("*.db")) == []


def test_without_a_url_dagster_keeps_its_runs_below_the_data_folder(
    here: Any, tmp_path: Path
) -> None:
    settings = Settings(_env_file=None)
    with open_instance(settings, ROOT) as ours:
        ours.add_dynamic_partitions("uploads", ["transactions-0123456789ab"])
    with dg.DagsterInstance.get() as instance:
        assert instance.get_dynamic_partitions("uploads") == ["transactions-0123456789ab"]
    assert (tmp_path / "data" / "dagster" / "schedules").is_dir()
