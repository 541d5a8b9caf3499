"""The weekly cycle through Dagster against the same domain functions called one by one.

An upload is judged, sales are summed up, the week is forecast, its drift is scored and the week
before is compared with what was sold; the model is in place. Processes take turns on the same
project, each with a new weekly file; ratios are of medians within this run.

Run as `python benchmarks/weekly_cycle.py [--rounds N] [--customers N] [--json]`.
"""

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

LAST_SUNDAY = date(2026, 11, 1)
ROOT = Path(__file__).parents[1]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--customers", type=int, default=300)
    options.add_argument("--json", action="store_true")
    options.add_argument("--child", choices=("dagster", "bare"), help=argparse.SUPPRESS)
    options.add_argument("--data", help=argparse.SUPPRESS)
    options.add_argument("--file", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        print(json.dumps(child(chosen.child, chosen.data, Path(chosen.file))))
        return
    with tempfile.TemporaryDirectory() as folder:
        report = compare(Path(folder), chosen.rounds, chosen.customers)
    if chosen.json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        print(f"{name:34} {value:10.2f}")


def compare(folder: Path, rounds: int, customers: int) -> dict[str, float]:
    """Medians in seconds and megabytes, and their ratio."""
    from purchase_assets.samples import generator

    sample = generator.generate(customers=customers, weeks=60, end=LAST_SUNDAY)
    data = folder / "data"
    weekly = 2 * rounds
    files = generator.write(sample, folder / "files", split_weeks=weekly)
    incoming = data / "incoming"
    incoming.mkdir(parents=True)
    for file in files[:-weekly]:
        file.rename(incoming / file.name)
    run_child("dagster", data, None)
    found: dict[str, list[dict[str, float]]] = {"dagster": [], "bare": []}
    for number, file in enumerate(files[-weekly:]):
        way = ("dagster", "bare")[number % 2]
        found[way].append(run_child(way, data, file))
    report = {
        f"{way} {name}": statistics.median(one[name] for one in found[way])
        for way in found
        for name in ("start-up s", "cycle s", "cycle cpu s", "peak MB")
    }
    report["ratio of cycles (wall)"] = report["dagster cycle s"] / report["bare cycle s"]
    report["ratio of cycles (cpu)"] = report["dagster cycle cpu s"] / report["bare cycle cpu s"]
    return report


def run_child(way: str, data: Path, file: Path | None) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--child", way, "--data", str(data), "--file", str(file or ".")],
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
        cwd=ROOT,
    )
    if done.returncode != 0:
        sys.exit(f"{way} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def child(way: str, data: str, file: Path) -> dict[str, float]:
    began = time.perf_counter()
    from purchase_assets.project import Project
    from purchase_assets.settings import Settings
    from purchase_assets.storage import incoming as folder_of_uploads

    folder_of_uploads.SETTLED_S = 0  # the files are dropped whole
    # the model is in place: no automatic training may start within the measured cycle
    project = Project(Settings(data=data, retraining={"budget": 0}))
    cycle = through_dagster(project) if way == "dagster" else bare(project)
    load_libraries()
    started = time.perf_counter() - began
    if file.is_file():
        from purchase_assets.workflows import waiting_uploads

        waiting_uploads.deliver(project, file)
    wall, cpu = time.perf_counter(), time.process_time()
    cycle()
    return {
        "start-up s": started,
        "cycle s": time.perf_counter() - wall,
        "cycle cpu s": time.process_time() - cpu,
        "peak MB": peak_memory(),
    }


def load_libraries() -> None:
    """Both ways import the same libraries; a long-lived process does it once."""
    import skops.io  # noqa: F401


def through_dagster(project):
    from purchase_assets.definitions import build_definitions
    from purchase_assets.orchestration.driver import Unattended
    from purchase_assets.orchestration.instance import open_instance

    driver = Unattended(build_definitions(project.settings), open_instance(project.settings, ROOT))
    repository = driver.definitions.get_repository_def()
    assert repository

    def cycle() -> None:
        failed = [run.error for run in driver.settle() if not run.success]
        if failed:
            sys.exit(f"runs failed: {failed}")

    return cycle


def bare(project):
    from purchase_assets.weeks import forecast_window, monday
    from purchase_assets.workflows import (
        forecast_week,
        promote_model,
        report_drift,
        sum_sales,
        take_in,
        waiting_uploads,
    )

    def cycle() -> None:
        for entry in list(waiting_uploads.waiting(project)):
            take_in.take_in(project, entry)
        sum_sales.sum_sales(project)
        week = monday(forecast_window(forecast_week.data_through(project)).end)
        forecast_week.make_features(project, week)
        champion = promote_model.load_champion(project)
        forecast_week.forecast(project, week, champion)
        report_drift.report(project, week, champion.reference)
        forecast_week.score_week(project, week - timedelta(weeks=1))

    return cycle


def peak_memory() -> float:
    """Highest resident memory of this process in MB; a child's ru_maxrss counts its parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) / 1024 if found else float("nan")


if __name__ == "__main__":
    main()
