"""A whole database as rows: the same in another kind of database, and of one moment."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.settings import Settings
from purchase_assets.storage import table_rows
from purchase_assets.storage.reports import migrations, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.rows import MOMENT, plant, row


def all_rows(reports: Reports) -> dict[str, list]:
    return {
        name: reports.rows(sa.select(table).order_by(*table.primary_key.columns))
        for name, table in tables.metadata.tables.items()
    }


def load(url: str, dump: table_rows.Dump, folder: Path, revision: str = "") -> None:
    def lines(table: str) -> list[str]:
        file = folder / f"{table}.jsonl"
        return file.read_text("utf-8").splitlines() if file.exists() else []

    table_rows.load(
        url,
        revision or dump.revision,
        lambda engine: migrations.bring_to(engine, dump.revision),
        lines,
    )


def test_the_rows_of_one_database_are_those_of_the_other(
    database_url: str, tmp_path: Path, settings: Settings, fill_reports: Callable
) -> None:
    first = Reports(settings.reports.replace("reports.db", "first.db"))
    fill_reports(first, settings)
    flagged = [{"week": "2025-01-06", "sentence_es": "ñandú"}]
    first.append(tables.drift_replays, {"replayed_at": MOMENT, "weeks": 4, "flagged": flagged})
    plant(first, tables.withdrawals)
    assert table_rows.is_empty(database_url)

    written = table_rows.dump(first.url, tmp_path / "rows")
    load(database_url, written, tmp_path / "rows")

    second = Reports(database_url)
    assert written.revision == migrations.HEAD
    assert all_rows(second) == all_rows(first)
    assert written.rows == {name: len(rows) for name, rows in all_rows(first).items()}
    assert not table_rows.is_empty(database_url)
    # running numbers go on
    before = max(row["id"] for row in all_rows(second)["promotions"])
    plant(second, tables.promotions, model_version="9", data_through=date(2025, 1, 5))
    assert max(row["id"] for row in all_rows(second)["promotions"]) == before + 1
    # and back again
    again = table_rows.dump(database_url, tmp_path / "again")
    third = f"sqlite:///{tmp_path}/third.db"
    load(third, again, tmp_path / "again")
    assert all_rows(Reports(third)) == all_rows(second)


def test_a_dump_is_of_one_moment_while_others_write(database_url: str, tmp_path: Path) -> None:
    reports = Reports(database_url)
    plant(reports, tables.promotions, model_version="0")
    going = threading.Event()
    ended = threading.Event()

    def write() -> None:
        for number in range(1, 400):
            with reports.transaction() as transaction:
                upload = row(tables.uploads, key=f"transactions-{number:012x}")
                transaction.execute(tables.uploads.insert(), [upload])
                transaction.execute(
                    tables.tainted_models.insert(),
                    [row(tables.tainted_models, model_version=str(number))],
                )
            going.set()
            if ended.is_set():
                return

    writer = threading.Thread(target=write)
    writer.start()
    assert going.wait(30)
    counts = []
    try:
        for number in range(5):
            found = table_rows.dump(database_url, tmp_path / str(number)).rows
            counts.append((found["uploads"], found["tainted_models"]))
    finally:
        ended.set()
        writer.join(60)
    assert all(one == other for one, other in counts), counts
    assert counts[-1][0] > 0


def test_rows_of_another_revision_are_refused_and_nothing_is_filled(tmp_path: Path) -> None:
    first = Reports(f"sqlite:///{tmp_path}/first.db")
    plant(first, tables.promotions, model_version="1")
    written = table_rows.dump(first.url, tmp_path / "rows")
    url = f"sqlite:///{tmp_path}/second.db"
    with pytest.raises(PurchaseAssetsError, match="the rows are of revision 'other'"):
        load(url, written, tmp_path / "rows", revision="other")
    assert all_rows(Reports(url))["promotions"] == []


def test_a_sqlite_file_is_copied_as_it_is_at_one_moment(tmp_path: Path) -> None:
    first = Reports(f"sqlite:///{tmp_path}/first.db")
    plant(first, tables.promotions, model_version="1")  # in the write-ahead log beside it
    table_rows.copy_file(tmp_path / "first.db", tmp_path / "copy.db")
    (tmp_path / "text.db").write_text("no database")
    table_rows.copy_file(tmp_path / "text.db", tmp_path / "text copy.db")
    assert all_rows(Reports(f"sqlite:///{tmp_path}/copy.db")) == all_rows(first)
    assert (tmp_path / "text copy.db").read_text() == "no database"
