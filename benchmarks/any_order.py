"""Long stories of a small shop in any order: what senders, people and accidents do to it.

Run as `python benchmarks/any_order.py [--stories N] [--steps 200] [--seed S] [--minutes M]
[--keep DIR] [--json]`. Story by story the seeds S, S+1, ...; no step begins after M minutes. A
defect ends its story and is told with the steps that lead to it. With `--keep` the opened shop is
kept for next time, and of a broken story the folder before its last step and after it.
"""

import argparse
import contextlib
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the tests are no package of the installation


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--stories", type=int, default=1_000_000)
    options.add_argument("--steps", type=int, default=200)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--keep", type=Path)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    logging.disable(logging.CRITICAL)  # what fails on purpose is told at length
    began, before = time.monotonic(), os.times()
    with contextlib.ExitStack() as stack:
        folder = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        told = stories(folder, chosen, until=began + 60 * chosen.minutes)
    spent = sum(os.times()[:4]) - sum(before[:4])
    report = {
        **summary(told),
        "seconds": round(time.monotonic() - began),
        "cpu_seconds": round(spent),
    }
    print(json.dumps(report, indent=2) if chosen.json else table(report))
    sys.exit(bool(report["defects"]))


def stories(folder: Path, chosen: argparse.Namespace, until: float) -> list[Any]:
    """The stories that were asked for, told in this process."""
    import pytest

    from purchase_assets.orchestration import priority
    from purchase_assets.storage import incoming
    from purchase_assets_tests.scenarios.any_order import tell
    from purchase_assets_tests.scenarios.conftest import make_training_bare
    from purchase_assets_tests.scenarios.shop import open_shop

    told = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incoming, "SETTLED_S", 0)  # files are dropped whole
        patch.setattr(priority, "NICE", 0)
        opened = folder / "opened"
        if not opened.exists():
            opened.mkdir()
            open_shop(opened)
        make_training_bare(patch)
        for seed in range(chosen.seed, chosen.seed + chosen.stories):
            if time.monotonic() > until:
                break
            say(f"seed {seed}")
            story = tell(seed, chosen.steps, opened, folder / f"story {seed}", say, until)
            say(story.defect or "sound")
            told.append(story)
    return told


def say(line: str) -> None:
    """Tell who waits how far it is."""
    print(line, file=sys.stderr, flush=True)


def summary(told: list[Any]) -> dict[str, Any]:
    """The figures of all stories together."""
    counts, seconds = Counter[str](), Counter[str]()
    for story in told:
        counts.update(story.counts)
        seconds.update(story.seconds)
    return {
        "stories": len(told),
        "steps": sum(len(story.steps) for story in told),
        "steps_by_story": {story.seed: len(story.steps) for story in told},
        "checks": counts["checks"],
        "defects": [
            {"seed": story.seed, "steps": story.steps, "found": story.defect.splitlines()[-1]}
            for story in told
            if story.defect
        ],
        "steps_by_rule": {name: counts[name] for name in sorted(seconds)},
        "seconds_by_rule": {name: round(seconds[name]) for name in sorted(seconds)},
        "events": {name: counts[name] for name in sorted(counts.keys() - seconds.keys())},
    }


def table(report: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [
        f"{report['stories']} stories, {report['steps']} steps, {report['checks']} checks of "
        f"everything, {len(report['defects'])} defects, {report['seconds']} s, "
        f"{report['cpu_seconds']} CPU s",
        "",
        "| what | how often |",
        "|---|---|",
    ]
    counted = {**report["steps_by_rule"], **report["events"]}
    lines += [f"| {name.replace('_', ' ')} | {count} |" for name, count in counted.items()]
    for defect in report["defects"]:
        lines += ["", f"seed {defect['seed']}: {defect['found']}", *defect["steps"]]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
