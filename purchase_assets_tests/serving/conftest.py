"""A reports database with three published weeks, filled through `Reports`."""

import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from purchase_assets.settings import Settings
from purchase_assets.storage import tables
from purchase_assets.storage.reports import Reports

TODAY = date(2025, 1, 14)
WEEK = date(2025, 1, 13)
CUSTOMERS = [str(254000 + 7 * number) for number in range(60)]
PRODUCTS = [str(1300 + 3 * number) for number in range(40)]
NEW_CUSTOMER = "300001"
KEY = "a long key for tests"


class OnTuesday(Settings):
    """Settings whose today is a day of the published week."""

    def today(self) -> date:
        return TODAY


def week_rows(
    week: date = WEEK, version: str = "7", status: str = "FRESH", customers: int = 60
) -> list[dict[str, Any]]:
    """The rows of one week: `customers` customers with 12 pairs each and one without history."""
    dice = random.Random(f"{week} {version}")
    common = {
        "week_start": week,
        "window_start": week,
        "window_end": week + timedelta(days=6),
        "model_version": version,
        "data_through": week - timedelta(days=1),
        "status": status,
        "scored_at": datetime(week.year, week.month, week.day, 9, int(version)),
    }
    rows = []
    for customer in CUSTOMERS[:customers]:
        chances = sorted((dice.betavariate(0.6, 2) for _ in range(12)), reverse=True)
        for rank, (chance, product) in enumerate(
            zip(chances, dice.sample(PRODUCTS, 12), strict=True), start=1
        ):
            bought = min(8, round(chance * 9))
            rows.append(
                {
                    **common,
                    "customer_id": customer,
                    "product_id": product,
                    "probability": round(chance, 4),
                    "will_buy": chance >= 0.3,
                    "rank": rank,
                    "weeks_bought_of_8": bought,
                    "days_since_last": dice.randint(1, 60),
                    "usual_gap_days": dice.choice([None, 7.2, 14.0, 30.5]),
                    "product_trend": dice.choice([None, 0.6, 1.0, 1.4]),
                    "source": "model",
                }
            )
    for rank, product in enumerate(PRODUCTS[:5], start=1):
        rows.append(
            {
                **common,
                "customer_id": NEW_CUSTOMER,
                "product_id": product,
                "probability": 0.2 - rank / 100,
                "will_buy": False,
                "rank": rank,
                "weeks_bought_of_8": 0,
                "days_since_last": None,
                "usual_gap_days": None,
                "product_trend": 1.1,
                "source": "popular",
            }
        )
    return rows


def publish(reports: Reports, rows: list[dict[str, Any]]) -> None:
    """Put a week in the place of what it held."""
    reports.replace(tables.weekly_predictions, {"week_start": rows[0]["week_start"]}, rows)


@pytest.fixture
def rows_of() -> Callable[..., list[dict[str, Any]]]:
    return week_rows


@pytest.fixture
def publish_rows() -> Callable[[Reports, list[dict[str, Any]]], None]:
    return publish


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return OnTuesday(_env_file=None, data=str(tmp_path), api_key=KEY)


@pytest.fixture
def reports(settings: Settings) -> Reports:
    """Three weeks, the newest one forecast by version 7."""
    reports = Reports(settings.reports)
    for weeks_ago, version in ((2, "6"), (1, "6"), (0, "7")):
        publish(reports, week_rows(WEEK - timedelta(weeks=weeks_ago), version))
    return reports


def _postgres_program(name: str) -> str | None:
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else shutil.which(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real server that lives as long as the tests."""
    initdb, server = _postgres_program("initdb"), _postgres_program("postgres")
    if not initdb or not server:
        pytest.skip("no PostgreSQL server here; install the package `postgresql` to run this")
    # the server refuses to run as root; Debian's package makes this user
    who: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.getuid() == 0 else {}
    folder = Path(tempfile.mkdtemp(prefix="purchase_assets_pg_"))
    if who:
        shutil.chown(folder, "postgres", "postgres")
    data, port = folder / "data", free_port()
    make = [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
    subprocess.run(make, check=True, capture_output=True, cwd=folder, timeout=60, **who)
    run = [server, "-D", str(data), "-p", str(port), "-c", "listen_addresses=127.0.0.1"]
    run += ["-c", "unix_socket_directories=", "-c", "fsync=off"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(run, stdout=log, stderr=log, cwd=folder, **who)
        try:
            _wait_for(port)
            yield f"postgresql://postgres@127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGINT)  # a fast shutdown; SIGTERM waits for clients
            process.wait(timeout=30)
            shutil.rmtree(folder)


def _wait_for(port: int) -> None:
    engine = sa.create_engine(f"postgresql+psycopg2://postgres@127.0.0.1:{port}/postgres")
    for _ in range(150):
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            time.sleep(0.1)
        else:
            engine.dispose()
            return
    raise TimeoutError(f"PostgreSQL did not answer on port {port} within 15 s")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/reports.db"
        return
    server = request.getfixturevalue("postgres_server")
    admin = sa.create_engine(
        f"{server.replace('postgresql:', 'postgresql+psycopg2:')}/postgres",
        isolation_level="AUTOCOMMIT",
    )
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS reports WITH (FORCE)"))
        connection.execute(sa.text("CREATE DATABASE reports"))
    admin.dispose()
    yield f"{server}/reports"
