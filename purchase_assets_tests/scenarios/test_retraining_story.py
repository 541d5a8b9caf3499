"""What retrains, what does not, and that nothing of it holds up the weekly table."""

import json
from datetime import timedelta

import dagster as dg
import numpy as np
import pytest
from typer.testing import CliRunner

from purchase_assets.cli.main import app
from purchase_assets.samples.drift_scenarios import SCENARIOS
from purchase_assets.samples.generator import SampleData
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets.workflows import train_model
from purchase_assets_tests.scenarios.conftest import LAST_SUNDAY

pytestmark = pytest.mark.usefixtures("bare_training")

WEEKLY = "cleaned_features+drift_report+weekly_predictions"
TRAINING = "trained_model+training_set"
NEW_WEEK = ["raw_transactions", "daily_sales", WEEKLY, "prediction_scores"]
DECISIONS = (
    "SELECT cause, cause_id, week, retrain, reason_code, sentence_en, outcome, outcome_en "
    "FROM retraining_decisions WHERE cause <> 'first_model' AND reason_code <> 'answered' "
    "ORDER BY id"
)
"""All but the first model and what it answers: rows of the opening that were set aside."""


def names(ran):
    return [assets for assets, _ in ran]


def changed(distributor, back):
    """A week of the distributor without the orders of one zone."""
    week = SampleData(distributor.week(back), distributor.sample.customers, None)
    return SCENARIOS["lost-region"].change(np.random.default_rng(back), week).transactions


def strangers(distributor, back):
    """A week of the distributor whose customers nobody knows: refused for what is in it."""
    week = distributor.week(back)
    return week.assign(customer_id="9" + week["customer_id"].astype(str))


def decided(rows):
    """The trainings decided on; a lost zone also makes totals wrong, which waits its turn."""
    assert {row["reason_code"] for row in rows if not row["retrain"]} <= {"cool_down"}
    return [row for row in rows if row["retrain"]]


def status(distributor):
    (row,) = distributor.rows("SELECT DISTINCT week_start, status FROM latest_weekly_predictions")
    return row["week_start"], row["status"]


@pytest.fixture(scope="module")
def narrowed(opened, tmp_path_factory):
    """A distributor after a first week without a zone: nothing is called drift yet."""
    distributor = opened.copy(tmp_path_factory.mktemp("narrowed"))
    distributor.drop("batch_3", changed(distributor, 3))
    assert names(distributor.ran()) == NEW_WEEK
    assert distributor.rows(DECISIONS) == []
    return distributor


@pytest.fixture
def broken_training(monkeypatch):
    """A training that fails whenever it is tried, at its first step."""

    def fail(*arguments, **options):
        raise RuntimeError("no training today")

    monkeypatch.setattr(train_model, "make_training_set", fail)


def test_four_weekly_drops_are_forecast_and_scored_unattended(distributor, monkeypatch):
    for back in (3, 2, 1, 0):
        distributor.drop(f"batch_{back}", distributor.week(back))
        assert names(distributor.ran()) == NEW_WEEK
        assert status(distributor)[1] == "FRESH"
    weeks = ["2026-10-05", "2026-10-12", "2026-10-19", "2026-10-26", "2026-11-02"]
    for table, expected in (("weekly_predictions", weeks), ("prediction_scores", weeks[:-1])):
        found = distributor.rows(f"SELECT DISTINCT week_start FROM {table} ORDER BY week_start")
        assert [row["week_start"] for row in found] == expected
    assert distributor.rows(DECISIONS) == []

    # and the detector's own record over all of it
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", distributor.settings.data)
    monkeypatch.setenv("PURCHASE_ASSETS_DRIFT__MIN_ROWS", "200")
    said = json.loads(CliRunner().invoke(app, ["drift", "false-alarms", "--json"]).stdout)
    assert (said["weeks"], said["too_few_rows"]) == (28, 0)
    assert said["share"] == len(said["flagged"]) / 28
    (kept,) = distributor.rows("SELECT first_week, last_week, weeks FROM drift_replays")
    assert kept == {"first_week": "2026-04-20", "last_week": "2026-10-26", "weeks": 28}


def test_a_week_that_comes_late_is_scored_when_it_comes(distributor):
    distributor.drop("batch_2", distributor.week(2))
    # the published week is over, and its sales are missing: it is marked, and not scored
    assert names(distributor.ran()) == NEW_WEEK[:-1]

    distributor.drop("batch_3", distributor.week(3))
    ran = distributor.ran()

    assert ran[-1] == ("drift_report+weekly_predictions", "2026-10-19")
    assert ("prediction_scores", "2026-10-05") in ran
    bought = distributor.rows("SELECT value FROM prediction_scores WHERE metric = 'pairs_true'")
    week = distributor.week(3)
    pairs = week.loc[week["items"] > 0, ["customer_id", "product_id"]].drop_duplicates()
    assert [row["value"] for row in bought] == [len(pairs)]


def test_a_drifted_week_retrains_once_and_a_replay_decides_the_same(narrowed, tmp_path):
    told = []
    for number in range(2):
        distributor = narrowed.copy(tmp_path / str(number))
        distributor.drop("batch_2", changed(distributor, 2))
        ran = distributor.settle()
        trainings = [run.asked_by for run in ran if "trained_model" in run.assets]
        assert trainings == ["retrain_on_drift"]
        assert distributor.ran() == []
        told.append(distributor.rows(DECISIONS))

    first, again = told
    assert first == again
    (decision,) = decided(first)
    assert decision["retrain"]
    assert decision["cause_id"] == "2026-10-19"
    assert decision["sentence_en"].startswith("Week 2026-10-19: drift in ")
    assert decision["outcome"] in ("PROMOTED", "KEPT")
    check = dg.AssetCheckKey(dg.AssetKey("drift_report"), "no_drift")
    (record,) = distributor.instance.event_log_storage.get_asset_check_execution_history(
        check, limit=1
    )
    evaluation = record.event.dagster_event.asset_check_evaluation_data
    assert evaluation.passed == (decision["outcome"] == "PROMOTED")

    # an ordinary week after it asks for nothing
    distributor.drop("batch_1", distributor.week(1))
    assert names(distributor.ran()) == NEW_WEEK


def test_three_causes_at_once_become_one_training(narrowed, tmp_path, broken_training):
    distributor = narrowed.copy(tmp_path)
    distributor.retraining = {"max_model_age_weeks": 1}
    distributor.drop("batch_2", changed(distributor, 2))
    distributor.drop("batch_refused", strangers(distributor, 1))
    distributor.settle(stopped="retrain")
    assert distributor.rows(DECISIONS) == []

    ran = distributor.settle()

    assert {run.asked_by for run in ran if not run.success} == {"retrain_on_drift"}
    decisions = [(row["cause"], row["reason_code"]) for row in distributor.rows(DECISIONS)]
    assert decisions == [
        ("drift", "retrain"),
        ("rejected_upload", "cool_down"),
        ("overdue", "cool_down"),
    ]


def test_a_rejected_upload_retrains_once_on_accepted_rows_only(distributor):
    week = distributor.week(3)
    sold = week.groupby(["customer_id", "product_id"])["items"].transform("size")
    before = set(map(tuple, distributor.between(12, 4)[["customer_id", "product_id"]].to_numpy()))
    alone = week[(sold == 1) & (week["items"] > 0)]
    known = [pair in before for pair in map(tuple, alone[["customer_id", "product_id"]].to_numpy())]
    bad = alone[known].head(9)
    distributor.drop("batch_3", week.assign(items=week["items"].mask(week.index.isin(bad.index))))
    distributor.drop("batch_refused", strangers(distributor, 3))

    ran = names(distributor.ran())

    verdicts = distributor.rows("SELECT verdict, quarantined FROM uploads ORDER BY verdict")
    assert {row["verdict"]: row["quarantined"] for row in verdicts}["REJECTED"] == 0
    assert max(row["quarantined"] for row in verdicts if row["verdict"] == "PARTIAL") == 9
    assert ran.count(TRAINING) == 1
    first, *others = distributor.rows(DECISIONS)
    assert (first["cause"], first["reason_code"]) == ("rejected_upload", "retrain")
    assert [row["reason_code"] for row in others] in ([], ["cool_down"])
    assert distributor.ran() == []

    # the newest week of the training set: the set-aside rows were not bought, the others were
    newest = distributor.project.lake.read("training_set").to_pandas()
    newest = newest[newest["cutoff"] == newest["cutoff"].max()]
    label = newest.set_index(["customer_id", "product_id"])["bought"]
    pairs = bad[["customer_id", "product_id"]].astype(str).itertuples(index=False, name=None)
    assert not label.reindex(list(pairs)).dropna().any()
    others = alone[known].iloc[9:][["customer_id", "product_id"]].astype(str)
    assert label.reindex(list(others.itertuples(index=False, name=None))).dropna().all()
    seeds = [distributor.project.registry.record(version)["seed"] for version in ("1", "2")]
    assert seeds[1] == seeds[0] + 1


def test_a_week_beside_files_that_are_refused_is_forecast_before_any_training(distributor):
    distributor.drop("batch_3", distributor.week(3))
    distributor.drop("batch_columns", distributor.week(2).drop(columns="items"))
    distributor.drop("batch_strangers", strangers(distributor, 2))
    distributor.drop("batch_other_strangers", strangers(distributor, 1))
    distributor.today = LAST_SUNDAY - timedelta(weeks=3)
    excel = b"PK\x03\x04 a workbook"
    (distributor.incoming / "transacciones_2026.xlsx").write_bytes(excel)

    ran = names(distributor.ran())

    taken_in = ["raw_transactions"] * 5
    assert ran[:6] == [*taken_in, "daily_sales"]
    first_table, training = ran.index(WEEKLY), ran.index(TRAINING)
    assert first_table < training
    assert ran.count(TRAINING) == 1
    decisions = {row["sentence_en"]: row for row in distributor.rows(DECISIONS)}
    uploads = distributor.rows("SELECT file_name, key FROM uploads WHERE verdict = 'REJECTED'")
    assert {row["cause_id"] for row in decisions.values()} == {row["key"] for row in uploads}
    assert len(uploads) == 4
    codes = sorted(row["reason_code"] for row in decisions.values())
    assert codes == ["cool_down", "not_read", "not_read", "retrain"]
    excel_said = next(said for said in decisions if "transacciones_2026.xlsx" in said)
    assert excel_said.endswith("a file that cannot be read says nothing of the data.")
    # a promotion is followed by another forecast, and only that
    (outcome,) = {row["outcome"] for row in decisions.values() if row["retrain"]}
    after = [assets for assets in ran[training + 1 :] if assets != "prediction_scores"]
    assert after == (["drift_report+weekly_predictions"] if outcome == "PROMOTED" else [])
    assert distributor.ran() == []


def test_a_failed_training_is_tried_three_times_and_the_week_is_published_degraded(
    narrowed, tmp_path, broken_training
):
    distributor = narrowed.copy(tmp_path)
    distributor.drop("batch_2", changed(distributor, 2))
    failed = []
    for _ in range(3):  # whoever waits sees one failure each time
        (one,) = [run for run in distributor.settle() if not run.success]
        failed.append(one)
    assert [run.asked_by for run in failed] == ["retrain_on_drift"] * 3
    assert all("no training today" in run.error for run in failed)
    (decision,) = decided(distributor.rows(DECISIONS))
    assert decision["outcome"] == "FAILED"
    assert "failed 3 times" in decision["outcome_en"]
    assert status(distributor) == ("2026-10-19", "DEGRADED")
    assert distributor.ran() == []

    # the next week is published as ever, and in doubt until its own drift report is there
    distributor.drop("batch_1", distributor.week(1))
    published = [run for run in distributor.settle() if run.success]
    assert ["+".join(run.assets) for run in published] == NEW_WEEK
    assert status(distributor) == ("2026-10-26", "FRESH")

    # when its days are over and no sales came, the table says so, and so do the pages
    before = distributor.rows("SELECT * FROM latest_weekly_predictions")
    distributor.today += timedelta(days=8)
    assert distributor.ran() == []  # marked, not made
    assert status(distributor) == ("2026-10-26", "STALE")
    after = distributor.rows("SELECT * FROM latest_weekly_predictions")
    assert [{**row, "status": "FRESH"} for row in after] == before
    assert Published(distributor.project.reports).week().is_over(distributor.today)
    assert distributor.ran() == []


def test_a_hopeless_loop_stops_at_the_budget(distributor, broken_training):
    distributor.retraining = {"budget": 1}
    for back in (3, 2):
        distributor.drop(f"batch_{back}", distributor.week(back))
        distributor.drop(f"batch_refused_{back}", strangers(distributor, back))
        distributor.settle()
        assert status(distributor)[0] > "2026-10-05"
    decisions = distributor.rows(DECISIONS)
    assert [row["reason_code"] for row in decisions] == ["retrain", "budget"]
    assert "a person decides" in decisions[-1]["sentence_en"]
