"""Whether somebody else starts and ends runs."""

import time

import dagster as dg

HEARTBEAT_S = 120
"""A daemon says every 30 s that it is alive."""


def daemon_lives(instance: dg.DagsterInstance) -> bool:
    """Whether a Dagster daemon is alive, which starts, ends and looks after runs."""
    beats = instance.get_daemon_heartbeats().values()
    newest = max((beat.timestamp for beat in beats), default=0.0)
    return time.time() - newest < HEARTBEAT_S
