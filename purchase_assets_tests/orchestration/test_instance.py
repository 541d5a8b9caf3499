"""One Dagster instance, whoever opens it, and all of it where the data folder is."""

import multiprocessing
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from purchase_assets.cli.open_project import open_operations, open_project, settle
from purchase_assets.orchestration.sqlite_instance import SqliteStorage
from purchase_assets.samples import generator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder elsewhere, and a person who works in another folder."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(tmp_path / "moved"))
    (tmp_path / "moved" / "incoming").mkdir(parents=True)
    return tmp_path / "moved"


@pytest.mark.usefixtures("moved")
def test_the_command_line_opens_what_dagster_yaml_names() -> None:
    with open_operations().instance as ours, dg.DagsterInstance.get() as dagsters:
        assert ours.get_ref() == dagsters.get_ref()
        assert type(ours) is type(dagsters)


def test_the_ui_finds_the_logs_of_a_command_s_steps(moved: Path) -> None:
    with dg.DagsterInstance.get() as ui:
        kept = Path(ui.root_directory).absolute()
    assert kept == moved / "dagster"
    products = generator.generate(
        customers=10, products=8, weeks=12, end=date(2026, 11, 1)
    ).products
    products.to_parquet(moved / "incoming" / "productos.parquet")

    (ran,) = settle(open_project())

    assert ran.success, ran.error
    with dg.DagsterInstance.get() as ui:
        (captured,) = ui.all_logs(ran.run_id, of_type=dg.DagsterEventType.LOGS_CAPTURED)
        assert captured.dagster_event
        key = captured.dagster_event.logs_captured_data.file_key
        assert ui.compute_log_manager.is_capture_complete([ran.run_id, "compute_logs", key])
    assert not list(Path.cwd().iterdir())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_connections_to_postgres_are_kept_and_made_anew_when_the_server_ended_them(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(ROOT))
    monkeypatch.setenv("PURCHASE_ASSETS_DAGSTER_STORAGE_URL", database_url)
    admin = sa.create_engine(database_url, poolclass=sa.NullPool)
    others = sa.text(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with dg.DagsterInstance.get() as instance:
        for number in range(5):
            instance.add_dynamic_partitions("uploads", [str(number)])
            assert instance.get_runs() == []
        with admin.connect() as connection:
            assert len(connection.execute(others).all()) == 1
        assert len(instance.get_dynamic_partitions("uploads")) == 5


def make_storage(folder: str) -> None:
    SqliteStorage.from_local(folder).dispose()


def test_processes_that_open_a_new_folder_at_once_do_not_fail_each_other(tmp_path: Path) -> None:
    server = multiprocessing.get_context("fork")
    begun = [server.Process(target=make_storage, args=(str(tmp_path),)) for _ in range(6)]
    for one in begun:
        one.start()
    for one in begun:
        one.join(60)
    assert [one.exitcode for one in begun] == [0] * 6
