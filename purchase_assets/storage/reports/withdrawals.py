"""The table `withdrawals`: one record per accepted upload that a person took out again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import (
    Reports,
    Source,
    Transaction,
    fetch,
    fetch_one,
    now,
)

TABLE = tables.withdrawals
COLUMN = TABLE.c


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """A row of `withdrawals`; the columns are described in its table."""

    id: int
    upload_key: str
    withdrawn_at: datetime
    withdrawn_by: str
    reason: str
    restored_at: datetime | None = None
    restored_by: str | None = None
    restore_reason: str | None = None
    done: bool

    @property
    def in_force(self) -> bool:
        """Whether nobody has decided to bring the upload back."""
        return self.restored_at is None


def newest(source: Source, upload_key: str) -> Withdrawal | None:
    """The newest withdrawal of an upload, in force or undone; None when there was none."""
    chosen = sa.select(TABLE).where(COLUMN.upload_key == upload_key).order_by(COLUMN.id.desc())
    return fetch_one(source, Withdrawal, chosen.limit(1))


def in_force(source: Source) -> dict[str, Withdrawal]:
    """The withdrawals that nobody has undone, by upload; the newest first."""
    chosen = sa.select(TABLE).where(COLUMN.restored_at.is_(None)).order_by(COLUMN.id.desc())
    return {one.upload_key: one for one in fetch(source, Withdrawal, chosen)}


def unfinished(reports: Reports) -> list[Withdrawal]:
    """Those whose last decision is not carried out to the end, oldest first."""
    chosen = sa.select(TABLE).where(sa.not_(COLUMN.done)).order_by(COLUMN.id)
    return fetch(reports, Withdrawal, chosen)


def add(transaction: Transaction, upload_key: str, by: str, reason: str) -> None:
    """Keep the decision to withdraw an upload, made now; all that follows is still to be done."""
    transaction.execute(
        TABLE.insert(),
        {
            "upload_key": upload_key,
            "withdrawn_at": now(),
            "withdrawn_by": by,
            "reason": reason,
            "done": False,
        },
    )


def undo(transaction: Transaction, upload_key: str, by: str, reason: str) -> bool:
    """Keep the decision to bring an upload back; whether its withdrawal was in force till now."""
    change = TABLE.update().where(COLUMN.upload_key == upload_key, COLUMN.restored_at.is_(None))
    decided = {"restored_at": now(), "restored_by": by, "restore_reason": reason, "done": False}
    return transaction.execute(change.values(**decided)) > 0


def finish(reports: Reports, withdrawal: Withdrawal) -> None:
    """All that follows from a decision has been done, unless another one has come since."""
    same = COLUMN.restored_at.is_(None) if withdrawal.in_force else COLUMN.restored_at.is_not(None)
    with reports.transaction() as transaction:
        transaction.execute(
            TABLE.update().where(COLUMN.id == withdrawal.id, same).values(done=True)
        )
