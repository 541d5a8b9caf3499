"""The code location for a daemon in a test: every sensor looks each second, or as the test says.

Files are dropped whole, so that none has to lie still before it is taken.
"""

import os
from datetime import date

import dagster as dg

from purchase_assets.definitions import build_definitions
from purchase_assets.orchestration import priority
from purchase_assets.settings import Settings
from purchase_assets.storage import incoming
from purchase_assets_tests.days import OnDay

incoming.SETTLED_S = 0
priority.NICE = 0  # on a busy machine a training that gives way would starve


@dg.definitions
def hurried() -> dg.Definitions:
    today = os.environ.get("TODAY_OF_THE_TEST")
    built = build_definitions(OnDay(day=date.fromisoformat(today)) if today else Settings())
    for sensor in built.sensors or ():
        # Dagster has no public way to change it on one that is made
        sensor._min_interval = int(os.environ.get("SECONDS_OF_THE_TEST", "1"))
    return built
