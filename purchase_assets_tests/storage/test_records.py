"""The records hold what their tables hold, on each database."""

from dataclasses import fields, replace
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest
import sqlalchemy as sa

from purchase_assets.settings import Settings
from purchase_assets.storage.reports import (
    promotions,
    quarantined_rows,
    retraining_decisions,
    tables,
    uploads,
)
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.uploads import BrokenRule
from purchase_assets_tests.planted import PARTIAL, REFUSED, an_upload, fill

RECORDS = {
    tables.uploads: uploads.Upload,
    tables.quarantine: quarantined_rows.QuarantinedRow,
    tables.promotions: promotions.Promotion,
    tables.retraining_decisions: retraining_decisions.RetrainingDecision,
}


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> Reports:
    reports = Reports(database_url)
    fill(reports, Settings(data=str(tmp_path)))
    return reports


@pytest.mark.parametrize("table", RECORDS, ids=str)
def test_a_record_has_the_columns_of_its_table_in_their_order(table: sa.Table) -> None:
    hints = get_type_hints(RECORDS[table])
    assert [field.name for field in fields(RECORDS[table])] == table.columns.keys()
    for column in table.columns:
        may_be_empty = NoneType in get_args(hints[column.name])
        assert may_be_empty == bool(column.nullable), column.name


def test_an_upload_is_read_as_it_was_kept(filled: Reports) -> None:
    kept = an_upload(key="products-0123456789ab", reasons=(BrokenRule("volume", "low", "baja", 3),))
    with filled.transaction() as transaction:
        uploads.keep(transaction, kept)
        assert uploads.find(transaction, kept.key) == kept
    assert uploads.find(filled, kept.key) == kept
    again = replace(kept, attempts=2)
    with filled.transaction() as transaction:
        uploads.keep(transaction, again)
    assert [one for one in uploads.newest(filled) if one.key == kept.key] == [again]
    assert uploads.find(filled, "products-none") is None


def test_a_failed_transaction_leaves_nothing(filled: Reports) -> None:
    def fail() -> None:
        with filled.transaction() as transaction:
            uploads.keep(transaction, an_upload(key="products-0123456789ab"))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert uploads.find(filled, "products-0123456789ab") is None


def test_an_answered_upload_no_longer_waits(filled: Reports) -> None:
    assert [one.key for one in uploads.unanswered(filled)] == [REFUSED]
    with filled.transaction() as transaction:
        uploads.answer(transaction, [REFUSED], "SEEN", "Ana", "a test")
    assert uploads.unanswered(filled) == []
    found = uploads.find(filled, REFUSED)
    assert found
    assert [found.answer, found.answered_by, found.answer_reason] == ["SEEN", "Ana", "a test"]


def test_an_upload_is_undecided_until_a_decision_is_final(filled: Reports) -> None:
    assert {one.key for one in uploads.undecided(filled)} == {REFUSED, PARTIAL}
    decision = {"cause": "rejected_upload", "week": an_upload().received_at.date()}
    decision |= {"reason_code": "ok", "sentence_en": "", "sentence_es": ""}
    retraining_decisions.add(filled, cause_id=REFUSED, retrain=False, **decision)
    retraining_decisions.add(filled, cause_id=PARTIAL, retrain=True, **decision)
    assert [one.key for one in uploads.undecided(filled)] == [PARTIAL]
    retraining_decisions.conclude(filled, "KEPT", "kept", "sigue", ("rejected_upload", PARTIAL))
    assert uploads.undecided(filled) == []
    assert retraining_decisions.file_names(filled)[PARTIAL] == "transactions_0.parquet"
    newest, _, earlier = retraining_decisions.newest_first(filled)
    assert (newest.outcome, earlier.outcome) == ("KEPT", None)  # another cause's is untouched


def test_rows_of_the_quarantine_wait_until_they_are_decided(filled: Reports) -> None:
    assert [row.row_number for row in quarantined_rows.waiting(filled, PARTIAL, 2)] == [17, 230]
    with filled.transaction() as transaction:
        quarantined_rows.decide(transaction, PARTIAL, [17, 230], "RELEASED", "Ana", "right")
        uploads.add_accepted(transaction, PARTIAL, 2)
    assert len(quarantined_rows.waiting(filled)) == 3
    assert [row.decided_by for row in quarantined_rows.decided(filled, PARTIAL)] == ["Ana", "Ana"]
    (waiting,) = quarantined_rows.waiting_uploads(filled, 5)
    assert (waiting.file_name, waiting.waiting) == ("transactions_0.parquet", 3)
    (broken,) = quarantined_rows.waiting_rules(filled, [PARTIAL])
    assert (broken.upload_key, broken.rule) == (PARTIAL, "future_date")
    assert quarantined_rows.waiting_rules(filled, []) == []


def test_the_newest_promotion_decides(filled: Reports) -> None:
    newest = promotions.newest(filled)
    assert newest
    assert newest.model_version == "7"
    assert promotions.newest_first(filled)[0] == newest
    assert [one.model_version for one in promotions.newest_first(filled)] == ["7", "6", "5"]
