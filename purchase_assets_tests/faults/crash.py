"""What dies where, what the next run makes of it, and what must hold then."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

import dagster as dg

from purchase_assets.failpoints import Failpoint
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.intake.reading.upload_files import upload_key
from purchase_assets.kinds import Kind
from purchase_assets.orchestration.waiting import UNFINISHED
from purchase_assets.samples.generator import SampleData
from purchase_assets.settings import SAMPLE_RECORD
from purchase_assets.storage.lake import digest
from purchase_assets.workflows import needed_inputs
from purchase_assets_tests.faults.world import SHARE_SET_ASIDE, Ended, World
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.conftest import OPENED_BACK, Distributor

SIGNED = ("--by", "Ana", "--reason", "a wedding")
TIMES = {"id", "received_at", "judged_at", "answered_at", "decided_at", "scored_at", "promoted_at"}
TRIES = {"attempts", "deliveries"}
KEPT = ("uploads", "quarantine")
COMPARED = (*KEPT, "weekly_predictions", "published_weeks", "prediction_scores", "drift_scores")


class Work(Enum):
    """What a process does when it dies."""

    WEEK = "a week is taken in and forecast"
    TRAINING = "the same, and a training follows"
    FIRST = "the first files, the first model"
    UPLOAD = "a person's file is copied"
    RELEASE = "rows are released"
    DISCARD = "rows are discarded"
    ROLLBACK = "the model is rolled back"

    @property
    def needs_a_run(self) -> bool:
        """What rests on it follows with the next run."""
        return self in (Work.RELEASE, Work.DISCARD)

    @property
    def trains(self) -> bool:
        """A training that is tried again has the next seed, so its model may be another one."""
        return self in (Work.TRAINING, Work.FIRST)


F = Failpoint
DIES_IN: dict[Failpoint, Work] = {
    F.UPLOAD_HALF_COPIED: Work.UPLOAD,
    F.UPLOAD_UNNAMED: Work.UPLOAD,
    F.UPLOAD_JUDGED: Work.WEEK,
    F.TABLE_HALF_WRITTEN: Work.WEEK,
    F.TABLE_COMMITTED: Work.WEEK,
    F.ROWS_KEPT: Work.WEEK,
    F.VERDICT_KEPT: Work.WEEK,
    F.UPLOAD_ARCHIVED: Work.WEEK,
    F.SALES_SUMMED: Work.WEEK,
    F.FEATURES_KEPT: Work.WEEK,
    F.PAIRS_WRITTEN: Work.WEEK,
    F.LIST_IN_PLACE: Work.WEEK,
    F.WEEK_PUBLISHED: Work.WEEK,
    F.DRIFT_KEPT: Work.WEEK,
    F.SCORE_COMPUTED: Work.WEEK,
    F.SCORE_KEPT: Work.WEEK,
    F.DECISION_KEPT: Work.TRAINING,
    F.TRAINING_SET_KEPT: Work.TRAINING,
    F.MODEL_FITTED: Work.TRAINING,
    F.MODEL_REGISTERED: Work.TRAINING,
    F.CHAMPION_DECIDED: Work.ROLLBACK,
    F.CHAMPION_NAMED: Work.FIRST,
    F.RELEASE_DECIDED: Work.RELEASE,
    F.RELEASE_DONE: Work.RELEASE,
    F.DISCARD_WRITTEN: Work.DISCARD,
    F.DISCARD_DONE: Work.DISCARD,
    F.ROLLBACK_DONE: Work.ROLLBACK,
    F.MESSAGE_SENT: Work.WEEK,
    F.REVISION_APPLIED: Work.FIRST,
}
ASKED_AGAIN = {F.UPLOAD_HALF_COPIED, F.UPLOAD_UNNAMED, F.DISCARD_WRITTEN}
"""Nothing was decided yet, and only the person knows that it was wanted."""


@dataclass
class Worlds:
    """What the stories begin with, each made once; every death has a copy of its own."""

    opened: World
    folder: Path
    made: dict[Any, Any] = field(default_factory=dict)

    def begin(self, work: Work, name: str) -> World:
        """A copy of the world in which a work can begin."""
        folder = self.folder / name
        if work is Work.FIRST:
            return unopened(folder, self.opened.sample)
        if work in (Work.RELEASE, Work.DISCARD, Work.ROLLBACK):
            return self._once("ready", self._ready).copy(folder)
        world = self.opened.copy(folder)
        world.budget = 3 if work.trains else 0
        world.on_the_day_after_the_new_week()
        if work is not Work.UPLOAD:
            world.drop("transacciones_semana", world.new_week(wrong=SHARE_SET_ASIDE))
        return world

    def twin(self, work: Work) -> dict[str, Any]:
        """What stands at the end where nobody dies."""
        return self._once(work, partial(self._undisturbed, work))

    def _undisturbed(self, work: Work) -> dict[str, Any]:
        world = self.begin(work, f"twin {work.name}")
        for words in (command(world, work), *([("run",)] if work.needs_a_run else [])):
            done = world.run(*words)
            assert done.code in (0, 3), done.err[-2000:]
        assert violations(world) == []
        return facts(world)

    def _ready(self) -> World:
        """After the week, with rows that wait and two versions that were champion."""
        world = self.begin(Work.WEEK, "ready")
        done = world.run("run")
        assert done.code == 0, done.err[-2000:]
        world.know_a_second_champion()
        return world

    def _once(self, name: Any, make: Callable[[], Any]) -> Any:
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]


def unopened(folder: Path, sample: SampleData) -> World:
    """A distributor whose first files wait."""
    world = World(folder, sample, budget=3)
    files = Distributor(folder, sample)
    world.drop("clientes", sample.customers)
    world.drop("productos", sample.products)
    world.drop("transacciones_historia", files.between(39, OPENED_BACK))
    return world


def command(world: World, work: Work) -> tuple[str, ...]:
    """The command that does a work."""
    match work:
        case Work.UPLOAD:
            path = world.folder / "transacciones_semana.parquet"
            world.new_week().to_parquet(path, index=False)
            return ("upload", str(path))
        case Work.RELEASE | Work.DISCARD:
            (row,) = world.rows(
                "SELECT DISTINCT upload_key FROM quarantine WHERE kind = 'transactions'"
            )
            return ("quarantine", work.name.lower(), row["upload_key"], *SIGNED)
        case Work.ROLLBACK:
            return ("models", "rollback", "2", *SIGNED)
    return ("run",)


@dataclass(frozen=True)
class Recovery:
    """What became of one death."""

    reached: bool
    seconds: float
    problems: list[str]
    half_read: int


def die_and_recover(worlds: Worlds, point: Failpoint, name: str) -> Recovery:
    """Kill a process at a point, run once as always, and look at everything."""
    work = DIES_IN[point]
    world, twin = worlds.begin(work, name), worlds.twin(work)
    asked = command(world, work)
    with read_all_the_while(world) as seen:
        killed = world.run(*asked, at=point)
        if killed.code != -signal.SIGKILL:
            said = f"{point}: not reached, exit {killed.code}: {killed.err[-300:]}"
            return Recovery(reached=False, seconds=0.0, problems=[said], half_read=0)
        again = [asked] if point in ASKED_AGAIN else []
        seconds, problems = _recover(world, again)
    return _compared(world, work, twin, seconds, problems, seen)


def die_any_time_and_recover(worlds: Worlds, kill: "Kill", after_s: float, name: str) -> Recovery:
    """The same for a death from outside, some seconds after a process began with a week."""
    world, twin = worlds.begin(Work.WEEK, name), worlds.twin(Work.WEEK)
    with read_all_the_while(world) as seen:
        kill(world, after_s)
        seconds, problems = _recover(world, [])
    return _compared(world, Work.WEEK, twin, seconds, problems, seen)


Kill = Callable[[World, float], None]


def kill_run(world: World, after_s: float) -> None:
    """Kill the driver."""
    command = world.begin("run")
    command.kill_after(after_s)
    command.end()


def kill_daemon(world: World, after_s: float) -> None:
    """Kill a daemon and all that it has begun."""
    with daemon(world):
        time.sleep(after_s)


@contextmanager
def daemon(world: World) -> Iterator[None]:
    """A daemon that finds the files; killed at the end, with all that it has begun."""
    home = world.folder / "home"
    home.mkdir()
    (home / "dagster.yaml").write_text((ROOT / "dagster.yaml").read_text())
    day = json.loads((world.data / SAMPLE_RECORD).read_text())["today"]
    with (home / "daemon.log").open("wb") as log:
        started = subprocess.Popen(
            [
                *(sys.executable, "-m", "dagster._daemon", "run"),
                *("-m", "purchase_assets_tests.scenarios.hurried", "-d", str(ROOT)),
            ],
            cwd=home,
            env={**world.environment, "DAGSTER_HOME": str(home), "TODAY_OF_THE_TEST": day},
            stdout=log,
            stderr=log,
        )
    try:
        yield
    finally:
        _kill_tree(started.pid)
        started.wait(30)


def _recover(world: World, again: list[tuple[str, ...]]) -> tuple[float, list[str]]:
    began, problems = time.monotonic(), []
    for words in [("run",), *again, *([("run",)] if again else [])]:
        done = world.run(*words)
        if done.code not in (0, 3):
            problems.append(f"{' '.join(words)}: exit {done.code}: {_last(done)}")
    return time.monotonic() - began, problems


def _last(done: Ended) -> str:
    return " ".join(done.err.split())[-300:]


def _compared(
    world: World,
    work: Work,
    twin: dict[str, Any],
    seconds: float,
    problems: list[str],
    seen: "Seen",
) -> Recovery:
    problems = [*problems, *violations(world)]
    if seen.half_read:
        problems.append(f"a reader saw half a week {seen.half_read} times of {seen.looks}")
    here = facts(world)
    for name, there in twin.items():
        if (name in KEPT or not work.trains) and here[name] != there:
            problems.append(f"{name} is not what stands where nobody died")
    for run in world.settle():
        problems.append(f"a second run still made {', '.join(run.assets)} ({run.asked_by})")
    return Recovery(reached=True, seconds=seconds, problems=problems, half_read=seen.half_read)


def facts(world: World) -> dict[str, Any]:
    """Everything that people read, without its times."""
    found: dict[str, Any] = {
        table: sorted(
            str({key: value for key, value in row.items() if key not in TIMES | TRIES})
            for row in world.rows(f"SELECT * FROM {table}")
        )
        for table in COMPARED
    }
    exports = sorted((world.data / "exports").glob("*.csv"))
    found["lists"] = {path.name: path.read_bytes() for path in exports}
    found["lines"] = digest(world.project.lake.read("transactions"))
    found["daily sales"] = digest(world.project.lake.read("daily_sales"))
    return found


def violations(world: World) -> list[str]:
    """What does not hold that must hold in every state at rest, one sentence each."""
    return [*_of_uploads(world), *_of_weeks(world), *_of_models(world), *_of_dagster(world)]


def _of_uploads(world: World) -> Iterator[str]:
    lines = world.project.lake.read("transactions", None)
    held: dict[str, list[int]] = {}
    for key, number in zip(
        lines["upload_key"].to_pylist(), lines["row_number"].to_pylist(), strict=True
    ):
        held.setdefault(key, []).append(number)
    known = {row["key"]: row for row in world.rows("SELECT * FROM uploads")}
    for key in held.keys() - known.keys():
        yield f"{key}: rows doubled: {len(held[key])} are in the lake and no upload has them"
    for key, row in known.items():
        if key.startswith(Kind.TRANSACTIONS):
            numbers = held.get(key, [])
            if len(set(numbers)) < len(numbers) or len(numbers) > row["accepted"]:
                yield f"{key}: rows doubled: {row['accepted']} accepted, {len(numbers)} in the lake"
            if len(numbers) < row["accepted"]:
                yield f"{key}: rows lost: {row['accepted']} accepted, {len(numbers)} in the lake"
        (aside,) = world.rows(
            "SELECT count(*) AS rows_aside FROM quarantine WHERE status != 'RELEASED' "
            f"AND upload_key = '{key}'"
        )
        whole = row["accepted"] + aside["rows_aside"] + row["duplicates"]
        if row["verdict"] in ("ACCEPTED", "PARTIAL") and whole != row["rows"]:
            yield f"{key}: rows lost: {row['rows']} delivered, {whole} accounted for"
        archived = [*(world.data / "uploads" / key).iterdir()]
        if [upload_key(path, Kind(key.rpartition("-")[0])) for path in archived] != [key]:
            yield f"{key}: the archive does not hold what was delivered"
    waiting = [path.name for path in (world.data / "incoming").iterdir() if path.name[0] != "."]
    if waiting:
        yield f"{', '.join(waiting)} still waits"


def _of_weeks(world: World) -> Iterator[str]:
    weeks = world.rows("SELECT * FROM published_weeks ORDER BY week_start")
    for week in weeks:
        monday = week["week_start"]
        pairs = world.rows(f"SELECT * FROM weekly_predictions WHERE week_start = '{monday}'")
        chosen = {f"{row['customer_id']},{row['product_id']}" for row in pairs if row["will_buy"]}
        lines = (world.data / "exports" / f"predictions_{monday}.csv").read_text().split()[1:]
        if len(pairs) != week["pairs"] or len({row["model_version"] for row in pairs}) != 1:
            yield f"week {monday} is not whole"
        if set(lines) != chosen:
            yield f"week {monday}: its list is not what its table says"
    summed = digest(compute_daily_sales(needed_inputs.accepted_lines(world.project)))
    if summed != digest(world.project.lake.read("daily_sales")):
        yield "daily sales are not the sum of the accepted lines"
    (newest,) = world.rows("SELECT max(last_day) AS day FROM uploads WHERE accepted > 0")
    if not weeks or weeks[-1]["data_through"] != newest["day"]:
        yield f"the newest week does not know the sales up to {newest['day']}"


def _of_models(world: World) -> Iterator[str]:
    champions = world.rows("SELECT model_version FROM promotions ORDER BY id DESC")
    weeks = world.rows("SELECT model_version FROM published_weeks ORDER BY week_start DESC")
    alias = world.project.registry.champion()
    names = {rows[0]["model_version"] if rows else None for rows in (champions, weeks)} | {alias}
    if len(names) != 1:
        yield f"promotions, table and alias name different champions: {names}"
    open_decisions = world.rows(
        "SELECT sentence_en FROM retraining_decisions WHERE retrain AND outcome IS NULL"
    )
    for row in open_decisions:
        yield f"a training was decided on and never came to an end: {row['sentence_en']}"


def _of_dagster(world: World) -> Iterator[str]:
    for run in world.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        yield f"run {run.run_id} has no end"
    for held in world.instance.event_log_storage.get_concurrency_run_ids():
        yield f"run {held} still has a slot"


@dataclass
class Seen:
    """What a reader saw."""

    looks: int = 0
    half_read: int = 0


WHOLE = """
SELECT count(*) FROM (
  SELECT w.week_start FROM published_weeks w
  LEFT JOIN weekly_predictions p ON p.week_start = w.week_start
  GROUP BY w.week_start, w.pairs, w.model_version, w.status
  HAVING count(p.product_id) != w.pairs OR min(p.model_version) != w.model_version
    OR max(p.model_version) != w.model_version OR min(p.status) != max(p.status)
    OR min(p.status) != w.status
)
"""


@contextmanager
def read_all_the_while(world: World) -> Iterator[Seen]:
    """Look at the published weeks as often as possible, as a report would."""
    seen, over = Seen(), threading.Event()
    database = f"file:{world.data / 'reports.db'}?mode=ro"

    def look() -> None:
        while not over.wait(0.02):
            # nothing there yet, or being made
            with (
                suppress(sqlite3.OperationalError),
                closing(sqlite3.connect(database, uri=True)) as connection,
            ):
                (torn,) = connection.execute(WHOLE).fetchone()
                seen.looks += 1
                seen.half_read += bool(torn)

    reader = threading.Thread(target=look)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def _kill_tree(process: int) -> None:
    """Kill a process of ours and all that it has started."""
    with suppress(FileNotFoundError, ProcessLookupError):
        listed = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
        os.kill(process, signal.SIGKILL)
        for child in " ".join(listed).split():
            _kill_tree(int(child))
