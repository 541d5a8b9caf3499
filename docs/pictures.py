"""Takes the pictures of the docs of the Dagster UI: the real thing, with a real daemon.

Those of the pages are `page_pictures.py`.

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
import re
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from stage import LOCATION, SETTLED_MS, TALL, WIDE, Demo, stage, until


def lineage(demo: Demo) -> None:
    """After `make run`: all is well."""
    demo.graph("lineage")


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
    demo.next_week("--drift", "lost-region")
    checks(demo, "drift-check", "drift_report", "no_drift")
    demo.open(f"/locations/{LOCATION}/sensors/retrain_on_drift", {**WIDE, "height": 620})
    demo.shoot("drift-sensor")
    demo.open("/runs")
    demo.shoot("drift-runs")


def rollback(demo: Demo) -> None:
    """Back to the first version; the gate may have kept it, so the second is promoted by hand."""
    demo.promote("2")
    values = {"version": "1", "by": "Ana", "reason": "forgets the zone"}
    launch(demo, "rollback", values, said="champion again")


STORY: dict[Callable[[Demo], None], tuple[str, ...]] = {
    lineage: ("lineage",),
    week: ("week-runs", "week"),
    too_early: ("too-early",),
    partial: ("partial", "partial-checks", "release", "release-run"),
    rejected: ("rejected", "rejected-checks", "corrected"),
    backfill: ("backfill", "backfill-week"),
    drift: ("drift-check", "drift-sensor", "drift-runs"),
    rollback: ("rollback", "rollback-run"),
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
    for name, value in {**config, "token": demo.token()}.items():
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
