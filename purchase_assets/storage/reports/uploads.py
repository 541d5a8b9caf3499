"""The table `uploads`: one record per content that was delivered."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from purchase_assets.kinds import ASKING, TAKEN, Kind, Verdict
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import (
    Reports,
    Row,
    Source,
    Transaction,
    fetch,
    fetch_one,
    now,
    values,
)
from purchase_assets.storage.reports.two_languages import to_columns, to_fields
from purchase_assets.text import Text

TABLE = tables.uploads
COLUMN = TABLE.c


@dataclass(frozen=True)
class BrokenRule:
    """A rule that an upload broke; `rows` is 0 for a rule about the file as a whole."""

    rule: str
    message: Text
    rows: int


@dataclass(frozen=True, kw_only=True)
class Upload:
    """A row of `uploads`; the columns are described in `tables.uploads`."""

    key: str
    kind: Kind
    file_name: str
    received_at: datetime
    judged_at: datetime
    verdict: Verdict
    rows: int
    accepted: int
    quarantined: int
    duplicates: int
    known_rows: int
    daily_volume: float | None = None
    first_day: date | None = None
    last_day: date | None = None
    message: Text
    reasons: tuple[BrokenRule, ...]
    deliveries: int
    attempts: int
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer_reason: str | None = None


@dataclass(frozen=True)
class TakenUpload:
    """What an upload whose rows were taken says of its sender's usual quality."""

    key: str
    kind: Kind
    received_at: datetime
    quarantined: int
    rows: int


def _upload(*, kind: str, verdict: str, reasons: Sequence[Row], **columns: Any) -> Upload:
    broken = tuple(BrokenRule(**to_fields(reason)) for reason in reasons)
    return Upload(kind=Kind(kind), verdict=Verdict(verdict), reasons=broken, **columns)


def _taken_upload(*, kind: str, **columns: Any) -> TakenUpload:
    return TakenUpload(kind=Kind(kind), **columns)


def find(source: Source, key: str) -> Upload | None:
    """The upload of a key, or None."""
    return fetch_one(source, _upload, sa.select(TABLE).where(COLUMN.key == key))


def newest(reports: Reports, at_most: int | None = None) -> list[Upload]:
    """Uploads, those that were received last first."""
    statement = sa.select(TABLE).order_by(COLUMN.received_at.desc(), COLUMN.key)
    return fetch(reports, _upload, statement.limit(at_most))


def of_kinds(reports: Reports, kinds: Collection[Kind]) -> list[Upload]:
    """Uploads of some kinds, those that were judged last first."""
    statement = (
        sa.select(TABLE)
        .where(COLUMN.kind.in_(kinds))
        .order_by(COLUMN.judged_at.desc(), COLUMN.received_at.desc(), COLUMN.key)
    )
    return fetch(reports, _upload, statement)


def unanswered(source: Source) -> list[Upload]:
    """Refused files that wait for an answer, those that were judged last first."""
    waits = sa.and_(COLUMN.verdict.in_(ASKING), COLUMN.answer.is_(None))
    return fetch(
        source, _upload, sa.select(TABLE).where(waits).order_by(COLUMN.judged_at.desc(), COLUMN.key)
    )


def undecided(reports: Reports) -> list[Upload]:
    """Uploads that were not taken whole, without a final decision on retraining; oldest first."""
    decisions = tables.retraining_decisions.c
    settled = sa.exists().where(
        decisions.cause == "rejected_upload",
        decisions.cause_id == COLUMN.key,
        sa.or_(sa.not_(decisions.retrain), decisions.outcome.is_not(None)),
    )
    statement = (
        sa.select(TABLE)
        .where(COLUMN.verdict.in_([Verdict.REJECTED, Verdict.PARTIAL]), sa.not_(settled))
        .order_by(COLUMN.judged_at, COLUMN.key)
    )
    return fetch(reports, _upload, statement)


def taken(reports: Reports) -> list[TakenUpload]:
    """The uploads whose rows were taken, in the order of their arrival."""
    columns = (COLUMN.key, COLUMN.kind, COLUMN.received_at, COLUMN.quarantined, COLUMN.rows)
    found = fetch(reports, _taken_upload, sa.select(*columns).where(COLUMN.verdict.in_(TAKEN)))
    # sorted here: databases disagree on the order of texts
    return sorted(found, key=lambda upload: (upload.received_at, upload.key))


def accepted_rows(reports: Reports, kind: Kind) -> dict[str, int]:
    """How many rows were taken of each upload of a kind, in the order of their arrival."""
    chosen = (
        sa.select(COLUMN.key, COLUMN.accepted)
        .where(COLUMN.kind == kind, COLUMN.verdict.in_(TAKEN))
        .order_by(COLUMN.received_at, COLUMN.key)
    )
    return {row["key"]: row["accepted"] for row in reports.rows(chosen)}


def keys(reports: Reports, verdicts: Collection[Verdict] | None = None) -> list[str]:
    """Keys of the uploads, or of those with some verdicts; those received last first."""
    statement = sa.select(COLUMN.key).order_by(COLUMN.received_at.desc(), COLUMN.key)
    if verdicts is not None:
        statement = statement.where(COLUMN.verdict.in_(verdicts))
    return values(reports, statement)


def daily_volumes(reports: Reports, *, without: str, at_most: int) -> list[float]:
    """Rows per day of the last sales files that were taken, oldest first; one is left out."""
    found = values(
        reports,
        sa.select(COLUMN.daily_volume)
        .where(
            COLUMN.kind == Kind.TRANSACTIONS,
            COLUMN.verdict.in_(TAKEN),
            COLUMN.daily_volume.is_not(None),
            COLUMN.key != without,
        )
        .order_by(COLUMN.last_day.desc(), COLUMN.received_at.desc())
        .limit(at_most),
    )
    return found[::-1]


def arrivals(reports: Reports, at_most: int) -> list[tuple[date, datetime]]:
    """Last days of the sales files that were taken, newest first, each with its first arrival."""
    chosen = (
        sa.select(COLUMN.last_day, sa.func.min(COLUMN.received_at).label("came"))
        .where(COLUMN.kind == Kind.TRANSACTIONS, COLUMN.verdict.in_(TAKEN), COLUMN.accepted > 0)
        .where(COLUMN.last_day.is_not(None))
        .group_by(COLUMN.last_day)
        .order_by(COLUMN.last_day.desc())
        .limit(at_most)
    )
    return [(row["last_day"], row["came"]) for row in reports.rows(chosen)]


def first_day(reports: Reports) -> date | None:
    """The earliest accepted day, or None before the first sales."""
    chosen = sa.select(sa.func.min(COLUMN.first_day)).where(
        COLUMN.accepted > 0, COLUMN.verdict.in_(TAKEN)
    )
    (found,) = values(reports, chosen)
    return found


def repeating(reports: Reports, kind: Kind) -> list[Upload]:
    """Uploads with rows that count as repeated since another upload had delivered them.

    In the order of their arrival; the rows of one are never counted twice.
    """
    chosen = sa.select(TABLE).where(
        COLUMN.kind == kind,
        COLUMN.verdict.in_([verdict for verdict in Verdict if verdict.let_in]),
        COLUMN.known_rows > 0,
    )
    return fetch(reports, _upload, chosen.order_by(COLUMN.received_at, COLUMN.key))


def keep(transaction: Transaction, upload: Upload) -> None:
    """Put an upload in the place of what was known of its key."""
    transaction.replace(TABLE, {"key": upload.key}, [to_columns(asdict(upload))])


def count_delivery(transaction: Transaction, key: str) -> None:
    """The same content was delivered once more."""
    _change(transaction, [key], deliveries=COLUMN.deliveries + 1)


def withdraw(transaction: Transaction, key: str) -> bool:
    """Count an upload as withdrawn; whether its rows were taken till now."""
    taken = COLUMN.verdict.in_(TAKEN)
    change = TABLE.update().where(COLUMN.key == key, taken).values(verdict=Verdict.WITHDRAWN)
    return transaction.execute(change) > 0


def add_accepted(transaction: Transaction, key: str, rows: int) -> None:
    """More rows of an upload were taken."""
    _change(transaction, [key], accepted=COLUMN.accepted + rows)


def answer(
    transaction: Transaction, keys: Collection[str], answer: str, by: str, reason: str | None = None
) -> None:
    """Answer refused files: CORRECTED by a later upload, or SEEN by a person."""
    if keys:
        _change(
            transaction,
            keys,
            answer=answer,
            answered_by=by,
            answered_at=now(),
            answer_reason=reason,
        )


def _change(transaction: Transaction, keys: Collection[str], **facts: Any) -> None:
    transaction.execute(TABLE.update().where(COLUMN.key.in_(keys)).values(**facts))
