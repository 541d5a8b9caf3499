"""Takes the pictures of the docs of the real thing: the Dagster UI, the pages, a real daemon.

A story in a data folder of its own: the sample, its weeks as they come, a file with bad rows, a
refused one, drift, and what a person clicks. Each function below is a part of the story and takes
its pictures, in this order; `python docs/pictures.py NAME ...` takes just those, and plays the
story only as far as they need. `--data FOLDER` goes on with the sample's model that an earlier
call has trained there.

The whole takes half an hour, since nothing is hurried: files wait for the sensors as they always
do. Needs Chromium and the packages of `make test`.
"""

import argparse
import json
import os
import re
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
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Locator, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
SETTINGS = {
    "FORECAST__TRAINING_WINDOWS": "12",
    "FORECAST__SEARCH_CANDIDATES": "1",
    "LANGUAGE": "en",
    "API_KEY": "for the pictures",
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
    taken: list[str] = field(default_factory=list)

    # the project

    def command(self, *words: str) -> Any:
        """What a command reports."""
        return json.loads(run_command(self.environment, *words, "--json"))

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


def run_command(environment: dict[str, str], *words: str) -> str:
    """What a command of the project prints; those that judge files have exit codes of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "purchase_assets.cli", *words],
        env=environment,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


# the story


def lineage(demo: Demo) -> None:
    """After `make run`: all is well."""
    demo.graph("lineage")


def pages(demo: Demo) -> None:
    """The call center's page with a customer, in both languages."""
    for name, path in {"operator": "/", "operator_es": "/es/"}.items():
        if name in demo.wanted:
            demo.open(demo.pages + path, {"width": 1100, "height": 900})
            demo.shoot(name)


def week(demo: Demo) -> None:
    """An ordinary week has come: who asked for what, and the graph is as green as before."""
    demo.next_week()
    demo.open("/runs")
    demo.shoot("week-runs")
    demo.graph("week")


def too_early(demo: Demo) -> None:
    """Monday morning, the file has not come: somebody asks for the new week's table."""
    newest = demo.published()
    assert newest is not None
    monday = str(newest + timedelta(weeks=1))
    record = demo.data / "sample.json"
    kept = record.read_text("utf-8")
    record.write_text(json.dumps({**json.loads(kept), "today": monday}), "utf-8")
    demo.open("/assets/weekly_predictions?view=partitions")
    run = started(demo, lambda: materialize(demo, [monday], new=True))
    log(demo, "too-early", run, "type:STEP_FAILURE")
    record.write_text(kept, "utf-8")
    demo.rest()


def partial(demo: Demo) -> None:
    """A file with bad rows: they are set aside, the rest is taken; then they are let in."""
    demo.next_week("--fault", "bad-rows")
    demo.graph("partial", group="intake")
    checks(demo, "partial-checks", "raw_transactions", "completeness")
    waiting = [row for row in demo.command("quarantine", "list") if row["rule"] == "absurd_items"]
    values = {
        "upload_key": waiting[0]["upload_key"],
        "row_numbers": [row["row_number"] for row in waiting],
        "by": "Ana",
        "reason": "a wedding",
    }
    launch(demo, "release", values, said="released")


def rejected(demo: Demo) -> None:
    """A file without a column: refused, with its reason one click further; then corrected."""
    demo.next_week("--fault", "missing-column")
    demo.graph("rejected")
    checks(demo, "rejected-checks", "raw_transactions", "schema")
    demo.next_week()
    demo.graph("corrected")


def backfill(demo: Demo) -> None:
    """Two past weeks made again: what was published stays."""
    newest = demo.published()
    assert newest is not None
    weeks = [newest - timedelta(weeks=back) for back in (2, 1)]
    demo.open("/assets/weekly_predictions?view=partitions")
    materialize(demo, [str(week) for week in weeks])
    demo.rest()
    query = "{partitionBackfillsOrError(limit: 1) {... on PartitionBackfills {results {id}}}}"
    (newest_backfill,) = demo.ask(query)["partitionBackfillsOrError"]["results"]
    demo.open(f"/runs/b/{newest_backfill['id']}", {**WIDE, "height": 320})
    demo.shoot("backfill")
    demo.open(f"/assets/weekly_predictions?view=partitions&partition={weeks[-1]}", TALL)
    demo.shoot("backfill-week")


def drift(demo: Demo) -> None:
    """Two weeks without a zone: an alarm, and one training."""
    demo.next_week("--drift", "lost-region")
    week = demo.next_week("--drift", "lost-region")
    demo.graph("drift")
    checks(demo, "drift-check", "drift_report", "no_drift")
    demo.open(f"/locations/{LOCATION}/sensors/retrain_on_drift", {**WIDE, "height": 620})
    demo.shoot("drift-sensor")
    demo.open("/runs")
    demo.shoot("drift-runs")
    drifted = date.fromisoformat(week["last_day"]) + timedelta(days=1)
    demo.open(f"{demo.pages}/drift/{drifted}", {"width": 1100, "height": 900})
    demo.shoot("drift-page")


def rollback(demo: Demo) -> None:
    """Back to the version before: the job's launchpad, and what it says."""
    version = demo.command("models")[-1]["model_version"]
    launch(
        demo,
        "rollback",
        {"version": version, "by": "Ana", "reason": "forgets the zone"},
        said="champion",
    )


def monitoring(demo: Demo) -> None:
    """The monitoring page after all that."""
    if {"monitoring", "drift-decision"} & demo.wanted:
        demo.open(f"{demo.pages}/monitoring", {"width": 1280, "height": 700})
        demo.shoot("monitoring")
        heading = demo.page.get_by_role("heading", name="Retraining decisions")
        heading.evaluate("element => element.scrollIntoView()")
        demo.shoot("drift-decision")


STORY: dict[Callable[[Demo], None], tuple[str, ...]] = {
    lineage: ("lineage",),
    pages: ("operator", "operator_es"),
    week: ("week-runs", "week"),
    too_early: ("too-early",),
    partial: ("partial", "partial-checks", "release", "release-run"),
    rejected: ("rejected", "rejected-checks", "corrected"),
    backfill: ("backfill", "backfill-week"),
    drift: ("drift", "drift-check", "drift-sensor", "drift-runs", "drift-page"),
    rollback: ("rollback",),
    monitoring: ("monitoring", "drift-decision"),
}
"""The parts in their order, and the pictures that each takes."""


def checks(demo: Demo, name: str, asset: str, check: str) -> None:
    """An asset's checks, one of them opened."""
    demo.open(f"/assets/{asset}?view=checks")
    demo.page.get_by_text(check, exact=True).first.click()
    demo.page.wait_for_timeout(SETTLED_MS)
    demo.shoot(name)


def materialize(demo: Demo, weeks: list[str], *, new: bool = False) -> None:
    """The button of an asset's page, for weeks of its list or for one that is added to it."""
    page = demo.page
    page.get_by_role("button", name="Materialize").first.click()
    dialog = page.get_by_role("dialog").first
    if new:
        dialog.get_by_text("Add a partition").click()
        page.get_by_placeholder("name", exact=True).fill(*weeks)
        page.get_by_role("button", name="Save").click()
    else:
        dialog.get_by_text("Select a partition").click()
        for week in weeks:
            page.locator(f"[class*=menu i] >> text='{week}' >> visible=true").last.click()
        page.keyboard.press("Escape")
    page.wait_for_timeout(SETTLED_MS)
    dialog.get_by_role("button", name="Launch").last.click()
    page.wait_for_timeout(SETTLED_MS)


def started(demo: Demo, click: Callable[[], None]) -> str:
    """The run that a click has started, once it has ended."""
    before = {run["runId"] for run in demo.runs("")}
    click()
    (run, *_) = until(
        lambda: [run["runId"] for run in demo.runs("") if run["runId"] not in before], "a run"
    )
    ended = ("SUCCESS", "FAILURE", "CANCELED")
    until(lambda: demo.runs(f'runIds: ["{run}"]')[0]["status"] in ended, "its end")
    return run


def log(demo: Demo, name: str, run: str, wanted: str) -> None:
    """A run's page, with those lines of its log that are wanted."""
    demo.open(f"/runs/{run}")
    box = demo.page.get_by_placeholder("Filter")
    box.fill(wanted)
    box.press("Enter")
    demo.page.wait_for_timeout(SETTLED_MS)
    trace = demo.page.get_by_text("Stack Trace:").first
    end = trace.bounding_box()["y"] - 6 if trace.is_visible() else WIDE["height"]
    demo.shoot(name, clip={**WIDE, "x": 0, "y": 0, "height": end})


def launch(demo: Demo, job: str, config: dict[str, Any], said: str) -> None:
    """A job from its launchpad, which opens with an example that only wants its values."""
    demo.open(f"/locations/{LOCATION}/jobs/{job}/playground")
    editor = demo.page.locator(".CodeMirror").first
    text = editor.evaluate("element => element.CodeMirror.getValue()")
    for name, value in config.items():
        text = replaced(text, name, value)
    editor.evaluate("(element, text) => element.CodeMirror.setValue(text)", text)
    demo.page.wait_for_timeout(SETTLED_MS)
    demo.shoot(job)
    run = started(demo, demo.page.get_by_role("button", name="Launch run").click)
    log(demo, f"{job}-run", run, said)
    demo.rest()


def replaced(text: str, name: str, value: Any) -> str:
    """A launchpad's YAML with one value put in."""
    changed, found = re.subn(rf"(?m)^( *{name}:).*", rf"\1 {json.dumps(value)}", text)
    assert found == 1, f"the launchpad opens without {name}: {text}"
    return changed


# the stage


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
        demo = Demo(data, environment, *addresses, page, wanted)
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


def main() -> None:
    """Take what is asked for."""
    names = [name for taken in STORY.values() for name in taken]
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("names", nargs="*", metavar="NAME", help="; ".join(names))
    options.add_argument("--data", type=Path, help="a folder to keep and to go on with")
    chosen = options.parse_args()
    if unknown := set(chosen.names) - set(names):
        options.error(f"{', '.join(sorted(unknown))}: no picture; expected some of {names}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the servers end with it
    wanted = set(chosen.names or names)
    last = max(place for place, taken in enumerate(STORY.values()) if wanted & set(taken))
    with TemporaryDirectory() as folder, stage(chosen.data or Path(folder), wanted) as demo:
        for part in list(STORY)[: last + 1]:
            print(part.__name__, flush=True)
            part(demo)
    print("taken:", ", ".join(demo.taken))


if __name__ == "__main__":
    main()
