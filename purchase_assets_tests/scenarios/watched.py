"""A project with a published week, and all that people and Dagster see of it."""

import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from fastapi.testclient import TestClient

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.staleness import Staleness
from purchase_assets.project import Project
from purchase_assets.samples import generator
from purchase_assets.serving.app import create_app
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.snapshot import LOOK_EVERY_S
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.intake.worlds import World
from purchase_assets_tests.places import ROOT

LAST_SUNDAY = date(2024, 12, 8)
DOWNSTREAM = ("raw_customers", "raw_products", "daily_sales", "training_set", "trained_model")
WEEKLY = ("cleaned_features", "weekly_predictions", "drift_report")


@dataclass
class Watched:
    """A project with a published week, and all that people and Dagster see of it."""

    folder: Path
    seen: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        sample = generator.generate(customers=100, products=50, weeks=14, end=LAST_SUNDAY, seed=11)
        days = sample.transactions["purchase_date"].dt.date
        newest = days > date(2024, 12, 1)
        self.world = World(
            sample.customers,
            sample.products,
            sample.transactions[~newest].reset_index(drop=True),
            sample.transactions[newest].drop_duplicates(ignore_index=True),
            date(2024, 12, 9),
        )
        self.settings = OnDay(
            day=date(2024, 12, 9),  # the day after the week that the faults are injected into
            data=str(self.folder / "data"),
            forecast={"training_windows": 4, "search_candidates": 1, "threads": 1},
            retraining={"budget": 0},
        )
        self.project = Project(self.settings)
        self.incoming = Path(self.settings.data) / "incoming"
        self.incoming.mkdir(parents=True, exist_ok=True)
        self.instance = open_instance(self.settings, ROOT)
        self.definitions = build_definitions(self.settings)
        self.graph = self.definitions.get_repository_def().asset_graph
        app = create_app(self.project.reports, self.settings)
        self.client = TestClient(app)

    def look(self) -> dict[str, Any]:
        """Data versions of what lies downstream, lake versions, table, exports and answers."""
        stale = Staleness(self.instance, self.graph)
        week = "2024-12-02"
        customers = self.world.customers["customer_id"].astype(str)[:5]
        paths = [
            "/",
            "/api/v1/weeks/latest",
            *(f"/api/v1/customers/{customer}/predictions" for customer in customers),
        ]
        exports = Path(self.settings.data) / "exports"
        return {
            "data versions": {
                **{name: stale.version(name) for name in DOWNSTREAM},
                **{name: stale.version(name, week) for name in WEEKLY},
            },
            "lake": {
                name: self.project.lake.version(name)
                for name in ("transactions", "customers", "products", "daily_sales")
            },
            "table": self.project.reports.rows(sa.select(tables.weekly_predictions)),
            "exports": {file.name: file.read_bytes() for file in exports.iterdir()},
            "answers": {path: self.client.get(path).content for path in paths},
        }

    def deliver(self, name: str, frame: pd.DataFrame) -> str:
        """Drop a file and let it be judged; returns its key."""
        frame.to_parquet(self.incoming / f"{name}.parquet", index=False)
        self.done()
        uploads = tables.uploads.c
        (upload,) = self.project.reports.rows(
            sa.select(uploads.key).where(uploads.file_name == f"{name}.parquet")
        )
        return upload["key"]

    def done(self) -> list[tuple[str, ...]]:
        """Let the sensors work; the assets of each run."""
        ran = Unattended(self.definitions, self.instance).settle()
        assert all(run.success for run in ran), [run.error for run in ran if not run.success]
        return [run.assets for run in ran]

    def lines(self, key: str) -> pd.DataFrame:
        """The accepted order lines of an upload."""
        lines = self.project.lake.read("transactions").to_pandas()
        return lines[lines["upload_key"] == key].sort_values("row_number", ignore_index=True)

    def served(self) -> dict[str, Any]:
        """What the API says of its newest week, once it has looked at the database again."""
        time.sleep(LOOK_EVERY_S)
        return self.client.get("/api/v1/weeks/latest").json()["week"]

    def settle(self) -> list[Any]:
        """Let the sensors work; `seen` holds a look before each run and one at the end."""
        self.seen.clear()
        unattended = Unattended(
            self.definitions, self.instance, lambda *_: self.seen.append(self.look())
        )
        ran = unattended.settle()
        time.sleep(LOOK_EVERY_S)  # answers may lag behind the database by this much
        self.seen.append(self.look())
        return ran
