"""A week's file alone, and beside files that are refused: seconds from file to table.

A real `dagster-daemon` works on a small distributor. Weeks take turns: one comes alone, the next
beside an .xlsx and a file whose customers nobody knows, which asks for a training. Each is dropped
right after a look of `new_uploads`, so that all wait equally long to be seen.

Run as `python benchmarks/disturbed_week.py [--rounds N] [--customers N] [--json]`.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SMALL = {
    "PURCHASE_ASSETS_FORECAST__TRAINING_WINDOWS": "8",
    "PURCHASE_ASSETS_FORECAST__SEARCH_CANDIDATES": "1",
    "PURCHASE_ASSETS_FORECAST__THREADS": "1",
    "PURCHASE_ASSETS_DRIFT__MIN_ROWS": "200",
}
PATIENCE_S = 900


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=1)
    options.add_argument("--customers", type=int, default=120)
    options.add_argument("--json", action="store_true")
    options.add_argument("--work", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.work:
        print(json.dumps(measure(Path(chosen.work), chosen.rounds, chosen.customers)))
        return
    with tempfile.TemporaryDirectory() as folder:
        report = in_a_home_of_its_own(Path(folder))
    print(json.dumps(report, indent=2) if chosen.json else readable(report))


def in_a_home_of_its_own(folder: Path) -> dict[str, Any]:
    """Measure in a process whose settings and Dagster home lie in `folder`."""
    for name in ("dagster.yaml", "workspace.yaml"):
        shutil.copy(ROOT / name, folder)
    environment = {
        **os.environ,
        **SMALL,
        "PURCHASE_ASSETS_DATA": str(folder / "data"),
        "DAGSTER_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, __file__, "--work", str(folder), *sys.argv[1:]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def readable(report: dict[str, Any]) -> str:
    lines = [f"{name:34} {value}" for name, value in report.items() if name != "runs"]
    for week in report["runs"]:
        lines += ["", week["week"], *(f"{run[0]:7.1f} s  {run[1]}" for run in week["runs"])]
    return "\n".join(lines)


def measure(folder: Path, rounds: int, customers: int) -> dict[str, Any]:
    """Seconds from file to table, the ratio of their medians, and what ran when."""
    import dagster as dg

    from purchase_assets.definitions import build_definitions
    from purchase_assets.orchestration.driver import Unattended
    from purchase_assets.project import Project
    from purchase_assets.samples import generator
    from purchase_assets.settings import Settings

    settings = Settings()
    project = Project(settings)
    incoming = folder / "data" / "incoming"
    incoming.mkdir(parents=True)
    weeks = 2 * rounds
    end = generator.last_complete_week(settings.today())
    sample = generator.generate(customers=customers, products=40, weeks=40, end=end, seed=11)
    files = generator.write(sample, folder / "files", split_weeks=weeks)
    for file in files[:-weeks]:
        file.rename(incoming / file.name)
    with dg.DagsterInstance.get() as instance:
        Unattended(build_definitions(settings), instance).settle()
        with daemon(folder):
            story = Story(project, instance, incoming)
            for number, file in enumerate(files[-weeks:]):
                first_day = end - timedelta(weeks=weeks - 1 - number, days=6)
                story.drop(file, first_day + timedelta(weeks=1), disturbed=bool(number % 2))
        decisions = project.reports.rows(
            "SELECT cause, reason_code, sentence_en, outcome FROM retraining_decisions ORDER BY id"
        )
    alone, beside = (statistics.median(story.seconds[kind]) for kind in (False, True))
    return {
        "alone s": story.seconds[False],
        "beside refused files s": story.seconds[True],
        "ratio of medians": round(beside / alone, 2),
        "decisions": [list(row.values()) for row in decisions],
        "runs": story.runs,
    }


class Story:
    """Weeks that are dropped one after the other, and how long each took."""

    def __init__(self, project: Any, instance: Any, incoming: Path) -> None:
        self.project, self.instance, self.incoming = project, instance, incoming
        self.seconds: dict[bool, list[float]] = {False: [], True: []}
        self.runs: list[dict[str, Any]] = []

    def drop(self, file: Path, week: date, disturbed: bool) -> None:
        """Drop a week's sales, time the table that follows, and wait until all is at rest."""
        self._until_rest()
        self._until_a_look()
        known = {run.run_id for run in self.instance.get_runs()}
        began = time.time()
        if disturbed:
            self._drop_refused(file)
        from purchase_assets.storage.reports import published_weeks

        shutil.copy(file, self.incoming / file.name)
        wait(lambda: published_weeks.find(self.project.reports, week) is not None)
        self.seconds[disturbed].append(round(time.time() - began, 1))
        print(f"{week}: {self.seconds}", file=sys.stderr, flush=True)
        self._until_rest()
        records = self.instance.get_run_records(ascending=True)
        self.runs.append(
            {
                "week": f"{week}, {'beside refused files' if disturbed else 'alone'}",
                "runs": [
                    (round(record.start_time - began, 1), named(record.dagster_run))
                    for record in records
                    if record.dagster_run.run_id not in known and record.start_time
                ],
            }
        )

    def _drop_refused(self, file: Path) -> None:
        import pandas as pd

        week = pd.read_parquet(file)
        strangers = week.assign(customer_id="9" + week["customer_id"].astype(str))
        strangers.to_parquet(self.incoming / f"transacciones_ajenas_{file.name}", index=False)
        (self.incoming / f"transacciones_{file.stem}.xlsx").write_bytes(
            b"PK\x03\x04 " + file.stem.encode()
        )

    def _until_rest(self) -> None:
        """Until nothing has run for longer than every sensor waits between two looks."""
        from purchase_assets.orchestration.waiting import UNFINISHED

        quiet = [time.monotonic()]

        def rests() -> bool:
            import dagster as dg

            if self.instance.get_runs_count(dg.RunsFilter(statuses=UNFINISHED)):
                quiet[0] = time.monotonic()
            return time.monotonic() - quiet[0] > 75

        wait(rests)

    def _until_a_look(self) -> None:
        before = self._last_look()
        wait(lambda: self._last_look() != before)

    def _last_look(self) -> float | None:
        looks = [
            state.instigator_data.last_tick_timestamp
            for state in self.instance.all_instigator_state()
            if state.instigator_name == "new_uploads" and state.instigator_data
        ]
        return max((look for look in looks if look), default=None)


def named(run: Any) -> str:
    assets = "+".join(sorted(key.to_user_string() for key in run.asset_selection or ()))
    return f"{assets or run.job_name} {run.tags.get('dagster/partition', '')} {run.status.value}"


def wait(until: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not until():
        if time.monotonic() > ends:
            raise TimeoutError(f"nothing came within {PATIENCE_S} s")
        time.sleep(0.5)


@contextmanager
def daemon(folder: Path) -> Iterator[None]:
    """A daemon of its own, ended by its process id."""
    command = [str(Path(sys.executable).parent / "dagster-daemon"), "run", "-w", "workspace.yaml"]
    with (folder / "daemon.log").open("wb") as log:
        started = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            yield
        finally:
            started.terminate()
            try:
                started.wait(60)
            except subprocess.TimeoutExpired:
                started.kill()
                started.wait()


if __name__ == "__main__":
    main()
