"""The driver behind `run` and `replay` does with the same files what a real daemon does.

Which job a run belongs to is not compared: a sensor's request for assets is an anonymous job in the
daemon and a part of all assets in the driver. What it made is.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import dagster as dg
import pytest

from purchase_assets.orchestration.waiting import UNFINISHED
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.conftest import LAST_SUNDAY, Distributor

PATIENCE_S = 240
QUIET_S = 12
"""The daemon looks every 5 s; a sensor may need two looks to ask for a run."""

WEEKLY = ("cleaned_features", "drift_report", "weekly_predictions")
TABLES = {
    "uploads": "SELECT * FROM uploads",
    "quarantine": "SELECT * FROM quarantine",
    "weekly_predictions": "SELECT * FROM weekly_predictions",
    "published_weeks": "SELECT * FROM published_weeks",
    "prediction_scores": "SELECT * FROM prediction_scores",
    "retraining_decisions": "SELECT * FROM retraining_decisions",
}
TIMES = {"id", "received_at", "judged_at", "answered_at", "decided_at", "scored_at"}


def drop(distributor: Distributor) -> None:
    """A good week, one with three absurd rows, and one whose customers nobody knows."""
    good, odd = distributor.week(3), distributor.week(2).reset_index(drop=True)
    odd.loc[[3, 5, 8], "items"] = 9_000_000
    strangers = good.assign(customer_id="9" + good["customer_id"].astype(str))
    for name, frame in (("1 good", good), ("2 odd", odd), ("3 strangers", strangers)):
        distributor.drop(f"transacciones {name}", frame)


def environment(distributor: Distributor) -> dict[str, str]:
    settings = distributor.settings
    forecast = settings.forecast
    return {
        **os.environ,
        "TODAY_OF_THE_TEST": settings.day.isoformat(),
        "PURCHASE_ASSETS_DATA": settings.data,
        "PURCHASE_ASSETS_FORECAST__TRAINING_WINDOWS": str(forecast.training_windows),
        "PURCHASE_ASSETS_FORECAST__SEARCH_CANDIDATES": str(forecast.search_candidates),
        "PURCHASE_ASSETS_FORECAST__THREADS": str(forecast.threads),
        "PURCHASE_ASSETS_DRIFT__MIN_ROWS": str(settings.drift.min_rows),
        "PURCHASE_ASSETS_RETRAINING__BUDGET": str(settings.retraining.budget),
        "DAGSTER_HOME": str(distributor.folder / "home"),
        "PYTHONPATH": str(ROOT),
    }


@contextmanager
def daemon(distributor: Distributor) -> Iterator[None]:
    """A daemon with a home of its own, ended by its process id."""
    home = distributor.folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    command = [sys.executable, "-m", "dagster._daemon", "run"]
    command += ["-m", "purchase_assets_tests.scenarios.hurried", "-d", str(ROOT)]
    with (home / "daemon.log").open("wb") as log:
        started = subprocess.Popen(
            command, cwd=home, env=environment(distributor), stdout=log, stderr=log
        )
        try:
            yield
        finally:
            started.terminate()
            try:
                started.wait(60)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait(10)


def runs(distributor: Distributor, before: set[str]) -> list[dg.DagsterRun]:
    return [run for run in distributor.instance.get_runs() if run.run_id not in before]


def until_rest(distributor: Distributor, before: set[str]) -> None:
    """Until every file was judged and nothing has run for longer than the sensors wait."""
    ends, quiet_since = time.monotonic() + PATIENCE_S, time.monotonic()
    while time.monotonic() < ends:
        known = runs(distributor, before)
        if not known or list(distributor.incoming.iterdir()):
            quiet_since = time.monotonic()
        if any(run.status in UNFINISHED for run in known):
            quiet_since = time.monotonic()
        if time.monotonic() - quiet_since > QUIET_S:
            return
        time.sleep(0.5)
    log = (distributor.folder / "home" / "daemon.log").read_text()[-3000:]
    pytest.fail(f"the daemon did not come to rest within {PATIENCE_S} s: {log}")


def made(distributor: Distributor, before: set[str]) -> Counter[tuple[tuple[str, ...], str | None]]:
    """The runs since, each as the assets that it made and its partition."""
    done = runs(distributor, before)
    assert {run.status for run in done} == {dg.DagsterRunStatus.SUCCESS}
    return Counter(
        (_materialized(distributor.instance, run), run.tags.get("dagster/partition"))
        for run in done
    )


def _materialized(instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[str, ...]:
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION)
    keys = (event.asset_materialization.asset_key for event in events)  # type: ignore[union-attr]
    return tuple(sorted(key.to_user_string() for key in keys))


def tables(distributor: Distributor) -> dict[str, list[str]]:
    """Every row of what people look at, without its times."""
    return {
        name: sorted(
            str({key: value for key, value in row.items() if key not in TIMES})
            for row in distributor.rows(statement)
        )
        for name, statement in TABLES.items()
    }


def test_the_driver_does_with_the_same_files_what_a_daemon_does(opened, tmp_path):
    calm = replace(opened, retraining={"budget": 0})  # decisions, without the time of a training
    here, there = calm.copy(tmp_path / "driver"), calm.copy(tmp_path / "daemon")
    before = {run.run_id for run in here.instance.get_runs()}
    for distributor in (here, there):
        drop(distributor)
        distributor.today = LAST_SUNDAY - timedelta(weeks=2)

    with daemon(there):
        here.ran()  # meanwhile, in a data folder of its own
        until_rest(there, before)

    assert tables(there) == tables(here)
    assert made(there, before) == made(here, before)
    # what was compared is what the files were dropped for
    new = there.rows("SELECT verdict FROM uploads WHERE file_name LIKE 'transacciones %'")
    assert sorted(row["verdict"] for row in new) == ["ACCEPTED", "PARTIAL", "REJECTED"]
    assert len(there.rows("SELECT week_start FROM published_weeks")) == 2
    decided = there.rows(
        "SELECT reason_code FROM retraining_decisions WHERE cause_id IN "
        "(SELECT key FROM uploads WHERE verdict = 'REJECTED')"
    )
    assert decided == [{"reason_code": "budget"}]
    assert (WEEKLY, "2026-10-19") in made(there, before)
