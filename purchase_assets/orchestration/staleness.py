"""Which assets are out of date, as the Dagster UI itself would mark them."""

from functools import cached_property
from typing import Any

import dagster as dg

from purchase_assets.orchestration.private import (
    CachingStaleStatusResolver,
    LoadingContext,
    StaleStatus,
)


class Staleness:
    """Answers for one moment; make a new one after something was materialized."""

    def __init__(self, instance: dg.DagsterInstance, graph: object) -> None:
        self._resolver = CachingStaleStatusResolver(
            instance=instance,
            asset_graph=graph,  # type: ignore[arg-type]
            loading_context=_Moment(instance),
        )

    def out_of_date(self, asset: str, partition: str | None = None) -> bool:
        """Whether an asset is missing, or its code or an input has changed since it was made."""
        status = self._resolver.get_status(dg.AssetKey(asset), partition)
        return status is not StaleStatus.FRESH

    def version(self, asset: str, partition: str | None = None) -> str:
        """The asset's current data version."""
        return self._resolver.get_current_data_version(dg.AssetKey(asset), partition).value


class _Moment(LoadingContext):
    """Records as they are when first asked for."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance = instance

    @property
    def instance(self) -> dg.DagsterInstance:
        """The instance whose records are asked for."""
        return self._instance

    @cached_property
    def loaders(self) -> dict[type, Any]:
        """What Dagster keeps of them."""
        return {}
