"""Group `intake`: uploads become accepted rows, or an asset check that says why not.

A rejected upload materializes nothing: its checks fail and carry the reason until it is answered.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from purchase_assets import shown
from purchase_assets.assets.describe import OPERATIONS, described
from purchase_assets.assets.partitions import UPLOADS
from purchase_assets.failures import told
from purchase_assets.resources import Project
from purchase_assets.workflows import intake, verdict_words, yardstick

GROUPS = {
    "schema": "The file can be read and has the columns it needs.",
    "completeness": "Needed values are there.",
    "keys": "Ids identify a row.",
    "ranges": "Numbers are finite and plausible.",
    "references": "Customers and products are known.",
    "duplicates": "No line is delivered twice.",
    "volume": "The number of rows a day is like that of earlier files.",
    "dates": "Dates lie between the first week and today.",
}
Events = Iterator[dg.AssetCheckResult | dg.MaterializeResult]

POOL = "intake"
"""One upload at a time, since each is judged against those before it."""

FILE_TAG = "purchase_assets/file"
UPLOAD_TAG = "purchase_assets/upload"


class Upload(dg.Config):
    """Which waiting upload to take in; the first one when empty."""

    key: str = ""


def _checks(asset: str) -> list[dg.AssetCheckSpec]:
    return [
        dg.AssetCheckSpec(name, asset=asset, description=description)
        for name, description in GROUPS.items()
    ]


def _take_in(context: dg.AssetExecutionContext, project: Project, kind: str, key: str) -> Events:
    with told():
        entry = intake.find(project, key)
    judgement = intake.take_in(project, entry)
    counts = {
        "rows": judgement.rows,
        "accepted": judgement.accepted.num_rows,
        "quarantined": judgement.quarantined.num_rows,
        "duplicates": judgement.duplicates,
    }
    sentence = verdict_words.sentence(judgement, "en")
    if judgement.verdict.value == "ENGINE_ERROR":
        raise dg.Failure(sentence, {"file": judgement.file_name, **counts}, allow_retries=False)
    yield from shown.results(project, f"raw_{kind}")
    context.log.info(f"{judgement.file_name}: {judgement.verdict.value}: {sentence}")
    if judgement.verdict.value in yardstick.TAKEN:
        more: dict[str, Any] = {
            "file": judgement.file_name,
            "what": f"{judgement.file_name}: {sentence}",
            "verdict": judgement.verdict.value,
            "page": dg.MetadataValue.url(f"{project.settings.operator_url}/uploads/{entry.key}"),
            **counts,
        }
        if judgement.first_day:
            more |= {"first_day": str(judgement.first_day), "last_day": str(judgement.last_day)}
        yield dg.MaterializeResult(
            metadata=described(judgement.accepted.num_rows, more),
            data_version=dg.DataVersion(f"{entry.key}/{judgement.accepted.num_rows}"),
        )
    # what this run has just shown is behind the newest materialization when it made none
    shown.tell(project, context.instance)


@dg.asset(
    partitions_def=UPLOADS,
    output_required=False,
    check_specs=_checks("raw_transactions"),
    group_name="intake",
    pool=POOL,
    kinds={"greatexpectations", "deltalake"},
    owners=OPERATIONS,
)
def raw_transactions(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> Events:
    """One row per accepted order line, as delivered, with its upload."""
    yield from _take_in(context, project, "transactions", context.partition_key)


def _master(kind: str, description: str) -> dg.AssetsDefinition:
    @dg.asset(
        name=f"raw_{kind}",
        description=description,
        output_required=False,
        check_specs=_checks(f"raw_{kind}"),
        group_name="intake",
        pool=POOL,
        kinds={"greatexpectations", "deltalake"},
        owners=OPERATIONS,
    )
    def master(
        context: dg.AssetExecutionContext, config: Upload, project: dg.ResourceParam[Project]
    ) -> Events:
        keys = [config.key] if config.key else _waiting_keys(project, kind)
        if not keys:
            context.log.info(f"no {kind} file waits in {project.incoming}; nothing to take in")
        for key in keys[:1]:
            yield from _take_in(context, project, kind, key)

    return master


def _waiting_keys(project: Project, kind: str) -> list[str]:
    return [entry.key for entry in intake.waiting(project) if entry.kind == kind]


raw_customers = _master("customers", "One row per customer, latest accepted value.")
raw_products = _master("products", "One row per product, latest accepted value.")

ASSETS = [raw_customers, raw_products, raw_transactions]
