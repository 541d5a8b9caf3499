"""A run that fails by a person's mistake says so in one sentence."""

import dagster as dg
import numpy as np

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.orchestration.failures import told


def test_a_mistake_is_one_sentence_with_its_parts_and_is_not_tried_again():
    @dg.op(retry_policy=dg.RetryPolicy(max_retries=2))
    def mistaken():
        with told():
            raise PurchaseAssetsError("no upload 'x'", "a key of `uploads`", "give one")

    @dg.job
    def job():
        mistaken()

    result = job.execute_in_process(raise_on_error=False)

    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    sentence = "no upload 'x'; expected a key of `uploads`; give one"
    assert failure.user_failure_data.description == sentence
    assert {name: value.value for name, value in failure.user_failure_data.metadata.items()} == {
        "found": "no upload 'x'",
        "expected": "a key of `uploads`",
        "to do": "give one",
    }
    assert failure.error.cause is None
    assert "PurchaseAssetsError" not in failure.error.to_string()


def test_a_fault_of_the_program_keeps_its_frames():
    @dg.op
    def faulty():
        with told():
            np.zeros(2) + np.zeros(3)

    @dg.job
    def job():
        faulty()

    result = job.execute_in_process(raise_on_error=False)

    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failure.user_failure_data is None
    assert "could not be broadcast together" in failure.error.cause.message
    assert "in faulty" in "".join(failure.error.cause.stack)
