"""What the pages may ask of the graph, and what a person may change from the monitoring page."""

from typing import Protocol

from purchase_assets.alerting.graph_facts import Figures, GraphFacts


class Decisions(Protocol):
    """A person's changes.

    Each answers with one sentence for the person, or raises PurchaseAssetsError.
    """

    def release(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Validate quarantined rows again and take them in; None means all that wait."""
        ...

    def discard(self, upload_key: str, row_numbers: list[int] | None, by: str, reason: str) -> str:
        """Close quarantined rows for good; None means all that wait."""
        ...

    def seen(self, upload_key: str, by: str, reason: str) -> str:
        """Answer a refused file: a person has seen it."""
        ...

    def withdraw(self, upload_key: str, by: str, reason: str) -> str:
        """Take an accepted upload's rows out again."""
        ...

    def restore(self, upload_key: str, by: str, reason: str) -> str:
        """Bring a withdrawn upload back."""
        ...

    def rollback(self, version: str, by: str, reason: str) -> str:
        """Make an earlier model version champion again."""
        ...


class Actions(Protocol):
    """The project's own graph, given by whoever starts the server."""

    def decisions(self) -> Decisions:
        """What people change; asked for only when somebody does."""
        ...

    def graph_facts(self) -> GraphFacts:
        """What Dagster says of its runs and its daemon just now."""
        ...

    def figures(self) -> Figures:
        """What is measured of the graph just now."""
        ...

    def follows_by_itself(self) -> bool:
        """Whether something runs that computes the table anew after a change."""
        ...
