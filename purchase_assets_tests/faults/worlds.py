"""What processes do when they die, and the worlds in which they do it, each made once."""

import fcntl
import hashlib
import pickle
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any

from purchase_assets.failpoints import Failpoint
from purchase_assets_tests.faults.invariants import facts, violations
from purchase_assets_tests.faults.world import SHARE_SET_ASIDE, World
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.shop import SAMPLE, WEEKS_BEFORE, sales_of

ENDS = {0, 3, 4}
"""How a command ends that has done its work: rows or a file may be refused."""
SIGNED = ("--by", "Ana", "--reason", "a wedding")
EARLIER = "0003"
"""Revision of the reports database that a newer version finds."""
PASSINGS_AT_MOST = 10
"""Later passings of a point are like the tenth."""


class Delivery(Enum):
    """What is delivered, or decided on, while a process dies."""

    ONE = "one file"
    SMALL = "a file of few rows, or one row of several"
    SEVERAL = "several files, one of them refused"


class Work(Enum):
    """What a process does when it dies."""

    WEEK = "a week is taken in and forecast"
    TRAINING = "the same, and a training follows"
    FIRST = "the first files, the first model"
    UPDATE = "the same, by a newer version of the program"
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

    @property
    def deliveries(self) -> tuple[Delivery, ...]:
        """Those in which it happens here; a training is dear."""
        match self:
            case Work.WEEK:
                return tuple(Delivery)
            case Work.UPLOAD:
                return (Delivery.ONE, Delivery.SEVERAL)
            case Work.RELEASE | Work.DISCARD:
                return (Delivery.ONE, Delivery.SMALL)
        return (Delivery.ONE,)


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
    F.REVISION_APPLIED: Work.UPDATE,
}

WEEK_LONG = [point for point in F if DIES_IN[point] is Work.WEEK and point is not F.VERDICT_KEPT]
"""The points of a week in their order; after the one left out the next is not passed any more."""


@dataclass(frozen=True)
class Twin:
    """A world in which nobody died.

    Attributes
    ----------
    facts : dict
        What stands at its end.
    passed : Counter
        How often its command passed each failpoint.
    seconds : float
        For which its command worked.
    """

    facts: dict[str, Any]
    passed: Counter[Failpoint]
    seconds: float


@dataclass(frozen=True)
class Moment:
    """A death: at a failpoint, in a delivery, the how manieth time that it is passed."""

    point: Failpoint
    delivery: Delivery = Delivery.ONE
    passing: int = 1

    @property
    def armed(self) -> str:
        """What the process is told."""
        return f"{self.point}:{self.passing}"


@dataclass(frozen=True)
class Worlds:
    """What the stories begin with, each made once, whoever asks first; every death has a copy.

    Attributes
    ----------
    opened : World
        A shop with a model and a published week.
    folder : Path
        Where the others are; several processes share it.
    """

    opened: World
    folder: Path

    def begin(self, work: Work, name: str, delivery: Delivery = Delivery.ONE) -> World:
        """A copy of the world in which a work can begin."""
        folder = self.folder / name
        if work is Work.FIRST:
            return _unopened(folder)
        if work in (Work.RELEASE, Work.DISCARD, Work.ROLLBACK):
            return replace(self.opened, folder=self._once("ready", self._ready)).copy(folder)
        world = self.opened.copy(folder)
        world.budget = 3 if work.trains else 0
        world.on_the_day_after_the_new_week()
        if work is not Work.UPLOAD:
            for file in _files_of(world, delivery):
                file.rename(world.incoming / file.name)
        if work is Work.UPDATE:
            world.take_reports_back_to(EARLIER)
        return world

    def twin(self, work: Work, delivery: Delivery = Delivery.ONE) -> Twin:
        """The same where nobody dies."""
        name = f"twin {_world_of(work, delivery)}"
        kept = self._once(name, partial(self._undisturbed, work, delivery))
        return pickle.loads((kept / "twin").read_bytes())

    def undisturbed(self, name: str) -> World:
        """A copy of the world in which nobody died in a plain week."""
        self.twin(Work.WEEK)
        ended = replace(self.opened, folder=self.folder / _world_of(Work.WEEK, Delivery.ONE))
        return ended.copy(self.folder / name)

    def moments(self, point: Failpoint) -> list[Moment]:
        """Every passing of a point in every delivery: the plain one first, the others mixed."""
        work = DIES_IN[point]
        plain, *others = [
            Moment(point, delivery, passing)
            for delivery in work.deliveries
            for passing in range(1, self._passings(point, delivery) + 1)
        ]
        random.Random(point.name).shuffle(others)
        return [plain, *others]

    def _passings(self, point: Failpoint, delivery: Delivery) -> int:
        return min(self.twin(DIES_IN[point], delivery).passed[point], PASSINGS_AT_MOST)

    def _undisturbed(self, work: Work, delivery: Delivery, kept: Path) -> None:
        world = self.begin(work, _world_of(work, delivery), delivery)
        kept.mkdir()
        began = time.monotonic()
        command = world.begin(*command_of(world, work, delivery), counted=kept / "passed")
        done = [command.end()]
        seconds = time.monotonic() - began
        if work.needs_a_run:
            done.append(world.run("run"))
        assert {one.code for one in done} <= ENDS, [one.err[-2000:] for one in done]
        assert violations(world) == []
        passed = Counter(map(Failpoint, (kept / "passed").read_text().splitlines()))
        (kept / "twin").write_bytes(pickle.dumps(Twin(facts(world), passed, seconds)))

    def _ready(self, kept: Path) -> None:
        """After the week, with rows that wait and two versions that were champion."""
        self.undisturbed(kept.name).know_a_second_champion()

    def _once(self, name: str, make: Callable[[Path], None]) -> Path:
        """A folder that `make` makes; other processes wait for it."""
        kept, ready = self.folder / name, self.folder / f"{name} is made"
        with (self.folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not ready.exists():
                make(kept)
                ready.touch()
        return kept


def _world_of(work: Work, delivery: Delivery) -> str:
    """Folder of the world in which nobody died."""
    return f"{work.name} {delivery.name}"


def code_digest() -> str:
    """Of the program and these tests, since worlds that others made are no twins."""
    found = hashlib.sha256()
    for package in ("purchase_assets", "purchase_assets_tests"):
        for path in sorted((ROOT / package).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()[:12]


def _unopened(folder: Path) -> World:
    """A shop whose first files wait."""
    world = World(folder, budget=3)
    world.drop("clientes", SAMPLE.customers)
    world.drop("productos", SAMPLE.products)
    world.drop("transacciones_historia", sales_of(0, back=WEEKS_BEFORE))
    return world


def _files_of(world: World, delivery: Delivery) -> list[Path]:
    """The files of a delivery, beside the data folder; a share of their rows is absurd."""
    week = world.new_week(wrong=SHARE_SET_ASIDE)
    match delivery:
        case Delivery.ONE:
            return [world.write("transacciones_semana", week)]
        case Delivery.SMALL:
            return [world.write("transacciones_semana", week.head(len(week) * 2 // 3))]
    moved = SAMPLE.customers.assign(num_visit_per_week=2)
    most = len(week) * 2 // 3  # no larger a share of it than may be wrong
    return [
        world.write("clientes_nuevos", moved),
        world.write("transacciones_1", week.head(most)),
        world.write("transacciones_2", week.tail(-most)),
        world.write("transacciones_3", week.drop(columns="customer_id")),
    ]


def command_of(world: World, work: Work, delivery: Delivery) -> tuple[str, ...]:
    """The command that does a work."""
    match work:
        case Work.UPLOAD:
            return ("upload", *map(str, _files_of(world, delivery)))
        case Work.RELEASE | Work.DISCARD:
            rows = world.rows(
                "SELECT upload_key, row_number FROM quarantine WHERE kind = 'transactions' "
                "ORDER BY row_number"
            )
            some = ("--row", str(rows[0]["row_number"])) if delivery is Delivery.SMALL else ()
            return ("quarantine", work.name.lower(), rows[0]["upload_key"], *some, *SIGNED)
        case Work.ROLLBACK:
            return ("models", "rollback", "2", *SIGNED)
    return ("run",)
