"""What holds for every test."""

import os
from pathlib import Path

import pytest

from purchase_assets.orchestration import priority

pytest_plugins = ("purchase_assets_tests.databases", "purchase_assets_tests.planted")

# the host that Starlette's test client asks under
os.environ["PURCHASE_ASSETS_ALLOWED_HOSTS"] = "testserver"

TRAINED = {
    "test_crash_story": "opened",
    "test_history_story": "opened",
    "test_retraining_story": "opened",
    "test_tasks_of_the_docs": "opened",
    "test_weekly_partitions": "opened",
    "test_weekly_story": "opened",
    "test_model_stories": "watched",
    "test_upload_stories": "watched",
}
"""Stories that share a fixture with a trained model: one worker runs all of a fixture."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long stories first, so that the workers end together."""
    items.sort(key=lambda item: item.path.stem not in TRAINED)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """The workers share the tests by trained model, else by file."""
    from xdist.scheduler import LoadScopeScheduling

    class Sharing(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = Path(nodeid.split("::")[0]).stem
            return TRAINED.get(file, file)

    return Sharing(config, log)


@pytest.fixture(autouse=True, scope="session")
def _trains_at_full_priority():
    """On a busy machine a training that gives way would starve until its test's time is up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priority, "NICE", 0)
        yield
