"""From accepted order lines to daily sales, month by month.

Only the months that changed uploads touch are summed up again. What the kept sums were made of
stands in their commit; where that cannot be read, or the code sums otherwise, all months are.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.code_versions import code_version
from purchase_assets.errors import NotFound, Unavailable
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.forecasting import content_checks
from purchase_assets.forecasting.content_checks import Finding
from purchase_assets.forecasting.sales import MONTH, monthly_sales
from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.workflows import accepted_rows, needed_inputs

TABLE = "daily_sales"
LINES = Kind.TRANSACTIONS.table
NOT_COUNTED, CODE = "not_counted", "code"
"""Notes of a commit: keys of uploads in the lake that were not accepted then; how it summed up."""


@dataclass(frozen=True)
class DailySales:
    """The daily sales as they were kept.

    Attributes
    ----------
    days : list of date
        Those with sales, in order.
    version : str
        Fingerprint of the rows.
    uploads : str
        Fingerprint of the accepted rows that were summed up.
    lake_version : int
        Of the table in the lake.
    findings : list of Finding
        The checks of their content.
    """

    rows: int
    days: list[date]
    version: str
    uploads: str
    lake_version: int
    findings: list[Finding]


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
    lines = lines.filter(pc.field("upload_key").isin(list(accepted)))
    kept = project.lake.holds(TABLE, 0)
    rows_before = project.lake.dataset(TABLE).count_rows() if kept else None
    withdrawn = _withdrawn(project, made_of[LINES])
    files = project.lake.files_by(LINES, "upload_key", made_of[LINES])
    months = _touched(project, files, accepted) if kept else None

    def pieces() -> Iterator[pa.Table]:
        chosen = lines if months is None else lines.filter(_within(months))
        return monthly_sales(chosen, project.settings.forecast.engine)

    version = project.lake.write(
        TABLE,
        pieces,
        partition={MONTH: months},
        made_of=made_of,
        notes={NOT_COUNTED: " ".join(sorted(files.keys() - accepted)), CODE: _code()},
    )
    passing(Failpoint.SALES_SUMMED)
    rows, days, fingerprint = known_sales(project)
    findings = [
        content_checks.selling_days(days),
        content_checks.rows_kept(rows, rows_before, withdrawn),
    ]
    uploads = accepted_rows.fingerprint(accepted)
    return DailySales(rows, days, fingerprint, uploads, version, findings)


def known_sales(project: Project) -> tuple[int, list[date], str]:
    """Rows of the kept sums, the days that have some, and their fingerprint."""
    with sql_over(
        project.settings.forecast.engine, daily_sales=project.lake.dataset(TABLE)
    ) as connection:
        found = connection.execute(
            "SELECT count(*), list_sort(list(DISTINCT day::DATE)), sum(hash(customer_id, "
            "product_id, day, items_bought, items_returned, lines)::HUGEINT) FROM daily_sales"
        ).fetchone()
    assert found  # a summary has one row
    return found[0], found[1] or [], f"{(found[2] or 0) % 2**64:016x}"


def _code() -> str:
    return code_version(monthly_sales)


def _touched(
    project: Project, files: dict[str, set[str]], accepted: Collection[str]
) -> set[str] | None:
    """Months with lines of uploads that the kept sums know otherwise; None for all months."""
    made_of, notes = project.lake.made_of(TABLE).get(LINES), project.lake.notes(TABLE)
    if made_of is None or made_of > project.lake.version(LINES) or notes.get(CODE) != _code():
        return None
    try:
        then = project.lake.files_by(LINES, "upload_key", made_of)
        for key in notes.get(NOT_COUNTED, "").split():
            then.pop(key, None)
        now = {key: found for key, found in files.items() if key in accepted}
        changed = [key for key in then | now if then.get(key) != now.get(key)]
        months = _months(project, made_of, changed)
    except (NotFound, Unavailable):  # what it was made of is gone
        return None
    newest = max(project.lake.partitions(TABLE, MONTH), default=None)
    # a commit says of what the sums were made, also when they stay as they are
    return months | _months(project, project.lake.version(LINES), changed) or (
        {newest} if newest else None
    )


def _months(project: Project, version: int, keys: Collection[str]) -> set[str]:
    """The months of some uploads' lines, in a version of their table."""
    lines = project.lake.dataset(LINES, version)
    chosen = lines.filter(pc.field("upload_key").isin(pa.array(keys, pa.string())))
    with sql_over(lines=chosen) as connection:
        found = connection.execute(
            "SELECT DISTINCT strftime(purchase_date, '%Y-%m') FROM lines"
        ).fetchall()
    return {month for (month,) in found}


def _within(months: Collection[str]) -> pc.Expression:
    """Whether a line is of one of the months, said so that whole files can be left out."""
    day, chosen = pc.field("purchase_date"), pc.scalar(False)
    for month in sorted(months):
        year, number = map(int, month.split("-"))
        first = date(year, number, 1)
        after = date(year + number // 12, number % 12 + 1, 1)
        moments = [pa.scalar(one).cast(pa.timestamp("us")) for one in (first, after)]
        chosen = chosen | ((day >= moments[0]) & (day < moments[1]))
    return chosen


def _withdrawn(project: Project, version: int) -> set[str]:
    """Uploads that the sums of before hold and this version of the lines does not."""
    before = project.lake.made_of(TABLE).get(LINES) if project.lake.exists(TABLE) else None
    if before is None or before > version:  # a table that was lost began anew
        return set()
    then, now = (project.lake.partitions(LINES, "upload_key", one) for one in (before, version))
    return then - now
