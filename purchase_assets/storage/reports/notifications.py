"""The table `notifications`: one record per message and channel, written before it is sent."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Row, fetch, now, values
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Text

TABLE = tables.notifications
COLUMN = TABLE.c


class Part(StrEnum):
    """Which of a cause's two messages it is."""

    BEGAN = "BEGAN"
    OVER = "OVER"


class Outcome(StrEnum):
    """How far a message has come on its channel; `tables.notifications` says what each means."""

    WAITING = "WAITING"
    SENDING = "SENDING"
    SENT = "SENT"
    UNCERTAIN = "UNCERTAIN"
    FAILED = "FAILED"

    @property
    def in_doubt(self) -> bool:
        """Whether the message may never have arrived, and is not tried again."""
        return self in (Outcome.UNCERTAIN, Outcome.FAILED)


@dataclass(frozen=True, kw_only=True)
class Message:
    """What is to be told, whichever the channel."""

    cause: str
    kind: str
    part: Part
    title: Text
    message: Text


@dataclass(frozen=True, kw_only=True)
class Notification(Message):
    """A row of `notifications`; the columns are described in its table."""

    id: int
    noticed_at: datetime
    channel: str
    outcome: Outcome
    tries: int
    tried_at: datetime | None = None
    problem: str | None = None


def _notification(*, part: str, outcome: str, **columns: object) -> Notification:
    return Notification(part=Part(part), outcome=Outcome(outcome), **columns)  # type: ignore[arg-type]


def going_on(reports: Reports, kinds: Collection[str]) -> list[Notification]:
    """The causes of some kinds that were told and are not over: the newest message of each."""
    last = sa.select(sa.func.max(COLUMN.id)).group_by(COLUMN.cause)
    chosen = COLUMN.id.in_(last) & (COLUMN.part == Part.BEGAN) & COLUMN.kind.in_(kinds)
    return fetch(reports, _notification, sa.select(TABLE).where(chosen).order_by(COLUMN.id))


def known_causes(reports: Reports, causes: Collection[str]) -> set[str]:
    """Those of some causes that were ever told."""
    return set(values(reports, sa.select(COLUMN.cause).where(COLUMN.cause.in_(causes)).distinct()))


def of_outcome(reports: Reports, outcome: Outcome) -> list[Notification]:
    """The messages that have come so far, in the order in which they were noticed."""
    chosen = sa.select(TABLE).where(COLUMN.outcome == outcome).order_by(COLUMN.id)
    return fetch(reports, _notification, chosen)


def newest(reports: Reports, at_most: int) -> list[Notification]:
    """What people were told last, newest first."""
    statement = sa.select(TABLE).order_by(COLUMN.id.desc()).limit(at_most)
    return fetch(reports, _notification, statement)


def add(reports: Reports, messages: Sequence[Message], channels: Sequence[str]) -> None:
    """Keep messages, noticed now and to be sent to each channel."""
    common = {"noticed_at": now(), "outcome": Outcome.WAITING, "tries": 0}
    rows = [
        {**to_columns(asdict(one)), **common, "channel": channel}
        for one in messages
        for channel in channels
    ]
    if rows:
        with reports.transaction() as transaction:
            transaction.execute(TABLE.insert(), rows)


def mark(reports: Reports, notification_id: int, outcome: Outcome, problem: str = "") -> None:
    """Write how far a message has come; that it is being sent counts as a try."""
    change = TABLE.update().where(COLUMN.id == notification_id)
    facts: Row = {"outcome": outcome, "problem": problem or None}
    if outcome is Outcome.SENDING:
        facts |= {"tries": COLUMN.tries + 1, "tried_at": now()}
    with reports.transaction() as transaction:
        transaction.execute(change.values(**facts))
