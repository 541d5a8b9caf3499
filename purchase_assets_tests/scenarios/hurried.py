"""The code location for a daemon in a test: every sensor looks as often as the daemon lets it."""

import os
from datetime import date

import dagster as dg

from purchase_assets.definitions import build_definitions
from purchase_assets_tests.days import OnDay


@dg.definitions
def hurried() -> dg.Definitions:
    built = build_definitions(OnDay(day=date.fromisoformat(os.environ["TODAY_OF_THE_TEST"])))
    for sensor in built.sensors or ():
        sensor._min_interval = 1  # Dagster has no public way to change it on one that is made
    return built
