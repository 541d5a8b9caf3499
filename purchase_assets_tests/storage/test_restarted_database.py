"""Who reads while PostgreSQL is started again waits; who never reached it is told at once."""

import threading
import time

import pytest

from purchase_assets.errors import Unavailable
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.attacks import free_port
from purchase_assets_tests.databases import PostgresServer


def test_a_read_waits_while_the_server_is_started_again(
    postgres_of_its_own: PostgresServer,
) -> None:
    reports = Reports(f"{postgres_of_its_own.url}/postgres")
    assert reports.rows("SELECT 1 AS one") == [{"one": 1}]
    postgres_of_its_own.stop()
    again = threading.Timer(1, postgres_of_its_own.start)
    again.start()
    try:
        assert reports.rows("SELECT 2 AS two") == [{"two": 2}]
    finally:
        again.join()
        reports.engine.dispose()


def test_a_read_whose_connection_breaks_is_asked_again(postgres_of_its_own: PostgresServer) -> None:
    reports = Reports(f"{postgres_of_its_own.url}/postgres")
    reports.rows("SELECT 1")
    slow: list[dict] = []
    reading = threading.Thread(
        target=lambda: slow.extend(reports.rows("SELECT pg_sleep(1.5), 3 AS three"))
    )
    reading.start()
    active = "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%three%' AND state = 'active'"
    ends = time.monotonic() + 20
    while len(reports.rows(active)) < 2 and time.monotonic() < ends:  # this question, and the read
        pass
    postgres_of_its_own.stop()
    postgres_of_its_own.start()
    reading.join(60)
    reports.engine.dispose()
    assert [row["three"] for row in slow] == [3]


def test_a_server_that_never_answered_is_not_waited_for() -> None:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        Reports(f"postgresql+psycopg2://nobody@127.0.0.1:{free_port()}/none").rows("SELECT 1")
    assert time.monotonic() - began < 15
