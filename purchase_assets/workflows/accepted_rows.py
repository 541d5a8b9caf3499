"""The rows that the uploads say were accepted, and those of them that the lake holds."""

import hashlib
from collections.abc import Mapping

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads

SALES = Kind.TRANSACTIONS


def of_sales(project: Project) -> dict[str, int]:
    """Accepted rows of each sales file, by its key."""
    return uploads.accepted_rows(project.reports, SALES)


def fingerprint(accepted: Mapping[str, int]) -> str:
    """What identifies a set of accepted rows; the same whatever the order in which they came."""
    content = "\n".join(f"{key}/{rows}" for key, rows in sorted(accepted.items()))
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def in_lake(project: Project) -> dict[str, int]:
    """Rows of each sales file in the lake, by its key."""
    if not project.lake.exists(SALES.table):
        return {}
    return project.lake.rows_by(SALES.table, "upload_key")


def need_all(project: Project, accepted: Mapping[str, int]) -> None:
    """Every accepted sales row is in the lake.

    `accepted` is asked for first: what is released in the meantime is in the lake later.

    Raises
    ------
    PurchaseAssetsError
        When rows of an upload are missing there.
    """
    held = in_lake(project)
    short = {key: rows - held.get(key, 0) for key, rows in accepted.items()}
    short = {key: rows for key, rows in short.items() if rows > 0}
    if short:
        named = ", ".join(sorted(short)[:3]) + (", ..." if len(short) > 3 else "")
        raise PurchaseAssetsError(
            f"{sum(short.values())} accepted rows of {len(short)} uploads are not in the lake's "
            f"table {SALES.table!r} ({named})",
            f"all {sum(accepted.values())} accepted rows",
            "run `purchase-assets run`, which takes them in again from the archive",
        )
