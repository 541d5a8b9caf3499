"""What asks for a training: drift, rejected uploads, an overdue champion."""

from datetime import date, timedelta

import pytest

from purchase_assets.intake.rules.catalogue import CHECKED, READING
from purchase_assets.intake.rules.rule import Scope, Severity
from purchase_assets_tests.orchestration.sensors.world import (
    DRIFT,
    FIRST,
    LATER,
    OVERDUE,
    PROMOTED,
    REJECTED,
    SUNDAY,
    WEEK,
    WITHDRAWN,
    Status,
    weeks_ago,
)

OF_FILES = [
    rule
    for rule in (*READING, *CHECKED)
    if rule.scope is not Scope.ROW and rule.severity is Severity.ERROR
]


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
    assert world.decisions() == [("upload", "answered", None)]
    assert "not retrained: version 2, promoted since, learnt" in world.sentence()


@pytest.mark.parametrize("rule", [rule.name for rule in OF_FILES if not rule.by_content])
def test_a_file_that_cannot_be_read_says_nothing_of_the_data(world, rule):
    world.upload("upload", "REJECTED", name="transacciones_2026.xlsx", broke={rule: 0})
    assert world.tick(REJECTED) == []
    assert world.decisions() == [("upload", "not_read", None)]
    assert world.sentence() == (
        "Week 2025-01-20: transacciones_2026.xlsx was rejected; not retrained: a file that cannot "
        "be read says nothing of the data."
    )
    assert world.sentence("es") == (
        "Semana 2025-01-20: transacciones_2026.xlsx fue rechazado; no se reentrena: un archivo que "
        "no se puede leer no dice nada de los datos."
    )


@pytest.mark.parametrize(
    "rule", [rule.name for rule in OF_FILES if rule.by_content and rule.name != "bad_rows"]
)
def test_a_file_that_is_refused_for_its_content_asks_for_a_training(world, rule):
    world.upload("upload", "REJECTED", broke={rule: 0})
    assert world.causes(REJECTED) == ["rejected_upload/upload"]


@pytest.mark.parametrize(
    ("broke", "asked"),
    [
        ({"bad_rows": 0, "missing_value": 30}, True),
        ({"bad_rows": 0, "unreadable_date": 30}, False),
        ({"bad_rows": 0, "unreadable_date": 30, "missing_value": 30}, False),  # the same cells
        ({"bad_rows": 0, "unreadable_date": 10, "absurd_items": 30}, True),
        ({"bad_rows": 0, "row_shape": 90, "volume": 0}, False),  # of what could be read
    ],
)
def test_of_a_file_with_too_many_bad_rows_what_most_of_them_break_decides(world, broke, asked):
    world.upload("upload", "REJECTED", broke=broke)
    assert bool(world.tick(REJECTED)) == asked


def test_a_share_set_aside_that_is_usual_for_the_sender_asks_for_no_training(world):
    """A retailer of whose rows 14 to 18 % never have a customer."""
    usual = [16, 14, 17, 15, 18, 14, 16, 18, 15, 17]
    for week, share in enumerate([15, 16, 15, 17]):  # before the champion
        world.upload(f"before {week}", "PARTIAL", share, PROMOTED - timedelta(weeks=9 - week))
    world.tick(REJECTED)
    for week, share in enumerate(usual):
        world.upload(f"week {week}", "PARTIAL", share, LATER + timedelta(weeks=week))
        assert world.tick(REJECTED) == []
    assert all(cause.startswith("before") for cause, _, _ in world.decisions())
    world.upload("odd week", "PARTIAL", 40, LATER + timedelta(weeks=10))
    assert world.causes(REJECTED) == ["rejected_upload/odd week"]
    assert "40.0% of odd week.parquet was quarantined; retraining." in world.sentence()


def test_what_is_usual_is_so_for_files_of_the_same_kind_that_were_taken(world):
    for week in range(8):
        at = PROMOTED - timedelta(weeks=9 - week)
        world.upload(f"customers {week}", "PARTIAL", 15, at, kind="customers")
        world.upload(f"refused {week}", "REJECTED", 15, at)
    world.tick(REJECTED)
    world.upload("sales", "PARTIAL", 15)
    assert world.causes(REJECTED) == ["rejected_upload/sales"]


def test_a_rejected_upload_without_a_champion_waits_for_the_first_model(new):
    new.sales()
    new.upload("upload", "REJECTED")
    assert new.tick(REJECTED) == []
    assert new.decisions() == [("upload", "no_model_yet", None)]
    assert new.tick(OVERDUE) == []
    assert new.causes(FIRST) == ["first_model/first:2025-01-20"]


def test_of_several_rejected_uploads_the_first_trains_and_names_itself_to_the_others(world):
    for number, key in enumerate("badc"):
        world.upload(key, "REJECTED", at=LATER + timedelta(hours=number))
    assert world.causes(REJECTED) == ["rejected_upload/b"]
    assert world.decisions() == [
        ("b", "retrain", None),
        *((key, "cool_down", None) for key in "adc"),
    ]
    assert world.sentence() == (
        "Week 2025-01-20: c.parquet was rejected; not retrained: the training that b.parquet asked "
        "for in week 2025-01-20 answers it, and the pause is 1 data week."
    )
    world.run(Status.SUCCESS, "rejected_upload/b")
    assert world.tick(REJECTED) == []


@pytest.mark.parametrize("status", [Status.QUEUED, Status.STARTED])
def test_an_upload_that_is_rejected_while_a_training_waits_gets_its_decision_at_once(world, status):
    world.drift(WEEK)
    assert world.causes(DRIFT) == ["drift/2025-01-20"]
    world.run(status, "drift/2025-01-20")
    world.upload("content", "REJECTED")
    world.upload("xlsx", "REJECTED", at=LATER + timedelta(hours=1), broke={"unknown_format": 0})
    assert world.tick(REJECTED) == []
    assert world.decisions()[1:] == [("content", "cool_down", None), ("xlsx", "not_read", None)]


def test_an_upload_that_waits_for_a_person_s_training_is_decided_on_after_it(world):
    world.run(Status.STARTED)
    world.upload("content", "REJECTED")
    assert world.tick(REJECTED) == []
    assert world.decisions() == []
    world.finish(Status.SUCCESS)
    world.promote("3", at=LATER + timedelta(hours=1))
    world.forecast()
    assert world.tick(REJECTED) == []
    assert world.decisions() == [("content", "answered", None)]


def test_the_decisions_of_many_uploads_are_as_many(world):
    for number in range(60):
        world.upload(f"{number:02}", "REJECTED", at=LATER + timedelta(minutes=number))
    assert world.causes(REJECTED) == ["rejected_upload/00"]
    assert len(world.decisions()) == 60


def test_another_upload_of_the_same_name_is_another_cause(world):
    world.decided("rejected_upload", "first", weeks_ago(2), outcome="KEPT")
    world.upload("first", "REJECTED", name="sales.csv")
    world.upload("second", "REJECTED", name="sales.csv", at=LATER + timedelta(hours=1))
    world.run(Status.SUCCESS, "rejected_upload/first")
    assert world.causes(REJECTED) == ["rejected_upload/second"]


@pytest.mark.parametrize(("weeks_old", "asked"), [(8, False), (9, True)])
def test_as_configured_a_champion_is_overdue_after_eight_data_weeks(world, weeks_old, asked):
    world.promote("3", SUNDAY - timedelta(weeks=weeks_old), LATER)
    world.forecast()
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
def test_a_champion_that_stays_overdue_asks_again_after_a_training_that_failed(world, first):
    world.decided("overdue", f"{first}:{weeks_ago(2)}", weeks_ago(2), outcome="FAILED")
    if first == "age":
        world.promote("3", SUNDAY - timedelta(weeks=20), LATER)
        world.forecast()
    elif first == "baseline":
        world.score(weeks_ago(2), 0.4)
        world.score(weeks_ago(1), 0.4)
    else:
        world.promote("3", SUNDAY - timedelta(days=4), LATER)
        world.forecast()
    assert world.causes(OVERDUE) == [f"overdue/{first}:2025-01-20"]


@pytest.mark.parametrize(("answered", "asked"), [(1, False), (8, False), (9, True)])
def test_an_old_champion_that_won_its_last_challenge_is_left_alone_for_as_long(
    world, answered, asked
):
    world.promote("3", SUNDAY - timedelta(weeks=20), LATER)
    world.forecast()
    world.decided("drift", "earlier", weeks_ago(answered), outcome="KEPT")
    assert world.causes(OVERDUE) == (["overdue/age:2025-01-20"] if asked else [])


@pytest.mark.parametrize(("answered", "asked"), [(2, False), (3, True)])
@pytest.mark.parametrize(("f1", "share", "cause"), [(0.4, 1, "baseline"), (0.6, 2, "calibration")])
def test_only_weeks_after_the_last_challenge_speak_against_a_champion_that_won_it(
    world, answered, asked, f1, share, cause
):
    world.decided("drift", "earlier", weeks_ago(answered), outcome="KEPT")
    for week in (3, 2, 1):
        world.score(weeks_ago(week), f1, calibration=share)
    assert world.causes(OVERDUE) == ([f"overdue/{cause}:2025-01-20"] if asked else [])


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
    assert new.causes(FIRST) == ["first_model/first:2025-01-20"]


def test_a_tainted_champion_is_a_cause_once_in_each_data_week(world):
    world.taint("1")
    assert world.tick(WITHDRAWN) == []  # nobody forecasts with it
    world.taint("2", "also_wrong")
    assert world.causes(WITHDRAWN) == [f"tainted/2:{WEEK}"]
    assert world.sentence() == (
        f"Week {WEEK}: the champion, version 2, had learnt from also_wrong.parquet, since "
        "withdrawn; retraining."
    )
    assert world.sentence("es") == (
        f"Semana {WEEK}: el modelo campeón, versión 2, había aprendido de also_wrong.parquet, "
        "retirado después; se reentrena."
    )
    world.run(Status.SUCCESS, f"tainted/2:{WEEK}")
    assert world.tick(WITHDRAWN) == []


def test_the_guards_hold_back_a_tainted_champion_s_training_until_the_next_data_week(world):
    world.decided("overdue", "planted", outcome="KEPT")
    world.taint("2")
    assert world.tick(WITHDRAWN) == []
    assert world.decisions()[-1] == (f"2:{WEEK}", "cool_down", None)
    assert world.sentence().endswith("and the pause is 1 data week.")

    world.sales(SUNDAY + timedelta(weeks=1))

    assert world.causes(WITHDRAWN) == [f"tainted/2:{WEEK + timedelta(weeks=1)}"]
