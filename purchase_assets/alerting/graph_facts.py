"""What Dagster says of its runs, sensors and daemon, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

DAEMON_SILENT = timedelta(minutes=5)
"""A daemon says every half a minute that it lives."""
SENSOR_SILENT = timedelta(minutes=10)
"""Each sensor looks once a minute or more often, one after the other."""
GIVEN_UP_AFTER = 3
"""Failures in a row after which work is tried once an hour at most, or no more."""
REMEMBERED = timedelta(days=7)
"""How far back runs are looked at, and how old a cause may be that nobody was told of."""


@dataclass(frozen=True)
class Work:
    """What the newest ended runs of the same work came to.

    Attributes
    ----------
    failures : int
        Failed runs since the last that succeeded.
    since : datetime
        When the first of these was begun, naive UTC; when the last success was, without any.
    run_id, why : str
        The first of these, and its first error in one line.
    """

    failures: int
    since: datetime
    run_id: str = ""
    why: str = ""


@dataclass(frozen=True)
class GraphFacts:
    """The graph at one look; moments are naive UTC.

    Attributes
    ----------
    watching_since : datetime
        Since when somebody has looked without a pause: what is silent for longer than that may
        only have been switched off together with whoever looks.
    heartbeat : datetime or None
        The oldest sign of life of the daemon's parts that start work; None if it never lived.
    sensors : mapping of str to datetime
        The last good look of each sensor.
    works : mapping of str to Work
        By what is made.
    """

    looked_at: datetime
    watching_since: datetime
    heartbeat: datetime | None = None
    sensors: Mapping[str, datetime] = field(default_factory=dict)
    works: Mapping[str, Work] = field(default_factory=dict)

    def silent(self, last: datetime, limit: timedelta) -> bool:
        """Whether somebody has been silent for longer than a limit, while it was looked at."""
        return min(self.looked_at - last, self.looked_at - self.watching_since) > limit


@dataclass(frozen=True)
class RunFigures:
    """What the newest run of a work has cost; `ended` in seconds since 1970."""

    ended: float
    seconds: float
    peak_memory_bytes: float | None


@dataclass(frozen=True)
class Figures:
    """What is measured of the graph; moments in seconds since 1970.

    Attributes
    ----------
    files_waiting : int
        Files in the incoming folder.
    heartbeat : float or None
        The oldest sign of life of the daemon's parts that start work.
    sensors : mapping of str to float
        The last good look of each sensor.
    runs : mapping of str to RunFigures
        By work: `training`, `week`.
    """

    files_waiting: int
    heartbeat: float | None
    sensors: Mapping[str, float]
    runs: Mapping[str, RunFigures]
