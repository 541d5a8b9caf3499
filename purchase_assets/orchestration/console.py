"""What a server shows of the graph, and the door to what people change.

A server looks all day and changes something once a week. So looking is light, and what a change
needs (Great Expectations, scikit-learn: a third of a server's start) is imported at the first.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import dagster as dg

from purchase_assets.alerting.graph_facts import Figures, GraphFacts
from purchase_assets.orchestration.daemons import daemon_lives
from purchase_assets.orchestration.figures import figures
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.telling import graph_facts, watching_the_daemon
from purchase_assets.project import Project
from purchase_assets.storage.reports.database import now

if TYPE_CHECKING:
    from purchase_assets.orchestration.operations import Operations


@dataclass(frozen=True)
class Console:
    """One project and the Dagster instance that works on it."""

    project: Project
    instance: dg.DagsterInstance

    @classmethod
    def opened(cls, project: Project, home: Path) -> Self:
        """With the instance that the dagster.yaml of a folder describes."""
        return cls(project, open_instance(project.settings, home))

    def decisions(self) -> "Operations":
        """What people change; the first call takes seconds."""
        from purchase_assets.orchestration.operations import Operations

        return Operations(self.project, self.instance)

    def graph_facts(self) -> GraphFacts:
        """What Dagster says of its runs and its daemon just now; sensors tell for themselves."""
        return graph_facts(self.instance, (), now(), since=datetime.min)

    def figures(self) -> Figures:
        """What Dagster and the incoming folder say just now, for those who measure."""
        return figures(self.project, self.instance)

    def watching_the_daemon(self) -> AbstractContextManager[None]:
        """Look at the daemon while something else runs, and tell people when it is silent."""
        return watching_the_daemon(self.project, self.instance)

    def follows_by_itself(self) -> bool:
        """Whether a Dagster daemon is alive, which computes what rests on a change."""
        return daemon_lives(self.instance)
