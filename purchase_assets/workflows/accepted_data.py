"""What is accepted so far: the yardstick for a new upload, and what the forecasts do without."""

from collections.abc import Container
from typing import TYPE_CHECKING

from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads

if TYPE_CHECKING:
    from purchase_assets.intake.judge_upload import Known

MASTERS = {"customers": "customer_id", "products": "product_id"}
LACKING = {
    "customers": "No customers table: forecasts do without customer types and deliveries, and new "
    "customers get no suggestions; drop a file named customers* or clientes*.",
    "products": "No products table: forecasts do without brands, packages and sizes; "
    "drop a file named products* or productos*.",
}


def known(project: Project, kind: str, key: str) -> "Known":
    """What is already accepted: the yardstick for a new upload."""
    from purchase_assets.intake.judge_upload import Known

    lake = project.lake
    ids = {
        name: lake.dataset(name).to_table(columns=[column])[column] if lake.exists(name) else None
        for name, column in MASTERS.items()
    }
    taken = None
    if lake.exists(kind):
        import pyarrow.compute as pc

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


def lacking(present: Container[str]) -> list[str]:
    """What the forecasts do without, in a sentence per master table that is not `present`."""
    return [sentence for kind, sentence in LACKING.items() if kind not in present]


def lacks(project: Project) -> list[str]:
    """`lacking` of the project's lake."""
    return lacking([kind for kind in MASTERS if project.lake.exists(kind)])


def _items_p999(project: Project, key: str) -> float | None:
    """99.9th percentile of the absolute items per accepted line."""
    if not project.lake.exists("transactions"):
        return None
    import duckdb

    lines = project.lake.dataset("transactions")
    with duckdb.connect() as connection:
        connection.register("lines", lines)
        return connection.execute(
            "SELECT quantile_cont(abs(items), 0.999) FROM lines WHERE upload_key <> ?", [key]
        ).fetchall()[0][0]
