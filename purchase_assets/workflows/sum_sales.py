"""From accepted order lines to daily sales."""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.forecasting import content_checks
from purchase_assets.forecasting.content_checks import Finding
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.lake import digest
from purchase_assets.workflows import accepted_rows, needed_inputs

TABLE = "daily_sales"
LINES = Kind.TRANSACTIONS.table


@dataclass(frozen=True)
class DailySales:
    """The daily sales as they were kept.

    Attributes
    ----------
    uploads : str
        Fingerprint of the accepted rows that were summed up.
    lake_version : int
        Of the table in the lake.
    findings : list of Finding
        The checks of their content.
    """

    table: pa.Table
    uploads: str
    lake_version: int
    findings: list[Finding]

    @property
    def version(self) -> str:
        """Fingerprint of the rows."""
        return digest(self.table)


def sum_sales(project: Project) -> DailySales:
    """Sum the accepted order lines up by customer, product and day, and keep the sums.

    Raises
    ------
    PurchaseAssetsError
        When no order line has been accepted, or accepted ones are not in the lake.
    """
    accepted = accepted_rows.of_sales(project)
    accepted_rows.need_all(project, accepted)
    needed_inputs.accepted_lines(project)
    made_of = {LINES: project.lake.version(LINES)}
    lines = needed_inputs.accepted_lines(project, made_of[LINES])
    # rows of an upload without a verdict: its process died, and it is taken in again
    table = compute_daily_sales(lines.filter(pc.field("upload_key").isin(list(accepted))))
    kept = project.lake.holds(TABLE, 0)
    rows_before = project.lake.dataset(TABLE).count_rows() if kept else None
    findings = [
        content_checks.selling_days(table["day"].unique().to_pylist()),
        content_checks.rows_kept(table.num_rows, rows_before, _withdrawn(project, made_of[LINES])),
    ]
    uploads = accepted_rows.fingerprint(accepted)
    version = project.lake.write(TABLE, table, made_of=made_of)
    passing(Failpoint.SALES_SUMMED)
    return DailySales(table, uploads, version, findings)


def _withdrawn(project: Project, version: int) -> set[str]:
    """Uploads that the sums of before hold and this version of the lines does not."""
    before = project.lake.made_of(TABLE).get(LINES) if project.lake.exists(TABLE) else None
    if before is None or before > version:  # a table that was lost began anew
        return set()
    then, now = (project.lake.partitions(LINES, "upload_key", one) for one in (before, version))
    return then - now
