"""What a server shows of the graph, and the door to what people change.

A server looks all day and changes something once a week. So looking is light, and what a change
needs (Great Expectations, scikit-learn: a third of a server's start) is imported at the first.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import dagster as dg

from purchase_assets.alerting.graph_facts import Figures
from purchase_assets.orchestration.daemons import daemon_lives
from purchase_assets.orchestration.failed_work import failed_work
from purchase_assets.orchestration.figures import figures
from purchase_assets.orchestration.instance import open_instance
from purchase_assets.orchestration.telling import watching_the_daemon
from purchase_assets.project import Project
from purchase_assets.text import Text

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

    def failed_work(self) -> list[Text]:
        """What was tried and failed, and the command that tries it again."""
        return failed_work(self.instance)

    def figures(self) -> Figures:
        """What Dagster and the incoming folder say just now, for those who measure."""
        return figures(self.project, self.instance)

    def watching_the_daemon(self) -> AbstractContextManager[None]:
        """Look at the daemon while something else runs, and tell people when it is silent."""
        return watching_the_daemon(self.project, self.instance)

    def follows_by_itself(self) -> bool:
        """Whether a Dagster daemon is alive, which computes what rests on a change."""
        return daemon_lives(self.instance)
