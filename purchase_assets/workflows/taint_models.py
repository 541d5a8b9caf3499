"""Which model versions had learnt from uploads that were withdrawn since.

Worked out anew from what stands: the withdrawals in force, and the table versions that each
training recorded.
"""

from collections.abc import Mapping

from purchase_assets.errors import Unavailable
from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.model_reference import ModelRefused
from purchase_assets.storage.reports import tainted_models, uploads, withdrawals
from purchase_assets.storage.reports.withdrawals import Withdrawal

TAG = "tainted"
"""What MLflow's page of a version shows, and in whose words."""


def follow(project: Project) -> None:
    """Write down what is tainted now, in the reports database and on MLflow's versions."""
    withdrawn = withdrawals.in_force(project.reports)
    before = tainted_models.by_version(project.reports)
    if not withdrawn and not before:
        return
    tainted = {
        version: learnt & withdrawn.keys()
        for version in project.registry.versions()
        if (learnt := _learnt_from(project, version)) & withdrawn.keys()
    }
    tainted_models.keep(project.reports, tainted)
    for version in project.registry.versions():
        keys = sorted(tainted.get(version, ()))
        said = "; ".join(_said(project, withdrawn, key) for key in keys)
        project.registry.tag(version, TAG, said or None)


def _learnt_from(project: Project, version: str) -> set[str]:
    """The uploads that a version's training had before it; none where no record says so."""
    sales = Kind.TRANSACTIONS.table
    try:
        snapshot = project.registry.record(version)["snapshot"]
        if sales not in snapshot:
            return set()
        return project.lake.partitions(sales, "upload_key", snapshot[sales])
    except (ModelRefused, Unavailable):
        return set()


def _said(project: Project, withdrawn: Mapping[str, Withdrawal], key: str) -> str:
    upload, how = uploads.find(project.reports, key), withdrawn[key]
    name = upload.file_name if upload else key
    return f"learnt from {name} ({key}), withdrawn by {how.withdrawn_by}: {how.reason}"
