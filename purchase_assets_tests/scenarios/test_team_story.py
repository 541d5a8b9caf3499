"""A project moves to the processes of `make team`; a week comes there while two of them die.

All seven, over four weeks: benchmarks/team.py.
"""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from purchase_assets.kinds import Role
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.operations import Operations
from purchase_assets.project import Project
from purchase_assets.storage.reports import access_keys
from purchase_assets.workflows.back_up import back_up, restore
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.running_team import MISSING, RunningTeam, hurried, running_team
from purchase_assets_tests.scenarios.conftest import Distributor

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"apt-get install {' '.join(MISSING)}")
PATIENCE_S = 900
"""Nothing but a stuck team takes as long."""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that PostgreSQL's own user can reach, which it cannot below pytest's."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
def team(distributor: Distributor, folder: Path) -> Iterator[tuple[RunningTeam, str]]:
    """The distributor as a team has it, with the key that it had made before."""
    key = access_keys.add(distributor.project.reports, "Ana", Role.ACT, by="test")
    archive, state = folder / "kept.zip", folder / "state"
    back_up(distributor.project, archive, lambda *_: None)
    listed = ["--file", str(hurried(folder)), "--state", str(state)]
    with running_team(state, None, *listed, "postgres") as database:
        database.until("the database", lambda: database.facts()["postgres"]["well"])
        move(distributor, archive, database)
    # there when the daemon begins, so that the old week is not made again before the new one
    distributor.week(3).to_parquet(state / "data/incoming/transacciones.parquet", index=False)
    names = ("postgres", "code", "daemon", "pages", "caddy")
    told = {  # each look costs hundreds of connections to PostgreSQL
        "TODAY_OF_THE_TEST": str(distributor.today + timedelta(weeks=1)),
        "SECONDS_OF_THE_TEST": "15",
    }
    with running_team(state, None, *listed, *names, **told) as made:
        made.until("the pages", made.week, PATIENCE_S)
        yield made, key


def move(distributor: Distributor, archive: Path, team: RunningTeam) -> None:
    """What `purchase-assets restore` does, with the day of the story."""
    data = team.state / "data"
    settings = OnDay(
        **dict(distributor.settings)
        | {"data": str(data), "reports_url": team.url("reports"), "mlflow_uri": team.url("mlflow")}
        | {"dagster_storage_url": team.url("dagster")}
    )
    project = Project(settings)
    restore(project, archive, lambda *_: None)
    with open_instance(settings, ROOT) as instance:
        Operations(project, instance).tell_what_stands()


def test_a_week_comes_while_two_processes_die(
    team: tuple[RunningTeam, str], distributor: Distributor
) -> None:
    running, key = team
    with running.asked(every_s=1) as asked:
        running.until_at_work()
        running.kill("code")
        running.kill("pages")
        running.until_published(distributor.today + timedelta(weeks=1), PATIENCE_S)

    assert asked.failed() == []  # Caddy holds them until the pages are back
    balance = running.balance()
    assert (balance["lost"], balance["doubled"], balance["unaccounted"]) == (0, 0, 0)
    assert balance["files"] == 2
    weeks = running.rows("reports", "SELECT status FROM published_weeks ORDER BY week_start")
    assert [row["status"] for row in weeks] == ["FRESH", "FRESH"]
    bad = {"lang": "en", "reason": "why", "upload_key": "none", "api_key": f"{key}x"}
    decide = f"{running.pages}/monitoring/seen"
    assert httpx.post(decide, data=bad, timeout=90).status_code == 401
    assert httpx.post(decide, data=bad | {"api_key": key}, timeout=90).status_code == 404
