"""How long each sensor's tick takes with a long history behind it.

The history is made without computing it: rows in the reports database, and runs and
materializations told to Dagster.

    python benchmarks/sensors.py [--uploads N] [--weeks N] [--json]
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import dagster as dg

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.driver import Unattended
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.intake_assets import UPLOAD_TAG
from purchase_assets.orchestration.partitions import UPLOADS
from purchase_assets.orchestration.sensors import INTAKE_TAG, WEEKLY
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import published_weeks, tables

ROOT = Path(__file__).parents[1]
LAST_SUNDAY = date(2026, 11, 1)
PAIRS = 10_000
"""Published rows per week."""
TICKS = 5
LIMIT_S = 1.0


def make_history(project: Project, instance: dg.DagsterInstance, uploads: int, weeks: int) -> None:
    """Uploads, published weeks with scores and drift, decisions, and what Dagster knows of them."""
    keys = [f"transactions-{number:012x}" for number in range(uploads)]
    rejected = set(keys[::20])
    instance.add_dynamic_partitions(UPLOADS.name, keys)
    for number, key in enumerate(keys):
        tags = {INTAKE_TAG: "transactions", UPLOAD_TAG: key, "dagster/partition": key}
        instance.add_run(
            dg.DagsterRun("__ASSET_JOB", tags=tags, status=dg.DagsterRunStatus.SUCCESS)
        )
        if key not in rejected:
            _materialized(instance, "raw_transactions", f"{number}", key)
    project.reports.replace(
        tables.uploads,
        {},
        [_upload(number, key, key in rejected) for number, key in enumerate(keys)],
    )
    for name in ("raw_customers", "raw_products"):
        _materialized(instance, name, "1")
    _materialized(instance, "daily_sales", "1", data_through=str(LAST_SUNDAY))
    for name in ("training_set", "trained_model"):
        _materialized(instance, name, "1")
    mondays = [LAST_SUNDAY + timedelta(days=1) - timedelta(weeks=back) for back in range(weeks)]
    for monday in reversed(mondays):
        for name in (*WEEKLY, "prediction_scores"):
            _materialized(instance, name, f"{monday}", str(monday))
        _publish(project, monday, scored=monday < mondays[0])
    project.reports.append(tables.promotions, _promotion())


def _materialized(
    instance: dg.DagsterInstance,
    asset: str,
    version: str,
    partition: str | None = None,
    **metadata: str,
) -> None:
    instance.report_runless_asset_event(
        dg.AssetMaterialization(
            asset, partition=partition, metadata=metadata, tags={DATA_VERSION: version}
        )
    )


def _upload(number: int, key: str, rejected: bool) -> dict:
    day = LAST_SUNDAY - timedelta(days=number)
    moment = datetime(2026, 1, 1) + timedelta(minutes=number)
    return {
        **{column.name: None for column in tables.uploads.columns if column.nullable},
        **{"key": key, "kind": "transactions", "file_name": f"batch_{number}.csv"},
        **{"received_at": moment, "judged_at": moment},
        **{"verdict": "REJECTED" if rejected else "ACCEPTED", "rows": 500},
        **{"accepted": 0 if rejected else 500, "quarantined": 0, "duplicates": 0, "known_rows": 0},
        **{"first_day": day, "last_day": day, "message_en": "", "message_es": "", "reasons": []},
        **{"deliveries": 1, "attempts": 1},
    }


def _publish(project: Project, monday: date, *, scored: bool) -> None:
    window = {"window_start": monday, "window_end": monday + timedelta(days=6)}
    moment = datetime(2026, 1, 1)
    common = {
        **{"week_start": monday, **window, "probability": 0.5, "will_buy": True, "rank": 1},
        **{"weeks_bought_of_8": 4, "days_since_last": 3, "usual_gap_days": 7.0},
        **{"product_trend": 1.0, "source": "model", "model_version": "1", "status": "FRESH"},
        **{"data_through": monday - timedelta(days=1), "scored_at": moment},
    }
    published_weeks.publish(
        project.reports,
        [
            {**common, "customer_id": f"{pair // 40}", "product_id": f"{pair % 40}"}
            for pair in range(PAIRS)
        ],
    )
    if scored:
        score = {"week_start": monday, **window, "model_version": "1", "value": 0.5}
        later = datetime(2027, 1, 1)
        project.reports.replace(
            tables.prediction_scores,
            {"week_start": monday},
            [{**score, "metric": name, "scored_at": later} for name in ("f1", "baseline_f1")],
        )
    project.reports.replace(
        tables.drift_scores,
        {"week_start": monday},
        [
            {
                **{"week_start": monday, "unit": "pair", "column": f"{number}", "method": "m"},
                **{"score": 0.1, "threshold": 0.2, "reference_rows": 1000, "current_rows": 1000},
                **{"status": "STABLE", "verdict": "STABLE", "model_version": "1"},
                **{"sentence_en": "No drift.", "sentence_es": "Sin deriva."},
            }
            for number in range(16)
        ],
    )


def _promotion() -> dict:
    return {
        **{"promoted_at": datetime(2026, 1, 1), "model_version": "1", "previous_version": None},
        **{"kind": "first", "decided_by": "gate", "reason": "", "reason_es": "", "figures": {}},
        "data_through": LAST_SUNDAY - timedelta(weeks=3),
    }


def measure(folder: Path, uploads: int, weeks: int) -> dict[str, dict[str, float]]:
    """Median and longest tick of each sensor in seconds."""
    settings = Settings(data=str(folder / "data"))
    project = Project(settings)
    project.incoming.mkdir(parents=True)
    instance = open_instance(settings, ROOT)
    make_history(project, instance, uploads, weeks)
    driver = Unattended(build_definitions(settings), instance)
    found = {}
    for sensor in driver.definitions.sensors or []:
        automatic = isinstance(sensor, dg.AutomationConditionSensorDefinition)
        spent, worked = [], []
        for _ in range(TICKS):
            began, before = time.perf_counter(), time.process_time()
            if automatic:
                driver._conditions()
            else:
                driver._tick(sensor)
            spent.append(time.perf_counter() - began)
            worked.append(time.process_time() - before)
        found[sensor.name] = {
            "first_s": round(spent[0], 3),
            "median_s": round(statistics.median(spent), 3),
            "median_cpu_s": round(statistics.median(worked), 3),
            "said": driver.skips.get(sensor.name, "asked for runs"),
        }
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--uploads", type=int, default=500)
    parser.add_argument("--weeks", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), options.uploads, options.weeks)
    print(json.dumps(found, indent=None if options.json else 2))
    return 0 if all(tick["median_s"] <= LIMIT_S for tick in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
