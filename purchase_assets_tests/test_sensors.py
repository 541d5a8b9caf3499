"""What the retraining sensors ask for, tick by tick, over planted tables, events and runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from purchase_assets.assets.model import CAUSE_TAG
from purchase_assets.definitions import build_definitions
from purchase_assets.resources import Project
from purchase_assets.sensors import SENSORS
from purchase_assets.settings import Settings
from purchase_assets.storage import tables
from purchase_assets.workflows import retraining

SUNDAY = date(2025, 1, 26)
WEEK = date(2025, 1, 20)
PROMOTED = datetime(2025, 1, 21, 12)
LATER = datetime(2025, 1, 27, 8)
BY_NAME: dict[str, Any] = {sensor.name: sensor for sensor in SENSORS}
Status = dg.DagsterRunStatus
ORIGIN = RemoteJobOrigin(
    RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "repository"), "retrain"
)
"""Where a queued run comes from; Dagster asks for it."""


class LongAfter(Settings):
    """Settings of a team that replays old sales: the clock is far ahead of them."""

    def today(self) -> date:
        return date(2026, 11, 21)


@dataclass
class World:
    """A project and a Dagster instance with what a story plants in them."""

    project: Project
    instance: dg.DagsterInstance

    def promote(self, version: str, through: date = SUNDAY, at: datetime = PROMOTED) -> None:
        self.project.reports.append(
            tables.promotions,
            {
                "promoted_at": at,
                "model_version": version,
                "kind": "gate",
                "decided_by": "gate",
                "reason": "planted",
                "data_through": through,
                "figures": {},
            },
        )

    def materialize(self, asset: str, **metadata: str) -> None:
        self.instance.report_runless_asset_event(
            dg.AssetMaterialization(
                asset,
                partition="transactions-1" if asset == "raw_transactions" else None,
                metadata=metadata,
            )
        )

    def sales(self, through: date = SUNDAY) -> None:
        self.materialize("daily_sales", data_through=through.isoformat())

    def drift(self, week: date, verdict: str = "DRIFTED", version: str = "2") -> None:
        self.project.reports.append(
            tables.drift_scores,
            {
                "week_start": week,
                "unit": "order_line",
                "column": "items",
                "method": "wasserstein",
                "score": 0.3,
                "threshold": 0.1,
                "reference_rows": 9000,
                "current_rows": 900,
                "status": "DRIFTED",
                "verdict": verdict,
                "sentence_en": "Drift in items (0.30 over 0.10).",
                "sentence_es": "Deriva en items (0.30 sobre 0.10).",
                "model_version": version,
            },
        )

    def upload(
        self, key: str, verdict: str, quarantined: int = 0, at: datetime = LATER, name: str = ""
    ) -> None:
        self.project.reports.append(
            tables.uploads,
            {
                "key": key,
                "kind": "transactions",
                "file_name": name or f"{key}.parquet",
                "received_at": at,
                "judged_at": at,
                "verdict": verdict,
                "rows": 100,
                "accepted": 100 - quarantined,
                "quarantined": quarantined,
                "duplicates": 0,
                "known_rows": 0,
                "message_en": "",
                "message_es": "",
                "reasons": [],
                "deliveries": 1,
                "attempts": 1,
            },
        )

    def score(self, week: date, f1: float, version: str = "2", calibration: float = 1.0) -> None:
        figures = {"f1": f1, "baseline_f1": 0.5, "calibration": calibration}
        for metric, value in figures.items():
            self.project.reports.append(
                tables.prediction_scores,
                {
                    "week_start": week,
                    "metric": metric,
                    "value": value,
                    "window_start": week,
                    "window_end": week + timedelta(days=6),
                    "model_version": version,
                    "scored_at": LATER,
                },
            )

    def publish(self, week: date, status: str = "FRESH") -> None:
        self.project.reports.append(
            tables.weekly_predictions,
            {
                "week_start": week,
                "customer_id": "1",
                "product_id": "2",
                "window_start": week,
                "window_end": week + timedelta(days=6),
                "probability": 0.5,
                "will_buy": True,
                "rank": 1,
                "weeks_bought_of_8": 4,
                "source": "model",
                "model_version": "2",
                "data_through": week - timedelta(days=1),
                "status": status,
                "scored_at": LATER,
            },
        )

    def decided(
        self,
        cause: str,
        cause_id: str,
        week: date = WEEK,
        retrain: bool = True,
        outcome: str | None = None,
    ) -> None:
        self.project.reports.append(
            tables.retraining_decisions,
            {
                "decided_at": LATER,
                "cause": cause,
                "cause_id": cause_id,
                "week": week,
                "retrain": retrain,
                "reason_code": "retrain" if retrain else "cool_down",
                "sentence_en": "",
                "sentence_es": "",
                "outcome": outcome,
            },
        )

    def run(
        self,
        status: Status,
        tag: str | None = None,
        job: str = "retrain",
        assets: frozenset[dg.AssetKey] | None = None,
    ) -> None:
        self.instance.add_run(
            dg.DagsterRun(
                job_name=job,
                run_id=str(uuid4()),
                status=status,
                asset_selection=assets,
                remote_job_origin=ORIGIN,
                tags={CAUSE_TAG: tag} if tag else {},
            )
        )

    def tick(self, sensor: str) -> list[dg.RunRequest]:
        context = dg.build_sensor_context(
            instance=self.instance, resources={"project": self.project}
        )
        result: Any = BY_NAME[sensor](context)
        return [] if isinstance(result, dg.SkipReason) else list(result.run_requests or [])

    def causes(self, sensor: str) -> list[str]:
        """The causes of the runs that a tick asks for."""
        return [request.tags[CAUSE_TAG] for request in self.tick(sensor)]

    def decisions(self) -> list[tuple]:
        rows = self.project.reports.rows(
            sa.select(tables.retraining_decisions).order_by(tables.retraining_decisions.c.id)
        )
        return [(row["cause_id"], row["reason_code"], row["outcome"]) for row in rows]


DRIFT, REJECTED, OVERDUE, FORECAST = (
    "retrain_on_drift",
    "retrain_on_rejected_upload",
    "retrain_when_overdue",
    "forecast_running_week",
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("data")
    with dg.DagsterInstance.ephemeral() as instance:
        yield World(Project(LongAfter(data=str(folder))), instance)


@pytest.fixture
def new(stores: World) -> World:
    """Nothing was ever delivered."""
    stores.instance.wipe()
    with stores.project.reports.transaction() as connection:
        for table in tables.metadata.tables.values():
            connection.execute(table.delete())
    return stores


@pytest.fixture
def world(new: World) -> World:
    """Sales up to a Sunday, and a champion of the week before it."""
    new.promote("1", SUNDAY - timedelta(weeks=5), PROMOTED - timedelta(weeks=4))
    new.promote("2", SUNDAY - timedelta(weeks=1))
    new.sales()
    return new


def weeks_ago(count: int) -> date:
    return WEEK - timedelta(weeks=count)


# when a training may start


@pytest.mark.parametrize("sensor", [DRIFT, REJECTED, OVERDUE])
def test_nothing_is_asked_before_the_first_sales(new, sensor):
    assert new.tick(sensor) == []
    assert new.decisions() == []


def test_a_training_waits_for_the_newest_accepted_sales(world):
    world.drift(WEEK)
    world.materialize("raw_transactions")
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


@pytest.mark.parametrize(("asset", "asked"), [("trained_model", 0), ("raw_transactions", 1)])
def test_a_model_that_a_person_materializes_is_a_training_too(world, asset, asked):
    world.drift(WEEK)
    world.run(Status.STARTED, job="__ASSET_JOB", assets=frozenset({dg.AssetKey(asset)}))
    assert len(world.tick(DRIFT)) == asked


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


# what becomes of a training


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
    "ended", [[Status.SUCCESS], [Status.CANCELED], [Status.FAILURE, Status.SUCCESS]]
)
def test_a_training_that_succeeded_or_was_canceled_is_not_tried_again(world, ended):
    world.drift(WEEK)
    world.tick(DRIFT)
    for status in ended:
        world.run(status, "drift/2025-01-20")
    assert world.tick(DRIFT) == []


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
    retraining.conclude(world.project, "PROMOTED", "Version 3", "Versión 3")
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


# data weeks, never the clock, and the memory of decisions


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


# drift


@pytest.mark.parametrize("verdict", ["STABLE", "INSUFFICIENT"])
def test_only_the_verdict_drifted_is_a_cause(world, verdict):
    world.drift(WEEK, verdict)
    assert world.tick(DRIFT) == []


def test_drift_from_the_data_of_an_earlier_champion_is_none(world):
    world.drift(WEEK, version="1")
    assert world.tick(DRIFT) == []


def test_only_the_newest_week_s_drift_is_a_cause(world):
    world.drift(weeks_ago(1))
    world.drift(WEEK, "STABLE")
    assert world.tick(DRIFT) == []


def test_two_drifted_weeks_are_two_causes(world):
    world.decided("drift", weeks_ago(1).isoformat(), weeks_ago(1), outcome="KEPT")
    world.drift(weeks_ago(1))
    world.drift(WEEK)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


def test_two_kinds_of_one_id_are_two_causes(world):
    world.decided("overdue", "2025-01-20", weeks_ago(2), outcome="KEPT")
    world.drift(WEEK)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]


# rejected uploads


@pytest.mark.parametrize(
    ("verdict", "quarantined", "asked"),
    [
        ("REJECTED", 0, True),
        ("PARTIAL", 3, True),
        ("PARTIAL", 2, False),  # the tolerated share
        ("ACCEPTED", 3, False),
        ("ENGINE_ERROR", 3, False),
    ],
)
def test_what_an_upload_must_be_to_ask_for_a_training(world, verdict, quarantined, asked):
    world.upload("upload", verdict, quarantined)
    assert world.causes(REJECTED) == (["rejected_upload/upload"] if asked else [])


@pytest.mark.parametrize("before", [timedelta(seconds=1), timedelta(0)])
def test_a_champion_answers_the_uploads_judged_before_it(world, before):
    world.upload("upload", "REJECTED", at=PROMOTED - before)
    assert world.tick(REJECTED) == []


def test_a_rejected_upload_without_a_champion_waits_for_the_first_model(new):
    new.sales()
    new.upload("upload", "REJECTED")
    assert new.tick(REJECTED) == []
    assert new.causes(OVERDUE) == ["first_model/first:2025-01-20"]


def test_of_several_rejected_uploads_the_first_trains_and_the_others_are_refused(world):
    world.upload("b", "REJECTED", at=LATER)
    world.upload("a", "REJECTED", at=LATER + timedelta(hours=1))
    assert world.causes(REJECTED) == ["rejected_upload/b"]
    world.run(Status.SUCCESS, "rejected_upload/b")
    assert world.tick(REJECTED) == []
    assert world.decisions() == [("b", "retrain", None), ("a", "cool_down", None)]


def test_another_upload_of_the_same_name_is_another_cause(world):
    world.decided("rejected_upload", "first", weeks_ago(2), outcome="KEPT")
    world.upload("first", "REJECTED", name="sales.csv")
    world.upload("second", "REJECTED", name="sales.csv", at=LATER + timedelta(hours=1))
    world.run(Status.SUCCESS, "rejected_upload/first")
    assert world.causes(REJECTED) == ["rejected_upload/second"]


# overdue


@pytest.mark.parametrize(("weeks_old", "asked"), [(8, False), (9, True)])
def test_as_configured_a_champion_is_overdue_after_eight_data_weeks(world, weeks_old, asked):
    world.promote("3", SUNDAY - timedelta(weeks=weeks_old), LATER)
    assert world.causes(OVERDUE) == (["overdue/age:2025-01-20"] if asked else [])


@pytest.mark.parametrize(
    ("scores", "version", "asked"),
    [
        ([0.4, 0.4], "2", True),
        ([0.6, 0.4, 0.4], "2", True),
        ([0.4, 0.4, 0.6], "2", False),
        ([0.4, 0.5], "2", False),  # as good as the baseline
        ([0.4], "2", False),
        ([0.4, 0.4], "1", False),  # the champion before
    ],
)
def test_two_weeks_running_below_the_baseline_ask_for_a_training(world, scores, version, asked):
    weeks = [weeks_ago(len(scores) - number) for number in range(len(scores))]
    for week, f1 in reversed(list(zip(weeks, scores, strict=True))):
        world.score(week, f1, version)
    assert world.causes(OVERDUE) == (["overdue/baseline:2025-01-20"] if asked else [])


@pytest.mark.parametrize(
    ("shares", "version", "asked"),
    [
        ([0.79, 0.7], "2", True),
        ([1.26, 1.4], "2", True),
        ([0.8, 0.8], "2", False),  # what the gate accepts
        ([1.25, 1.25], "2", False),
        ([0.7, 1.4], "2", False),
        ([0.7, 0.7, 1.0], "2", False),
        ([0.7, 0.7], "1", False),  # the champion before
    ],
)
def test_two_weeks_running_of_wrong_totals_ask_for_a_training(world, shares, version, asked):
    for number, share in enumerate(shares):
        world.score(weeks_ago(len(shares) - number), 0.6, version, share)
    assert world.causes(OVERDUE) == (["overdue/calibration:2025-01-20"] if asked else [])


@pytest.mark.parametrize("first", ["age", "baseline", "window"])
def test_a_champion_that_stays_overdue_asks_again_in_a_later_week(world, first):
    world.decided("overdue", f"{first}:{weeks_ago(2)}", weeks_ago(2), outcome="KEPT")
    if first == "age":
        world.promote("3", SUNDAY - timedelta(weeks=20), LATER)
    elif first == "baseline":
        world.score(weeks_ago(2), 0.4)
        world.score(weeks_ago(1), 0.4)
    else:
        world.promote("3", SUNDAY - timedelta(days=4), LATER)
    assert world.causes(OVERDUE) == [f"overdue/{first}:2025-01-20"]


@pytest.mark.parametrize(
    ("champion", "through", "asked"),
    [
        (date(2025, 1, 19), date(2025, 1, 26), False),
        (date(2025, 1, 18), date(2025, 1, 26), False),  # no Sunday sales: the same days
        (date(2025, 1, 14), date(2025, 1, 26), True),  # Wednesday to Sunday, then whole weeks
        (date(2025, 1, 19), date(2025, 1, 21), True),
    ],
)
def test_a_model_made_for_other_days_is_overdue(world, champion, through, asked):
    world.promote("3", champion, LATER)
    world.sales(through)
    causes = world.causes(OVERDUE)
    assert causes == (["overdue/window:2025-01-20"] if asked else [])


def test_a_first_model_that_is_refused_by_the_gate_is_asked_for_again_with_new_sales(new):
    new.decided("first_model", f"first:{weeks_ago(1)}", weeks_ago(1), outcome="KEPT")
    new.sales()
    assert new.causes(OVERDUE) == ["first_model/first:2025-01-20"]


# the forecast


def test_the_forecast_waits_for_a_first_model(new):
    new.sales()
    assert new.tick(FORECAST) == []


def test_the_forecast_waits_for_runs_under_way(world):
    world.run(Status.STARTED, job="__ASSET_JOB", assets=frozenset({dg.AssetKey("daily_sales")}))
    assert world.tick(FORECAST) == []


def test_the_forecast_waits_for_the_newest_accepted_sales(world):
    world.materialize("raw_transactions")
    assert world.tick(FORECAST) == []


# how far the published week is trusted


RUNNING = date(2026, 11, 16)
"""The week of `LongAfter.today`."""


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
