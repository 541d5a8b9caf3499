"""The records hold what their tables hold, on each database."""

from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path
from types import NoneType
from typing import get_args, get_type_hints

import pytest
import sqlalchemy as sa

from purchase_assets.settings import Settings
from purchase_assets.storage.reports import (
    drift_replays,
    drift_scores,
    prediction_scores,
    promotions,
    published_weeks,
    quarantined_rows,
    retraining_decisions,
    tables,
    uploads,
    weekly_predictions,
)
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.storage.reports.uploads import BrokenRule
from purchase_assets.text import Text
from purchase_assets_tests.planted import (
    PARTIAL,
    REFUSED,
    WEEK,
    an_upload,
    fill,
    publish,
    week_rows,
)

RECORDS = {
    tables.drift_replays: drift_replays.DriftReplay,
    tables.drift_scores: drift_scores.DriftScore,
    tables.prediction_scores: prediction_scores.PredictionScore,
    tables.published_weeks: published_weeks.PublishedWeek,
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
def test_a_record_has_the_columns_of_its_table(table: sa.Table) -> None:
    hints = get_type_hints(RECORDS[table])
    columns = {field.name: to_columns({field.name: None}) for field in fields(RECORDS[table])}
    assert {name for own in columns.values() for name in own} == set(table.columns.keys())
    for field, own in columns.items():
        may_be_empty = NoneType in get_args(hints[field])
        assert {bool(table.c[name].nullable) for name in own} == {may_be_empty}, field


def test_an_upload_is_read_as_it_was_kept(filled: Reports) -> None:
    kept = an_upload(
        key="products-0123456789ab", reasons=(BrokenRule("volume", Text("low", "baja"), 3),)
    )
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
    decision |= {"reason_code": "ok", "sentence": Text("", "")}
    retraining_decisions.add(filled, cause_id=REFUSED, retrain=False, **decision)
    retraining_decisions.add(filled, cause_id=PARTIAL, retrain=True, **decision)
    assert [one.key for one in uploads.undecided(filled)] == [PARTIAL]
    about = ("rejected_upload", PARTIAL)
    with filled.transaction() as transaction:
        retraining_decisions.conclude(transaction, "KEPT", Text("kept", "sigue"), about)
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


def test_a_week_made_afterwards_is_the_newest_of_nothing(filled: Reports) -> None:
    later = WEEK + timedelta(weeks=1)
    publish(filled, week_rows(later, status="BACKFILLED"))
    newest = published_weeks.newest(filled)
    assert newest
    assert newest.week_start == WEEK
    assert [week.week_start for week in published_weeks.in_order(filled)][-1] == later
    drift = drift_scores.newest(filled)
    assert drift
    drift_scores.keep(filled, later, [replace(drift, week_start=later)])
    assert drift_scores.newest(filled) == drift
    assert {score.week_start for score in drift_scores.of_last_weeks(filled, 1)} == {later}
    history = drift_scores.before(filled, later + timedelta(weeks=1), drift.model_version)
    assert max(score.week_start for score in history) == drift.week_start


def test_what_a_week_holds(filled: Reports) -> None:
    rows = weekly_predictions.of_week(filled, WEEK)
    held = weekly_predictions.extent(filled, WEEK)
    by_model = rows[rows["source"] == "model"]
    assert (held.rows, held.within) == (len(rows), len(rows))
    assert held.expected == pytest.approx(by_model["probability"].sum())
    assert weekly_predictions.customers_with_history(filled, WEEK) == set(by_model["customer_id"])
    assert weekly_predictions.ids(filled, WEEK, "product_id") == set(rows["product_id"])
    expected = weekly_predictions.expected_pairs(filled, [WEEK])
    assert len(expected) == rows["will_buy"].sum()
    assert {pair.week_start for pair in expected} == {WEEK}
    empty = weekly_predictions.extent(filled, WEEK + timedelta(weeks=9))
    assert (empty.rows, empty.within, empty.expected) == (0, 0, 0.0)


def test_scores_are_those_of_a_week_of_a_model_or_of_the_newest_weeks(filled: Reports) -> None:
    last = WEEK - timedelta(weeks=1)
    (week,) = {score.week_start for score in prediction_scores.of_last_weeks(filled, 1)}
    assert week == last
    scores = prediction_scores.of_week(filled, last)
    assert len(scores) == 7
    assert prediction_scores.of_model(filled, "6")[-7:] == scores
    unknown = replace(scores[0], value=None)
    prediction_scores.keep(filled, last, [unknown])
    assert prediction_scores.of_week(filled, last) == [unknown]
    assert prediction_scores.weeks(filled)[-1] == last


def test_the_newest_replay_is_the_one_that_was_made_last(filled: Reports) -> None:
    assert drift_replays.newest(filled) is None
    flagged = drift_replays.FlaggedWeek("2025-01-06", Text("Drift", "Deriva"))
    drift_replays.add(filled, [], [])
    drift_replays.add(filled, [date(2024, 12, 30), date(2025, 1, 6)], [flagged])
    found = drift_replays.newest(filled)
    assert found
    assert (found.weeks, found.flagged) == (2, (flagged,))
    assert (found.first_week, found.last_week) == (date(2024, 12, 30), date(2025, 1, 6))
