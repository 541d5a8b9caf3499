"""What holds for every test."""

import pytest

from purchase_assets import priority


@pytest.fixture(autouse=True, scope="session")
def _trains_at_full_priority():
    """On a busy machine a training that gives way would starve until its test's time is up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(priority, "NICE", 0)
        yield
