"""What was published stays: a week that is over is kept, or made afterwards and says so."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest
import sqlalchemy as sa

from purchase_assets.definitions import build_definitions
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.forecasting import judge_challenger, metrics
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.storage.reports import (
    drift_scores,
    moments,
    published_weeks,
    tables,
    weekly_predictions,
)
from purchase_assets.storage.reports.database import now
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets.text import Text
from purchase_assets.workflows import (
    forecast_week,
    promote_model,
    publish_week,
    report_drift,
    train_model,
)
from purchase_assets_tests.scenarios.conftest import make_training_bare

PUBLISHED, MISSED, BEFORE_NEWEST, RUNNING = (date(2026, 10, day) for day in (5, 12, 19, 26))
HISTORY = ("weekly_predictions", "published_weeks", "prediction_scores", "drift_scores")
WEEKLY = ("cleaned_features", "weekly_predictions", "drift_report")
PROMISED = (
    *("hits_low", "hits_high", "precision_low", "precision_high"),
    *("expected_f1", "f1_low", "f1_high"),
)


def dump(distributor, tables=HISTORY):
    """The tables as SQLite keeps them, and the lists as files."""
    exports = sorted((Path(distributor.settings.data) / "exports").iterdir())
    return {
        **{name: distributor.rows(f"SELECT * FROM {name} ORDER BY 1, 2, 3") for name in tables},
        "exports": {path.name: path.read_bytes() for path in exports},
    }


def materialize(distributor, week, *assets):
    """As the UI does: the assets of a week that exists, in one run."""
    partitions = "scored_weeks" if "prediction_scores" in assets else "weeks"
    distributor.instance.add_dynamic_partitions(partitions, [str(week)])
    job = build_definitions(distributor.settings).resolve_implicit_global_asset_job_def()
    chosen = job.get_subset(asset_selection=set(map(dg.AssetKey, assets)))
    return chosen.execute_in_process(
        instance=distributor.instance, partition_key=str(week), raise_on_error=False
    )


def newest_event(distributor, week):
    return (
        distributor.instance.fetch_materializations(
            dg.AssetRecordsFilter(dg.AssetKey("weekly_predictions"), asset_partitions=[str(week)]),
            1,
        )
        .records[0]
        .asset_materialization
    )


def promote_whatever_comes(challenger, champion, **options):
    return judge_challenger.GateVerdict(
        True, Text.same("Promoted: planted."), metrics.evaluate(challenger)
    )


@pytest.fixture(scope="module")
def years_later(opened, tmp_path_factory):
    """Week 10-05 by version 1, 10-12 never published, 10-19 by version 1, 10-26 by version 2."""
    made = opened.copy(tmp_path_factory.mktemp("history"))
    made.drop("batch_3", made.week(3))
    made.drop("batch_2", made.week(2))
    made.ran()
    # as on the Monday before its successor came: its days are over
    with made.project.reports.transaction() as connection:
        for name in ("weekly_predictions", "published_weeks"):
            connection.execute(
                sa.text(
                    f"UPDATE {name} SET status = 'STALE', scored_at = '2026-10-19 09:00:00.000000' "
                    "WHERE week_start = '2026-10-19'"
                )
            )
    made.drop("batch_1", made.week(1))
    made.ran()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_model, "judge", promote_whatever_comes)
        make_training_bare(patch)
        retrain = build_definitions(made.settings).resolve_job_def("retrain")
        assert retrain.execute_in_process(instance=made.instance).success
    made.ran()
    assert weeks(made) == {
        PUBLISHED: ("1", "STALE"),  # published when its days were over, by the clock
        BEFORE_NEWEST: ("1", "FRESH"),  # made in its days, so STALE only while it was the newest
        RUNNING: ("2", "FRESH"),
    }
    return made


@pytest.fixture
def distributor(years_later, tmp_path):
    return years_later.copy(tmp_path)


@pytest.mark.parametrize("week", [PUBLISHED, RUNNING])
def test_a_week_that_an_older_program_published_gets_its_row(distributor, week):
    before = dump(distributor)
    (told,) = [row for row in before["published_weeks"] if row["week_start"] == str(week)]
    # of which an older program knew nothing
    told |= dict.fromkeys([*PROMISED, "content"])
    with distributor.project.reports.transaction() as connection:
        row = tables.published_weeks.c.week_start == week
        connection.execute(tables.published_weeks.delete().where(row))

    assert materialize(distributor, week, "weekly_predictions").success

    assert dump(distributor) == before


def weeks(distributor):
    rows = distributor.project.reports.rows(sa.select(tables.published_weeks))
    return {row["week_start"]: (row["model_version"], row["status"]) for row in rows}


def test_a_published_week_materialized_again_stays_byte_for_byte(distributor, root):
    before, event = dump(distributor), newest_event(distributor, PUBLISHED)
    assert {row["week_start"] for row in before["prediction_scores"]} >= {str(PUBLISHED)}

    done = subprocess.run(
        [
            *(str(Path(sys.executable).parent / "dagster"), "asset", "materialize"),
            *("-m", "purchase_assets.definitions", "--select", "weekly_predictions"),
            *("--partition", str(PUBLISHED)),
        ],
        env={
            **os.environ,
            "DAGSTER_HOME": str(root),
            "PURCHASE_ASSETS_DATA": distributor.settings.data,
        },
        cwd=root,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert dump(distributor) == before
    again = newest_event(distributor, PUBLISHED)
    assert again.metadata["history"].value.startswith("kept: published ")
    assert again.metadata["history"].value.endswith(" by version 1")
    assert again.tags[DATA_VERSION] == event.tags[DATA_VERSION]


def test_a_backfill_keeps_the_published_week_and_makes_the_missed_one_by_the_model_of_then(
    distributor, monkeypatch
):
    before = dump(distributor)
    served = Published(distributor.project.reports).week()
    said = drift_scores.newest(distributor.project.reports)
    monkeypatch.setattr(moments, "now", lambda: now() + timedelta(hours=1))

    assert materialize(distributor, PUBLISHED, *WEEKLY).success
    assert materialize(distributor, PUBLISHED, "prediction_scores").success
    assert dump(distributor) == before

    made = materialize(distributor, MISSED, *WEEKLY)
    scored = materialize(distributor, MISSED, "prediction_scores")
    refused = scored.failure_data_for_node("prediction_scores")
    assert "was forecast afterwards (BACKFILLED)" in str(refused)
    assert {
        event.asset_key.to_user_string()
        for event in made.get_asset_materialization_events()
        if event.asset_key
    } == set(WEEKLY)
    week = published_weeks.find(distributor.project.reports, MISSED)
    assert (week.model_version, week.status) == ("1", "BACKFILLED")
    assert (week.data_through, week.window_start) == (MISSED - timedelta(days=1), MISSED)
    metadata = newest_event(distributor, MISSED).metadata
    assert metadata["history"].value.startswith("made afterwards by version 1")

    # it counts in nothing that says how good the forecasts were, or that decides
    project = distributor.project
    assert week.window_end < forecast_week.data_through(project)
    through = forecast_week.data_through(project)
    assert published_weeks.weeks_to_score(project.reports, through) == []
    assert distributor.rows("SELECT * FROM prediction_scores WHERE week_start = '2026-10-12'") == []
    assert drift_scores.newest(project.reports) == said
    history = report_drift._history(project, RUNNING, project.registry.reference("1"))
    assert set(history["week_start"]) == {PUBLISHED, BEFORE_NEWEST}
    assert Published(project.reports).week() == served
    assert distributor.ran() == []

    # and is published now, so it stays as it is, too
    before = dump(distributor)
    assert materialize(distributor, MISSED, *WEEKLY).success
    assert dump(distributor) == before
    assert weeks(distributor)[MISSED] == ("1", "BACKFILLED")


def test_the_newest_week_made_afterwards_is_not_the_latest_before_its_own(distributor):
    with distributor.project.reports.transaction() as connection:
        for name in HISTORY:
            connection.execute(sa.text(f"DELETE FROM {name}"))
    assert materialize(distributor, MISSED, *WEEKLY[:2]).success
    assert Published(distributor.project.reports).week() is None
    assert distributor.rows("SELECT * FROM latest_weekly_predictions") == []


def test_features_of_a_week_that_is_over_know_nothing_of_later_sales(distributor):
    def features(week):
        return forecast_week.read_features(distributor.project, "cleaned_features", week)

    before = features(PUBLISHED)
    done = materialize(distributor, PUBLISHED, "cleaned_features")
    assert features(PUBLISHED).equals(before)
    [event] = done.get_asset_materialization_events()
    metadata = event.materialization.metadata
    assert metadata["cutoff"].value == "2026-10-04"
    assert "with those that came late" in metadata["history"].value


def test_a_score_is_written_again_only_when_sales_of_its_days_came(distributor, monkeypatch):
    monkeypatch.setattr(moments, "now", lambda: now() + timedelta(hours=1))
    before = dump(distributor)
    assert materialize(distributor, PUBLISHED, "prediction_scores").success
    assert dump(distributor) == before

    late = distributor.week(3).sample(60, random_state=1)
    late = late.assign(product_id=late["product_id"].to_numpy()[::-1], order_id=range(60))
    distributor.drop("batch_late", pd.concat([distributor.week(3), late]))
    ran = distributor.settle(stopped="retrain")
    scored = [run.partition for run in ran if run.assets == ("prediction_scores",)]
    assert scored == [str(PUBLISHED)]
    after = dump(distributor)
    changed = [row for row in after["prediction_scores"] if row not in before["prediction_scores"]]
    assert {row["week_start"] for row in changed} == {str(PUBLISHED)}
    over = [row for row in after["published_weeks"] if row["week_start"] < str(RUNNING)]
    assert over == before["published_weeks"][: len(over)]


def test_another_model_never_stands_in_for_that_of_then(distributor):
    materialize(distributor, MISSED, "cleaned_features")
    # as when somebody had changed its file since
    client = distributor.project.registry.client
    client.set_model_version_tag("purchase_forecast", "1", "sha256", "0" * 64)
    before = dump(distributor)
    with pytest.raises(PurchaseAssetsError, match=r"model version 1, its champion.*restore its"):
        publish_week.publish_week(distributor.project, MISSED)
    assert dump(distributor) == before


def test_a_week_ahead_is_refused_with_the_newest_that_can_be_forecast(distributor):
    ahead = RUNNING + timedelta(weeks=1)
    for step in (forecast_week.make_features, publish_week.publish_week, publish_week.report_week):
        with pytest.raises(
            PurchaseAssetsError, match=r"to 2026-10-25, so the newest .* is 2026-10-26; expected"
        ):
            step(distributor.project, ahead)


def test_a_week_before_all_sales_has_no_features(distributor):
    with pytest.raises(PurchaseAssetsError, match="week 2020-01-06: the first sales are of"):
        forecast_week.make_features(distributor.project, date(2020, 1, 6))


def test_a_week_without_features_names_what_is_missing(distributor):
    with pytest.raises(PurchaseAssetsError, match=r"has no features; expected cleaned_features"):
        publish_week.publish_week(distributor.project, MISSED)
    with pytest.raises(
        PurchaseAssetsError, match="2026-10-12 is not published; expected weekly_predictions"
    ):
        publish_week.report_week(distributor.project, MISSED)


def test_the_running_week_is_forecast_again_and_a_lost_list_written_again(distributor):
    promote_model.rollback(distributor.project, "1", by="Ana", reason="it misses much")
    assert publish_week.publish_week(distributor.project, RUNNING).week.model_version == "1"
    assert weeks(distributor)[RUNNING] == ("1", "FRESH")

    lists = forecast_week.list_of(distributor.project, PUBLISHED)
    written = lists.read_bytes()
    lists.unlink()
    assert publish_week.publish_week(distributor.project, PUBLISHED).kept
    assert lists.read_bytes() == written


def test_the_week_s_row_says_what_its_pairs_add_up_to(distributor):
    rows = weekly_predictions.of_week(distributor.project.reports, RUNNING)
    week = published_weeks.find(distributor.project.reports, RUNNING)
    chosen = rows[rows["will_buy"]]
    assert week.pairs == len(rows)
    assert week.customers == rows["customer_id"].nunique()
    assert week.pairs_predicted == len(chosen)
    assert week.expected_hits == pytest.approx(chosen["probability"].sum())
    for name in published_weeks.OF_THE_WEEK:
        assert set(rows[name]) == {getattr(week, name)}
