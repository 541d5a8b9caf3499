"""Each guard around automatic training, by itself and in a replayed history."""

import itertools
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchase_assets.retraining.causes import NO_MODEL_YET, NOT_READ, Cause, answered_by
from purchase_assets.retraining.guards import PastDecision, RetrainingState, decide
from purchase_assets.settings import RetrainingSettings
from purchase_assets.text import Text
from purchase_assets_tests.retraining.histories import DETAIL, SETTINGS, WEEK, cause, past, state

AUTOMATIC = ["drift", "rejected_upload", "overdue"]


def test_a_drifted_week_retrains_and_says_why() -> None:
    decision = decide(cause(), state(), SETTINGS)
    assert decision.retrain
    assert decision.reason_code == "retrain"
    assert decision.sentence.en == f"Week 2025-01-20: {DETAIL.en}; retraining."
    assert decision.sentence.es.startswith("Semana 2025-01-20: deriva en product_trend")


@pytest.mark.parametrize("kind", [*AUTOMATIC, "first_model"])
def test_nothing_starts_while_a_training_is_queued_or_running(kind: str) -> None:
    decision = decide(cause(kind), state(busy=True), SETTINGS)
    assert (decision.retrain, decision.reason_code) == (False, "busy")
    assert "not retrained: a training is already queued or running." in decision.sentence.en


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
    assert said_en in decision.sentence.en
    assert said_es in decision.sentence.es
    assert decision.sentence.en.endswith("and the pause is 2 data weeks.")


@pytest.mark.parametrize("busy", [True, False])
@pytest.mark.parametrize("objection", [NOT_READ, NO_MODEL_YET, answered_by("3")])
def test_what_is_no_reason_to_train_is_refused_whatever_goes_on(objection, busy) -> None:
    asked = Cause(
        "rejected_upload", "x", WEEK, Text("a.xlsx was rejected", "a.xlsx fue"), objection
    )
    decision = decide(asked, state(past(0), busy=busy), SETTINGS)
    assert (decision.retrain, decision.reason_code) == (False, objection.code)
    assert decision.sentence.en == (
        f"Week 2025-01-20: a.xlsx was rejected; not retrained: {objection.why.en}."
    )
    assert decision.sentence.es.endswith(f"no se reentrena: {objection.why.es}.")


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
    assert "a person decides" in decision.sentence.en
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
