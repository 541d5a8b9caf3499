"""What earlier accepted uploads taught: what a new upload is judged against."""

import duckdb
import pyarrow.compute as pc
import sqlalchemy as sa

from purchase_assets.intake.judgement import Known
from purchase_assets.project import Project
from purchase_assets.storage.reports import tables
from purchase_assets.workflows.accepted_data import MASTERS, TAKEN


def known(project: Project, kind: str, key: str) -> Known:
    """What is already accepted: the yardstick for a new upload."""
    lake = project.lake
    ids = {
        name: lake.dataset(name).to_table(columns=[column])[column] if lake.exists(name) else None
        for name, column in MASTERS.items()
    }
    taken = None
    if lake.exists(kind):
        taken = lake.dataset(kind).filter(pc.field("upload_key") != key)
    return Known(
        customer_ids=ids["customers"],
        product_ids=ids["products"],
        daily_volumes=_daily_volumes(project, key),
        items_p999=_items_p999(project, key),
        taken=taken,
        today=project.settings.today(),
        first_week=project.settings.first_week,
    )


def _daily_volumes(project: Project, key: str) -> list[float]:
    """Rows per day of the last comparable uploads, oldest first."""
    uploads = tables.uploads.c
    found = project.reports.rows(
        sa.select(uploads.daily_volume)
        .where(
            uploads.kind == "transactions",
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
    if not project.lake.exists("transactions"):
        return None
    lines = project.lake.dataset("transactions")
    with duckdb.connect() as connection:
        connection.register("lines", lines)
        return connection.execute(
            "SELECT quantile_cont(abs(items), 0.999) FROM lines WHERE upload_key <> ?", [key]
        ).fetchall()[0][0]
