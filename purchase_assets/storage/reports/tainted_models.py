"""The table `tainted_models`: versions that had learnt from uploads withdrawn since."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, fetch, now

TABLE = tables.tainted_models
COLUMN = TABLE.c


@dataclass(frozen=True)
class Taint:
    """A version, and a file that it had learnt from."""

    model_version: str
    upload_key: str
    file_name: str


def by_version(reports: Reports) -> dict[str, list[Taint]]:
    """The withdrawn files that each tainted version had learnt from, in the order of their keys."""
    uploads = tables.uploads.c
    name = sa.func.coalesce(uploads.file_name, COLUMN.upload_key).label("file_name")
    statement = (
        sa.select(COLUMN.model_version, COLUMN.upload_key, name)
        .join_from(TABLE, tables.uploads, uploads.key == COLUMN.upload_key, isouter=True)
        .order_by(COLUMN.model_version, COLUMN.upload_key)
    )
    found: dict[str, list[Taint]] = {}
    for taint in fetch(reports, Taint, statement):
        found.setdefault(taint.model_version, []).append(taint)
    return found


def keep(reports: Reports, tainted: Mapping[str, AbstractSet[str]]) -> None:
    """Put versions with the withdrawn uploads that they had learnt from in the place of all."""
    wanted = {(version, key) for version, keys in tainted.items() for key in keys}
    with reports.transaction() as transaction:
        known = transaction.rows(sa.select(COLUMN.model_version, COLUMN.upload_key))
        before = {(row["model_version"], row["upload_key"]) for row in known}
        for version, key in before - wanted:
            transaction.execute(
                TABLE.delete().where(COLUMN.model_version == version, COLUMN.upload_key == key)
            )
        moment = now()
        for version, key in sorted(wanted - before):
            row = {"model_version": version, "upload_key": key, "tainted_at": moment}
            transaction.execute(TABLE.insert(), row)
