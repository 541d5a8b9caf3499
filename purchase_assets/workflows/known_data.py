"""What earlier accepted uploads taught: what a new upload is judged against."""

import pyarrow.compute as pc

from purchase_assets.intake.judgement import Known
from purchase_assets.project import Project
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.reports import uploads
from purchase_assets.workflows.accepted_data import MASTERS


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
        daily_volumes=uploads.daily_volumes(
            project.reports, without=key, at_most=project.settings.quality.volume_history
        ),
        items_p999=_items_p999(project, key),
        taken=taken,
        today=project.settings.today(),
        first_week=project.settings.first_week,
    )


def _items_p999(project: Project, key: str) -> float | None:
    """99.9th percentile of the absolute items per accepted line."""
    if not project.lake.exists("transactions"):
        return None
    lines = project.lake.dataset("transactions")
    with sql_over(lines=lines) as connection:
        return connection.execute(
            "SELECT quantile_cont(abs(items), 0.999) FROM lines WHERE upload_key <> ?", [key]
        ).fetchall()[0][0]
