"""A small distributor whose files go through the real sensors, conditions and stores."""

import json
import shutil
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import dagster as dg
import pandas as pd
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Ran, Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.project import Project
from purchase_assets.samples import generator
from purchase_assets.samples.generator import SampleData
from purchase_assets.settings import Settings
from purchase_assets.workflows import report_drift, train_model
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.watched import Watched
from purchase_assets_tests.shared import made_once

LAST_SUNDAY = date(2026, 11, 1)
OPENED_BACK = 4
"""The distributor opens with sales up to this many weeks before the last Sunday."""


@dataclass
class Distributor:
    """Files by week, a data folder, and what ran when a file was dropped."""

    folder: Path
    sample: SampleData = field(repr=False)
    today: date = LAST_SUNDAY - timedelta(weeks=OPENED_BACK)
    retraining: dict = field(default_factory=dict)
    opening: list[tuple[str, str | None]] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return OnDay(
            day=self.today,
            data=str(self.folder / "the data"),
            forecast={"training_windows": 8, "search_candidates": 1, "threads": 1},
            drift={"min_rows": 200},
            retraining=self.retraining,
        )

    @cached_property
    def project(self) -> Project:
        return Project(self.settings)

    @cached_property
    def instance(self):
        return open_instance(self.settings, ROOT)

    @property
    def incoming(self) -> Path:
        return Path(self.settings.data) / "incoming"

    def copy(self, folder: Path) -> "Distributor":
        """The same distributor with a data folder of its own."""
        shutil.copytree(self.folder, folder / "copy")
        return replace(self, folder=folder / "copy")

    def week(self, back: int) -> pd.DataFrame:
        """The sales of the week that ended `back` weeks before the last Sunday."""
        return self.between(back, back)

    def between(self, first_back: int, last_back: int) -> pd.DataFrame:
        sales = self.sample.transactions
        day = sales["purchase_date"].dt.date
        start = LAST_SUNDAY - timedelta(weeks=first_back, days=6)
        end = LAST_SUNDAY - timedelta(weeks=last_back)
        return sales[(day >= start) & (day <= end)]

    def drop(self, name: str, frame: pd.DataFrame) -> None:
        """Put a file into the incoming folder on the Sunday that ends its newest week."""
        frame.to_parquet(self.incoming / f"{name}.parquet", index=False)
        if "purchase_date" in frame:
            newest = frame["purchase_date"].max().date()
            self.today = max(self.today, newest + timedelta(days=6 - newest.weekday()))

    def drop_masters(self) -> None:
        self.drop("clientes", self.sample.customers)
        self.drop("productos", self.sample.products)

    def settle(self, *, stopped: str = "no sensor") -> list[Ran]:
        """Let the sensors work, but those whose name begins with `stopped`."""
        built = build_definitions(self.settings)
        running = dg.Definitions(
            assets=built.assets,
            jobs=built.jobs,
            sensors=[one for one in built.sensors or () if not one.name.startswith(stopped)],
            resources=built.resources,
            executor=built.executor,
        )
        return Unattended(running, self.instance).settle()

    def ran(self) -> list[tuple[str, str | None]]:
        """What ran, as readable pairs; a failed run fails the test with its error."""
        done = self.settle()
        assert all(run.success for run in done), [run.error for run in done if not run.success]
        return [("+".join(run.assets), run.partition) for run in done]

    def rows(self, statement: str) -> list[dict]:
        return self.project.reports.rows(statement)


@pytest.fixture(scope="session")
def sample() -> SampleData:
    return make_sample()


def make_sample() -> SampleData:
    """All files of the distributor."""
    return generator.generate(customers=120, products=40, weeks=40, end=LAST_SUNDAY, seed=11)


@pytest.fixture
def empty(tmp_path: Path, sample: SampleData) -> Distributor:
    """A distributor that has not delivered anything yet."""
    distributor = Distributor(tmp_path, sample)
    distributor.incoming.mkdir(parents=True)
    return distributor


def open_distributor(folder: Path, sample: SampleData) -> None:
    """Make its first model and its first published week."""
    distributor = Distributor(folder, sample)
    distributor.incoming.mkdir(parents=True)
    distributor.drop_masters()
    distributor.drop("transacciones_historia", distributor.between(39, OPENED_BACK))
    (folder / "opening.json").write_text(json.dumps(distributor.ran()))


def open_elsewhere(folder: Path, sample: SampleData) -> None:
    """Open it in another place, which is gone afterwards: what still looks there fails."""
    born = folder.with_name("where the distributor opened")
    born.mkdir()
    open_distributor(born, sample)
    folder.rmdir()
    born.rename(folder)


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory, sample: SampleData) -> Distributor:
    """A distributor with its first model and its first published week; stories copy it."""
    folder = made_once(tmp_path_factory, "opened", lambda to: open_elsewhere(to, sample))
    opening = json.loads((folder / "opening.json").read_text())
    return Distributor(folder, sample, opening=[tuple(ran) for ran in opening])


@pytest.fixture
def bare_training(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what a story does not look at, and the opening has done.

    Pictures of the model and of drift, and the model's check in a fresh process.
    """
    make_training_bare(monkeypatch)


def make_training_bare(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(train_model, "pictures", lambda *_, **__: {})
    patch.setattr(train_model, "answers_in_fresh_process", lambda *_: True)
    patch.setattr(report_drift, "evidently_page", lambda *_: "")


@pytest.fixture
def distributor(opened: Distributor, tmp_path: Path) -> Distributor:
    """A copy of the opened distributor."""
    return opened.copy(tmp_path)


def publish_watched(folder: Path) -> None:
    """Make the published week that is watched."""
    made = Watched(folder)
    for name, frame in (
        ("clientes", made.world.customers),
        ("productos", made.world.products),
        ("transacciones", made.world.past),
    ):
        frame.to_parquet(made.incoming / f"{name}.parquet", index=False)
    with pytest.MonkeyPatch.context() as patch:
        make_training_bare(patch)
        made.done()
    assert made.look()["table"]


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A published week of this file's own."""
    made = made_once(tmp_path_factory, "watched", publish_watched)
    folder = tmp_path_factory.mktemp("watched") / "copy"
    shutil.copytree(made, folder)
    return Watched(folder)


@pytest.fixture
def root() -> Path:
    """The project's folder, where dagster.yaml is."""
    return ROOT
