"""A folder into which files are dropped, its uploads, and what the Dagster UI shows of them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import dagster as dg
import pandas as pd
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import QUIET, Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.operations import Operations
from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.graphql_ui import Ui
from purchase_assets_tests.intake.worlds import World, made_up_world
from purchase_assets_tests.places import ROOT

WORLD: World = made_up_world()


@dataclass
class Dropped:
    """A project of which only the sensor of uploads works."""

    folder: Path

    @cached_property
    def project(self) -> Project:
        return Project(OnDay(day=WORLD.today, data=str(self.folder)))

    @cached_property
    def instance(self) -> dg.DagsterInstance:
        return open_instance(self.project.settings, ROOT)

    @cached_property
    def definitions(self) -> dg.Definitions:
        built = build_definitions(self.project.settings)
        return dg.Definitions(
            assets=built.assets,
            jobs=built.jobs,
            sensors=[sensor for sensor in built.sensors or () if sensor.name == "new_uploads"],
            resources=built.resources,
            executor=built.executor,
        )

    @cached_property
    def ui(self) -> Ui:
        return Ui(self.definitions, self.instance)

    @cached_property
    def operations(self) -> Operations:
        return Operations(self.project, self.instance)

    @property
    def incoming(self) -> Path:
        return self.folder / "incoming"

    def drop(self, name: str, frame: pd.DataFrame) -> None:
        """Put a file into the incoming folder, as CSV or Parquet by its name."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        if name.endswith(".parquet"):
            frame.to_parquet(self.incoming / name, index=False)
        else:
            frame.to_csv(self.incoming / name, index=False)

    def settle(self) -> None:
        """Let the sensor and its runs work until nothing is asked for any more."""
        ran = Unattended(self.definitions, self.instance).settle()
        assert all(run.success for run in ran), [run.error for run in ran]

    def deliver(self, name: str, frame: pd.DataFrame) -> Upload:
        """Drop a file, let it be judged, and return its record."""
        self.drop(name, frame)
        self.settle()
        return self.upload(name)

    def upload(self, name: str) -> Upload:
        return self.uploads(name)[0]

    def uploads(self, name: str) -> list[Upload]:
        """The records of a sender's name, the newest first."""
        found = uploads.newest(self.project.reports)
        return [upload for upload in found if upload.file_name == name]

    def queue(self) -> list[dg.DagsterRun]:
        """Two looks at the folder, and the runs they ask for, made but not begun.

        The daemon makes all runs of a tick before the first one begins; with a run go its
        checks' planned evaluations.
        """
        driver = Unattended(self.definitions, self.instance)
        (sensor,) = self.definitions.sensors
        requests = [*driver._tick(sensor), *driver._tick(sensor)]
        return [self._made(request) for request in requests]

    def execute(self, *runs: dg.DagsterRun) -> None:
        """Begin and end runs that wait, in this order."""
        for run in runs:
            execute_run(InMemoryJob(self._job(run.asset_selection)), run, self.instance)
            assert self.instance.get_run_by_id(run.run_id).is_success

    def tick(self) -> None:
        """One look of the sensor, which asks for nothing."""
        (sensor,) = self.definitions.sensors
        assert Unattended(self.definitions, self.instance)._tick(sensor) == []

    def _job(self, selection) -> dg.JobDefinition:
        job = self.definitions.resolve_implicit_global_asset_job_def()
        return job.get_subset(asset_selection=set(selection))

    def _made(self, request: dg.RunRequest) -> dg.DagsterRun:
        return self.instance.create_run_for_job(
            job_def=self._job(request.asset_selection),
            run_config={**(request.run_config or {}), **QUIET},
            asset_selection=frozenset(request.asset_selection),
            tags={
                **request.tags,
                **({"dagster/partition": request.partition_key} if request.partition_key else {}),
            },
        )


def week(share_wrong: float = 0.0, first_order: int = 500_000, days: int = 0) -> pd.DataFrame:
    """The newest week with order numbers of its own, some rows without a customer."""
    frame = WORLD.week.assign(
        order_id=WORLD.week.order_id % 1000 + first_order,
        purchase_date=WORLD.week.purchase_date + pd.Timedelta(days=days),
    )
    customers = frame["customer_id"].astype("Int64")
    customers[: round(len(frame) * share_wrong)] = pd.NA
    return frame.assign(customer_id=customers)


def without_items(**how: int) -> pd.DataFrame:
    """A week whose file is refused: a needed column is missing."""
    return week(**how).drop(columns="items")


def absurd(count: int = 2) -> pd.DataFrame:
    """A week of which some rows wait for a person who knows better."""
    frame = week()
    items = frame["items"].copy()
    items.iloc[:count] = 99_999
    return frame.assign(items=items)
