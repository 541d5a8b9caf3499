"""A small shop for stories in any order, and what must hold whenever it is at rest."""

import hashlib
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import numpy as np
import pandas as pd

from purchase_assets.definitions import build_definitions
from purchase_assets.failpoints import VARIABLE, Failpoint
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.operations import Operations
from purchase_assets.orchestration.waiting import UNFINISHED
from purchase_assets.project import Project
from purchase_assets.samples import generator
from purchase_assets.settings import SAMPLE_RECORD, Settings
from purchase_assets.storage.reports import promotions, published_weeks, uploads
from purchase_assets.weeks import forecast_window
from purchase_assets.workflows import mark_week, promote_model
from purchase_assets_tests.faults.commands import Command, environment
from purchase_assets_tests.intake.faults import Fault
from purchase_assets_tests.intake.worlds import World
from purchase_assets_tests.places import ROOT

FIRST_SUNDAY = date(2024, 12, 8)
"""The distributor opens with the sales up to this day."""
WEEK = timedelta(weeks=1)
WEEKS_BEFORE, WEEKS_AFTER = 14, 150
OPENING = "transacciones.parquet"
GROUPS = {
    "forecast": {"training_windows": 4, "search_candidates": 1, "threads": 1},
    "drift": {"min_rows": 50},
}
"""As cheap as a training and a forecast can be."""
SAMPLE = generator.generate(
    customers=60,
    products=25,
    weeks=WEEKS_BEFORE + WEEKS_AFTER,
    end=FIRST_SUNDAY + timedelta(weeks=WEEKS_AFTER),
    seed=5,
)


def sales_of(number: int, back: int = 0) -> pd.DataFrame:
    """The sales of the week `number` after the opening, and of `back` weeks before it."""
    end = pd.Timestamp(FIRST_SUNDAY) + pd.Timedelta(weeks=number)
    day = SAMPLE.transactions["purchase_date"].dt.normalize()
    chosen = (day > end - pd.Timedelta(weeks=back + 1)) & (day <= end)
    return SAMPLE.transactions[chosen].drop_duplicates(ignore_index=True)


@dataclass
class Shop:
    """A small distributor, its project, and the accounts that must balance.

    Attributes
    ----------
    before : path, optional
        Where a copy of the folder is kept before each step.
    lacking : list of int
        Weeks after the opening whose sound file has not been delivered yet.
    over : dict
        Fingerprint of the rows of each published week that a newer one has followed.
    counts : Counter
        What happened, for the record.
    seconds : Counter
        What it took.
    """

    folder: Path
    lacking: list[int] = field(default_factory=lambda: list(range(1, WEEKS_AFTER + 1)))
    before: Path | None = None
    files: int = 0
    over: dict[date, str] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.incoming.mkdir(parents=True, exist_ok=True)
        self.on(FIRST_SUNDAY + timedelta(days=1))
        self.settings = Settings(_env_file=None, data=str(self.folder / "data"), **GROUPS)
        self.project = Project(self.settings)
        self.instance = open_instance(self.settings, ROOT)

    def on(self, day: date) -> None:
        """Let it be another day."""
        self.today = day
        (self.folder / "data" / SAMPLE_RECORD).write_text(json.dumps({"today": str(day)}))

    @property
    def incoming(self) -> Path:
        return self.folder / "data" / "incoming"

    @property
    def people(self) -> Operations:
        return Operations(self.project, self.instance)

    def open(self) -> None:
        """Deliver the history; the first model and the first week follow."""
        self.put("clientes.parquet", SAMPLE.customers)
        self.put("productos.parquet", SAMPLE.products)
        self.put(OPENING, sales_of(0, back=WEEKS_BEFORE))
        self.settle()
        assert promote_model.champion_version(self.project) == "1"

    def close(self) -> None:
        """Leave nothing behind."""
        self.instance.dispose()
        for folder in (self.folder, self.before):
            if folder and folder.exists():
                shutil.rmtree(folder)

    def keep_a_copy(self) -> None:
        """Remember how all is before a step."""
        if self.before:
            shutil.rmtree(self.before, ignore_errors=True)
            shutil.copytree(self.folder, self.before, copy_function=_link)
            written = [
                path.relative_to(self.folder)
                for path in self.folder.rglob("*")
                if path.is_file() and _written_in_place(path.name)
            ]
            # a process that closes a file of SQLite loses its locks on it: another one copies
            subprocess.run(
                ["cp", "--parents", "-t", self.before, *written], cwd=self.folder, check=True
            )

    def put(self, name: str, frame: pd.DataFrame) -> None:
        frame.to_parquet(self.incoming / name, index=False)
        self.settled(self.incoming / name)

    def settled(self, path: Path) -> None:
        """Let a file have lain there for some time."""
        a_while_ago = path.stat().st_mtime - 3600
        os.utime(path, (a_while_ago, a_while_ago))

    def deliver(self, number: int, fault: Fault | None) -> None:
        """Drop the file of a week, sound or with a fault."""
        self.files += 1
        sunday = FIRST_SUNDAY + timedelta(weeks=number)
        self.on(max(self.today, sunday + timedelta(days=1)))
        if fault is None:
            self.put(f"transacciones_{self.files}.parquet", sales_of(number))
            self.lacking.remove(number)
        else:
            draft = self.folder / f"draft {self.files}"
            draft.mkdir()
            world = World(
                SAMPLE.customers,
                SAMPLE.products,
                sales_of(number - 1, back=8),
                sales_of(number),
                self.today,
            )
            path, _ = fault.inject(world, draft, np.random.default_rng(self.files))
            kind = path.name.split(".")[0]
            target = self.incoming / f"{kind}_{self.files}_{path.name}"
            shutil.move(path, target)
            self.settled(target)
        self.counts["files"] += 1

    def settle(self) -> None:
        """Let the sensors work until two rounds ask for nothing, then look at everything."""
        ran = Unattended(build_definitions(self.settings), self.instance).settle()
        failed = [run.error for run in ran if not run.success]
        assert not failed, failed
        self.counts["runs"] += len(ran)
        self.look()

    def command(self, *words: str, at: Failpoint) -> None:
        """Run a command in a process that dies at a point, when it comes there."""
        told = {**environment(self.settings.data, GROUPS), VARIABLE: str(at)}
        ended = Command(words, told).end()
        assert ended.code in (-9, 0, 1, 2), ended
        self.counts["kills" if ended.code == -9 else "kills missed"] += 1

    def run(self, what: str | Sequence[str], **facts: object) -> bool:
        """Start a job, or the assets of a person's choice; whether it succeeded."""
        definitions = build_definitions(self.settings)
        if isinstance(what, str):
            job = definitions.resolve_job_def(what)
        else:
            job = definitions.resolve_implicit_global_asset_job_def().get_subset(
                asset_selection={dg.AssetKey(name) for name in what}
            )
        done = job.execute_in_process(instance=self.instance, raise_on_error=False, **facts)
        return done.success

    @property
    def coming(self) -> date:
        """Monday of the newest week that can be forecast."""
        through = self.project.lake.read("daily_sales").to_pandas()["day"].max()
        return forecast_window(through).end - timedelta(days=6)

    @property
    def newer(self) -> int:
        """The first week without a file that is newer than all that is known."""
        return next(one for one in self.lacking if FIRST_SUNDAY + one * WEEK > self.coming)

    # what must hold

    def look(self) -> None:
        """Everything that must hold."""
        self.counts["checks"] += 1
        self.accounts_balance()
        self.nothing_waits()
        self.champions_have_a_reason()
        self.newest_week_is_whole()
        self.history_stands()

    def accounts_balance(self) -> None:
        """Each delivered row is accepted, set aside or repeated, and the lake holds the first."""
        aside = pd.DataFrame(
            self.project.reports.rows("SELECT upload_key, row_number, status FROM quarantine"),
            columns=["upload_key", "row_number", "status"],
        )
        lines = self.project.lake.read("transactions").to_pandas()
        assert not lines.duplicated(["upload_key", "row_number"]).any()
        in_lake = lines["upload_key"].value_counts()
        for upload in uploads.newest(self.project.reports):
            said = (upload.key, upload.file_name, upload.verdict)
            rows = aside[aside["upload_key"] == upload.key]
            if upload.verdict.taken:
                closed = (rows["status"] != "RELEASED").sum()
                assert upload.rows == upload.accepted + closed + upload.duplicates, said
            elif upload.verdict is Verdict.WITHDRAWN:
                assert upload.key not in in_lake, said
                continue
            else:
                assert upload.accepted == 0, said
            if upload.kind is Kind.TRANSACTIONS:
                assert in_lake.get(upload.key, 0) == upload.accepted, said
        kept = lines.merge(aside, on=["upload_key", "row_number"])
        assert set(kept["status"]) <= {"RELEASED"}, "the lake holds rows that nobody let in"
        sums = self.project.lake.read("daily_sales").to_pandas()
        facts = ["customer_id", "product_id", "order_id", "purchase_date", "items"]
        distinct = lines[facts].drop_duplicates()
        assert sums["lines"].sum() == len(distinct)
        bought = sums["items_bought"].sum() - sums["items_returned"].sum()
        assert np.isclose(bought, distinct["items"].sum())

    def nothing_waits(self) -> None:
        assert [path.name for path in self.incoming.iterdir()] == []
        assert self.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)) == []
        assert self.instance.event_log_storage.get_concurrency_run_ids() == set()

    def champions_have_a_reason(self) -> None:
        """A champion changes by a gate that it passed or by a person's name."""
        made = promotions.newest_first(self.project.reports)[::-1]
        before = None
        for promotion in made:
            assert promotion.previous_version == before
            before = promotion.model_version
            assert promotion.reason
            if promotion.kind == "rollback":
                assert promotion.decided_by == "Ana"
            else:
                assert promotion.decided_by == "gate"
        assert self.project.registry.champion() == before
        assert set(self.project.registry.versions()) >= {one.model_version for one in made}

    def newest_week_is_whole(self) -> None:
        week = published_weeks.newest(self.project.reports)
        assert week is not None
        rows = self.rows_of(week.week_start)
        assert len(rows) == week.pairs
        assert set(rows["status"]) == {week.status}
        assert set(rows["model_version"]) == {week.model_version}
        assert week.status == mark_week.status(self.project, week.week_start)
        if week.week_start > self.coming:  # the sales that it rests on were withdrawn
            assert week.status in ("DEGRADED", "STALE")
        else:
            assert week.week_start == self.coming
            assert week.model_version == promote_model.champion_version(self.project)

    def history_stands(self) -> None:
        """What was published of a week stays, once a newer one is published."""
        weeks = [week.week_start for week in published_weeks.in_order(self.project.reports)]
        for week in weeks[:-1]:
            seen = self.over.setdefault(week, self.fingerprint(week))
            assert seen == self.fingerprint(week), f"week {week} was rewritten"

    def rows_of(self, week: date) -> pd.DataFrame:
        found = self.project.reports.rows(
            f"SELECT * FROM weekly_predictions WHERE week_start = '{week}'"
        )
        return pd.DataFrame(found)

    def fingerprint(self, week: date) -> str:
        rows = self.rows_of(week).drop(columns="status")
        text = rows.sort_values(["customer_id", "product_id"]).to_csv(index=False)
        return hashlib.sha256(text.encode()).hexdigest()


def open_shop(folder: Path) -> None:
    """Open one in another place, which is gone afterwards: what still looks there fails."""
    born = folder.with_name("where the shop opened")
    Shop(born).open()
    folder.rmdir()
    born.rename(folder)


def _written_in_place(name: str) -> bool:
    """Databases and the record of the day; all other files are replaced as a whole."""
    return ".db" in name or name == SAMPLE_RECORD


def _link(source: str, target: str) -> str:
    """Another name for what is never written in place."""
    if not _written_in_place(Path(source).name):
        os.link(source, target)
    return target
