"""A few short stories in any order; `benchmarks/any_order.py` tells long ones."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from purchase_assets_tests.scenarios.any_order import AnyOrder, Shop
from purchase_assets_tests.shared import made_once

SHORT = settings(
    max_examples=2,
    stateful_step_count=8,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_the_accounts_balance_in_any_order(tmp_path, tmp_path_factory, bare_training):
    AnyOrder.opened = made_once(tmp_path_factory, "shop", lambda folder: Shop(folder).open())
    AnyOrder.stories = tmp_path
    run_state_machine_as_test(AnyOrder, settings=SHORT)
