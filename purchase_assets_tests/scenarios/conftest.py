"""A small distributor whose files go through the real sensors, conditions and stores."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from purchase_assets import sample_data
from purchase_assets.definitions import build_definitions
from purchase_assets.resources import Project
from purchase_assets.settings import Settings
from purchase_assets.unattended import Ran, Unattended, open_instance

ROOT = Path(__file__).parents[2]
LAST_SUNDAY = date(2026, 11, 1)


@dataclass
class Distributor:
    """Files by week, a data folder, and what ran when a file was dropped."""

    folder: Path
    weeks: int = 40
    extra: dict = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sample = sample_data.generate(
            customers=120, products=40, weeks=self.weeks, end=LAST_SUNDAY, seed=11
        )
        self.settings = Settings(
            data=str(self.folder / "the data"),
            forecast={"training_windows": 8, "search_candidates": 1, "threads": 1},
            **self.extra,
        )
        self.project = Project(self.settings)
        self.incoming = Path(self.settings.data) / "incoming"
        self.incoming.mkdir(parents=True)
        self.instance = open_instance(self.settings, ROOT)

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
        frame.to_parquet(self.incoming / f"{name}.parquet", index=False)

    def drop_masters(self) -> None:
        self.drop("clientes", self.sample.customers)
        self.drop("productos", self.sample.products)

    def settle(self) -> list[Ran]:
        return Unattended(build_definitions(self.settings), self.instance).settle()

    def ran(self) -> list[tuple[str, str | None]]:
        """What ran, as readable pairs; a failed run fails the test with its error."""
        done = self.settle()
        assert all(run.success for run in done), [run.error for run in done if not run.success]
        return [("+".join(run.assets), run.partition) for run in done]


@pytest.fixture
def distributor(tmp_path: Path) -> Distributor:
    return Distributor(tmp_path)
