"""When a week is forecast, and how far its table is trusted."""

from datetime import date, timedelta

import dagster as dg
import pytest

from purchase_assets.workflows import retraining
from purchase_assets_tests.sensors.world import FORECAST, Status


def test_the_forecast_waits_for_a_first_model(new):
    new.sales()
    assert new.tick(FORECAST) == []


def test_the_forecast_waits_for_runs_under_way(world):
    world.run(Status.STARTED, job="__ASSET_JOB", assets=frozenset({dg.AssetKey("daily_sales")}))
    assert world.tick(FORECAST) == []


def test_the_forecast_waits_for_the_newest_accepted_sales(world):
    world.materialize("raw_transactions")
    assert world.tick(FORECAST) == []


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
    assert retraining.status(world.project, RUNNING) == status


def test_a_model_below_the_baseline_degrades_the_running_week_and_no_earlier_one(world):
    earlier = RUNNING - timedelta(weeks=1)
    world.publish(earlier, "STALE")
    world.publish(RUNNING)
    for week in (earlier - timedelta(weeks=1), earlier):
        world.score(week, 0.4)
    assert retraining.status(world.project, RUNNING) == "DEGRADED"
    assert retraining.status(world.project, earlier) == "STALE"


def test_a_week_is_stale_when_its_days_are_over(world):
    world.publish(RUNNING - timedelta(weeks=1))
    assert retraining.status(world.project, RUNNING - timedelta(weeks=1)) == "STALE"
