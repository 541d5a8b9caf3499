"""What assets, sensors and commands receive: the configured stores as plain objects.

Lake and registry are imported when they are first used: who only asks the reports database, as
the sensors do, loads neither Delta nor MLflow.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from upath import UPath

from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports

if TYPE_CHECKING:
    from purchase_assets.storage.lake import Lake
    from purchase_assets.storage.registry import Registry


@dataclass(frozen=True)
class Project:
    """The stores of one configuration."""

    settings: Settings

    @cached_property
    def lake(self) -> "Lake":
        """The Delta lake."""
        from purchase_assets.storage.lake import Lake

        return Lake(f"{self.settings.data}/lake")

    @cached_property
    def reports(self) -> Reports:
        """The reports database."""
        return Reports(self.settings.reports)

    @cached_property
    def registry(self) -> "Registry":
        """The model registry."""
        from purchase_assets.storage.registry import Registry

        return Registry(self.settings.mlflow, f"{self.settings.data}/mlflow")

    @property
    def incoming(self) -> UPath:
        """Where people drop files."""
        return self.folder("incoming")

    def folder(self, name: str) -> UPath:
        """A folder below the data folder."""
        return UPath(self.settings.data) / name
