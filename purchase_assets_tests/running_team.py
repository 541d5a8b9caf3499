"""The topology of `make team`, started on free ports: weeks arrive, processes die, people ask."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import deltalake
import httpx
import sqlalchemy as sa

from purchase_assets_tests.attacks import free_port
from purchase_assets_tests.databases import postgres_program
from purchase_assets_tests.places import ROOT

SMALL = {
    "PURCHASE_ASSETS_FORECAST__TRAINING_WINDOWS": "8",
    "PURCHASE_ASSETS_FORECAST__SEARCH_CANDIDATES": "1",
    "PURCHASE_ASSETS_FORECAST__THREADS": "1",
    "PURCHASE_ASSETS_RETRAINING__BUDGET": "0",
    "PURCHASE_ASSETS_DRIFT__MIN_ROWS": "100",
}
MISSING = [
    name
    for name, found in (
        ("postgresql", postgres_program("initdb")),
        ("caddy", shutil.which("caddy")),
    )
    if not found
]
"""Debian packages that a team needs and that are not here."""


CHECKED = ("postgres", "mlflow", "code", "webserver", "pages")
"""What says quickly that it is well; the daemon's check is slow, Caddy has none."""


@dataclass
class Asked:
    """What came of requests to the pages, each with when it was sent and how long it took."""

    times: list[tuple[float, float, str]] = field(default_factory=list)

    def failed(self, since: float = 0, until: float = float("inf")) -> list[str]:
        """What went wrong with the requests that were under way in a span."""
        return [why for at, took, why in self.times if why and at + took >= since and at <= until]

    def longest(self, since: float, until: float) -> float:
        """Seconds of the slowest request that was under way in a span."""
        return max(
            (took for at, took, _ in self.times if at + took >= since and at <= until), default=0
        )


@dataclass
class RunningTeam:
    """A supervisor with its processes, over a state folder of its own."""

    state: Path
    environment: dict[str, str]
    process: subprocess.Popen

    @property
    def pages(self) -> str:
        return self.environment["PAGES_URL"]

    def facts(self) -> dict[str, dict[str, Any]]:
        return json.loads((self.state / "team.json").read_text())

    def secret(self, name: str) -> str:
        return json.loads((self.state / "secrets.json").read_text())[name]

    def command(self, *words: str) -> str:
        """What `purchase-assets` prints, in the environment of the data folder alone."""
        done = subprocess.run(
            [sys.executable, "-m", "purchase_assets.cli", *words],
            env={**self.environment, "PURCHASE_ASSETS_REPORTS_URL": self.url("reports")},
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def url(self, database: str) -> str:
        command = self.facts()["postgres"]["command"]
        port = command[command.index("-p") + 1]
        password = self.secret("POSTGRES_PASSWORD")
        return f"postgresql+psycopg2://purchase_assets:{password}@127.0.0.1:{port}/{database}"

    def rows(self, database: str, statement: str) -> list[dict[str, Any]]:
        engine = sa.create_engine(self.url(database), poolclass=sa.NullPool)
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.text(statement)).mappings()]

    def until(self, what: str, true: Callable[[], object], patience_s: float = 300) -> float:
        """Wait until something holds; returns the seconds."""
        began = time.monotonic()
        while time.monotonic() - began < patience_s:
            assert self.process.poll() is None, f"the supervisor ended: {self.logs()}"
            try:
                if true():
                    return time.monotonic() - began
            except (
                httpx.HTTPError,
                sa.exc.OperationalError,
                OSError,
                KeyError,
                TypeError,
                ValueError,
            ):
                pass  # not yet
            time.sleep(0.5)
        raise TimeoutError(f"{what}: not within {patience_s} s; {self.logs()}")

    def logs(self) -> str:
        return "\n".join(
            f"{log.name}: {log.read_text(errors='replace')[-700:]}"
            for log in self.state.glob("*.log")
        )

    def is_well(self) -> bool:
        return all(
            one["well"] for name, one in self.facts().items() if name not in ("daemon", "caddy")
        )

    def week(self) -> date:
        """The Monday of the published week."""
        # without certificates, which take longer to read than the answer
        answer = httpx.get(f"{self.pages}/health", timeout=90, verify=False)
        return date.fromisoformat(answer.raise_for_status().json()["week_start"])

    def next_week(self) -> date:
        """Let the sample's next week arrive; returns its last day."""
        return date.fromisoformat(json.loads(self.command("next-week", "--json"))["last_day"])

    def until_published(self, last_day: date, patience_s: float = 300) -> float:
        what = f"the table after {last_day}"
        return self.until(what, lambda: self.week() > last_day, patience_s)

    def until_at_work(self) -> None:
        started = "SELECT 1 FROM runs WHERE status = 'STARTED'"
        self.until("a run that has started", lambda: self.rows("dagster", started))

    def until_rest(self) -> None:
        left = "SELECT 1 FROM runs WHERE status NOT IN ('SUCCESS', 'FAILURE', 'CANCELED')"
        self.until("no run under way", lambda: not self.rows("dagster", left))

    def kill(self, name: str) -> tuple[float, float]:
        """SIGKILL one process by its number; returns when it died and when it was well again."""
        before = self.facts()[name]
        began = time.monotonic()
        os.kill(before["pid"], signal.SIGKILL)
        self.until(
            f"{name} again",
            lambda: (
                (now := self.facts()[name])["starts"] > before["starts"]
                and (now["well"] or name not in CHECKED)
            ),
        )
        return began, time.monotonic()

    @contextmanager
    def asked(self, every_s: float = 0.2) -> Iterator[Asked]:
        """Somebody who asks for the pages all the time."""
        asked, ends = Asked(), threading.Event()
        paths = ("/api/v1/weeks/latest", "/monitoring", "/health")

        def ask() -> None:
            with httpx.Client(base_url=self.pages, timeout=90) as client:
                number = 0
                while not ends.wait(every_s):
                    path, at, why = paths[number % len(paths)], time.monotonic(), ""
                    number += 1
                    try:
                        answer = client.get(path)
                        if answer.status_code >= 500:
                            why = f"{path}: {answer.status_code} {answer.text[:200]}"
                    except httpx.HTTPError as error:
                        why = f"{path}: {error!r}"
                    asked.times.append((at, time.monotonic() - at, why))

        thread = threading.Thread(target=ask)
        thread.start()
        try:
            yield asked
        finally:
            ends.set()
            thread.join()

    def balance(self) -> dict[str, int]:
        """Rows of the lake that are missing or there twice, against what was said of each file."""
        kept = deltalake.DeltaTable(str(self.state / "data/lake/transactions")).to_pandas()
        uploads = self.rows("reports", "SELECT * FROM uploads WHERE kind = 'transactions'")
        counts = kept.groupby("upload_key").size()
        return {
            "files": len(uploads),
            "rows": sum(one["rows"] for one in uploads),
            "unaccounted": sum(
                one["rows"] - one["accepted"] - one["quarantined"] - one["duplicates"]
                for one in uploads
            ),
            "lost": sum(
                max(0, one["accepted"] - int(counts.get(one["key"], 0))) for one in uploads
            ),
            "doubled": int(kept.duplicated(["upload_key", "row_number"]).sum()),
        }


def hurried(folder: Path) -> Path:
    """compose.yaml with sensors that look as often as the daemon lets them."""
    listed = folder / "compose.yaml"
    said = (ROOT / "deploy" / "compose.yaml").read_text(encoding="utf-8")
    ours = "purchase_assets_tests.scenarios.hurried"
    listed.write_text(said.replace("purchase_assets.definitions", ours), encoding="utf-8")
    return listed


@contextmanager
def running_team(
    state: Path, sample: dict[str, int] | None, *options: str, **more: str
) -> Iterator[RunningTeam]:
    """A team over the sample's first weeks, or what is there, ended by its own number."""
    ports = {name: free_port() for name in ("PAGES_URL", "DAGSTER_URL", "MLFLOW_URL")}
    environment = {**os.environ, **SMALL, **more, "PYTHONPATH": str(ROOT)}
    for name in ("PURCHASE_ASSETS_ALLOWED_HOSTS", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(name, None)
    environment |= {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    environment["PURCHASE_ASSETS_DATA"] = str(state / "data")
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o755)
    if sample:
        made = [f"--{name}={value}" for name, value in sample.items()]
        subprocess.run(
            [sys.executable, "-m", "purchase_assets.cli", "sample-data", *made],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            timeout=120,
        )
    with (state / "supervisor.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "deploy" / "team.py"), "--state", str(state), *options],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
        team = RunningTeam(state, environment, process)
        try:
            yield team
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def story(team: RunningTeam, killed: tuple[tuple[str, ...], ...]) -> dict:
    """Let weeks arrive, kill in the middle of each; what was lost and who was kept waiting."""
    restarts, weeks = {}, []
    with team.asked() as asked:
        for names in killed:
            team.until_rest()
            last_day, began = team.next_week(), time.monotonic()
            for name in names:
                team.until_at_work()
                died, well = team.kill(name)
                restarts[name] = (died, well)
            team.until_published(last_day)
            weeks.append(round(time.monotonic() - began, 1))
        team.until_rest()
    deaths = sorted(died for died, _ in restarts.values())
    spans = {}
    for name, (died, well) in restarts.items():
        over = min([well + 2, *(later for later in deaths if later > died)])
        spans[name] = {
            "seconds": round(well - died, 1),
            "failed": asked.failed(died, over),
            "longest wait s": round(asked.longest(died, over), 1),
        }
    return {
        "week s": weeks,
        "restarts": spans,
        "requests": len(asked.times),
        "failed requests": len(asked.failed()),
        "balance": team.balance(),
        "runs failed": len(team.rows("dagster", "SELECT 1 FROM runs WHERE status = 'FAILURE'")),
        "published weeks": len(team.rows("reports", "SELECT 1 FROM published_weeks")),
    }
