"""Stories of a small shop: senders, people and accidents in any order."""

import math
import shutil
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from pathlib import Path

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    precondition,
    rule,
    run_state_machine_as_test,
)

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.failpoints import Failpoint
from purchase_assets.kinds import Kind
from purchase_assets.orchestration.jobs import WEEKLY
from purchase_assets.settings import QualitySettings
from purchase_assets.storage.reports import published_weeks, uploads, withdrawals
from purchase_assets.workflows import promote_model
from purchase_assets_tests.intake.faults import CATALOGUE
from purchase_assets_tests.scenarios.shop import OPENING, Shop

F = Failpoint
PASSED_IN_A_WEEK = [
    *(F.UPLOAD_JUDGED, F.TABLE_HALF_WRITTEN, F.TABLE_COMMITTED, F.ROWS_KEPT, F.VERDICT_KEPT),
    *(F.UPLOAD_ARCHIVED, F.SALES_SUMMED, F.FEATURES_KEPT, F.PAIRS_WRITTEN, F.LIST_IN_PLACE),
    *(F.WEEK_PUBLISHED, F.DRIFT_KEPT, F.SCORE_COMPUTED, F.SCORE_KEPT),
]
"""By a run that takes in a sound file of a newer week."""
PASSED_WITH_ANY_FILE = [F.UPLOAD_JUDGED, F.VERDICT_KEPT, F.UPLOAD_ARCHIVED]
OF_LARGER_FILES = {
    *("one_stray_quote", "stray_quotes_far_apart", "stray_quotes_in_one_column"),
    *("a_quote_missing_where_all_is_quoted", "day_and_month_swapped", "unclosed_quote"),
}
FAULTS = {
    fault.name: fault
    for fault in CATALOGUE
    if fault.settings == QualitySettings() and fault.name not in OF_LARGER_FILES
}
LONGEST_IDLE = 4
"""Steps without a file; then a week comes, since hypothesis leaves some rules out of a story."""
PLACES = st.integers(0, 1_000)
"""Which of the things that there are."""
A_FAULT = st.sampled_from(sorted(FAULTS))


def act(**drawn: st.SearchStrategy) -> Callable:
    """A rule whose steps are written down, and after which the shop settles and holds."""

    def acting(step: Callable) -> Callable:
        @rule(**drawn)
        @wraps(step)
        def told(self: "AnyOrder", **given: object) -> None:
            self.take(step, given)

        return told

    return acting


class AnyOrder(RuleBasedStateMachine):
    """What can happen to a shop that has opened."""

    def __init__(self, shop: Shop, say: Callable[[str], None], until: float) -> None:
        super().__init__()
        self.shop, self.say, self.until = shop, say, until
        self.steps: list[str] = []
        self.idle = 0

    def take(self, step: Callable, given: dict[str, object]) -> None:
        """Take a step, and look at everything; none any more once the time is over."""
        if time.monotonic() > self.until:
            return
        words = ", ".join(f"{name}={value!r}" for name, value in given.items())
        self.steps.append(f"{step.__name__}({words})")
        self.shop.keep_a_copy()
        began, files = time.monotonic(), self.shop.files
        if self.idle == LONGEST_IDLE:
            self.steps[-1] = f"the_next_week_comes, {self.steps[-1]}"
            self.shop.deliver(self.shop.lacking[0], None)
        self.say(self.steps[-1])
        step(self, **given)
        self.shop.settle()
        self.idle = 0 if self.shop.files > files else self.idle + 1
        self.shop.counts[step.__name__] += 1
        self.shop.seconds[step.__name__] += time.monotonic() - began

    @property
    def waiting(self) -> list[str]:
        """The uploads with rows that wait for a decision."""
        found = self.shop.project.reports.rows(
            "SELECT DISTINCT upload_key FROM quarantine WHERE status = 'WAITING' ORDER BY 1"
        )
        return [row["upload_key"] for row in found]

    @property
    def earlier_champions(self) -> list[str]:
        return promote_model.champions(self.shop.project)[1:]

    @property
    def taken(self) -> list[str]:
        """The sales files that can be withdrawn."""
        return [
            upload.key
            for upload in uploads.of_kinds(self.shop.project.reports, [Kind.TRANSACTIONS])
            if upload.verdict.taken and upload.file_name != OPENING
        ]

    # what senders do

    @act()
    def the_next_week_comes(self) -> None:
        self.shop.deliver(self.shop.lacking[0], None)

    @act(late=st.integers(1, 3))
    def a_later_week_comes_first(self, late: int) -> None:
        self.shop.deliver(self.shop.lacking[late], None)

    @act(fault=A_FAULT)
    def a_file_with_a_fault_comes(self, fault: str) -> None:
        self.shop.deliver(self.shop.lacking[0], FAULTS[fault])

    @act(faults=st.lists(A_FAULT, min_size=2, max_size=4))
    def several_files_come_at_once(self, faults: list[str]) -> None:
        for fault in faults:
            self.shop.deliver(self.shop.lacking[0], FAULTS[fault])
        self.shop.deliver(self.shop.lacking[0], None)

    @act(place=PLACES)
    def a_content_comes_again(self, place: int) -> None:
        folders = sorted((self.shop.folder / "data" / "uploads").iterdir())
        folder = folders[place % len(folders)]
        (content,) = folder.glob("content*")
        kind = folder.name.split("-")[0]
        target = self.shop.incoming / f"{kind}_again{''.join(content.suffixes)}"
        shutil.copy(content, target)
        self.shop.settled(target)

    # what people do

    @precondition(lambda self: self.waiting)
    @act(place=PLACES, let_in=st.booleans())
    def rows_are_decided_on(self, place: int, let_in: bool) -> None:
        key = self.waiting[place % len(self.waiting)]
        decide = self.shop.people.release if let_in else self.shop.people.discard
        try:
            decide(key, None, "Ana", "a wedding")
        except PurchaseAssetsError as refused:
            if "can be taken in" not in refused.found:
                raise
            self.shop.counts["releases refused"] += 1
        else:
            self.shop.counts["releases" if let_in else "discards"] += 1

    @precondition(lambda self: self.taken)
    @act(place=PLACES)
    def an_upload_is_withdrawn(self, place: int) -> None:
        self.shop.people.withdraw(self.taken[place % len(self.taken)], "Ana", "another branch's")

    @precondition(lambda self: withdrawals.in_force(self.shop.project.reports))
    @act(place=PLACES)
    def a_withdrawn_upload_comes_back(self, place: int) -> None:
        keys = sorted(withdrawals.in_force(self.shop.project.reports))
        self.shop.people.restore(keys[place % len(keys)], "Eva", "right after all")

    @precondition(lambda self: self.earlier_champions)
    @act(place=PLACES)
    def the_model_is_rolled_back(self, place: int) -> None:
        earlier = self.earlier_champions
        self.shop.people.rollback(earlier[place % len(earlier)], "Ana", "it misses much")

    @act()
    def a_training_is_started(self) -> None:
        before = promote_model.champion_version(self.shop.project)
        assert self.shop.run("retrain")
        after = promote_model.champion_version(self.shop.project)
        self.shop.counts["trainings lost" if before == after else "trainings won"] += 1

    @act(place=PLACES)
    def a_week_is_made_again(self, place: int) -> None:
        weeks = published_weeks.in_order(self.shop.project.reports)
        week = weeks[place % len(weeks)].week_start
        # one whose sales were withdrawn lies ahead, and is refused as such
        possible = week <= self.shop.coming
        assert self.shop.run(WEEKLY, partition_key=week.isoformat()) == possible

    # accidents

    @act(days=st.sampled_from([-1, 1, 6]))
    def the_clock_steps(self, days: int) -> None:
        self.shop.on(self.shop.today + timedelta(days=days))

    @act()
    def a_training_fails(self) -> None:
        """Its models' folder is away."""
        models = self.shop.folder / "data" / "mlflow"
        models.rename(aside := models.with_name("aside"))
        models.touch()
        assert not self.shop.run("retrain")
        models.unlink()
        aside.rename(models)

    @act(at=st.sampled_from(PASSED_IN_A_WEEK))
    def a_run_dies(self, at: Failpoint) -> None:
        self.shop.deliver(self.shop.newer, None)
        self.shop.command("run", at=at)

    @act(at=st.sampled_from(PASSED_WITH_ANY_FILE), fault=A_FAULT)
    def a_run_dies_over_a_fault(self, at: Failpoint, fault: str) -> None:
        self.shop.deliver(self.shop.lacking[0], FAULTS[fault])
        self.shop.command("run", at=at)

    @precondition(lambda self: self.waiting)
    @act(at=st.sampled_from([F.RELEASE_DECIDED, F.RELEASE_DONE]))
    def a_release_dies(self, at: Failpoint) -> None:
        words = ("quarantine", "release", self.waiting[0], "--by", "Ana", "--reason", "a wedding")
        self.shop.command(*words, at=at)

    @precondition(lambda self: self.waiting)
    @act(at=st.sampled_from([F.DISCARD_WRITTEN, F.DISCARD_DONE]))
    def a_discard_dies(self, at: Failpoint) -> None:
        words = ("quarantine", "discard", self.waiting[0], "--by", "Ana", "--reason", "a wedding")
        self.shop.command(*words, at=at)

    @precondition(lambda self: self.earlier_champions)
    @act(at=st.sampled_from([F.CHAMPION_DECIDED, F.ROLLBACK_DONE]))
    def a_rollback_dies(self, at: Failpoint) -> None:
        words = ("models", "rollback", self.earlier_champions[0], "--by", "Ana", "--reason", "bad")
        self.shop.command(*words, at=at)


@dataclass(frozen=True)
class Story:
    """What happened, step by step, how often, in how many seconds, and what ended it."""

    seed: int
    steps: list[str]
    counts: Counter[str]
    seconds: Counter[str]
    defect: str

    def __str__(self) -> str:
        return "\n".join([f"seed {self.seed}", *self.steps, self.defect])


class Broken(BaseException):
    """A defect was found: hypothesis is not to tell the story again."""


def tell(
    number: int,
    steps: int,
    opened: Path,
    folder: Path,
    say: Callable[[str], None] = lambda _: None,
    until: float = math.inf,
) -> Story:
    """Tell a story of a copy of an opened shop.

    Parameters
    ----------
    number : int
        Seed of the story.
    steps : int
        Its length.
    opened : path
        Folder of a shop that has opened.
    folder : path
        Where the copy is made. After a defect it stays; what it was before the last step lies
        beside it.
    say : callable
        Told of each step as it begins.
    until : float
        On the monotonic clock; no step begins later, so that the story may be shorter.
    """
    told: list[AnyOrder] = []

    class OneStory(AnyOrder):
        def __init__(self) -> None:
            shutil.copytree(opened, folder)
            before = folder.with_name(f"{folder.name} before")
            super().__init__(Shop(folder, before=before), say, until)
            told.append(self)

        def take(self, step: Callable, given: dict[str, object]) -> None:
            if len(told) == 1:  # hypothesis begins with a story whose steps are all alike
                self.shop.close()
                hypothesis.reject()
            super().take(step, given)

        def teardown(self) -> None:
            if len(told) > 1 and isinstance(sys.exception(), Exception):
                raise Broken from sys.exception()

    once = hypothesis.settings(
        max_examples=1,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    defect = ""
    try:
        run_state_machine_as_test(hypothesis.seed(number)(OneStory), settings=once)
    except Broken as broken:
        defect = "".join(traceback.format_exception(broken.__cause__))
    machine = told[-1]
    if not defect:
        machine.shop.close()
    return Story(number, machine.steps, machine.shop.counts, machine.shop.seconds, defect)
