"""Files as people and their tools leave them: odd names, one name twice, still being written."""

import os
import threading
import time
from pathlib import Path

import pytest

from purchase_assets.storage import incoming
from purchase_assets.workflows import take_in, waiting_uploads
from purchase_assets_tests.orchestration.intake.dropped import Dropped, week


def lake_rows(dropped: Dropped, key: str) -> int:
    lines = dropped.project.lake.read("transactions")
    return lines["upload_key"].to_pylist().count(key)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"transacciones_a\xf1o.parquet", "transacciones_a�o.parquet"),
        (b"transacciones_\x1b[31m\n1.parquet", "transacciones_�[31m�1.parquet"),
    ],
)
def test_a_name_that_cannot_be_printed_is_made_printable(dropped: Dropped, name, shown):
    dropped.drop("transacciones.parquet", week())
    plain = dropped.incoming / "transacciones.parquet"
    plain.rename(plain.with_name(os.fsdecode(name)))

    dropped.settle()

    upload = dropped.upload(shown)
    assert upload.accepted == lake_rows(dropped, upload.key) > 0
    assert list(dropped.incoming.iterdir()) == []


def test_a_file_never_takes_the_place_of_one_that_waits(dropped: Dropped, tmp_path: Path):
    dropped.drop("transacciones.csv", week())
    other = tmp_path / "of another sender" / "transacciones.csv"
    other.parent.mkdir()
    week(first_order=600_000).to_csv(other, index=False)

    entry = waiting_uploads.deliver(dropped.project, other)
    again = waiting_uploads.deliver(dropped.project, other)

    assert entry.key == again.key
    assert len(list(dropped.incoming.iterdir())) == 3
    dropped.settle()
    assert list(dropped.incoming.iterdir()) == []
    found = {upload.key: upload for upload in dropped.uploads("transacciones.csv")}
    assert len(found) == 2
    assert found[entry.key].deliveries == 2
    assert all(lake_rows(dropped, key) == one.accepted > 0 for key, one in found.items())


def test_a_file_that_is_being_written_is_waited_for(dropped: Dropped, monkeypatch):
    monkeypatch.setattr(incoming, "SETTLED_S", 1.5)
    whole = week().to_csv(index=False)
    half = whole[: whole.index("\n", len(whole) // 2) + 1]
    file = dropped.incoming / "transacciones.csv"
    file.write_text(half)
    dropped.settle()  # many looks in a fraction of a second
    assert file.exists()

    def ends_later() -> None:
        time.sleep(0.7)
        with file.open("a") as open_file:
            open_file.write(whole[len(half) :])

    writer = threading.Thread(target=ends_later)
    writer.start()
    told: list[str] = []
    assert waiting_uploads.await_settled(dropped.project, told.append) == []
    writer.join()

    assert told[0] == "waiting until transacciones.csv is completely written"
    dropped.settle()
    upload = dropped.upload("transacciones.csv")
    assert upload.rows == len(week())


def test_a_file_that_is_never_done_is_not_waited_for_for_ever(dropped: Dropped, monkeypatch):
    monkeypatch.setattr(incoming, "SETTLED_S", 60)
    monkeypatch.setattr(waiting_uploads, "PATIENCE_S", 0.5)
    dropped.drop("transacciones.csv", week())
    assert waiting_uploads.await_settled(dropped.project) == ["transacciones.csv"]


def test_what_is_written_while_a_file_is_judged_is_not_lost(dropped: Dropped, monkeypatch):
    whole = week().to_csv(index=False)
    half = whole[: whole.index("\n", len(whole) // 2) + 1]
    file = dropped.incoming / "transacciones.csv"
    writer = file.open("w")
    writer.write(half)
    writer.flush()
    judge = take_in.judge

    def judged_while_written(*arguments, **options):
        judgement = judge(*arguments, **options)
        if not writer.closed:
            writer.write(whole[len(half) :])
            writer.close()
        return judgement

    monkeypatch.setattr(take_in, "judge", judged_while_written)
    dropped.settle()

    first, rest = sorted(dropped.uploads("transacciones.csv"), key=lambda upload: upload.rows)
    assert rest.rows == len(week())
    assert rest.duplicates == first.rows
    assert lake_rows(dropped, first.key) + lake_rows(dropped, rest.key) == len(week())
    assert list(dropped.incoming.iterdir()) == []
