"""Daily sales are summed up by month, and only where an upload has changed something."""

from datetime import datetime

import pyarrow as pa
import pytest

from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.lake import digest
from purchase_assets.storage.reports import tables
from purchase_assets.workflows import sum_sales as summing
from purchase_assets.workflows.sum_sales import LINES, TABLE, sum_sales
from purchase_assets_tests.rows import row


class Uploads:
    """A project whose uploads come and go."""

    def __init__(self, project: Project) -> None:
        self.project = project

    def come(self, key: str, *lines: tuple[int, int, float], accepted: bool = True) -> None:
        """An upload with lines of (month, day, items)."""
        rows = pa.table(
            {
                "customer_id": [f"shop {day % 3}" for _, day, _ in lines],
                "product_id": ["cola" for _ in lines],
                "order_id": [f"{month}/{day}" for month, day, _ in lines],
                "purchase_date": pa.array(
                    [datetime(2024, month, day, 9) for month, day, _ in lines], pa.timestamp("us")
                ),
                "items": [items for *_, items in lines],
                "upload_key": [key for _ in lines],
            }
        )
        self.project.lake.write(LINES, rows, partition={"upload_key": key})
        if accepted:
            self.is_accepted(key, len(lines))

    def is_accepted(self, key: str, rows: int) -> None:
        self.project.reports.replace(
            tables.uploads, {"key": key}, [row(tables.uploads, key=key, accepted=rows)]
        )

    def is_withdrawn(self, key: str) -> None:
        self.project.lake.delete(LINES, {"upload_key": key})
        self.is_accepted(key, 0)

    def files(self) -> dict[str, set[str]]:
        return self.project.lake.files_by(TABLE, "month", self.project.lake.version(TABLE))

    def months_written(self) -> set[str]:
        """The months that summing up writes anew; the table is then the sum of all lines."""
        before = self.files() if self.project.lake.exists(TABLE) else {}
        made = sum_sales(self.project)
        after = self.files()
        kept = self.project.lake.read(TABLE).drop_columns("month")
        accepted = self.project.lake.read(LINES)
        held = [
            one["key"]
            for one in self.project.reports.rows("SELECT key FROM uploads WHERE accepted > 0")
        ]
        accepted = accepted.filter(pa.compute.is_in(accepted["upload_key"], pa.array(held)))
        assert digest(kept) == digest(compute_daily_sales(accepted))
        assert (made.rows, made.days[-1]) == (kept.num_rows, max(kept["day"].to_pylist()))
        return {month for month in before | after if before.get(month) != after.get(month)}


@pytest.fixture
def uploads(tmp_path) -> Uploads:
    shop = Uploads(Project(Settings(_env_file=None, data=str(tmp_path / "data"))))
    shop.come("history", *((month, day, 1.5) for month in (1, 2, 3) for day in range(1, 20)))
    assert shop.months_written() == {"2024-01", "2024-02", "2024-03"}
    return shop


def test_only_the_months_of_a_new_upload_are_summed_up_again(uploads):
    before = sum_sales(uploads.project).version
    uploads.come("march", (3, 5, 2.0), (3, 30, 1.0), (4, 1, 1.0), (3, 5, 2.0))
    assert uploads.months_written() == {"2024-03", "2024-04"}
    assert sum_sales(uploads.project).version != before


def test_a_withdrawn_upload_leaves_its_months(uploads):
    before = sum_sales(uploads.project).version
    uploads.come("april", (4, 2, 1.0), (2, 25, 3.0))
    uploads.months_written()
    uploads.is_withdrawn("april")
    assert uploads.months_written() == {"2024-02", "2024-04"}
    assert sum_sales(uploads.project).version == before


def test_lines_without_a_verdict_are_not_sold_until_they_have_one(uploads):
    uploads.come("march", (3, 25, 2.0), accepted=False)
    assert uploads.months_written() == {"2024-03"}  # the newest, to say of what it is the sum
    uploads.is_accepted("march", 1)
    assert uploads.months_written() == {"2024-03"}
    assert len(sum_sales(uploads.project).days) == 58


def test_an_upload_that_is_taken_in_again_is_summed_up_again(uploads):
    uploads.come("february", (2, 3, 2.0))
    uploads.months_written()
    uploads.come("february", (1, 3, 2.0))
    assert uploads.months_written() == {"2024-01", "2024-02"}


def test_code_that_sums_otherwise_sums_all_again(uploads, monkeypatch):
    monkeypatch.setattr(summing, "_code", lambda: "other code")
    assert uploads.months_written() == {"2024-01", "2024-02", "2024-03"}


def test_the_table_of_an_earlier_version_is_made_anew(uploads):
    lake = uploads.project.lake
    old = lake.read(TABLE).drop_columns("month")
    files = list(lake.files(TABLE, 99))
    for path in files:
        path.unlink()
    lake.write(TABLE, old, made_of={LINES: lake.version(LINES)})
    made = sum_sales(uploads.project)
    assert uploads.files().keys() == {"2024-01", "2024-02", "2024-03"}
    assert made.rows == old.num_rows


def test_what_it_was_made_of_may_be_gone(uploads):
    lake = uploads.project.lake
    uploads.come("april", (4, 2, 1.0))
    uploads.come("history", (1, 1, 1.0))
    lake.prune(LINES, keep=[], days=0)
    assert uploads.months_written() == {"2024-01", "2024-02", "2024-03", "2024-04"}
