"""Stories of a model: trained again from its record, and a file that somebody changed."""

from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from purchase_assets.forecasting import judge_challenger, metrics
from purchase_assets.forecasting.fit import score_pairs, split
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.operations import Operations
from purchase_assets.storage.reports import promotions, published_weeks, tables
from purchase_assets.storage.reports.database import now
from purchase_assets.text import Text
from purchase_assets.weeks import Window
from purchase_assets.workflows import forecast_week, promote_model, train_model
from purchase_assets.workflows.backtest_files import backtest_files
from purchase_assets.workflows.reproduce_model import reproduce
from purchase_assets_tests.rows import plant


def test_training_again_from_the_record_gives_the_same_predictions(watched):
    found = reproduce(watched.project, "1", progress=lambda *_: None)
    assert found.same
    assert found.same_code
    assert found.rows == watched.project.lake.read("training_set").num_rows


@pytest.mark.parametrize(("off", "same"), [(3e-8, True), (1e-3, False)])
def test_a_fresh_process_may_differ_in_the_last_bits_only(watched, off, same):
    registry = watched.project.registry
    reference = registry.reference("1")
    model = registry.load(reference)
    sample = forecast_week.read_features(watched.project, "training_set").head(50)

    class Here:
        def predict_proba(self, features):
            return model.predict_proba(features) + off

    assert train_model.answers_in_fresh_process(watched.project, reference, Here(), sample) is same


def test_a_transactions_file_alone_is_enough_and_what_lacks_is_said(watched, tmp_path):
    watched.world.past.to_parquet(tmp_path / "transactions.parquet", index=False)
    said = []
    [row] = backtest_files(
        tmp_path,
        [Window(date(2024, 11, 24), 7)],
        watched.settings,
        progress=lambda *_: None,
        say=said.append,
    )
    assert row["f1"] > row["baseline_f1"]
    assert [sentence.en.split(":")[0] for sentence in said] == [
        "No customers table",
        "No products table",
    ]


def test_a_changed_model_file_is_refused_and_the_previous_champion_serves_on(
    watched, bare_training
):
    graph = watched.definitions.resolve_implicit_global_asset_job_def()
    assert watched.definitions.resolve_job_def("retrain").execute_in_process(
        instance=watched.instance
    )
    second = watched.project.registry.versions()[-1]
    if promote_model.champion_version(watched.project) != second:
        row = promotions.newest(watched.project.reports)
        promote_model.promote(
            watched.project,
            second,
            kind="gate",
            by="gate",
            reason=Text.same("planted"),
            data_through=row.data_through,
            figures=row.figures,
        )
        planted = promote_model.need_champion(watched.project).data_version
        watched.instance.report_runless_asset_event(
            dg.AssetMaterialization("trained_model", tags={DATA_VERSION: planted})
        )
    files = Path(watched.settings.data).rglob("model.skops")
    changed = max(files, key=lambda file: file.stat().st_mtime)
    content = changed.read_bytes()
    changed.write_bytes(content[:-1] + b"!")
    week = published_weeks.newest(watched.project.reports).week_start

    def forecast():
        job = graph.get_subset(asset_selection={dg.AssetKey("weekly_predictions")})
        done = job.execute_in_process(instance=watched.instance, partition_key=week.isoformat())
        [check] = [
            found
            for found in done.get_asset_check_evaluations()
            if found.check_name == "champion_is_intact"
        ]
        answer = watched.served()
        return check, answer["model_version"], answer["status"]

    check, version, status = forecast()
    assert not check.passed
    assert "was changed: its sha256 is" in check.description
    assert "restore it or roll back to another version" in check.description
    assert (version, status) == ("1", "DEGRADED")

    changed.write_bytes(content)
    check, version, status = forecast()
    assert check.passed
    assert (version, status) != ("1", "DEGRADED")


def test_a_version_that_was_rolled_back_is_not_promoted_again_by_itself(watched):
    replaced = promote_model.champion_version(watched.project)
    assert replaced != "1"
    Operations(watched.project, watched.instance).rollback("1", by="Ana", reason="it misses much")

    watched.done()

    assert promote_model.champion_version(watched.project) == "1"
    answer = watched.served()
    assert answer["model_version"] == "1"
    assert watched.done() == []


def test_a_challenger_that_the_gate_refuses_changes_nothing(watched, monkeypatch, bare_training):
    asked = {}

    def refuse(challenger, champion, **options):
        asked.update(options, challenger=challenger, champion=champion)
        return judge_challenger.GateVerdict(
            False, Text.same("Not promoted: planted."), metrics.evaluate(challenger)
        )

    monkeypatch.setattr(train_model, "judge", refuse)
    monkeypatch.setattr(train_model, "answers_in_fresh_process", lambda *_: False)
    project = watched.project
    plant(
        project.reports,
        tables.retraining_decisions,
        decided_at=now(),
        cause_id="planted",
        week=date(2024, 12, 2),
    )
    before = watched.look()
    made = promotions.newest_first(project.reports)
    versions = project.registry.versions()

    job = watched.definitions.resolve_job_def("retrain")
    assert job.execute_in_process(instance=watched.instance).success

    assert promotions.newest_first(project.reports) == made
    assert project.registry.champion() == made[0].model_version
    after = watched.look()
    assert after.pop("data versions")["trained_model"] == before["data versions"]["trained_model"]
    assert after == {name: seen for name, seen in before.items() if name != "data versions"}
    said = tables.retraining_decisions.c
    [row] = project.reports.rows(
        sa.select(said.outcome, said.outcome_en).where(said.cause_id == "planted")
    )
    new = project.registry.versions()[-1]
    assert new not in versions
    assert row == {"outcome": "KEPT", "outcome_en": f"Version {new}: Not promoted: planted."}

    # both were judged on weeks that neither had seen: the champion's recipe without them
    assert asked["loads"] is False
    record = project.registry.record(made[0].model_version)
    frame = forecast_week.read_features(project, "training_set")
    settings = watched.settings.forecast
    again = judge_challenger.holdout(frame, record["parameters"], settings, seed=record["seed"])
    assert asked["champion"]["probability"].tolist() == again["probability"].tolist()
    assert len(asked["challenger"]) == len(again)
    assert asked["challenger"]["probability"].tolist() != again["probability"].tolist()


@pytest.mark.parametrize(("days", "itself"), [(0, True), (1, False)])
def test_a_champion_that_has_not_seen_the_newest_weeks_is_judged_as_it_is(
    watched, monkeypatch, bare_training, days, itself
):
    project, settings = watched.project, watched.settings.forecast
    frame = forecast_week.read_features(project, "training_set")
    champion = promote_model.need_champion(project)
    earlier, recent = split(frame)
    record = project.registry.record(champion.version)
    record["data_through"] = str(recent["cutoff"].min() + timedelta(days=days))
    monkeypatch.setattr(type(project.registry), "record", lambda *_: record)
    seen = {}

    def refuse(challenger, champion, **options):
        seen["champion"] = champion
        return judge_challenger.GateVerdict(
            False, Text.same("Not promoted: planted."), metrics.evaluate(challenger)
        )

    monkeypatch.setattr(train_model, "judge", refuse)
    train_model.train_and_gate(project, cause="planted")

    model = project.registry.load(champion)
    own = score_pairs(model, recent, earlier, settings)["probability"]
    assert (seen["champion"]["probability"].tolist() == own.tolist()) is itself
