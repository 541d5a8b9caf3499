"""The shop of the stories in any order, with commands in processes of their own that can die."""

import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd
import sqlalchemy as sa

from purchase_assets.definitions import build_definitions
from purchase_assets.failpoints import VARIABLE
from purchase_assets.orchestration.driver import Ran, Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.project import Project
from purchase_assets.settings import SAMPLE_RECORD, Settings
from purchase_assets.storage.reports import migrations, promotions
from purchase_assets.storage.training_run import TrainingRun
from purchase_assets.text import Text
from purchase_assets.workflows import forecast_week, promote_model
from purchase_assets_tests.faults.commands import Command, Ended, environment
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.scenarios.shop import FIRST_SUNDAY, GROUPS, sales_of

SHARE_SET_ASIDE = 0.03


@dataclass
class World:
    """A data folder, and the commands that work on it.

    Attributes
    ----------
    budget : int
        Automatic trainings that are allowed.
    """

    folder: Path
    budget: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def incoming(self) -> Path:
        return self.data / "incoming"

    @property
    def groups(self) -> dict[str, dict[str, Any]]:
        return {**GROUPS, "retraining": {"budget": self.budget}}

    @cached_property
    def project(self) -> Project:
        return Project(Settings(_env_file=None, data=str(self.data), **self.groups))

    @cached_property
    def instance(self) -> dg.DagsterInstance:
        return open_instance(self.project.settings, ROOT)

    @property
    def environment(self) -> dict[str, str]:
        """The same settings, for a process of its own."""
        return environment(str(self.data), self.groups)

    def copy(self, folder: Path) -> "World":
        """The same shop with a data folder of its own."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)

    def drop(self, name: str, frame: pd.DataFrame) -> Path:
        """Put a file into the incoming folder that has lain there for some time."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        path = self.write(name, frame)
        self.on_the_day_after_the_new_week()
        return path.rename(self.incoming / path.name)

    def write(self, name: str, frame: pd.DataFrame) -> Path:
        """Write a file beside the data folder, an hour ago."""
        path = self.folder / f"{name}.parquet"
        frame.to_parquet(path, index=False)
        an_hour_ago = time.time() - 3600
        os.utime(path, (an_hour_ago, an_hour_ago))
        return path

    def on_the_day_after_the_new_week(self) -> None:
        """Let the new week be over, whatever the day."""
        today = FIRST_SUNDAY + timedelta(weeks=1, days=1)
        (self.data / SAMPLE_RECORD).write_text(json.dumps({"today": str(today)}))

    def new_week(self, *, wrong: float = 0.0) -> pd.DataFrame:
        """The week after the opening; a share of its rows is absurd."""
        week = sales_of(1)
        week.loc[: round(len(week) * wrong) - 1, "items"] = 9_000_000
        return week

    def begin(self, *command: str, armed: str = "", counted: Path | None = None) -> Command:
        """Start a command; it kills itself where it is armed to, or counts the failpoints."""
        return Command(command, {**self.environment, VARIABLE: armed}, counted)

    def run(self, *command: str, armed: str = "") -> Ended:
        """Run a command to its end."""
        return self.begin(*command, armed=armed).end()

    def take_reports_back_to(self, revision: str) -> None:
        """Let the reports database be one of an earlier version, with the rows that it can hold."""
        path = self.data / "reports.db"
        with closing(sqlite3.connect(path)) as rows:
            rows.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # its log would stay behind
        newer = path.rename(path.with_name("newer.db"))
        engine = sa.create_engine(f"sqlite:///{path}")
        migrations.bring_to(engine, revision)
        known = sa.MetaData()
        known.reflect(engine)
        with engine.begin() as connection, closing(sqlite3.connect(newer)) as rows:
            rows.row_factory = sqlite3.Row
            for table in known.sorted_tables:
                if table.name != "alembic_version":
                    names = [column.name for column in table.columns]
                    for row in rows.execute(f"SELECT {', '.join(names)} FROM {table.name}"):
                        marks = ", ".join("?" * len(names))
                        connection.exec_driver_sql(
                            f"INSERT INTO {table.name} VALUES ({marks})", tuple(row)
                        )
        engine.dispose()
        newer.unlink()

    def settle(self) -> list[Ran]:
        """What the sensors still ask for."""
        return Unattended(build_definitions(self.project.settings), self.instance).settle()

    def rows(self, statement: str) -> list[dict[str, Any]]:
        return self.project.reports.rows(statement)

    def know_a_second_champion(self) -> None:
        """Register the champion once more, and let it have been champion for a moment."""
        project = self.project
        first = promote_model.need_champion(project)
        run = TrainingRun(
            model=project.registry.load(first),
            sample=forecast_week.read_features(project, "training_set").head(200),
            parameters={},
            metrics={},
            record=project.registry.record(first.version),
        )
        second = project.registry.register(run, name="the same once more")
        known = promotions.newest(project.reports)
        assert known is not None
        for kind, version in (("gate", second.version), ("rollback", first.version)):
            promote_model.promote(
                project,
                version,
                kind=kind,
                by="Ana",
                reason=Text.same("a test"),
                data_through=known.data_through,
                figures={},
            )
