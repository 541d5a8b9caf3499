"""How often the same work is tried again: within a window of time, and counted by cause.

Nothing is given up for ever: an outage passes, and a person mends. `purchase-assets run` begins a
window of its own, in which everything is tried once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

WINDOW = timedelta(hours=1)


@dataclass(frozen=True)
class Attempts:
    """A limit on runs of the same work.

    Attributes
    ----------
    at_most : int
        Runs within the window after which nothing is asked for.
    since : datetime or None
        When the window began; None: `WINDOW` ago.
    """

    at_most: int = 3
    since: datetime | None = None

    @classmethod
    def once_from_now(cls) -> "Attempts":
        """What holds while a person waits: one try, whatever failed before."""
        return cls(1, datetime.now(UTC))

    def allow(self, tried: Sequence[dg.RunRecord]) -> bool:
        """Whether one more run of the work may be asked for: none goes on, few were tried."""
        if any(not record.dagster_run.is_finished for record in tried):
            return False
        now = datetime.now(UTC)
        since = self.since or now - WINDOW
        # a run that a clock of the future began is of no window
        counted = [record for record in tried if since <= record.create_timestamp <= now]
        return len(counted) < self.at_most


def tried(instance: dg.DagsterInstance, tags: Mapping[str, str]) -> Sequence[dg.RunRecord]:
    """The runs of a work, which their tags name."""
    return instance.get_run_records(dg.RunsFilter(tags=dict(tags)))
