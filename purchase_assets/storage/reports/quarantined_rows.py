"""The table `quarantine`: one record per delivered row that was set aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from purchase_assets.kinds import Kind, Verdict
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Transaction, fetch, values
from purchase_assets.storage.reports.moments import next_moment
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Text

TABLE = tables.quarantine
COLUMN = TABLE.c
UNDECIDED = COLUMN.status == "WAITING"
WAITS = UNDECIDED & COLUMN.upload_key.not_in(
    sa.select(tables.uploads.c.key).where(tables.uploads.c.verdict == Verdict.WITHDRAWN)
)
"""Nobody can let in a row of an upload that was withdrawn; it waits again once that is undone."""


@dataclass(frozen=True, kw_only=True)
class QuarantinedRow:
    """A row of `quarantine`; the columns are described in `tables.quarantine`."""

    upload_key: str
    row_number: int
    kind: Kind
    rule: str
    message: Text
    original: str
    status: str = "WAITING"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str | None = None


@dataclass(frozen=True)
class WaitingUpload:
    """How many rows of an upload wait for a person."""

    upload_key: str
    file_name: str
    waiting: int


@dataclass(frozen=True)
class WaitingRule:
    """A rule that waiting rows of an upload broke."""

    upload_key: str
    rule: str


def _row(*, kind: str, **columns: Any) -> QuarantinedRow:
    return QuarantinedRow(kind=Kind(kind), **columns)


def waiting(
    reports: Reports, upload_key: str | None = None, at_most: int | None = None
) -> list[QuarantinedRow]:
    """The rows that wait, of one upload or of all, by upload and row number."""
    statement = sa.select(TABLE).where(WAITS).order_by(COLUMN.upload_key, COLUMN.row_number)
    if upload_key is not None:
        statement = statement.where(COLUMN.upload_key == upload_key)
    return fetch(reports, _row, statement.limit(at_most))


def decided(reports: Reports, upload_key: str) -> list[QuarantinedRow]:
    """The rows of an upload that a person has decided on."""
    chosen = sa.select(TABLE).where(COLUMN.upload_key == upload_key, sa.not_(UNDECIDED))
    return fetch(reports, _row, chosen)


def waiting_uploads(reports: Reports, at_most: int) -> list[WaitingUpload]:
    """Uploads with waiting rows, those with most rows first."""
    uploads, count = tables.uploads.c, sa.func.count().label("waiting")
    name = sa.func.coalesce(uploads.file_name, COLUMN.upload_key).label("file_name")
    statement = (
        sa.select(COLUMN.upload_key, name, count)
        .join_from(TABLE, tables.uploads, COLUMN.upload_key == uploads.key, isouter=True)
        .where(WAITS)
        .group_by(COLUMN.upload_key, uploads.file_name)
        .order_by(count.desc(), COLUMN.upload_key)
        .limit(at_most)
    )
    return fetch(reports, WaitingUpload, statement)


def count_waiting(reports: Reports) -> int:
    """How many rows wait."""
    (count,) = values(reports, sa.select(sa.func.count()).select_from(TABLE).where(WAITS))
    return count


def waiting_rules(reports: Reports, upload_keys: Collection[str]) -> list[WaitingRule]:
    """The rules that the waiting rows of some uploads broke, each once per upload."""
    chosen = (
        sa.select(COLUMN.upload_key, COLUMN.rule)
        .where(COLUMN.upload_key.in_(upload_keys), WAITS)
        .distinct()
    )
    return fetch(reports, WaitingRule, chosen) if upload_keys else []


def keep(transaction: Transaction, upload_key: str, rows: Sequence[QuarantinedRow]) -> None:
    """Put rows in the place of all that an upload had."""
    transaction.replace(TABLE, {"upload_key": upload_key}, [to_columns(vars(row)) for row in rows])


def decide(
    transaction: Transaction,
    upload_key: str,
    row_numbers: Collection[int],
    status: str,
    by: str,
    reason: str,
) -> int:
    """Write what a person decided on waiting rows of an upload; how many of them still waited."""
    return transaction.execute(
        TABLE.update()
        .where(COLUMN.upload_key == upload_key, COLUMN.row_number.in_(row_numbers), WAITS)
        .values(
            status=status,
            decided_by=by,
            decided_at=next_moment(transaction),
            decision_reason=reason,
        )
    )
