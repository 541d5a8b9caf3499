"""One registered model version by name, and the refusal of one that is not what it was.

What is passed around without MLflow.
"""

from dataclasses import dataclass

from purchase_assets.errors import Conflict


class ModelRefused(Conflict):
    """A stored model or its record is not what was registered, so it is not used."""


@dataclass(frozen=True)
class ModelReference:
    """One registered model version: what is passed around instead of an estimator."""

    version: str
    run_id: str
    sha256: str

    @property
    def data_version(self) -> str:
        """What identifies the model's content to Dagster."""
        return f"{self.version}/{self.sha256[:12]}"
