"""What earlier accepted uploads taught: what a new upload is judged against."""

import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.judgement import Known
from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.reports import uploads


def known(project: Project, kind: Kind, key: str = "") -> Known:
    """What is accepted already, of other uploads than that of `key`."""
    lake = project.lake
    taken = None
    if lake.exists(kind.table):
        others = [one for one in uploads.accepted_rows(project.reports, kind) if one != key]
        # rows of an upload without a verdict are none: its process died
        taken = lake.dataset(kind.table).filter(pc.field("upload_key").isin(others))
    return Known(
        customer_ids=_ids(project, Kind.CUSTOMERS),
        product_ids=_ids(project, Kind.PRODUCTS),
        daily_volumes=uploads.daily_volumes(
            project.reports, without=key, at_most=project.settings.quality.volume_history
        ),
        items_p999=_items_p999(project, key),
        taken=taken,
        today=project.settings.today(),
        first_week=project.settings.first_week,
    )


def _ids(project: Project, kind: Kind) -> pa.ChunkedArray | None:
    """The ids of a master table, None while there is none."""
    if kind.key is None or not project.lake.exists(kind.table):
        return None
    return project.lake.dataset(kind.table).to_table(columns=[kind.key])[kind.key]


def _items_p999(project: Project, key: str) -> float | None:
    """99.9th percentile of the absolute items per accepted line."""
    if not project.lake.exists(Kind.TRANSACTIONS.table):
        return None
    lines = project.lake.dataset(Kind.TRANSACTIONS.table)
    with sql_over(lines=lines) as connection:
        return connection.execute(
            "SELECT quantile_cont(abs(items), 0.999) FROM lines WHERE upload_key <> ?", [key]
        ).fetchall()[0][0]
