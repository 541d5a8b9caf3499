"""What holds for every test."""

import os
import sys
from pathlib import Path

import pytest

from purchase_assets.orchestration import priority
from purchase_assets.storage import incoming
from purchase_assets_tests.places import TESTS

pytest_plugins = ("purchase_assets_tests.databases", "purchase_assets_tests.planted")

# without it each process that a test starts compiles its libraries anew, which takes longer than
# all else that a command does; `make` takes the variable away, too
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# the host that Starlette's test client asks under
os.environ["PURCHASE_ASSETS_ALLOWED_HOSTS"] = "testserver"

SLOW_PLACES = (
    "alerting/",
    "cli/",
    "drift/",
    "faults/",
    "orchestration/intake/",
    "orchestration/test_launcher.py",
    "orchestration/test_missing_inputs.py",
    "orchestration/test_pools.py",
    "samples/",
    "scenarios/",
    "serving/",
    "storage/test_registry.py",
    "test_code_versions.py",
)
SLOW_FIXTURES = {"training", "browser", "spark", "dagster"}
"""What `make check` leaves out: what trains a model, runs the graph, a server or commands, or waits
for a browser or Spark, that is these places and tests with one of these fixtures."""

LONGEST = (
    "scenarios/test_retraining_story.py",
    "scenarios/test_model_stories.py",
    "scenarios/test_history_story.py",
    "scenarios/test_weekly_story.py",
    "scenarios/test_upload_stories.py",
    "scenarios/test_tasks_of_the_docs.py",
    "scenarios/test_driver_and_daemon.py",
)
"""Begun first, so that the workers end together; the first two copy different trained worlds."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where nothing slow is wanted, its libraries are not imported either."""
    place = collection_path.relative_to(TESTS).as_posix()
    folder = f"{place}/" if collection_path.is_dir() else place
    return (config.option.markexpr == "not slow" and folder.startswith(SLOW_PLACES)) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take long come first; a file is one worker's (--dist loadfile)."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if _file(item).startswith(SLOW_PLACES) or fixtures & SLOW_FIXTURES:
            item.add_marker(pytest.mark.slow)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    return LONGEST.index(_file(item)) if _file(item) in LONGEST else len(LONGEST)


def _file(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).as_posix()


@pytest.fixture(autouse=True, scope="session")
def _trains_at_full_priority():
    """On a busy machine a training that gives way would starve until its test's time is up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priority, "NICE", 0)
        yield


@pytest.fixture(autouse=True, scope="session")
def _files_are_completely_written():
    """Tests drop whole files; those that do not say so, and wait."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incoming, "SETTLED_S", 0)
        yield
