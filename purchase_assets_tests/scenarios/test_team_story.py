"""Two weeks on the topology of `make team`; `benchmarks/team.py` is the whole of it."""

import pytest

from purchase_assets_tests.running_team import MISSING, hurried, running_team, story

pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"apt-get install {' '.join(MISSING)}")

SAMPLE = {"customers": 60, "products": 20, "weeks": 30}


def test_no_row_is_lost_and_nobody_refused_while_processes_die(tmp_path_factory):
    state = tmp_path_factory.mktemp("team") / "state"
    for folder in (state.parent, *state.parent.parents[:2]):
        folder.chmod(0o755)  # PostgreSQL's own user must reach its folder
    with running_team(state, SAMPLE, "--file", str(hurried(state.parent))) as team:
        team.until("the first table", team.data_through)
        told = story(team, (("code",), ("postgres",)))
    assert told["failed requests"] == 0, told["restarts"]
    balance = told["balance"]
    assert (balance["lost"], balance["doubled"], balance["unaccounted"]) == (0, 0, 0)
    assert balance["files"] == 3
    assert told["published weeks"] == 3
