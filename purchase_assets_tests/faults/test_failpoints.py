"""The failpoints are a closed set, each at one place, and harmless."""

import ast
import subprocess
import sys
from collections import Counter

from purchase_assets.failpoints import VARIABLE, Failpoint
from purchase_assets_tests.faults.worlds import DIES_IN
from purchase_assets_tests.places import ROOT


def passed() -> Counter[str]:
    """The failpoints that the program passes, and anything else that it would call one."""
    found: Counter[str] = Counter()
    for path in (ROOT / "purchase_assets").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "passing":
                found[ast.unparse(node.args[0])] += 1
    return found


def test_each_is_passed_at_exactly_one_place():
    assert passed() == {f"Failpoint.{point.name}": 1 for point in Failpoint}
    assert len(Failpoint) >= 16


def test_each_has_a_work_in_which_a_process_dies():
    assert set(DIES_IN) == set(Failpoint)


def test_an_armed_one_kills_at_the_passing_that_was_asked_for():
    def died(armed: str) -> tuple[int, str]:
        program = (
            "from purchase_assets.failpoints import Failpoint, passing\n"
            "for number in range(3):\n"
            "    passing(Failpoint.ROWS_KEPT)\n"
            "    passing(Failpoint.VERDICT_KEPT)\n"
            "    print(number, flush=True)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={VARIABLE: armed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout

    assert died("") == (0, "0\n1\n2\n")
    assert died(Failpoint.SCORE_KEPT) == (0, "0\n1\n2\n")
    assert died(Failpoint.VERDICT_KEPT) == (-9, "")
    assert died(f"{Failpoint.VERDICT_KEPT}:2") == (-9, "0\n")
    code, _ = died("no such point")
    assert code == 1
