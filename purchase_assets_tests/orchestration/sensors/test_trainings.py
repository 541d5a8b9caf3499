"""When a training may start, what becomes of it, and what is remembered."""

from datetime import timedelta

import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.model_assets import CAUSE_TAG
from purchase_assets.storage.reports import tables
from purchase_assets.text import Text
from purchase_assets.workflows import decide_retraining
from purchase_assets_tests.orchestration.sensors.world import (
    DRIFT,
    FIRST,
    FORECAST,
    NEXT,
    OVERDUE,
    PROMOTED,
    REJECTED,
    SUNDAY,
    WEEK,
    Status,
    weeks_ago,
)


@pytest.mark.parametrize("sensor", [FIRST, DRIFT, REJECTED, OVERDUE])
def test_nothing_is_asked_before_the_first_sales(new, sensor):
    assert new.tick(sensor) == []
    assert new.decisions() == []


def test_a_training_waits_for_the_newest_accepted_sales(world):
    world.drift(WEEK)
    world.plant(tables.uploads, key="transactions-1")
    assert world.tick(DRIFT) == []
    assert world.decisions() == []
    world.sales()
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


UNFINISHED = [
    *(Status.QUEUED, Status.NOT_STARTED, Status.STARTING, Status.STARTED, Status.CANCELING)
]


@pytest.mark.parametrize("status", UNFINISHED)
def test_a_cause_waits_for_a_training_under_way_and_is_asked_again_after_it(world, status):
    world.drift(WEEK)
    world.run(status)
    assert world.tick(DRIFT) == []
    assert world.decisions() == []
    (run,) = world.instance.get_runs()
    world.instance.delete_run(run.run_id)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


@pytest.mark.parametrize("status", [Status.SUCCESS, Status.FAILURE, Status.CANCELED])
def test_a_training_that_has_ended_holds_nothing_back(world, status):
    world.drift(WEEK)
    world.run(status)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


@pytest.mark.parametrize(("asset", "asked"), [("trained_model", 0), ("cleaned_features", 1)])
def test_a_model_that_a_person_materializes_is_a_training_too(world, asset, asked):
    world.drift(WEEK)
    world.run(Status.STARTED, job="__ASSET_JOB", assets=[asset], partition="2024-12-30")
    assert len(world.tick(DRIFT)) == asked


@pytest.mark.parametrize("sensor", [DRIFT, REJECTED, OVERDUE])
def test_a_training_waits_for_files_that_are_being_taken_in(world, sensor):
    world.drift(WEEK)
    world.upload("upload", "REJECTED")
    world.promote("3", SUNDAY - timedelta(weeks=9), PROMOTED)
    world.run(Status.QUEUED, job="__ASSET_JOB", assets=["raw_transactions"])
    assert world.tick(sensor) == []
    assert world.decisions() == []


def test_a_training_waits_for_the_table_of_the_newest_accepted_sales(world):
    world.drift(WEEK)
    world.accepted()
    assert world.tick(DRIFT) == []
    assert world.decisions() == []
    world.run(Status.STARTED, job="__ASSET_JOB", assets=["weekly_predictions"], partition=NEXT)
    assert world.tick(DRIFT) == []
    (run,) = world.instance.get_runs()
    world.instance.report_run_failed(run)
    world.forecast()
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


def test_a_table_whose_attempts_have_failed_holds_no_training_back(world):
    world.drift(WEEK)
    world.accepted()
    for _ in range(3):
        assert world.tick(DRIFT) == []
        (request,) = world.tick(FORECAST)
        world.run(Status.FAILURE, job="__ASSET_JOB", tags=request.tags)
    assert world.tick(FORECAST) == []
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


def test_a_decided_training_that_is_on_its_way_is_not_asked_for_twice(world):
    world.drift(WEEK)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]
    world.run(Status.QUEUED, "drift/2025-01-20")
    assert world.tick(DRIFT) == []
    assert world.decisions() == [("2025-01-20", "retrain", None)]


def test_the_training_job_makes_a_new_training_set_first(world):
    retrain = build_definitions(world.project.settings).resolve_job_def("retrain")
    keys = {key.to_user_string() for key in retrain.asset_layer.executable_asset_keys}
    assert keys == {"training_set", "trained_model"}


def test_a_failed_training_is_asked_for_three_times_each_by_its_own_key(world):
    world.drift(WEEK)
    keys = []
    for _ in range(3):
        assert world.decisions() in ([], [("2025-01-20", "retrain", None)])
        (request,) = world.tick(DRIFT)
        keys.append(request.run_key)
        world.run(Status.FAILURE, request.tags[CAUSE_TAG])
    assert len(set(keys)) == 3
    assert world.tick(DRIFT) == []
    assert world.decisions() == [("2025-01-20", "retrain", "FAILED")]


@pytest.mark.parametrize(
    ("ended", "outcome"),
    [
        ([Status.SUCCESS], None),  # the training itself writes what came of it
        ([Status.FAILURE, Status.SUCCESS], None),
        ([Status.CANCELED], "FAILED"),
        ([Status.FAILURE, Status.CANCELED], "FAILED"),
    ],
)
def test_a_training_that_succeeded_or_was_canceled_is_not_tried_again(world, ended, outcome):
    world.drift(WEEK)
    world.tick(DRIFT)
    for status in ended:
        world.run(status, "drift/2025-01-20")
    assert world.tick(DRIFT) == []
    assert world.decisions() == [("2025-01-20", "retrain", outcome)]


def test_a_third_attempt_that_succeeds_is_no_failure(world):
    world.drift(WEEK)
    world.tick(DRIFT)
    for status in (Status.FAILURE, Status.FAILURE, Status.SUCCESS):
        world.run(status, "drift/2025-01-20")
    assert world.tick(DRIFT) == []
    assert world.decisions() == [("2025-01-20", "retrain", None)]


def test_another_attempt_waits_for_a_training_under_way(world):
    world.drift(WEEK)
    world.tick(DRIFT)
    world.run(Status.FAILURE, "drift/2025-01-20")
    world.run(Status.STARTED)
    assert world.tick(DRIFT) == []


def test_a_concluded_training_whose_runs_were_deleted_is_not_asked_for_again(world):
    world.decided("rejected_upload", "upload", outcome="KEPT")
    world.upload("upload", "REJECTED")
    assert world.tick(REJECTED) == []
    assert len(world.decisions()) == 1


def test_many_trainings_of_other_causes_hide_none_of_its_own(world):
    world.drift(WEEK)
    world.tick(DRIFT)
    for _ in range(3):
        world.run(Status.FAILURE, "drift/2025-01-20")
    for number in range(60):
        world.run(Status.SUCCESS, f"overdue/{number}")
    assert world.tick(DRIFT) == []
    assert world.decisions() == [("2025-01-20", "retrain", "FAILED")]


def test_each_cause_has_run_keys_of_its_own(world):
    """Dagster starts nothing for a key that it knows."""
    world.drift(WEEK)
    (first,) = world.tick(DRIFT)
    world.run(Status.SUCCESS, first.tags[CAUSE_TAG])
    world.sales(SUNDAY + timedelta(weeks=1))
    world.drift(WEEK + timedelta(weeks=1))
    (second,) = world.tick(DRIFT)
    assert first.run_key != second.run_key


def test_failed_trainings_of_another_cause_are_not_its_own(world):
    world.drift(WEEK)
    for _ in range(3):
        world.run(Status.FAILURE, "overdue/age:2025-01-13")
    assert world.causes(DRIFT) == ["drift/2025-01-20"]
    assert world.decisions() == [("2025-01-20", "retrain", None)]


def test_a_refused_cause_is_not_trained_for_later(world):
    world.decided("overdue", "age:2025-01-20", outcome="KEPT")
    world.drift(WEEK)
    for _ in range(2):
        assert world.tick(DRIFT) == []
    assert world.decisions() == [
        ("age:2025-01-20", "retrain", "KEPT"),
        ("2025-01-20", "cool_down", None),
    ]


def test_an_outcome_is_written_on_the_trainings_that_wait_for_one_only(world):
    world.decided("overdue", "old", weeks_ago(5), outcome="KEPT")
    world.decided("drift", "refused", retrain=False)
    world.decided("drift", "asked")
    decide_retraining.conclude(world.project, "PROMOTED", Text("Version 3", "Versión 3"))
    assert [outcome for _, _, outcome in world.decisions()] == ["KEPT", None, "PROMOTED"]


def test_a_refused_cause_is_never_given_up(world):
    world.decided("drift", "2025-01-20", retrain=False)
    world.decided("overdue", "age:2025-01-20")
    world.drift(WEEK)
    for _ in range(3):
        world.run(Status.FAILURE, "drift/2025-01-20")
    world.tick(DRIFT)
    assert [outcome for _, _, outcome in world.decisions()] == [None, None]


def test_a_training_is_given_up_once(world):
    world.decided("drift", "2025-01-20", outcome="FAILED")
    world.decided("rejected_upload", "waits for its own training")
    world.drift(WEEK)
    for _ in range(3):
        world.run(Status.FAILURE, "drift/2025-01-20")
    world.tick(DRIFT)
    assert [outcome for _, _, outcome in world.decisions()] == ["FAILED", None]


def test_the_cool_down_looks_at_the_data_week_of_earlier_decisions(world):
    world.drift(WEEK)
    world.decided("rejected_upload", "before", weeks_ago(1))
    assert world.causes(DRIFT) == ["drift/2025-01-20"]
    rows = world.project.reports.rows("SELECT week FROM retraining_decisions ORDER BY id")
    assert [row["week"] for row in rows] == ["2025-01-13", "2025-01-20"]


def test_a_decision_is_kept_under_the_newest_data_week(world):
    world.sales(SUNDAY + timedelta(weeks=1))
    world.drift(WEEK)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]
    (row,) = world.project.reports.rows("SELECT week FROM retraining_decisions")
    assert row["week"] == "2025-01-27"


@pytest.mark.parametrize(("oldest", "asked"), [(3, False), (4, True)])
def test_as_configured_three_automatic_trainings_in_four_data_weeks_are_the_limit(
    world, oldest, asked
):
    for number in (oldest, 2, 1):
        world.decided("rejected_upload", f"upload {number}", weeks_ago(number), outcome="KEPT")
    world.drift(WEEK)
    assert bool(world.tick(DRIFT)) == asked
    _, code, _ = world.decisions()[-1]
    assert code == ("retrain" if asked else "budget")


def test_as_configured_a_week_has_one_automatic_training(world):
    world.decided("rejected_upload", "upload", outcome="KEPT")
    world.drift(WEEK)
    assert world.tick(DRIFT) == []
    assert world.decisions()[-1] == ("2025-01-20", "cool_down", None)
