"""The world around fails: work is done, or one sentence says why not, and the next run does it."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest

from purchase_assets.failpoints import VARIABLE, Failpoint
from purchase_assets.storage.reports.one_at_a_time import one_at_a_time
from purchase_assets_tests.databases import PostgresServer
from purchase_assets_tests.faults.commands import Command, Ended
from purchase_assets_tests.faults.hinders import ends_at, no_room_from, rights_hold, tried_once
from purchase_assets_tests.faults.invariants import facts, violations
from purchase_assets_tests.faults.world import World
from purchase_assets_tests.faults.worlds import ENDS, Work, Worlds
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.shop import SAMPLE

pytestmark = pytest.mark.slow

FULL_AT = (
    Failpoint.UPLOAD_JUDGED,
    Failpoint.TABLE_HALF_WRITTEN,
    Failpoint.ROWS_KEPT,
    Failpoint.SALES_SUMMED,
    Failpoint.LIST_IN_PLACE,
)


def begin(
    world: World,
    *words: str,
    hinder: Callable[[], None] | None = None,
    **settings: str,
) -> Command:
    """Begin a command that is hindered, or told other settings."""
    told = {f"PURCHASE_ASSETS_{name.upper()}": value for name, value in settings.items()}
    return Command(words, {**world.environment, VARIABLE: "", **told}, hinder=hinder)


def refused(done: Ended, *words: str) -> None:
    """One sentence says what was found, what was expected and what to do, and no program's fault.

    What Rust says of a file that it could not close comes before it.
    """
    last = done.err.strip().splitlines()[-1]
    assert done.code in (1, 2), done.err[-2000:]
    assert "Traceback" not in done.err, done.err[-2000:]
    assert "; expected " in last, done.err[-2000:]
    for word in words:
        assert word in last, last


@pytest.fixture(scope="module")
def world(worlds: Worlds) -> World:
    """A week of sales waits; each test hinders it, and leaves it to the last one."""
    return worlds.begin(Work.WEEK, "world around")


def test_a_data_folder_that_cannot_be_written(world: World, tmp_path: Path):
    with read_only(world.data):
        refused(begin(world, "run", hinder=rights_hold).end(), "permission denied")
        said = begin(world, "backup", str(tmp_path / "copy.zip"), hinder=rights_hold).end()
        if said.code:  # SQLite reads there only while its log lies beside it
            refused(said, "cannot be" if "cannot be" in said.err else "readonly database")
        for words in (("uploads",), ("models",)):  # who only reads is answered
            assert begin(world, *words, hinder=rights_hold).end().code == 0


def test_a_lake_that_cannot_be_written(world: World):
    with read_only(world.data / "lake"):
        done = begin(world, "run", hinder=rights_hold).end()
    refused(done, "cannot be written to", "correct its rights or make room")


def test_a_reports_database_that_another_program_holds(world: World):
    file = world.data / "reports.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        done = begin(world, "run", reports_url=f"sqlite:///{file}?timeout=0.1").end()
    refused(done, "database is locked", "that no other program holds it")


@pytest.mark.parametrize("point", FULL_AT)
def test_a_full_disk(world: World, point: Failpoint):
    refused(begin(world, "run", hinder=partial(no_room_from, point)).end(), "has room")


def test_mlflow_s_database_is_down(world: World):
    nobody = "postgresql://postgres@127.0.0.1:9/mlflow"  # the port that discards
    refused(begin(world, "run", hinder=tried_once, mlflow_uri=nobody).end(), "MLflow's database")


def test_the_next_run_does_it_all(world: World):
    done = world.run("run")
    assert done.code == 0, done.err[-2000:]
    assert violations(world) == []


def test_postgresql_ends_in_the_middle_of_a_run(
    tmp_path: Path, postgres_of_its_own: PostgresServer
):
    world = with_customers(tmp_path)
    url, server = f"{postgres_of_its_own.url}/postgres", postgres_of_its_own.process
    hinder = partial(ends_at, Failpoint.UPLOAD_JUDGED, server.pid)

    done = begin(world, "run", hinder=hinder, reports_url=url).end()

    refused(done, "the reports database", "see that its server runs")
    server.wait(30)
    postgres_of_its_own.start()
    done = begin(world, "run", reports_url=url).end()
    assert done.code == 0, done.err[-2000:]
    (upload,) = json.loads(begin(world, "uploads", "--json", reports_url=url).end().out)
    assert (upload["accepted"], upload["deliveries"]) == (customers(world), 1)


def test_the_same_content_under_three_names_at_once(tmp_path: Path):
    world = with_customers(tmp_path)
    again = world.write("clientes_otra_vez", SAMPLE.customers)
    world.write("clientes_2", SAMPLE.customers).rename(world.incoming / "clientes_2.parquet")

    begun = [begin(world, "run"), begin(world, "upload", str(again))]

    assert {one.end().code for one in begun} <= ENDS
    (upload,) = world.rows("SELECT * FROM uploads")
    assert (upload["accepted"], upload["deliveries"]) == (customers(world), 3)
    assert [path.name for path in world.incoming.iterdir()] == []


def test_a_second_daemon_ends_and_names_the_first(tmp_path: Path):
    world = with_customers(tmp_path)
    (tmp_path / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    with one_at_a_time(world.project.reports, "daemon", "the first daemon", patience_s=0):
        second = subprocess.run(
            [
                *(sys.executable, "-m", "dagster._daemon", "run"),
                *("-m", "purchase_assets.definitions", "-d", str(ROOT)),
            ],
            cwd=tmp_path,
            env={**world.environment, "DAGSTER_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    assert second.returncode == 1
    (said,) = second.stderr.strip().splitlines()[-1:]
    assert said.startswith(f"dagster-daemon: the first daemon (process {os.getpid()} on "), said
    assert "is at work on this project; expected it to end" in said


def test_an_older_data_folder_is_put_back_under_a_running_project(worlds: Worlds):
    """The file of the week waits there again."""
    twin, waiting = worlds.twin(Work.WEEK), worlds.begin(Work.WEEK, "older folder")
    world = worlds.undisturbed("running project")
    assert world.settle() == []  # it has read all that there is
    world.data.rename(world.folder / "newer")
    waiting.data.rename(world.data)

    ran = world.settle()

    assert all(run.success for run in ran), [run.error for run in ran]
    assert violations(world) == []
    assert facts(world) == twin.facts
    assert world.settle() == []


def with_customers(folder: Path) -> World:
    """A project whose first file waits."""
    world = World(folder / "world")
    world.drop("clientes", SAMPLE.customers)
    return world


def customers(world: World) -> int:
    """How many the lake holds."""
    return world.project.lake.dataset("customers").count_rows()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take the right to write away from everything below a folder."""
    places = [folder, *folder.rglob("*")]
    rights = {path: path.stat().st_mode for path in places}
    for path, mode in rights.items():
        path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        for path, mode in rights.items():
            if path.exists():
                path.chmod(mode)
