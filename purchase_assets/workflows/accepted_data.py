"""What is accepted so far: what a new upload is compared with, and what forecasts do without."""

from collections.abc import Container
from typing import TYPE_CHECKING

import sqlalchemy as sa

from purchase_assets.kinds import MASTERS, TAKEN, Kind
from purchase_assets.project import Project
from purchase_assets.storage.reports import tables

if TYPE_CHECKING:
    import pyarrow as pa

    from purchase_assets.intake.judgement import Known

LACKING = {
    Kind.CUSTOMERS: "No customers table: forecasts do without customer types and deliveries, and "
    "new customers get no suggestions; drop a file named customers* or clientes*.",
    Kind.PRODUCTS: "No products table: forecasts do without brands, packages and sizes; "
    "drop a file named products* or productos*.",
}


def known(project: Project, kind: Kind, key: str = "") -> "Known":
    """What is already accepted, by others than the upload of `key`, to compare a new one with."""
    from purchase_assets.intake.judgement import Known

    lake = project.lake
    taken = None
    if lake.exists(kind.table):
        import pyarrow.compute as pc

        taken = lake.dataset(kind.table).filter(pc.field("upload_key") != key)
    return Known(
        customer_ids=_ids(project, Kind.CUSTOMERS),
        product_ids=_ids(project, Kind.PRODUCTS),
        daily_volumes=_daily_volumes(project, key),
        items_p999=_items_p999(project, key),
        taken=taken,
        today=project.settings.today(),
        first_week=project.settings.first_week,
    )


def _ids(project: Project, kind: Kind) -> "pa.ChunkedArray | None":
    """The ids of a master table, None while there is none."""
    if kind.key is None or not project.lake.exists(kind.table):
        return None
    return project.lake.dataset(kind.table).to_table(columns=[kind.key])[kind.key]


def lacking(present: Container[Kind]) -> list[str]:
    """What the forecasts do without, in a sentence per master table that is not `present`."""
    return [sentence for kind, sentence in LACKING.items() if kind not in present]


def lacks(project: Project) -> list[str]:
    """`lacking` of the project's lake."""
    return lacking([kind for kind in MASTERS if project.lake.exists(kind.table)])


def _daily_volumes(project: Project, key: str) -> list[float]:
    """Rows per day of the last comparable uploads, oldest first."""
    uploads = tables.uploads.c
    found = project.reports.rows(
        sa.select(uploads.daily_volume)
        .where(
            uploads.kind == Kind.TRANSACTIONS,
            uploads.verdict.in_(TAKEN),
            uploads.daily_volume.is_not(None),
            uploads.key != key,
        )
        .order_by(uploads.last_day.desc(), uploads.received_at.desc())
        .limit(project.settings.quality.volume_history)
    )
    return [row["daily_volume"] for row in reversed(found)]


def _items_p999(project: Project, key: str) -> float | None:
    """99.9th percentile of the absolute items per accepted line."""
    table = Kind.TRANSACTIONS.table
    if not project.lake.exists(table):
        return None
    import duckdb

    lines = project.lake.dataset(table)
    with duckdb.connect() as connection:
        connection.register("lines", lines)
        return connection.execute(
            "SELECT quantile_cont(abs(items), 0.999) FROM lines WHERE upload_key <> ?", [key]
        ).fetchall()[0][0]
