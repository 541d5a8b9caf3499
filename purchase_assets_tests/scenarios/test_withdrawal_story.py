"""Story of a withdrawn upload: what rests on it is computed again, and what had learnt from it."""

from dataclasses import replace

import dagster as dg

from purchase_assets.definitions import build_definitions
from purchase_assets.forecasting import judge_challenger
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.driver import QUIET
from purchase_assets.orchestration.operations import Operations
from purchase_assets.project import Project
from purchase_assets.storage.reports import (
    prediction_scores,
    promotions,
    published_weeks,
    tainted_models,
    uploads,
)
from purchase_assets.text import Text
from purchase_assets.workflows import promote_model, train_model
from purchase_assets_tests.scenarios.conftest import Distributor


def key_of(distributor: Distributor, name: str) -> str:
    found = uploads.newest(distributor.project.reports)
    return next(one.key for one in found if one.file_name == f"{name}.parquet")


def days(distributor: Distributor) -> set:
    return set(distributor.project.lake.read("daily_sales")["day"].to_pylist())


def tag(distributor: Distributor, version: str) -> str | None:
    client = distributor.project.registry.client
    return client.get_model_version("purchase_forecast", version).tags.get("tainted")


def train(distributor: Distributor) -> str:
    """A second champion, whatever the gate says of it; returns its version."""
    job = build_definitions(distributor.settings).resolve_job_def("retrain")
    assert job.execute_in_process(instance=distributor.instance, run_config=QUIET).success
    version = distributor.project.registry.versions()[-1]
    if promote_model.champion_version(distributor.project) != version:
        before = promotions.newest(distributor.project.reports)
        promote_model.promote(
            distributor.project,
            version,
            kind="gate",
            by="gate",
            reason="planted",
            data_through=before.data_through,
            figures=before.figures,
        )
        planted = promote_model.need_champion(distributor.project).data_version
        distributor.instance.report_runless_asset_event(
            dg.AssetMaterialization("trained_model", tags={DATA_VERSION: planted})
        )
    return version


def test_what_rested_on_a_withdrawn_upload_is_made_again_and_its_model_replaced(
    distributor, bare_training, monkeypatch
):
    project = distributor.project
    distributor.drop("batch_wrong", distributor.week(3))
    distributor.ran()
    wrong = key_of(distributor, "batch_wrong")
    of_wrong = set(distributor.week(3)["purchase_date"].dt.date)
    second = train(distributor)
    distributor.drop("batch_next", distributor.week(2))
    distributor.ran()
    published = published_weeks.newest(project.reports)
    assert (published.model_version, published.status) == (second, "FRESH")
    scored = set(prediction_scores.weeks(project.reports))
    assert len(scored) == 2

    operations = Operations(Project(distributor.settings), distributor.instance)  # of today
    operations.withdraw(wrong, "Ana", "another branch's sales")

    (taint,) = tainted_models.by_version(project.reports)[second]
    assert (taint.upload_key, taint.file_name) == (wrong, "batch_wrong.parquet")
    assert tainted_models.by_version(project.reports).keys() == {second}
    assert tag(distributor, second) == (
        f"learnt from batch_wrong.parquet ({wrong}), withdrawn by Ana: another branch's sales"
    )
    assert tag(distributor, "1") is None
    assert published_weeks.newest(project.reports).status == "DEGRADED"
    assert len(prediction_scores.weeks(project.reports)) == 1

    standards = []

    def promoted(challenger, champion, **options):
        standards.append(champion)
        found = judge_challenger.judge(challenger, champion, **options)
        return replace(found, promote=True, reason=Text.same("planted"))

    monkeypatch.setattr(train_model, "judge", promoted)
    ran = [assets for assets, _ in distributor.ran()]
    assert standards == [None]  # a tainted champion is no standard

    assert ran[:2] == ["daily_sales", "cleaned_features"]
    trained = ran.index("trained_model+training_set")
    assert any("weekly_predictions" in assets for assets in ran[2:trained])
    assert "weekly_predictions" in ran[-1]
    assert not of_wrong & days(distributor)
    said = distributor.rows("SELECT * FROM retraining_decisions ORDER BY id DESC LIMIT 1")[0]
    assert (said["cause"], said["outcome"]) == ("tainted", "PROMOTED")
    assert said["sentence_en"] == (
        f"Week {said['week']}: the champion, version {second}, had learnt from "
        "batch_wrong.parquet, since withdrawn; retraining."
    )
    assert "había aprendido de batch_wrong.parquet, retirado después" in said["sentence_es"]
    third = promote_model.champion_version(project)
    newest = published_weeks.newest(project.reports)
    assert third not in tainted_models.by_version(project.reports)
    assert (newest.model_version, newest.status) == (third, "FRESH")
    assert wrong not in project.lake.partitions(
        "transactions", "upload_key", project.registry.record(third)["snapshot"]["transactions"]
    )
    assert distributor.ran() == []

    operations.restore(wrong, "Eva", "it was ours after all")

    assert tainted_models.by_version(project.reports) == {}
    assert tag(distributor, second) is None
    distributor.ran()
    assert of_wrong <= days(distributor)
    assert set(prediction_scores.weeks(project.reports)) == scored
    assert distributor.ran() == []
