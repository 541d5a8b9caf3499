"""Every fault of the catalogue gets its verdict, its rule and its rows."""

import numpy as np
import pytest

from purchase_assets.intake.judge_upload import judge
from purchase_assets_tests.intake.faults import CATALOGUE, Fault
from purchase_assets_tests.intake.worlds import World, made_up_world


@pytest.fixture(scope="module")
def world() -> World:
    return made_up_world()


def test_the_catalogue_is_long_enough():
    assert len({fault.name for fault in CATALOGUE}) == len(CATALOGUE) >= 40


@pytest.mark.parametrize("fault", CATALOGUE, ids=lambda fault: fault.name)
def test_fault_is_judged_as_expected(fault: Fault, world: World, tmp_path):
    path, bad = fault.inject(world, tmp_path, np.random.default_rng(3))
    history = world.known(**({} if fault.kind == "transactions" else {"taken": None}))
    judgement = judge(path, fault.kind, history, fault.settings)

    assert judgement.verdict.value == fault.verdict, judgement.reasons
    assert fault.rule is None or fault.rule in {reason.rule for reason in judgement.reasons}
    assert judgement.file_name == path.name
    taken = len(judgement.accepted) + len(judgement.quarantined) + judgement.duplicates
    assert taken == (0 if fault.verdict == "REJECTED" else judgement.rows)
    if bad is not None:
        found = judgement.quarantined["row_number"].to_pylist()
        assert found == (np.flatnonzero(bad) + 1).tolist()
        assert judgement.quarantined["rule"].unique().to_pylist() == [fault.rule]
    if fault.verdict == "ACCEPTED":
        assert not len(judgement.quarantined)
        assert not [reason for reason in judgement.reasons if reason.severity == "ERROR"]
