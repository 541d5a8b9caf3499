"""Stories of a backup: made again elsewhere, and moved to PostgreSQL, the answers are the same."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from purchase_assets.cli.main import main
from purchase_assets.definitions import build_definitions
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Role
from purchase_assets.orchestration.driver import QUIET
from purchase_assets.serving.app import create_app
from purchase_assets.storage.reports import access_keys, promotions, published_weeks, tables
from purchase_assets.workflows import prune
from purchase_assets.workflows.reproduce_model import reproduce
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.conftest import Distributor

OF_PROJECT = {"reports", "mlflow", "dagster"}


@pytest.fixture
def command(monkeypatch, capsys) -> Callable[..., tuple[int, str]]:
    """The command line on a data folder: exit code and words."""

    def ask(folder: Path, *arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(folder))
        monkeypatch.setenv("PURCHASE_ASSETS_LANGUAGE", "en")
        monkeypatch.chdir(ROOT)
        monkeypatch.setattr("sys.argv", ["purchase-assets", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return ask


@pytest.fixture
def postgres(postgres_server: str, monkeypatch) -> dict[str, str]:
    """The settings of a project that keeps its state in three empty databases of PostgreSQL."""
    admin = sa.create_engine(f"{postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in OF_PROJECT:
            connection.execute(sa.text(f"DROP DATABASE IF EXISTS moved_{name} WITH (FORCE)"))
            connection.execute(sa.text(f"CREATE DATABASE moved_{name}"))
    admin.dispose()
    urls = {
        "reports_url": f"{postgres_server}/moved_reports",
        "mlflow_uri": f"{postgres_server}/moved_mlflow",
        "dagster_storage_url": f"{postgres_server}/moved_dagster".replace("+psycopg2", ""),
    }
    for name, url in urls.items():
        monkeypatch.setenv(f"PURCHASE_ASSETS_{name.upper()}", url)
    return urls


@dataclass
class Moved(Distributor):
    """The distributor with its state in PostgreSQL."""

    urls: dict[str, str] = field(default_factory=dict)

    @property
    def settings(self):
        return OnDay(**{**dict(super().settings), **self.urls})


def answers(distributor: Distributor) -> dict[str, bytes]:
    """What the API and the monitoring page's table say, byte for byte."""
    app = create_app(distributor.project.reports, distributor.settings)
    client = TestClient(app)
    customers = distributor.sample.customers["customer_id"].astype(str)
    paths = [
        "/api/v1/weeks/latest",
        *(f"/api/v1/customers/{customer}/predictions" for customer in customers[:20]),
        "/monitoring?lang=en",
    ]
    return {path: client.get(path).content for path in paths}


def kept(distributor: Distributor) -> dict[str, list]:
    """All rows of the reports database."""
    return {
        name: distributor.rows(sa.select(table).order_by(*table.primary_key.columns))
        for name, table in tables.metadata.tables.items()
    }


def next_week(distributor: Distributor) -> None:
    """The next week comes, is forecast, and the one before it scored."""
    before = published_weeks.newest(distributor.project.reports)
    distributor.drop("batch_next", distributor.week(3))
    ran = distributor.ran()
    assert ("daily_sales", None) in ran
    newest = published_weeks.newest(distributor.project.reports)
    assert newest.week_start > before.week_start
    assert newest.status == "FRESH"
    assert newest.model_version == promotions.newest(distributor.project.reports).model_version
    assert distributor.rows("SELECT * FROM prediction_scores")
    assert distributor.ran() == []


def test_a_backup_makes_an_empty_place_what_the_first_was(distributor, tmp_path, command):
    data, file = Path(distributor.settings.data), tmp_path / "kept.zip"
    key = access_keys.add(distributor.project.reports, "Ana", Role.ACT, by="test")
    distributor.drop("batch_waits", distributor.week(3))
    (data / "incoming" / "batch_waits.parquet").rename(data / "incoming" / "notes.txt.part")

    code, said = command(data, "backup", str(file))

    assert (code, "100% written" in said) == (0, True), said
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    code, said = command(data, "backup", str(file))
    assert (code, f"{file} exists" in said) == (2, True)
    code, said = command(data, "restore", str(file))
    assert (code, "holds files; expected an empty data folder" in said) == (2, True)
    before, rows, runs = answers(distributor), kept(distributor), distributor.instance.get_runs()

    there = Distributor(tmp_path / "elsewhere", distributor.sample, today=distributor.today)
    there.folder.mkdir()
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-1000])
    code, said = command(Path(there.settings.data), "restore", str(cut))
    assert (code, "cannot be read" in said) == (2, True)
    assert list(there.folder.iterdir()) == []

    code, said = command(Path(there.settings.data), "restore", str(file))

    assert (code, "rows as of" in said) == (0, True), said
    shutil.rmtree(distributor.folder)
    assert kept(there) == rows
    assert access_keys.find(there.project.reports, key).name == "Ana"
    assert answers(there) == before
    assert {run.run_id for run in there.instance.get_runs()} == {run.run_id for run in runs}
    assert reproduce(there.project, "1", progress=lambda *_: None).same
    assert there.ran() == []
    next_week(there)


def test_a_project_moves_to_postgresql_with_one_command(
    distributor, tmp_path, command, postgres, monkeypatch
):
    data, file = Path(distributor.settings.data), tmp_path / "kept.zip"
    with monkeypatch.context() as patch:
        for name in postgres:
            patch.delenv(f"PURCHASE_ASSETS_{name.upper()}")
        key = access_keys.add(distributor.project.reports, "Ana", Role.ACT, by="test")
        assert command(data, "backup", str(file))[0] == 0
        before, rows = answers(distributor), kept(distributor)

    there = Moved(tmp_path / "elsewhere", distributor.sample, distributor.today, urls=postgres)
    there.folder.mkdir()

    code, said = command(Path(there.settings.data), "restore", str(file))

    assert (code, "its database here begins anew" in said) == (0, True), said
    assert there.settings.reports == postgres["reports_url"]
    assert kept(there) == rows
    assert access_keys.find(there.project.reports, key).role is Role.ACT
    assert answers(there) == before
    assert there.project.registry.champion() == "1"
    assert there.instance.get_runs() == []
    ran = there.ran()
    assert {assets for assets, _ in ran} <= {
        "cleaned_features+drift_report+weekly_predictions",
        "prediction_scores",
    }
    assert answers(there) == before
    next_week(there)
    again = command(Path(there.settings.data), "restore", str(file))
    assert again[0] == 2


def test_the_night_deletes_table_versions_that_no_model_rests_on(distributor, monkeypatch):
    lake, settings = distributor.project.lake, distributor.settings
    needed = distributor.project.registry.record("1")["snapshot"]["training_set"]
    rows = lake.read("training_set")
    passing = lake.write("training_set", rows.slice(0, 10))
    newest = lake.write("training_set", rows.slice(0, 20))
    page = Path(settings.data) / "pages" / "uploads" / "old.html"
    page.write_text("old")
    os.utime(page, (0, 0))
    monkeypatch.setattr(prune, "KEEP_VERSIONS_DAYS", 0)

    job = build_definitions(settings).resolve_job_def("housekeeping")
    assert job.execute_in_process(instance=distributor.instance, run_config=QUIET).success

    assert not page.exists()
    assert len(list(page.parent.iterdir())) == 6  # in both languages
    assert lake.read("training_set").num_rows == 20
    assert lake.version("training_set") >= newest
    assert lake.read("training_set", needed).num_rows == rows.num_rows
    with pytest.raises(PurchaseAssetsError, match="cannot be read"):
        lake.read("training_set", passing)
    assert reproduce(distributor.project, "1", progress=lambda *_: None).same
