"""Whether somebody else starts and ends runs, and when each of its parts last said so."""

import time
from collections.abc import Collection
from datetime import UTC, datetime

import dagster as dg

from purchase_assets.orchestration.private import TickStatus

HEARTBEAT_S = 120
"""A daemon says every 30 s that it is alive."""
STARTS_WORK = ("SENSOR", "ASSET", "QUEUED_RUN_COORDINATOR")
"""The parts of a daemon without which nothing is begun."""
GOOD = [TickStatus.SUCCESS, TickStatus.SKIPPED]


def daemon_lives(instance: dg.DagsterInstance) -> bool:
    """Whether a Dagster daemon is alive, which starts, ends and looks after runs."""
    beats = instance.get_daemon_heartbeats().values()
    newest = max((beat.timestamp for beat in beats), default=0.0)
    return time.time() - newest < HEARTBEAT_S


def heartbeat(instance: dg.DagsterInstance) -> datetime | None:
    """The oldest sign of life of the parts that start work, naive UTC; None if none ever lived."""
    beats = instance.get_daemon_heartbeats()
    oldest = min((beats[part].timestamp for part in STARTS_WORK if part in beats), default=None)
    return None if oldest is None else naive(oldest)


def good_looks(
    instance: dg.DagsterInstance, names: Collection[str] | None = None
) -> dict[str, datetime]:
    """When each sensor, or each of some, last looked without an error, naive UTC.

    A sensor that never did is left out; one that was moved between code locations has several
    records, of which the newest counts.
    """
    found: dict[str, datetime] = {}
    if instance.schedule_storage is None:  # an instance in memory has no daemon
        return found
    for state in instance.all_instigator_state():
        if names is None or state.name in names:
            ticks = instance.get_ticks(
                state.instigator_origin_id, state.selector_id, limit=1, statuses=GOOD
            )
            for tick in ticks:
                last = naive(tick.timestamp)
                found[state.name] = max(last, found.get(state.name, last))
    return found


def naive(timestamp: float) -> datetime:
    """A moment as the tables keep it."""
    return datetime.fromtimestamp(timestamp, UTC).replace(tzinfo=None)
