"""What the docs' pictures are taken of: the project, its servers and its daemon, and a browser."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SETTINGS = {
    "FORECAST__TRAINING_WINDOWS": "12",
    "FORECAST__SEARCH_CANDIDATES": "1",
    "LANGUAGE": "en",
}
GROUPS = ("intake", "features", "model", "predictions", "monitoring", "pages")
LOCATION = "purchase_assets.definitions"
UNFINISHED = "[QUEUED, NOT_STARTED, STARTING, STARTED, CANCELING]"
PATIENCE_S = 900
WIDE = {"width": 1440, "height": 700}
TALL = {"width": 1440, "height": 1080}
TOOLBARS = 120
MARGIN = 24
SETTLED_MS = 2500
"""What the Dagster UI takes to draw a page that has all its answers."""
PROMOTE = """
import sys
from datetime import date
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import promotions
from purchase_assets.workflows.promote_model import promote
project = Project(Settings())
if (last := promotions.newest(project.reports)).model_version != sys.argv[1]:
    why = {"kind": "gate", "by": "gate", "reason": "A better average precision.", "figures": {}}
    promote(project, sys.argv[1], data_through=last.data_through, **why)
"""


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(done: Callable[[], Any], what: str, seconds: float = PATIENCE_S) -> Any:
    """The answer of `done`, once it has one."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := done():
            return found
        time.sleep(2)
    raise TimeoutError(f"{what} did not come within {seconds:.0f} s")


@dataclass
class Demo:
    """The running project, and a browser that looks at it."""

    data: Path
    environment: dict[str, str]
    dagster: str
    pages: str
    page: Any
    wanted: set[str]
    key: str
    taken: list[str] = field(default_factory=list)

    # the project

    def command(self, *words: str) -> Any:
        """What a command reports."""
        return json.loads(run_command(self.environment, *words, "--json"))

    def token(self) -> str:
        """A token for one decision in Dagster."""
        return run_command(self.environment, "keys", "token", typed=self.key).strip()

    def ask(self, query: str) -> Any:
        """An answer of Dagster's GraphQL."""
        request = urllib.request.Request(
            f"{self.dagster}/graphql",
            json.dumps({"query": query}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    def runs(self, filtered: str, limit: int = 50) -> list[dict[str, Any]]:
        """Runs, newest first."""
        query = f"{{runsOrError(filter: {{{filtered}}}, limit: {limit}) {{... on Runs {{results "
        query += "{runId status jobName assetSelection {path} tags {key value}}}}}"
        return self.ask(query)["runsOrError"]["results"]

    def rest(self, quiet_s: float = 75) -> None:
        """Wait until nothing has run for longer than any sensor waits between two looks."""
        since = time.monotonic()
        end = since + PATIENCE_S
        while time.monotonic() - since < quiet_s:
            if self.runs(f"statuses: {UNFINISHED}", limit=1):
                since = time.monotonic()
            if time.monotonic() > end:
                raise TimeoutError("runs go on and on")
            time.sleep(2)

    def published(self) -> date | None:
        """The newest published week."""
        with urllib.request.urlopen(f"{self.pages}/api/v1/weeks/latest", timeout=30) as answer:
            return date.fromisoformat(json.load(answer)["week"]["week_start"])

    def verdict(self, path: str) -> str | None:
        """The newest verdict on a file of that name."""
        found = [row for row in self.command("uploads") if row["file_name"] == Path(path).name]
        return max(found, key=lambda row: row["judged_at"])["verdict"] if found else None

    def promote(self, version: str) -> None:
        """Make a registered version champion, as the gate does."""
        subprocess.run([sys.executable, "-c", PROMOTE, version], env=self.environment, check=True)

    def next_week(self, *options: str) -> dict[str, Any]:
        """A week arrives; answers once it is judged and, where it was taken, published."""
        week = self.command("next-week", *options)
        print("  next-week", *options, week["first_day"], flush=True)
        verdict = until(lambda: self.verdict(week["paths"][-1]), "a verdict")
        if verdict in ("ACCEPTED", "PARTIAL"):
            coming = date.fromisoformat(week["last_day"]) + timedelta(days=1)
            until(lambda: self.published() == coming, f"the table of {coming}")
        self.rest()
        return {**week, "verdict": verdict}

    # the browser

    def open(self, url: str, size: dict[str, int] | None = None) -> None:
        """A page of the Dagster UI, or of another server, drawn to its end."""
        self.page.set_viewport_size(size or WIDE)
        self.page.goto(url if "://" in url else self.dagster + url)
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_timeout(SETTLED_MS)

    def shoot(self, name: str, target: Any = None, **options: Any) -> None:
        """Take a picture, of the page or of a part of it, where it is wanted."""
        if name in self.wanted:
            (target or self.page).screenshot(path=IMAGES / f"{name}.png", **options)
            self.taken.append(name)
            print("  took", name, flush=True)

    def graph(self, name: str, group: str = "") -> None:
        """The graph with its groups opened (Alt+E does it by hand), or one group by itself."""
        if name not in self.wanted:
            return
        expanded = ",".join(f"global@global:{group}" for group in GROUPS)
        size = {"width": 1800, "height": 1000}
        whole = f"/asset-groups?expanded={expanded}"
        alone = f"/locations/{LOCATION}/asset-groups/{group}"
        self.open(alone if group else whole, size)
        zoom_out = self.page.get_by_label("zoom_out")
        boxes = self.page.locator("foreignObject")
        for _ in range(10):
            seen = [box for box in map(Locator.bounding_box, boxes.all()) if box]
            left, top = min(box["x"] for box in seen), min(box["y"] for box in seen)
            right = max(box["x"] + box["width"] for box in seen)
            bottom = max(box["y"] + box["height"] for box in seen)
            if top > TOOLBARS and bottom < size["height"]:
                break
            zoom_out.click()
            self.page.wait_for_timeout(500)
        controls = self.page.locator("[class*=SVGViewport_zoomSliderContainer]")
        controls.evaluate("element => { element.style.visibility = 'hidden'; }")
        size = {"width": right - left + 2 * MARGIN, "height": bottom - top + 2 * MARGIN}
        self.shoot(name, clip={"x": left - MARGIN, "y": top - MARGIN, **size})


def run_command(environment: dict[str, str], *words: str, typed: str = "") -> str:
    """What a command of the project prints; those that judge files have exit codes of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "purchase_assets.cli", *words],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        input=typed,
        text=True,
        check=True,
    )
    return done.stdout


def new_key(environment: dict[str, str]) -> str:
    """A key that may act, so that the page has its forms; the one of an earlier stage ends."""
    known = json.loads(run_command(environment, "keys", "list", "--json"))
    if any(key["revoked_at"] is None for key in known):
        run_command(environment, "keys", "revoke", "Ana")
    added = run_command(environment, "keys", "add", "Ana", "--role", "act", "--json")
    return str(json.loads(added)["key"])


@contextmanager
def process(words: list[str], environment: dict[str, str], log: Path) -> Iterator[None]:
    """A server, ended by its own number with all that it has started."""
    with log.open("ab") as told:
        server = subprocess.Popen(
            words, env=environment, cwd=ROOT, stdout=told, stderr=told, start_new_session=True
        )
        try:
            yield
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def answers(url: str) -> bool:
    """Whether a server is up."""
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


@contextmanager
def stage(folder: Path, wanted: set[str]) -> Iterator[Demo]:
    """The project with its first model, its servers and its daemon, and a browser."""
    dagster, pages_port = free_port(), free_port()
    data = folder / "data"
    environment = {
        **os.environ,
        **{f"PURCHASE_ASSETS_{name}": value for name, value in SETTINGS.items()},
        "PURCHASE_ASSETS_DATA": str(data),
        "PURCHASE_ASSETS_DAGSTER_URL": f"http://127.0.0.1:{dagster}",
        "PURCHASE_ASSETS_OPERATOR_URL": f"http://127.0.0.1:{pages_port}",
        "DAGSTER_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
    }
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "dagster.yaml", folder)
    if not (data / "reports.db").exists():
        run_command(environment, "sample-data")
        run_command(environment, "run")
    key = new_key(environment)
    ui = [
        *(sys.executable, "-m", "dagster", "dev", "-w", str(ROOT / "workspace.yaml")),
        *("--host", "127.0.0.1", "--port", str(dagster)),
    ]
    serve = [sys.executable, "-m", "purchase_assets.cli", "serve", "--port", str(pages_port)]
    with (
        process(ui, environment, folder / "dagster.log"),
        process(serve, environment, folder / "serve.log"),
        browser() as page,
    ):
        addresses = f"http://127.0.0.1:{dagster}", f"http://127.0.0.1:{pages_port}"
        until(lambda: answers(f"{addresses[0]}/server_info"), "the Dagster UI")
        until(lambda: answers(f"{addresses[1]}/health"), "the pages")
        demo = Demo(data, environment, *addresses, page, wanted, key)
        demo.rest()
        yield demo


@contextmanager
def browser() -> Iterator[Any]:
    """A tab."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(viewport=WIDE, timezone_id="America/Santiago")
        context.add_init_script(
            "localStorage.setItem('dagster-nav-collapsed', 'true');"
            "localStorage.setItem('large-screen-nav-open', 'false');"
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        yield page
        chromium.close()
