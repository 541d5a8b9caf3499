"""What is measured of the graph: the newest runs, the sensors' looks, the daemon, waiting files."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from purchase_assets.alerting.graph_facts import Figures, RunFigures
from purchase_assets.orchestration.daemons import good_looks, heartbeat
from purchase_assets.orchestration.memory import PEAK
from purchase_assets.project import Project
from purchase_assets.storage.incoming import files

WORKS = {"training": "trained_model", "week": "weekly_predictions"}
"""What a run is called that makes an asset: a training, and the cycle of a week."""


def figures(project: Project, instance: dg.DagsterInstance) -> Figures:
    """What stands just now; only small queries, since it is asked every quarter of a minute."""
    beat = heartbeat(instance)
    return Figures(
        files_waiting=sum(1 for _ in files(project.incoming)),
        heartbeat=_seconds(beat) if beat else None,
        sensors={name: _seconds(last) for name, last in good_looks(instance).items()},
        runs={name: found for name, asset in WORKS.items() for found in _run(instance, asset)},
    )


def _run(instance: dg.DagsterInstance, asset: str) -> Iterator[RunFigures]:
    """What the run has cost that made an asset last; nothing of what no run made."""
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    record = instance.get_run_record_by_id(event.run_id) if event else None
    if event and record and record.start_time and record.end_time:
        made = event.asset_materialization
        peak = made.metadata.get(PEAK) if made else None
        yield RunFigures(
            ended=record.end_time,
            seconds=record.end_time - record.start_time,
            peak_memory_bytes=_number(peak),
        )


def _number(value: dg.MetadataValue | None) -> float | None:
    return value.value if isinstance(value, dg.IntMetadataValue) else None


def _seconds(moment: datetime) -> float:
    return moment.replace(tzinfo=UTC).timestamp()
