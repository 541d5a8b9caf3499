"""A training that was decided on is asked for, waited for, tried again or given up."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from purchase_assets.retraining.attempts import Ask, GiveUp, Wait, next_step
from purchase_assets.retraining.guards import PastDecision
from purchase_assets_tests.retraining.histories import WEEK, cause, past, state

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
    assert step.sentence.en.startswith(said[0])
    assert step.sentence.es.startswith(said[1])


@given(st.lists(st.sampled_from(["UNDER_WAY", "SUCCEEDED", "FAILED", "CANCELED"]), max_size=6))
def test_no_training_is_asked_for_a_fourth_time_or_left_open_for_ever(attempts) -> None:
    step = next_step(cause(), state(ASKED), attempts)
    if len(attempts) >= 3:
        assert not isinstance(step, Ask)
    if set(attempts) <= {"FAILED", "CANCELED"}:
        assert not isinstance(step, Wait)
