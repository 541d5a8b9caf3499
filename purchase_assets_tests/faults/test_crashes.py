"""A process dies at a failpoint; one ordinary run later it is as if nobody had died.

All points, many times: `python benchmarks/crashes.py`.
"""

import pytest

from purchase_assets.failpoints import Failpoint
from purchase_assets_tests.faults.crash import die_and_recover, die_at_each_and_recover
from purchase_assets_tests.faults.worlds import Delivery, Moment, Worlds

IN_A_WEEK = (
    Failpoint.ROWS_KEPT,
    Failpoint.UPLOAD_ARCHIVED,
    Failpoint.SALES_SUMMED,
    Failpoint.LIST_IN_PLACE,
)


@pytest.mark.slow
def test_a_week_is_ended_though_every_run_of_it_dies(worlds: Worlds):
    recovery = die_at_each_and_recover(worlds, IN_A_WEEK, Delivery.ONE, "one after the other")
    assert (recovery.problems, recovery.deaths) == ((), len(IN_A_WEEK))


@pytest.mark.slow
@pytest.mark.parametrize("point", [Failpoint.RELEASE_DECIDED, Failpoint.CHAMPION_DECIDED])
def test_the_next_run_ends_what_was_begun(worlds: Worlds, point: Failpoint):
    recovery = die_and_recover(worlds, Moment(point), point.name)
    assert recovery.problems == ()
