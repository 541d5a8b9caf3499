"""The Dagster instance: what dagster.yaml names, for every process that opens it.

Runs, events, logs and artifacts lie below the data folder, runs and events in PostgreSQL where its
URL is set. The classes find that out from the settings, so that the same variables move the UI, the
daemon, the `dagster` commands and `purchase-assets` together.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg

from purchase_assets.errors import PurchaseAssetsError, files_usable
from purchase_assets.orchestration.private import (
    ConfigurableClass,
    ConfigurableClassData,
    DagsterStorage,
    InstanceRef,
    LocalArtifactStorage,
    LocalComputeLogManager,
)
from purchase_assets.orchestration.sqlite_instance import SqliteStorage
from purchase_assets.settings import Settings
from purchase_assets.storage.database_errors import explained_errors
from purchase_assets.storage.kept_engines import server_engine
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.one_at_a_time import one_at_a_time

LAST_DAEMON_S = 10
"""How long a daemon waits until the one before it has ended."""


def open_instance(settings: Settings, home: Path) -> dg.DagsterInstance:
    """The instance that dagster.yaml in `home` names, kept where `settings` say.

    Opened as every process of Dagster opens it; the settings are told by the environment, as they
    are told there.
    """
    variables = {
        "DAGSTER_HOME": str(home),
        "PURCHASE_ASSETS_DATA": settings.data,
        "PURCHASE_ASSETS_DAGSTER_STORAGE_URL": settings.dagster_storage_url,
    }
    with (
        _environment(variables),
        files_usable(_folder(settings)),
        explained_errors("Dagster's database", "PURCHASE_ASSETS_DAGSTER_STORAGE_URL"),
    ):
        instance = dg.DagsterInstance.get()
        _ = instance.compute_log_manager  # made when first asked for
        return instance


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _folder(settings: Settings) -> str:
    return f"{settings.data}/dagster"


class GuardedInstance(dg.DagsterInstance):
    """The ordinary instance; a web server is guarded before it serves, a daemon is the only one.

    Connections to PostgreSQL are kept: Dagster makes one for every statement outside its web
    server, which was two fifths of what a team's week cost.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        url = getattr(self.run_storage, "postgres_url", None)
        self._kept = server_engine(url) if url else None
        if self._kept:
            for storage in (self.run_storage, self.event_log_storage, self.schedule_storage):
                storage._engine = self._kept  # type: ignore[union-attr]

    def dispose(self) -> None:
        """Close the connections, too."""
        super().dispose()
        if self._kept:
            self._kept.dispose()

    def optimize_for_webserver(self, *args: Any, **kwargs: Any) -> None:
        """What Dagster calls in a web server only, before it makes the application."""
        from purchase_assets.orchestration.web_guard import guard

        guard()
        super().optimize_for_webserver(*args, **kwargs)

    def get_sensor_settings(self) -> Mapping[str, Any]:
        """What Dagster calls in a daemon only, before it begins: there is one of a project."""
        alone = one_at_a_time(
            Reports(Settings().reports),
            "daemon",
            "a Dagster daemon",
            patience_s=LAST_DAEMON_S,
        )
        try:
            alone.__enter__()
        except PurchaseAssetsError as error:
            raise SystemExit(f"dagster-daemon: {error}") from error
        self._alone = alone  # for as long as this process lives
        return super().get_sensor_settings()

    @classmethod
    def config_schema(cls) -> dict[str, Any]:
        """Nothing more to configure than in the ordinary one."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Any:
        """The ordinary ones."""
        return InstanceRef.config_defaults(base_dir)


class Storage(DagsterStorage, ConfigurableClass):
    """Runs and events: SQLite below the data folder, or PostgreSQL where a URL is set."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """The settings say it all."""
        return {}

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: dict[str, str]
    ) -> DagsterStorage:
        """What the settings name."""
        settings = Settings()
        if not settings.dagster_storage_url:
            return SqliteStorage.from_local(_folder(settings), inst_data)
        from dagster_postgres import DagsterPostgresStorage

        return DagsterPostgresStorage(settings.dagster_storage_url, inst_data=inst_data)


class Artifacts(LocalArtifactStorage):
    """What a run leaves behind, below the data folder."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """The settings say it all."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> "Artifacts":
        """Where the settings put the data folder."""
        return cls(_folder(Settings()), inst_data)


class ComputeLogs(LocalComputeLogManager):
    """What a step prints, below the data folder."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """The settings say it all."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> "ComputeLogs":
        """Where the settings put the data folder."""
        return cls(f"{_folder(Settings())}/logs", inst_data=inst_data)
