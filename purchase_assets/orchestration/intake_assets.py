"""Group `intake`: uploads become accepted rows, or an asset check that says why not.

A rejected upload materializes nothing: its checks fail and carry the reason until it is answered.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import dagster as dg

from purchase_assets.intake.rules.rule import Group
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.orchestration import shown_checks
from purchase_assets.orchestration.describe import DATA_VERSION, OPERATIONS, check_specs, described
from purchase_assets.orchestration.failures import told
from purchase_assets.orchestration.partitions import UPLOADS
from purchase_assets.project import Project
from purchase_assets.workflows import reconcile, tell_verdict, waiting_uploads
from purchase_assets.workflows.waiting_uploads import Waiting

if TYPE_CHECKING:
    from purchase_assets.intake.judgement import Judgement

PROMISES = {group.value: group.promise for group in Group}
"""What each asset check says of a table, by the group of rules."""

Events = Iterator[dg.AssetCheckResult | dg.MaterializeResult]

POOL = "intake"
"""One upload at a time, since each is judged against those before it."""

FILE_TAG = "purchase_assets/file"
UPLOAD_TAG = "purchase_assets/upload"


class Upload(dg.Config):
    """Which waiting upload to take in; the first one when empty."""

    key: str = ""


def _take_in(context: dg.AssetExecutionContext, project: Project, kind: Kind, key: str) -> Events:
    from purchase_assets.workflows import take_in

    with told():
        judgement = take_in.take_in(project, waiting_uploads.find(project, key))
    sentence = tell_verdict.sentence(judgement).en
    if judgement.verdict is Verdict.ENGINE_ERROR:
        raise dg.Failure(sentence, _found(judgement), allow_retries=False)
    yield from shown_checks.results(project, kind.asset)
    context.log.info(f"{judgement.file_name}: {judgement.verdict.value}: {sentence}")
    if judgement.verdict.taken:
        yield dg.MaterializeResult(
            metadata=_taken(project, judgement),
            data_version=dg.DataVersion(_version(judgement)),
        )
    # what this run has just shown is behind the newest materialization when it made none
    shown_checks.tell(project, context.instance)


def take_in_one(
    project: Project, instance: dg.DagsterInstance, entry: Waiting
) -> tuple[Verdict, str]:
    """Take a waiting file in, outside of its asset; returns its verdict, and why."""
    from purchase_assets.workflows import take_in

    if before := waiting_uploads.taken_before(project, entry.key):
        waiting_uploads.deliver_again(project, entry)
        upload, how = before
        if how:
            return upload.verdict, tell_verdict.withdrawn(upload, how).en
        return Verdict.DUPLICATE, "its content was taken before; nothing is taken twice"
    judgement = take_in.take_in(project, entry)
    said = tell_verdict.sentence(judgement).en
    if judgement.verdict.taken:
        partition = None if entry.kind.is_master else entry.key
        if partition:
            instance.add_dynamic_partitions(str(UPLOADS.name), [partition])
        instance.report_runless_asset_event(
            dg.AssetMaterialization(
                entry.kind.asset,
                description=said,
                partition=partition,
                metadata=_taken(project, judgement),
                tags={DATA_VERSION: _version(judgement)},
            )
        )
    shown_checks.tell(project, instance)
    return judgement.verdict, said


def _taken(project: Project, judgement: "Judgement") -> dict[str, Any]:
    """Metadata of an upload whose rows were taken; what happened comes first."""
    sentence = tell_verdict.sentence(judgement).en
    page = f"{project.settings.operator_url}/uploads/{judgement.key}"
    more: dict[str, Any] = {
        "what": f"{judgement.file_name}: {sentence}",
        "verdict": judgement.verdict.value,
        "page": dg.MetadataValue.url(page),
        **_found(judgement),
    }
    if judgement.first_day:
        more |= {"first_day": str(judgement.first_day), "last_day": str(judgement.last_day)}
    return {**more, **described(judgement.accepted.num_rows, {})}


def _version(judgement: "Judgement") -> str:
    return reconcile.data_version(judgement.key, judgement.accepted.num_rows)


def _found(judgement: "Judgement") -> dict[str, Any]:
    return {
        "file": judgement.file_name,
        "rows": judgement.rows,
        "accepted": judgement.accepted.num_rows,
        "quarantined": judgement.quarantined.num_rows,
        "duplicates": judgement.duplicates,
    }


@dg.asset(
    partitions_def=UPLOADS,
    output_required=False,
    check_specs=check_specs(Kind.TRANSACTIONS.asset, PROMISES),
    group_name="intake",
    pool=POOL,
    kinds={"greatexpectations", "deltalake"},
    owners=OPERATIONS,
)
def raw_transactions(
    context: dg.AssetExecutionContext, project: dg.ResourceParam[Project]
) -> Events:
    """One row per accepted order line, as delivered, with its upload.

    What daily_sales sums up. Made of each sales file of the incoming folder by itself, one
    partition per upload; its run bears the file's name. Red: a file was refused, the failed check
    says which and why; send it corrected, or answer it with the job `seen`. Yellow: rows were set
    aside, decide on them with the jobs `release` and `discard`. More: docs/ops.md.
    """
    yield from _take_in(context, project, Kind.TRANSACTIONS, context.partition_key)


def _master(kind: Kind, description: str) -> dg.AssetsDefinition:
    @dg.asset(
        name=kind.asset,
        description=description,
        output_required=False,
        check_specs=check_specs(kind.asset, PROMISES),
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


def _waiting_keys(project: Project, kind: Kind) -> list[str]:
    return [entry.key for entry in waiting_uploads.waiting(project) if entry.kind is kind]


MASTER = """One row per {one}, latest accepted value.

{used} Made of each {kind} file of the incoming folder by itself. Red: a file was refused, the
failed check says which and why; send it corrected, or answer it with the job `seen`. Yellow: rows
were set aside, decide on them with the jobs `release` and `discard`. More: docs/ops.md.
"""
raw_customers = _master(
    Kind.CUSTOMERS,
    MASTER.format(
        one="customer",
        kind=Kind.CUSTOMERS,
        used="Type and zone of a shop, for the features, the best sellers of new customers and the "
        "call list.",
    ),
)
raw_products = _master(
    Kind.PRODUCTS,
    MASTER.format(
        one="product",
        kind=Kind.PRODUCTS,
        used="Brand and pack of a product, for the features and the call list.",
    ),
)

ASSETS = [raw_customers, raw_products, raw_transactions]
