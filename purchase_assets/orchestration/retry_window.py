"""How often the same work is tried again: within a window of time, and counted by cause.

Nothing is given up for ever: an outage passes, and a person mends. `purchase-assets run` begins a
window of its own, in which everything is tried once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dagster as dg

WINDOW = timedelta(hours=1)
FAILED = dg.DagsterRunStatus.FAILURE


@dataclass(frozen=True)
class Attempts:
    """A limit on failed runs of the same work.

    Attributes
    ----------
    at_most : int
        Failed runs within the window after which nothing is asked for.
    since : datetime or None
        When the window began; None: `WINDOW` ago.
    """

    at_most: int = 3
    since: datetime | None = None

    def allow(self, instance: dg.DagsterInstance, tags: dict[str, str]) -> bool:
        """Whether work may be asked for: none of its runs is under way, too few have failed."""
        now = datetime.now(UTC)
        since = self.since or now - WINDOW
        failed = 0
        for record in instance.get_run_records(dg.RunsFilter(tags=tags)):
            run = record.dagster_run
            if not run.is_finished:
                return False
            # one that a clock of the future began is of no window
            failed += run.status is FAILED and since <= record.create_timestamp <= now
        return failed < self.at_most

    @staticmethod
    def run_key(instance: dg.DagsterInstance, tags: dict[str, str]) -> str:
        """A key that no earlier run of the work has."""
        (name,) = tags.values()
        return f"{name}:{instance.get_runs_count(dg.RunsFilter(tags=tags))}"
