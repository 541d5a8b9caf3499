"""A process dies at a failpoint; one ordinary run later it is as if nobody had died.

All points, many times: `python benchmarks/crashes.py`.
"""

import pytest

from purchase_assets.failpoints import Failpoint
from purchase_assets_tests.faults.crash import die_and_recover
from purchase_assets_tests.faults.worlds import Moment, Worlds

REPRESENTATIVE = (
    Failpoint.ROWS_KEPT,
    Failpoint.UPLOAD_ARCHIVED,
    Failpoint.SALES_SUMMED,
    Failpoint.LIST_IN_PLACE,
    Failpoint.RELEASE_DECIDED,
    Failpoint.CHAMPION_DECIDED,
)


@pytest.mark.slow
@pytest.mark.parametrize("point", REPRESENTATIVE)
def test_the_next_run_ends_what_was_begun(worlds: Worlds, point: Failpoint):
    recovery = die_and_recover(worlds, Moment(point), point.name)
    assert recovery.problems == ()
