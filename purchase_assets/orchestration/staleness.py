"""Which assets are out of date, as the Dagster UI itself would mark them.

Dagster does not mark these calls public; they stand here alone so that an upgrade has one place
to mend.
"""

import dagster as dg
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest


class Staleness:
    """Answers for one moment; make a new one after something was materialized."""

    def __init__(self, instance: dg.DagsterInstance, graph: object) -> None:
        self._resolver = CachingStaleStatusResolver(
            instance=instance,
            asset_graph=graph,  # type: ignore[arg-type]
            loading_context=LoadingContextForTest(instance),
        )

    def out_of_date(self, asset: str, partition: str | None = None) -> bool:
        """Whether an asset is missing, or its code or an input has changed since it was made."""
        status = self._resolver.get_status(dg.AssetKey(asset), partition)
        return status is not StaleStatus.FRESH

    def version(self, asset: str, partition: str | None = None) -> str:
        """The asset's current data version."""
        return self._resolver.get_current_data_version(dg.AssetKey(asset), partition).value
