"""A run that is killed between two writes leaves nothing half-written, and the next one ends it."""

import subprocess
import sys

import pytest

KILLED_AT = """
import os, signal, sys
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets_tests.days import OnDay

data, home, table, day = sys.argv[1:]

def kill(connection, cursor, statement, parameters, context, executemany):
    if statement.startswith(f"INSERT INTO {table} "):
        os.kill(os.getpid(), signal.SIGKILL)

sa.event.listen(sa.Engine, "before_cursor_execute", kill)
settings = OnDay(
    day=day, data=data, forecast={"training_windows": 8, "search_candidates": 1, "threads": 1}
)
Unattended(build_definitions(settings), open_instance(settings, Path(home))).settle()
"""


@pytest.mark.parametrize("table", ["uploads", "weekly_predictions"])
def test_a_killed_run_leaves_the_week_before_and_the_next_one_ends_its_work(
    distributor, table, root
):
    lake, tables = distributor.project.lake, ("uploads", "quarantine", "weekly_predictions")
    before = {name: distributor.rows(f"SELECT * FROM {name}") for name in tables}
    folder = distributor.folder / "the data" / "exports"
    exports = {path.name for path in folder.iterdir()}
    distributor.drop("batch_3", distributor.week(3))

    killed = subprocess.run(
        [
            *(sys.executable, "-c", KILLED_AT, distributor.settings.data, str(root), table),
            distributor.today.isoformat(),
        ],
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert killed.returncode == -9, killed.stderr[-2000:]
    after = {name: distributor.rows(f"SELECT * FROM {name}") for name in tables}
    if table == "uploads":  # killed after the rows were written: nobody uses them yet
        assert after == before
    assert after["weekly_predictions"] == before["weekly_predictions"]
    assert {path.name for path in folder.iterdir() if path.suffix != ".part"} == exports

    ran = distributor.ran()

    assert any("weekly_predictions" in assets for assets, _ in ran)
    (upload,) = distributor.rows("SELECT * FROM uploads WHERE file_name = 'batch_3.parquet'")
    rows = lake.read("transactions").to_pandas()["upload_key"].eq(upload["key"]).sum()
    assert upload["accepted"] == rows
    (week,) = distributor.rows("SELECT DISTINCT week_start FROM latest_weekly_predictions")
    assert week["week_start"] == "2026-10-12"
    assert distributor.ran() == []
