"""Processes killed at every failpoint and at any moment, and what the next run makes of it.

Run as `python benchmarks/crashes.py [--repetitions N] [--rows N] [--anywhere N] [--daemon N]
[--points TEXT] [--jobs N] [--minutes M] [--json] [--world DIR] [--with FILE ...]`. Without
`--points` it writes the table of docs/reliability.md. It exits with 1 where anything did not heal.

The first repetition of a point is the plain one, of a single file; the others go through all its
passings in deliveries of other sizes and numbers, mixed. In a row, every run of one week is killed,
each at the next point, before one run comes to its end. `--with` adds the deaths that an earlier
call told with `--json`: they may take hours, and hours can be had in pieces.
"""

import argparse
import json
import multiprocessing
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import chain, cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the tests are no package of the installation

from purchase_assets.failpoints import Failpoint  # noqa: E402 - light; workers read this file, too

PAGE = ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- crashes: begin -->", "<!-- crashes: end -->"
IN_A_ROW = "each point of a week, one run after the other"
OTHERS = {
    "in a row": IN_A_ROW,
    "kill_run": "any moment, from outside",
    "kill_daemon": "any moment, from outside, with the daemon",
}
WEEK = "a week is taken in and forecast"

if TYPE_CHECKING:
    from purchase_assets_tests.faults.crash import Recovery
    from purchase_assets_tests.faults.worlds import Moment, Work, Worlds


@dataclass(frozen=True)
class Death:
    """One death that is asked for."""

    where: str
    work: str
    number: int
    how: str
    moment: "Moment | None" = None

    @property
    def name(self) -> str:
        """Of its world; a store that was opened once is never put elsewhere."""
        return f"{self.where} {self.number}".replace(",", "")


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

    def add(self, found: "Recovery") -> None:
        """Count one recovery."""
        self.deaths += found.deaths
        self.healed += 0 if found.problems else found.deaths
        self.half_read += found.half_read
        self.slowest_s = max(self.slowest_s, found.seconds)
        self.problems.update(found.problems)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--repetitions", type=int, default=20)
    options.add_argument("--rows", type=int, default=0, help="weeks whose every run dies")
    options.add_argument("--anywhere", type=int, default=0, help="deaths of a run from outside")
    options.add_argument("--daemon", type=int, default=0, help="deaths of a daemon from outside")
    options.add_argument("--points", default="", help="only those whose name or work has this text")
    options.add_argument("--jobs", type=int, default=1, help="how many at a time")
    options.add_argument("--minutes", type=float, default=600, help="begin none after so long")
    options.add_argument("--world", type=Path, help="where worlds are kept, for the same code only")
    options.add_argument("--with", type=Path, nargs="*", default=[], dest="earlier", help="reports")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = deaths(chosen.world or Path(folder), chosen)
    report = summary(told)
    if not chosen.points:
        write_table(report)
    print(json.dumps(report, indent=2) if chosen.json else table(report))
    if any(kind.problems for kind in told):
        raise SystemExit(1)


def deaths(folder: Path, chosen: argparse.Namespace) -> list[Told]:
    """Every death that was asked for, each in a world of its own, as far as the time allows."""
    ends = time.time() + 60 * chosen.minutes
    told = before(chosen.earlier)
    if chosen.repetitions or chosen.rows or chosen.anywhere or chosen.daemon:
        die_as_asked(folder, chosen, ends, told)
    order = [*Failpoint, *OTHERS.values()]
    return [told[where] for where in order if where in told]


def die_as_asked(
    folder: Path, chosen: argparse.Namespace, ends: float, told: dict[str, Told]
) -> None:
    """Let processes die, and add what came of it to what is told."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["purchase_assets_tests.faults.libraries"])
    with ProcessPoolExecutor(chosen.jobs, server) as pool:
        worlds = pool.submit(open_worlds, folder).result()
        points = pool.submit(points_of, chosen).result()
        for first, last in ((0, 1), (1, max(chosen.repetitions, 2))):
            times = min(last, chosen.repetitions)
            moments = pool.submit(moments_of, worlds, points, times, ends).result()
            asked = plan(points, moments, chosen, first, last)
            begun = {pool.submit(die, worlds, one, ends): one for one in asked}
            for done in as_completed(begun):
                if (found := done.result()) is not None:
                    one = begun[done]
                    told.setdefault(one.where, Told(one.where, one.work)).add(found)
                    say(one, found)


def before(reports: list[Path]) -> dict[str, Told]:
    """The deaths of earlier calls."""
    told: dict[str, Told] = {}
    for row in chain.from_iterable(json.loads(one.read_text())["by_point"] for one in reports):
        kind = told.setdefault(row["where"], Told(row["where"], row["work"]))
        for figure in ("deaths", "healed", "half_read"):
            setattr(kind, figure, getattr(kind, figure) + row[figure])
        kind.slowest_s = max(kind.slowest_s, row["slowest_s"])
        kind.problems.update(row["problems"])
    return told


def open_worlds(folder: Path) -> "Worlds":
    """The opened shop, made where it is not there yet."""
    from purchase_assets.storage import incoming
    from purchase_assets_tests.faults.world import World
    from purchase_assets_tests.faults.worlds import Worlds, code_digest
    from purchase_assets_tests.scenarios.shop import open_shop

    own = folder / code_digest()
    opened = own / "opened"
    if not opened.exists():
        opened.mkdir(parents=True)
        incoming.SETTLED_S = 0  # in this process; its files are dropped whole
        open_shop(opened)
    return Worlds(World(opened), own)


def points_of(chosen: argparse.Namespace) -> dict[str, "Work"]:
    """The failpoints that were asked for, by name, each with its work."""
    from purchase_assets_tests.faults.worlds import DIES_IN

    wanted = [one for one in Failpoint if chosen.points in f"{one} {DIES_IN[one].name}"]
    return {point.value: DIES_IN[point] for point in wanted}


def moments_of(
    worlds: "Worlds", points: dict[str, "Work"], repetitions: int, ends: float
) -> dict[str, list["Moment"]]:
    """When to die at each point; only the plain moment for one repetition, which needs no twin."""
    from purchase_assets_tests.faults.worlds import Moment

    if repetitions <= 1 or time.time() > ends:
        return {name: [Moment(Failpoint(name))] for name in points}
    return {name: worlds.moments(Failpoint(name)) for name in points}


def plan(
    points: dict[str, "Work"],
    moments: dict[str, list["Moment"]],
    chosen: argparse.Namespace,
    first: int,
    last: int,
) -> list[Death]:
    """The deaths of some repetitions: one point of each work after the other, then the others."""
    rounds: list[tuple[float, int, Death]] = []
    works = Counter[str]()
    for name, work in points.items():
        works[work.name] += 1
        for number, moment in enumerate(
            islice(cycle(moments[name]), min(last, chosen.repetitions))
        ):
            how = f"{moment.delivery.name.lower()}, passing {moment.passing}"
            one = Death(name, work.value, number, how, moment)
            rounds.append((number, works[work.name], one))
    others = zip(OTHERS, (chosen.rows, chosen.anywhere, chosen.daemon), strict=True)
    for how, times in others:
        for number in range(0 if chosen.points else times):
            one = Death(OTHERS[how], WEEK, number, how)
            rounds.append((1 + number * max(chosen.repetitions - 1, 1) / times, 0, one))
    rounds.sort(key=lambda found: (int(found[0]), found[1]))
    return [one for number, _, one in rounds if first <= number < last]


def say(death: Death, found: "Recovery") -> None:
    """Tell of one death while the others go on."""
    came = f"{found.deaths} healed in {found.seconds:.0f} s" if found.deaths else "nobody died"
    moment = time.strftime("%H:%M:%S")
    print(f"{moment} {death.where} ({death.how}): {came}", file=sys.stderr)
    for problem in found.problems:
        print(f"  {problem}", file=sys.stderr)


def die(worlds: "Worlds", death: Death, ends: float) -> "Recovery | None":
    """One death and what came of it, or None once the time is over.

    Its world goes when all is well.
    """
    from purchase_assets_tests.faults.crash import Recovery

    if time.time() > ends:
        return None
    shutil.rmtree(worlds.folder / death.name, ignore_errors=True)  # of a run that was broken off
    try:
        found = _come_of(worlds, death)
    except Exception as error:  # noqa: BLE001 - hours of others are not lost for one
        found = Recovery(0, problems=(f"not looked at: {error!r}",))
    if not found.problems:
        shutil.rmtree(worlds.folder / death.name, ignore_errors=True)
    return found


def _come_of(worlds: "Worlds", death: Death) -> "Recovery":
    from purchase_assets_tests.faults import crash
    from purchase_assets_tests.faults.worlds import WEEK_LONG, Delivery

    if death.moment:
        return crash.die_and_recover(worlds, death.moment, death.name)
    dice = random.Random(death.name)
    delivery = list(Delivery)[death.number % len(Delivery)]
    if death.how == "in a row":
        return crash.die_at_each_and_recover(worlds, WEEK_LONG, delivery, death.name)
    kill = getattr(crash, death.how)
    return crash.die_any_time_and_recover(worlds, kill, delivery, dice, death.name)


def summary(told: list[Told]) -> dict[str, Any]:
    """The figures of all deaths together, and of each kind."""
    every = Counter[str]()
    for kind in told:
        every.update(kind.problems)
    lost = sum(count for problem, count in every.items() if "rows lost" in problem)
    doubled = sum(count for problem, count in every.items() if "rows doubled" in problem)
    points = [kind for kind in told if kind.where not in OTHERS.values()]
    return {
        "points": len(points),
        "repetitions": min((kind.deaths for kind in points), default=0),
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
                "half_read": kind.half_read,
                "slowest_s": round(kind.slowest_s, 1),
                "problems": dict(kind.problems),
            }
            for kind in told
        ],
    }


def table(report: dict[str, Any]) -> str:
    """The figures as a table of Markdown."""
    others = [row for row in report["by_point"] if row["where"] in OTHERS.values()]
    also = "".join(f", {row['deaths']} at {row['where']}" for row in others)
    lines = [
        f"{report['deaths']} deaths, at each of {report['points']} named points at least "
        f"{report['repetitions']} times{also}: "
        f"{report['rows_lost']} times rows lost, {report['rows_doubled']} times rows doubled, "
        f"{report['half_read_weeks']} half-read weeks, {report['inconsistent_states']} states that "
        f"the next run did not heal; slowest recovery {report['slowest_recovery_s']} s.",
        "",
        "| killed at | while | deaths | healed by the next run | half-read weeks | slowest |",
        "|---|---|---|---|---|---|",
    ]
    for row in report["by_point"]:
        lines.append(
            f"| {row['where']} | {row['work']} | {row['deaths']} | {row['healed']} "
            f"| {row['half_read']} | {row['slowest_s']} s |"
        )
    return "\n".join(lines)


def write_table(report: dict[str, Any]) -> None:
    """Put the table into the page, between its marks."""
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table(report)}\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
