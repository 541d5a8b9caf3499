"""Readers never see half a week, whatever is being published."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.snapshot import Published

READERS = 20
PUBLICATIONS = 50


def test_each_read_sees_exactly_one_whole_week(
    database_url: str, rows_of: Any, publish_rows: Any
) -> None:
    reports = Reports(database_url)
    # publications of different size, so that a mixture is seen by its count
    publications = {
        str(version): rows_of(version=str(version), customers=3 + version) for version in range(5)
    }
    whole = {version: len(rows) for version, rows in publications.items()}
    publish_rows(reports, publications["0"])
    done = threading.Event()

    def by_sql(mine: Reports) -> dict[str, int]:
        rows = mine.rows(
            "SELECT model_version, COUNT(*) AS pairs FROM latest_weekly_predictions "
            "GROUP BY model_version"
        )
        return {row["model_version"]: row["pairs"] for row in rows}

    def by_server(served: Published) -> dict[str, int]:
        week = served.week()
        assert week is not None
        return {week.model_version: len(week.pairs)}

    def read_on(look: Callable[[], dict[str, int]]) -> set[str]:
        seen: set[str] = set()
        while not done.is_set():
            found = look()
            assert len(found) == 1
            version, pairs = found.popitem()
            assert pairs == whole[version]
            seen.add(version)
            time.sleep(0.005)  # lets the writer have the interpreter
        return seen

    # a few connections of their own, the others share the server's pool
    served = Published(reports)
    looks: list[Callable[[], dict[str, int]]] = [lambda: by_server(served)] * (READERS - 5)
    for _ in range(5):
        looks.append(lambda mine=Reports(database_url): by_sql(mine))  # type: ignore[misc]
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_on, look) for look in looks]
        try:
            for number in range(1, PUBLICATIONS + 1):
                publish_rows(reports, publications[str(number % 5)])
        finally:
            done.set()
        seen = set().union(*(reader.result(timeout=60) for reader in readers))
    assert len(seen) > 1
