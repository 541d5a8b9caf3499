"""Where Dagster keeps runs and events: below the data folder, or in PostgreSQL by its URL.

dagster.yaml names the class, so that the same variables move the UI, the daemon and the command
line together.
"""

from typing import Any

from dagster import Field
from dagster._core.storage.base_storage import DagsterStorage  # none of these is marked public
from dagster._core.storage.sqlite_storage import DagsterSqliteStorage
from dagster._serdes import ConfigurableClass, ConfigurableClassData

from purchase_assets.settings import Settings


class Storage(DagsterStorage, ConfigurableClass):
    """Makes the storage that the settings name, or that `data` and `url` name in their place."""

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """The schema of what an instance's configuration may say."""
        return {name: Field(str, is_required=False) for name in ("data", "url")}

    @classmethod
    def from_config_value(  # type: ignore[override]
        cls, inst_data: ConfigurableClassData | None, config_value: dict[str, str]
    ) -> DagsterStorage:
        """SQLite below the data folder, or PostgreSQL where a URL is given."""
        settings = Settings()
        url = config_value.get("url", settings.dagster_storage_url)
        if not url:
            folder = f"{config_value.get('data', settings.data)}/dagster"
            return DagsterSqliteStorage.from_local(folder, inst_data)
        from dagster_postgres import DagsterPostgresStorage

        return DagsterPostgresStorage(url, inst_data=inst_data)
