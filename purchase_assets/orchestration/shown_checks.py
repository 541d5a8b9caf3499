"""What Dagster shows of checks whose answer changes without a run, held to what stands.

The UI shows the latest evaluation of a check, and only while it targets the latest
materialization of its asset. A refused file materializes nothing, and the next file's
materialization leaves all earlier evaluations behind. So the standing is told again, without
a run, whenever Dagster would show something else.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from purchase_assets.orchestration.private import (
    AssetCheckEvaluationTargetMaterializationData,
    AssetCheckExecutionRecord,
    AssetCheckExecutionRecordStatus,
)
from purchase_assets.project import Project
from purchase_assets.storage.reports import published_weeks
from purchase_assets.workflows import check_content, upload_standing
from purchase_assets.workflows.upload_standing import KINDS, Standing


def tell(project: Project, instance: dg.DagsterInstance) -> None:
    """Tell Dagster what the uploads' checks stand at, where it would show something else."""
    for evaluation in untold(project, instance):
        instance.report_runless_asset_event(evaluation)


def untold(project: Project, instance: dg.DagsterInstance) -> list[dg.AssetCheckEvaluation]:
    """The evaluations that would make Dagster show every check's standing."""
    return [
        evaluation
        for asset in KINDS
        for evaluation in _untold(project, instance, dg.AssetKey(asset))
    ]


def results(project: Project, asset: str) -> Iterator[dg.AssetCheckResult]:
    """The checks of an intake run: what each group stands at after it."""
    for found in upload_standing.read(project, asset):
        yield dg.AssetCheckResult(check_name=found.group.value, **_content(project, found))


def untold_status(project: Project, instance: dg.DagsterInstance) -> list[dg.AssetCheckEvaluation]:
    """The evaluation that would make Dagster show the newest published week's mark.

    The mark turns with the days; the table is not made for it, and does not count as fresh.
    """
    asset = dg.AssetKey("weekly_predictions")
    made = instance.get_latest_materialization_event(asset)
    if made is None or not published_weeks.in_order(project.reports):
        return []
    found = check_content.status(project)
    said = {
        "passed": found.passed,
        "severity": dg.AssetCheckSeverity[found.severity],
        "description": found.sentence,
        "metadata": dict(found.figures),
    }
    return list(_unshown(instance, asset, {found.name: said}))


def _untold(
    project: Project, instance: dg.DagsterInstance, asset: dg.AssetKey
) -> Iterator[dg.AssetCheckEvaluation]:
    standings = upload_standing.read(project, asset.to_user_string())
    said = {found.group.value: _content(project, found) for found in standings}
    return _unshown(instance, asset, said)


def _unshown(
    instance: dg.DagsterInstance, asset: dg.AssetKey, said: Mapping[str, dict[str, Any]]
) -> Iterator[dg.AssetCheckEvaluation]:
    """Evaluations of what is said of an asset's checks, where Dagster shows something else."""
    newest = next(iter(instance.fetch_materializations(asset, limit=1).records), None)
    keys = {name: dg.AssetCheckKey(asset, name) for name in said}
    # not marked public; no public call reads an evaluation
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys.values()))
    target = newest and AssetCheckEvaluationTargetMaterializationData(
        run_id=newest.run_id, storage_id=newest.storage_id, timestamp=newest.timestamp
    )
    for name, found in said.items():
        record = latest.get(keys[name])
        if record and (_shows(record, newest, found) or _goes_on(record, instance)):
            continue
        yield dg.AssetCheckEvaluation(
            asset_key=asset, check_name=name, target_materialization_data=target, **found
        )


def _shows(
    record: AssetCheckExecutionRecord, newest: dg.EventLogRecord | None, found: Mapping[str, Any]
) -> bool:
    """Whether the latest evaluation says what a check stands at, of the latest materialization."""
    said = record.evaluation
    if record.status is AssetCheckExecutionRecordStatus.PLANNED or said is None:
        return False
    target = said.target_materialization_data
    return (
        newest is None
        or record.run_id == newest.run_id
        or (target is not None and target.storage_id == newest.storage_id)
    ) and (said.passed, said.severity, said.description) == (
        found["passed"],
        found["severity"],
        found["description"],
    )


def _goes_on(record: AssetCheckExecutionRecord, instance: dg.DagsterInstance) -> bool:
    """Whether a run that has yet to say something is under way."""
    if record.status is not AssetCheckExecutionRecordStatus.PLANNED:
        return False
    run = instance.get_run_by_id(record.run_id)
    return run is not None and not run.is_finished


def _content(project: Project, found: Standing) -> dict[str, Any]:
    """What an evaluation says; of several files the counts are those of the newest."""
    metadata: dict[str, Any] = found.message._asdict()
    if found.about:
        upload = found.about[0]
        page = f"{project.settings.operator_url}/uploads/{upload.key}"
        metadata |= {
            "page": dg.MetadataValue.url(page),
            "verdict": upload.verdict.value,
            "file": upload.file_name,
            "files": len(found.about),
            "rows": upload.rows,
            "accepted": upload.accepted,
            "quarantined": upload.quarantined,
            "duplicates": upload.duplicates,
        }
    return {
        "passed": found.passed,
        "severity": dg.AssetCheckSeverity[found.severity],
        "description": found.message.en,
        "metadata": metadata,
    }
