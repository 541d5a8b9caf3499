"""Each guard around automatic training, by itself and in a replayed history."""

import itertools
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchase_assets.retraining.guards import (
    NO_MODEL_YET,
    NOT_READ,
    Ask,
    Cause,
    GiveUp,
    PastDecision,
    RetrainingState,
    Wait,
    answered_by,
    decide,
    next_step,
    overdue_cause,
    publication_status,
)
from purchase_assets.settings import RetrainingSettings

SETTINGS = RetrainingSettings(cool_down_weeks=2, budget=3, budget_weeks=8, max_model_age_weeks=8)
WEEK = date(2025, 1, 20)
DETAIL = "drift in product_trend (0.21 over 0.10)"
AUTOMATIC = ["drift", "rejected_upload", "overdue"]


def cause(kind: str = "drift", cause_id: str = "2025-01-20", week: date = WEEK) -> Cause:
    return Cause(kind, cause_id, week, DETAIL, "deriva en product_trend (0.21 sobre 0.10)")


def past(weeks_ago: int, kind: str = "drift", retrain: bool = True, cause_id: str = "other"):
    return PastDecision(kind, cause_id, WEEK - timedelta(weeks=weeks_ago), retrain)


def state(*decisions: PastDecision, busy: bool = False) -> RetrainingState:
    return RetrainingState(WEEK, WEEK - timedelta(weeks=3), busy, decisions)


def test_a_drifted_week_retrains_and_says_why() -> None:
    decision = decide(cause(), state(), SETTINGS)
    assert decision.retrain
    assert decision.reason_code == "retrain"
    assert decision.sentence_en == f"Week 2025-01-20: {DETAIL}; retraining."
    assert decision.sentence_es.startswith("Semana 2025-01-20: deriva en product_trend")


@pytest.mark.parametrize("kind", [*AUTOMATIC, "first_model"])
def test_nothing_starts_while_a_training_is_queued_or_running(kind: str) -> None:
    decision = decide(cause(kind), state(busy=True), SETTINGS)
    assert (decision.retrain, decision.reason_code) == (False, "busy")
    assert "not retrained: a training is already queued or running." in decision.sentence_en


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_the_same_cause_trains_once_however_long_ago(kind: str) -> None:
    before = past(30, kind, cause_id="2025-01-20")
    assert decide(cause(kind), state(before), SETTINGS).reason_code == "same_cause"


def test_a_cause_that_was_refused_may_ask_again() -> None:
    refused = past(0, retrain=False, cause_id="2025-01-20")
    assert decide(cause(), state(refused), SETTINGS).retrain


def test_two_kinds_may_share_an_id() -> None:
    before = past(30, "overdue", cause_id="2025-01-20")
    assert decide(cause("drift"), state(before), SETTINGS).retrain


@pytest.mark.parametrize(
    ("weeks_ago", "code"), [(0, "cool_down"), (1, "cool_down"), (2, "retrain")]
)
def test_the_cool_down_is_counted_in_data_weeks(weeks_ago: int, code: str) -> None:
    assert decide(cause(), state(past(weeks_ago)), SETTINGS).reason_code == code


def test_a_first_model_waits_for_no_cool_down() -> None:
    assert decide(cause("first_model"), state(past(0)), SETTINGS).retrain


@pytest.mark.parametrize(
    ("training", "said_en", "said_es"),
    [
        (
            PastDecision("rejected_upload", "transactions-1", WEEK, True, None, "a.csv"),
            "the training that a.csv asked for in week 2025-01-20 answers it",
            "el entrenamiento que pidió a.csv en la semana 2025-01-20 ya responde",
        ),
        (
            PastDecision("drift", "2025-01-13", WEEK, True, "KEPT"),
            "the training that the drift of week 2025-01-13 asked for in week 2025-01-20 answers",
            "el entrenamiento que pidió la deriva de la semana 2025-01-13 en la semana 2025-01-20",
        ),
        (
            PastDecision("overdue", "age:2025-01-20", WEEK, True, "FAILED"),
            "the training that the overdue champion asked for in week 2025-01-20 has failed",
            "el entrenamiento que pidió el modelo campeón vencido en la semana 2025-01-20 falló",
        ),
    ],
)
def test_a_cause_within_the_cool_down_is_told_which_training_answers_it(
    training, said_en, said_es
) -> None:
    decision = decide(cause(), state(past(1), training), SETTINGS)
    assert decision.reason_code == "cool_down"
    assert said_en in decision.sentence_en
    assert said_es in decision.sentence_es
    assert decision.sentence_en.endswith("and the pause is 2 data week(s).")


@pytest.mark.parametrize("busy", [True, False])
@pytest.mark.parametrize("objection", [NOT_READ, NO_MODEL_YET, answered_by("3")])
def test_what_is_no_reason_to_train_is_refused_whatever_goes_on(objection, busy) -> None:
    asked = Cause("rejected_upload", "x", WEEK, "a.xlsx was rejected", "a.xlsx fue", objection)
    decision = decide(asked, state(past(0), busy=busy), SETTINGS)
    assert (decision.retrain, decision.reason_code) == (False, objection.code)
    assert decision.sentence_en == (
        f"Week 2025-01-20: a.xlsx was rejected; not retrained: {objection.why_en}."
    )
    assert decision.sentence_es.endswith(f"no se reentrena: {objection.why_es}.")


def test_a_first_model_starts_no_cool_down() -> None:
    assert decide(cause(), state(past(0, "first_model")), SETTINGS).retrain


@pytest.mark.parametrize("order", list(itertools.permutations([past(1), past(5), past(9)])))
def test_the_cool_down_is_that_of_the_newest_training_in_any_order(order) -> None:
    assert decide(cause(), state(*order), SETTINGS).reason_code == "cool_down"


@pytest.mark.parametrize(
    ("weeks_ago", "code"), [((1,), "cool_down"), ((2, 4, 7), "budget"), ((2, 4), "retrain")]
)
def test_pauses_and_budgets_count_to_the_newest_sales_not_to_the_cause(weeks_ago, code) -> None:
    """Drift is about the week to forecast, which the newest sales come before."""
    ahead = cause(week=WEEK + timedelta(weeks=1))
    decision = decide(ahead, state(*map(past, weeks_ago)), SETTINGS)
    assert decision.reason_code == code


def test_two_trainings_of_one_week_cost_two_of_the_budget() -> None:
    assert decide(cause(), state(past(3), past(3), past(5)), SETTINGS).reason_code == "budget"


def test_the_first_guard_that_says_no_is_the_one_that_is_named() -> None:
    """What a training that was asked for answers is refused at once, not after that training."""
    again = past(1, cause_id="2025-01-20")
    spent = (again, past(2), past(3))
    for kind in AUTOMATIC:
        waits = decide(cause(kind, "new"), state(past(1), busy=True), SETTINGS)
        assert waits.reason_code == "cool_down"
    assert decide(cause("drift", "new"), state(past(5), busy=True), SETTINGS).reason_code == "busy"
    assert decide(cause(), state(*spent), SETTINGS).reason_code == "same_cause"
    assert decide(cause("drift", "new"), state(*spent), SETTINGS).reason_code == "cool_down"


def test_the_budget_hands_over_to_a_person() -> None:
    three = [past(2), past(4), past(7)]
    decision = decide(cause(), state(*three), SETTINGS)
    assert (decision.retrain, decision.reason_code) == (False, "budget")
    assert "a person decides" in decision.sentence_en
    assert decide(cause("first_model"), state(*three), SETTINGS).retrain


@pytest.mark.parametrize("other", [past(8), past(4, "first_model"), past(4, retrain=False)])
def test_old_first_and_refused_trainings_cost_no_budget(other: PastDecision) -> None:
    assert decide(cause(), state(past(2), past(7), other), SETTINGS).retrain


def test_three_causes_at_once_become_one_training() -> None:
    decisions: list[PastDecision] = []
    for kind in AUTOMATIC:
        decision = decide(cause(kind, f"{kind}-now"), state(*decisions), SETTINGS)
        decisions.append(PastDecision(kind, f"{kind}-now", WEEK, decision.retrain))
    assert [decision.retrain for decision in decisions] == [True, False, False]


ASKED = PastDecision("drift", "2025-01-20", WEEK, True)


@pytest.mark.parametrize(
    ("decisions", "attempts", "step"),
    [
        ([], [], Wait()),
        ([past(0, retrain=False, cause_id="2025-01-20")], [], Wait()),
        ([past(0)], [], Wait()),  # of another cause
        ([PastDecision("overdue", "2025-01-20", WEEK, True)], [], Wait()),
        ([ASKED], [], Ask(0)),
        ([ASKED], ["UNDER_WAY"], Wait()),
        ([ASKED], ["SUCCEEDED"], Wait()),
        ([ASKED], ["FAILED"], Ask(1)),
        ([ASKED], ["FAILED", "FAILED"], Ask(2)),
        ([ASKED], ["FAILED", "UNDER_WAY"], Wait()),
        ([ASKED], ["FAILED", "FAILED", "SUCCEEDED"], Wait()),
        *(([replace(ASKED, outcome=done)], [], Wait()) for done in ("PROMOTED", "KEPT", "FAILED")),
    ],
)
def test_a_training_is_asked_for_until_a_run_succeeds(decisions, attempts, step) -> None:
    assert next_step(cause(), state(*decisions), attempts) == step


@pytest.mark.parametrize("attempts", [[], ["FAILED"], ["FAILED", "FAILED"]])
def test_an_attempt_waits_for_another_training(attempts) -> None:
    assert next_step(cause(), state(ASKED, busy=True), attempts) == Wait()


@pytest.mark.parametrize("busy", [True, False])
@pytest.mark.parametrize(
    ("attempts", "said"),
    [
        (["FAILED"] * 3, ("The training failed 3 times", "El entrenamiento falló 3 veces")),
        (["FAILED"] * 4, ("The training failed 4 times", "El entrenamiento falló 4 veces")),
        (["CANCELED"], ("The training was canceled", "El entrenamiento fue cancelado")),
    ],
)
def test_a_training_that_came_to_nothing_is_given_up_with_a_sentence(attempts, said, busy) -> None:
    step = next_step(cause(), state(ASKED, busy=busy), attempts)
    assert isinstance(step, GiveUp)
    assert step.sentence_en.startswith(said[0])
    assert step.sentence_es.startswith(said[1])


@given(st.lists(st.sampled_from(["UNDER_WAY", "SUCCEEDED", "FAILED", "CANCELED"]), max_size=6))
def test_no_training_is_asked_for_a_fourth_time_or_left_open_for_ever(attempts) -> None:
    step = next_step(cause(), state(ASKED), attempts)
    if len(attempts) >= 3:
        assert not isinstance(step, Ask)
    if set(attempts) <= {"FAILED", "CANCELED"}:
        assert not isinstance(step, Wait)


def replay(settings: RetrainingSettings, kinds: list[str | None]) -> list[bool]:
    decisions: list[PastDecision] = []
    for number, kind in enumerate(kinds):
        week = WEEK + timedelta(weeks=number)
        if kind:
            asked = cause(kind, str(week), week)
            now = RetrainingState(week, WEEK, False, tuple(decisions))
            decision = decide(asked, now, settings)
            decisions.append(PastDecision(kind, str(week), week, decision.retrain))
    return [decision.retrain for decision in decisions]


@given(st.lists(st.sampled_from([*AUTOMATIC, None]), max_size=30), st.integers(0, 4))
def test_no_replayed_history_outspends_its_budget(kinds: list[str | None], pause: int) -> None:
    settings = RetrainingSettings(cool_down_weeks=pause, budget=3, budget_weeks=4)
    trained = iter(replay(settings, kinds))
    weeks = [number for number, kind in enumerate(kinds) if kind and next(trained)]
    assert all(sum(w <= v < w + 4 for v in weeks) <= 3 for w in weeks)
    assert all(later - earlier >= pause for earlier, later in itertools.pairwise(weeks))
    assert replay(settings, kinds) == replay(settings, kinds)


def test_a_hopeless_loop_stops_at_the_budget() -> None:
    settings = RetrainingSettings(cool_down_weeks=1, budget=3, budget_weeks=4)
    assert replay(settings, ["drift"] * 4) == [True, True, True, False]


@pytest.mark.parametrize(
    ("today", "below", "unanswered", "status"),
    [
        (date(2025, 1, 26), [], False, "FRESH"),
        (date(2025, 1, 27), [], False, "STALE"),
        (date(2025, 1, 20), [True, False, True], False, "FRESH"),
        (date(2025, 1, 20), [False, True, True], False, "DEGRADED"),
        (date(2025, 1, 20), [], True, "DEGRADED"),
        (date(2025, 1, 27), [], True, "DEGRADED"),
    ],
)
def test_a_published_week_is_fresh_until_its_days_are_over_or_its_model_is_in_doubt(
    today: date, below: list[bool], unanswered: bool, status: str
) -> None:
    last_day = date(2025, 1, 26)
    found = publication_status(last_day, today, below_baseline=below, unanswered_drift=unanswered)
    assert found == status


def test_a_champion_of_eight_weeks_is_not_overdue_and_of_nine_is() -> None:
    for age, overdue in ((8, False), (9, True)):
        now = RetrainingState(WEEK, WEEK - timedelta(weeks=age), False)
        found = overdue_cause(now, [], SETTINGS)
        assert (found is not None) == overdue
    assert found
    assert (found.kind, found.week) == ("overdue", WEEK)
    assert "9 data weeks old, over 8" in found.detail_en


@pytest.mark.parametrize(
    ("below", "overdue"),
    [
        ([], False),
        ([True], False),
        ([True, True, False], False),
        ([True, False, True], False),
        ([False, True, True], True),
    ],
)
def test_two_weeks_running_below_the_baseline(below: list[bool], overdue: bool) -> None:
    assert (overdue_cause(state(), below, SETTINGS) is not None) == overdue


@pytest.mark.parametrize(
    ("misjudged", "said"),
    [
        ([], None),
        ([1], None),
        ([1, 1, 0], None),
        ([1, 0, 1], None),
        ([1, -1], None),  # odd weeks, not an odd model
        ([0, 1, 1], "too many"),
        ([1, -1, -1], "too few"),
        ([1, 1, 1], "too many"),
    ],
)
def test_two_weeks_running_of_wrong_totals_on_the_same_side(misjudged, said) -> None:
    found = overdue_cause(state(), [], SETTINGS, misjudged=misjudged)
    assert (found is None) == (said is None)
    assert said is None or said in found.detail_en


@pytest.mark.parametrize("below", [[], [True, True]])
def test_what_stays_overdue_is_a_new_cause_each_week(below: list[bool]) -> None:
    old = WEEK - timedelta(weeks=3 if below else 20)
    ids = set()
    for later in (0, 1):
        now = RetrainingState(WEEK + timedelta(weeks=later), old, False)
        found = overdue_cause(now, below, SETTINGS)
        assert found
        ids.add(found.id)
    assert len(ids) == 2


def test_the_age_counts_from_the_last_answer_but_not_from_a_training_without_one() -> None:
    for answered, overdue in ((True, False), (False, True)):
        outcome = "KEPT" if answered else "FAILED"
        lost = PastDecision("drift", "other", WEEK - timedelta(weeks=2), True, outcome)
        now = RetrainingState(WEEK, WEEK - timedelta(weeks=20), False, (lost,))
        assert (overdue_cause(now, [], SETTINGS) is not None) == overdue


def test_without_a_champion_nothing_is_overdue() -> None:
    assert overdue_cause(RetrainingState(WEEK, None, False), [True, True], SETTINGS) is None
