"""Two short stories in any order; `benchmarks/any_order.py` tells long ones."""

import pytest

from purchase_assets_tests.scenarios.any_order import tell
from purchase_assets_tests.scenarios.shop import open_shop
from purchase_assets_tests.shared import made_once


@pytest.mark.parametrize("seed", [1, 2])
def test_the_accounts_balance_in_any_order(tmp_path, tmp_path_factory, bare_training, seed):
    opened = made_once(tmp_path_factory, "shop", open_shop)
    story = tell(seed, 8, opened, tmp_path / "story")
    assert not story.defect, str(story)
