"""Processes killed at every failpoint and at any moment, and what the next run makes of it.

Run as `python benchmarks/crashes.py [--repetitions N] [--anywhere N] [--points TEXT] [--daemon]
[--json] [--world DIR]`. Without `--points` it writes the table of docs/reliability.md.
"""

import argparse
import json
import random
import shutil
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the tests are no package of the installation
PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- crashes: begin -->", "<!-- crashes: end -->"
LONGEST_S = 40
"""A process that was not killed by then has ended."""


@dataclass
class Told:
    """What came of the deaths of one kind."""

    where: str
    work: str
    deaths: int = 0
    healed: int = 0
    half_read: int = 0
    slowest_s: float = 0.0
    problems: Counter[str] = field(default_factory=Counter)

    def add(self, found: Any) -> None:
        """Count one recovery."""
        self.deaths += found.reached
        self.healed += found.reached and not found.problems
        self.half_read += found.half_read
        self.slowest_s = max(self.slowest_s, found.seconds)
        self.problems.update(found.problems)
        for problem in found.problems:
            print(f"  {problem}", file=sys.stderr)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repetitions", type=int, default=20)
    options.add_argument("--anywhere", type=int, help="deaths from outside; default: repetitions")
    options.add_argument("--points", default="", help="only those whose name or work has this text")
    options.add_argument("--daemon", action="store_true", help="kill a daemon, too")
    options.add_argument("--world", type=Path, help="where the opened world is kept for next time")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    if chosen.anywhere is None:
        chosen.anywhere = chosen.repetitions
    with tempfile.TemporaryDirectory() as folder:
        told = deaths(Path(folder), chosen)
    report = summary(told, chosen.repetitions)
    if not chosen.points:
        write_table(report)
    if chosen.json:
        print(json.dumps(report, indent=2))
    else:
        print(table(report))


def deaths(folder: Path, chosen: argparse.Namespace) -> list[Told]:
    """Every death that was asked for, each in a world of its own."""
    from purchase_assets.failpoints import Failpoint
    from purchase_assets.storage import incoming
    from purchase_assets_tests.faults import crash
    from purchase_assets_tests.faults.world import World
    from purchase_assets_tests.scenarios.conftest import make_sample, open_elsewhere

    sample, opened = make_sample(), chosen.world or folder / "opened"
    if not opened.exists():
        opened.mkdir(parents=True)
        incoming.SETTLED_S = 0  # in this process; its files are dropped whole
        open_elsewhere(opened, sample)
    worlds = crash.Worlds(World(opened, sample), folder)
    told = []
    for point in Failpoint:
        work = crash.DIES_IN[point]
        if chosen.points not in f"{point} {work.name}":
            continue
        kind = Told(point.value, work.value)
        for _ in range(chosen.repetitions):
            print(f"{point} ({work.name})", file=sys.stderr)
            kind.add(crash.die_and_recover(worlds, point, "copy"))
            shutil.rmtree(folder / "copy")
        told.append(kind)
    dice = random.Random(7)
    kills = [(crash.kill_run, "any moment")]
    if chosen.daemon:
        kills.append((crash.kill_daemon, "any moment, with the daemon"))
    for kill, where in kills if not chosen.points else ():
        kind = Told(where, crash.Work.WEEK.value)
        for _ in range(chosen.anywhere):
            after_s = dice.uniform(1, LONGEST_S)
            print(f"{where} ({after_s:.1f} s)", file=sys.stderr)
            kind.add(crash.die_any_time_and_recover(worlds, kill, after_s, "copy"))
            shutil.rmtree(folder / "copy")
        told.append(kind)
    return told


def summary(told: list[Told], repetitions: int) -> dict[str, Any]:
    """The figures of all deaths together, and of each kind."""
    every = Counter[str]()
    for kind in told:
        every.update(kind.problems)
    lost = sum(count for problem, count in every.items() if "rows lost" in problem)
    doubled = sum(count for problem, count in every.items() if "rows doubled" in problem)
    return {
        "points": sum(not kind.where.startswith("any moment") for kind in told),
        "repetitions": repetitions,
        "deaths": sum(kind.deaths for kind in told),
        "rows_lost": lost,
        "rows_doubled": doubled,
        "half_read_weeks": sum(kind.half_read for kind in told),
        "inconsistent_states": sum(kind.deaths - kind.healed for kind in told),
        "slowest_recovery_s": round(max((kind.slowest_s for kind in told), default=0.0), 1),
        "by_point": [
            {
                "where": kind.where,
                "work": kind.work,
                "deaths": kind.deaths,
                "healed": kind.healed,
                "slowest_s": round(kind.slowest_s, 1),
                "problems": dict(kind.problems),
            }
            for kind in told
        ],
    }


def table(report: dict[str, Any]) -> str:
    """The figures as a table of Markdown."""
    lines = [
        f"{report['deaths']} deaths at {report['points']} named points and at any moment: "
        f"{report['rows_lost']} times rows lost, {report['rows_doubled']} times rows doubled, "
        f"{report['half_read_weeks']} half-read weeks, {report['inconsistent_states']} states that "
        f"the next run did not heal; slowest recovery {report['slowest_recovery_s']} s.",
        "",
        "| killed at | while | deaths | healed by the next run | slowest |",
        "|---|---|---|---|---|",
    ]
    for row in report["by_point"]:
        lines.append(
            f"| {row['where']} | {row['work']} | {row['deaths']} | {row['healed']} "
            f"| {row['slowest_s']} s |"
        )
    return "\n".join(lines)


def write_table(report: dict[str, Any]) -> None:
    """Put the table into the page, between its marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(report)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
