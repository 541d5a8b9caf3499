"""When a week is forecast, and how far its table is trusted."""

import time
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.storage.reports import drift_scores, published_weeks, tables
from purchase_assets.workflows import mark_week
from purchase_assets_tests.graphql_ui import Ui
from purchase_assets_tests.orchestration.sensors.world import (
    DRIFT,
    FORECAST,
    LATER,
    NEXT,
    SUNDAY,
    Status,
    weeks_ago,
)
from purchase_assets_tests.places import ROOT


def to_score(world):
    return published_weeks.weeks_to_score(world.project.reports, SUNDAY)


@pytest.fixture
def world(world):
    """New sales, as yet without a forecast."""
    world.accepted()
    return world


def test_the_forecast_waits_for_a_first_model(new):
    new.sales()
    assert new.tick(FORECAST) == []


@pytest.mark.parametrize(
    "asset", ["raw_customers", "raw_products", "raw_transactions", "daily_sales"]
)
def test_the_forecast_waits_for_what_changes_its_inputs(world, asset):
    world.run(Status.STARTED, job="__ASSET_JOB", assets=[asset])
    assert world.forecasts() == []


def test_a_week_that_cannot_be_made_keeps_its_key_while_its_run_goes_on(world):
    def taken_away():
        changes = world.look(FORECAST).dynamic_partitions_requests
        return [
            key
            for change in changes
            if isinstance(change, dg.DeleteDynamicPartitionsRequest)
            for key in change.partition_keys
        ]

    ahead = "2025-03-03"
    world.instance.add_dynamic_partitions("weeks", [ahead])
    world.run(Status.QUEUED, job="__ASSET_JOB", assets=["weekly_predictions"], partition=ahead)
    assert taken_away() == []
    world.finish(Status.FAILURE)
    assert taken_away() == [ahead]


@pytest.mark.parametrize("job", ["release", "take_in"])
def test_the_forecast_waits_for_what_a_person_takes_in(world, job):
    world.run(Status.STARTED, job=job)
    assert world.forecasts() == []


@pytest.mark.parametrize("status", [Status.QUEUED, Status.STARTED])
@pytest.mark.parametrize("assets", [(), ("trained_model",)])
def test_the_forecast_waits_for_no_training(world, status, assets):
    world.run(status, job="__ASSET_JOB" if assets else "retrain", assets=assets)
    assert world.forecasts() == [NEXT]


@pytest.mark.parametrize(("other", "asked"), [(NEXT, []), ("2025-01-20", [NEXT])])
def test_the_forecast_of_a_week_waits_for_a_run_of_the_same_week_only(world, other, asked):
    world.run(Status.STARTED, job="__ASSET_JOB", assets=["weekly_predictions"], partition=other)
    assert world.forecasts() == asked


def test_a_forecast_is_asked_for_again_after_a_promotion(world):
    (before,) = world.tick(FORECAST)
    world.forecast()
    assert world.forecasts() == []
    world.materialize("trained_model")
    (after,) = world.tick(FORECAST)
    assert after.partition_key == before.partition_key == NEXT
    assert after.run_key != before.run_key


def test_lost_features_are_made_again(world):
    lake, of_week = world.project.lake, {"week_start": NEXT}
    rows = pa.table({"week_start": [NEXT], "cutoff": [SUNDAY]})
    version = lake.write("cleaned_features", rows, partition=of_week)
    world.materialize("cleaned_features", NEXT, lake_version=str(version))
    for asset in ("weekly_predictions", "drift_report"):
        world.materialize(asset, NEXT)
    assert world.forecasts() == []
    for path in Path(world.project.settings.data).rglob("cleaned_features/*/*.parquet"):
        path.unlink()
    (request,) = world.tick(FORECAST)
    assert request.asset_selection == [dg.AssetKey("cleaned_features")]
    lake.write("cleaned_features", rows, partition=of_week)
    assert world.forecasts() == []


def test_the_forecast_waits_for_the_newest_accepted_sales(world):
    world.plant(tables.uploads, key="transactions-1")
    assert world.tick(FORECAST) == []
    world.accepted()
    assert world.forecasts() == [NEXT]


def test_a_forecast_that_failed_is_tried_again_when_an_hour_has_passed(world):
    (request,) = world.tick(FORECAST)
    for _ in range(3):
        world.run(Status.FAILURE, job="__ASSET_JOB", tags=request.tags, hours_ago=2)
    assert world.forecasts() == [NEXT]
    for _ in range(3):
        world.run(Status.FAILURE, job="__ASSET_JOB", tags=request.tags)
    assert world.forecasts() == []


def test_a_score_that_dagster_was_not_told_of_is_made_again(world):
    world.forecast()
    world.publish(weeks_ago(1))
    world.score(weeks_ago(1), 0.6)
    assert "2025-01-13" in world.forecasts()
    world.materialize("prediction_scores", "2025-01-13")
    assert "2025-01-13" not in world.forecasts()


def test_a_clock_set_back_stops_no_forecast(world, monkeypatch):
    with monkeypatch.context() as patch:
        ahead = time.time() + 3600
        patch.setattr(time, "time", lambda: ahead)
        world.materialize("raw_transactions", "transactions-1")
    world.accepted()
    assert world.forecasts() == [NEXT]


RUNNING = date(2026, 11, 16)
"""The week of the clock."""


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ([], "FRESH"),  # the sensor has not looked yet
        ([("drift", RUNNING, True, None)], "FRESH"),  # its training is under way
        ([("drift", RUNNING, True, "KEPT")], "FRESH"),
        ([("drift", RUNNING, True, "FAILED")], "DEGRADED"),
        ([("drift", RUNNING, False, None)], "DEGRADED"),
        ([("overdue", RUNNING, True, "KEPT"), ("drift", RUNNING, False, None)], "FRESH"),
        ([("overdue", RUNNING, True, "FAILED"), ("drift", RUNNING, False, None)], "DEGRADED"),
        (
            [
                ("overdue", RUNNING - timedelta(weeks=1), True, "KEPT"),
                ("drift", RUNNING, False, None),
            ],
            "DEGRADED",
        ),
        (
            [
                ("overdue", RUNNING, True, "FAILED"),
                ("rejected_upload", RUNNING, True, "KEPT"),
                ("drift", RUNNING, False, None),
            ],
            "FRESH",
        ),
    ],
)
def test_drift_that_no_training_answered_degrades_the_week(world, decisions, status):
    world.publish(RUNNING)
    world.drift(RUNNING)
    for number, (cause, week, retrain, outcome) in enumerate(decisions):
        cause_id = RUNNING.isoformat() if cause == "drift" else f"cause {number}"
        world.decided(cause, cause_id, week, retrain, outcome)
    assert mark_week.status(world.project, RUNNING) == status


def test_a_model_below_the_baseline_degrades_the_running_week_and_no_earlier_one(world):
    earlier = RUNNING - timedelta(weeks=1)
    world.publish(earlier, "STALE")
    world.publish(RUNNING)
    for week in (earlier - timedelta(weeks=1), earlier):
        world.score(week, 0.4)
    assert mark_week.status(world.project, RUNNING) == "DEGRADED"
    assert mark_week.status(world.project, earlier) == "STALE"


def test_a_week_is_stale_when_its_days_are_over(world):
    world.publish(RUNNING - timedelta(weeks=1))
    assert mark_week.status(world.project, RUNNING - timedelta(weeks=1)) == "STALE"


def test_a_week_whose_days_are_over_turns_stale_and_is_not_made_for_it(world):
    definitions = build_definitions(world.project.settings)
    world.instance = open_instance(world.project.settings, ROOT)
    world.accepted()
    world.materialize("trained_model")
    (sensor,) = [one for one in definitions.sensors if one.name == FORECAST]
    week, predictions = date.fromisoformat(NEXT), dg.AssetKey("weekly_predictions")
    world.forecast()
    world.publish(week)
    made = world.instance.fetch_materializations(predictions, limit=9).records

    for _ in range(2):  # told once
        assert Unattended(definitions, world.instance)._tick(sensor) == []

    assert world.instance.fetch_materializations(predictions, limit=9).records == made
    for table in (tables.weekly_predictions, tables.published_weeks):
        assert [row["status"] for row in world.project.reports.rows(table.select())] == ["STALE"]
    assert Ui(definitions, world.instance).checks("weekly_predictions")["status"] == (
        "FAILED",
        "WARN",
        "Week 2025-01-27 is STALE: its days ended on 2025-02-02 and no newer sales were accepted; "
        "drop the week's file, or answer the one that was refused.",
    )
    check = dg.AssetCheckKey(predictions, "status")
    told = world.instance.event_log_storage.get_asset_check_execution_history(check, limit=9)
    assert len(told) == 1


def test_a_week_that_was_made_afterwards_decides_nothing(world):
    world.publish(weeks_ago(1), "BACKFILLED")
    world.drift(weeks_ago(1))
    assert drift_scores.newest(world.project.reports) is None
    assert world.tick(DRIFT) == []
    assert to_score(world) == []


@pytest.mark.parametrize(
    ("changed", "due"),
    [
        ({}, False),
        ({"judged_at": LATER + timedelta(hours=2)}, True),
        ({"judged_at": LATER + timedelta(hours=2), "last_day": date(2025, 1, 12)}, False),
        ({"judged_at": LATER + timedelta(hours=2), "verdict": "REJECTED"}, False),
    ],
)
def test_a_score_is_out_of_date_when_sales_of_its_days_came_after_it(world, changed, due):
    world.publish(weeks_ago(1))
    assert to_score(world) == []  # nobody has sent its sales
    world.upload("upload", "ACCEPTED")
    days = {"first_day": date(2025, 1, 7), "last_day": date(2025, 1, 19)}
    with world.project.reports.transaction() as connection:
        connection.execute(tables.uploads.update().values(**days))
    assert to_score(world) == [weeks_ago(1)]
    world.score(weeks_ago(1), 0.6)
    assert to_score(world) == []
    with world.project.reports.transaction() as connection:
        connection.execute(tables.uploads.update().values(**{**days, **changed}))
    assert to_score(world) == ([weeks_ago(1)] if due else [])


def test_a_score_is_out_of_date_when_rows_of_its_days_were_released(world):
    world.publish(weeks_ago(1))
    world.upload("upload", "PARTIAL", quarantined=1)
    with world.project.reports.transaction() as connection:
        connection.execute(
            tables.uploads.update().values(first_day=weeks_ago(1), last_day=date(2025, 1, 19))
        )
    world.score(weeks_ago(1), 0.6)
    assert to_score(world) == []
    world.plant(
        tables.quarantine,
        upload_key="upload",
        status="RELEASED",
        decided_at=LATER + timedelta(hours=1),
    )
    assert to_score(world) == [weeks_ago(1)]
