"""A backlog of small uploads through the real sensors: order, loss, and how long a tick takes.

Run as `python benchmarks/backlog.py [--files N] [--json]`.
"""

import argparse
import json
import tempfile
import time
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

LAST_SUNDAY = date(2026, 11, 1)
ROOT = Path(__file__).parents[1]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--files", type=int, default=200)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = drain(Path(folder), chosen.files)
    if chosen.json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        print(f"{name:34} {value}")


def drain(folder: Path, count: int) -> dict[str, Any]:
    """Drop `count` files at once, let the sensors work, and compare with what was dropped."""
    import sqlalchemy as sa

    from purchase_assets.definitions import build_definitions
    from purchase_assets.orchestration.driver import Unattended
    from purchase_assets.orchestration.instance import open_instance
    from purchase_assets.project import Project
    from purchase_assets.samples import generator
    from purchase_assets.settings import Settings
    from purchase_assets.storage import incoming as folder_of_uploads
    from purchase_assets.storage.reports import tables

    folder_of_uploads.SETTLED_S = 0  # the files are dropped whole
    settings = Settings(
        data=str(folder / "data"),
        forecast={"training_windows": 8, "search_candidates": 1, "threads": 1},
    )
    project = Project(settings)
    incoming = folder / "data" / "incoming"
    incoming.mkdir(parents=True)
    weeks = count + 9
    sample = generator.generate(customers=40, products=30, weeks=weeks, end=LAST_SUNDAY)
    sample.customers.to_parquet(incoming / "customers.parquet", index=False)
    sample.products.to_parquet(incoming / "products.parquet", index=False)
    sales = sample.transactions
    first = LAST_SUNDAY - timedelta(weeks=count) + timedelta(days=1)
    day = sales["purchase_date"].dt.date
    instance = open_instance(settings, ROOT)
    ticks: dict[str, list[float]] = defaultdict(list)

    class Timed(Unattended):
        """Keeps how long each sensor took."""

        def _tick(self, sensor: Any) -> Any:
            begin = time.perf_counter()
            asked = super()._tick(sensor)
            ticks[sensor.name].append(time.perf_counter() - begin)
            return asked

    sales[day < first].to_parquet(incoming / "transactions_history.parquet", index=False)
    Timed(build_definitions(settings), instance).settle()
    dropped = 0
    for number in range(count):
        start = first + timedelta(weeks=number)
        part = sales[(day >= start) & (day < start + timedelta(weeks=1))]
        part.to_parquet(incoming / f"batch_{number:04}.parquet", index=False)
        dropped += len(part)
    ticks.clear()
    begin = time.perf_counter()
    ran = Timed(build_definitions(settings), instance).settle()
    seconds = time.perf_counter() - begin
    uploads = tables.uploads.c
    rows = project.reports.rows(
        sa.select(tables.uploads)
        .where(uploads.file_name.startswith("batch_"))
        .order_by(uploads.judged_at)
    )
    names = [row["file_name"] for row in rows]
    return {
        "files": count,
        "files judged": len(names),
        "in order": names == sorted(names),
        "refused": [row["message_en"] for row in rows if row["verdict"] == "REJECTED"],
        "rows dropped": dropped,
        "rows accounted for": sum(
            row["accepted"] + row["duplicates"] + row["quarantined"] for row in rows
        ),
        "rows in the lake": sum(row["accepted"] for row in rows),
        "failed runs": sum(not run.success for run in ran),
        "runs": len(ran),
        "files left": len(list(incoming.iterdir())),
        "seconds": round(seconds, 1),
        **{f"slowest tick of {name}, s": round(max(found), 2) for name, found in ticks.items()},
    }


if __name__ == "__main__":
    main()
