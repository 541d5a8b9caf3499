"""The table `retraining_decisions`: one record per decision, yes or no, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Transaction, fetch, now
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Text

Outcome = Literal["PROMOTED", "KEPT", "FAILED"]

TABLE = tables.retraining_decisions
COLUMN = TABLE.c


@dataclass(frozen=True, kw_only=True)
class RetrainingDecision:
    """A row of `retraining_decisions`; the columns are described in its table."""

    id: int
    decided_at: datetime
    cause: str
    cause_id: str
    week: date
    retrain: bool
    reason_code: str
    sentence: Text
    outcome: Outcome | None = None
    outcome_text: Text | None = None


def in_order(reports: Reports) -> list[RetrainingDecision]:
    """The decisions, the oldest first."""
    return fetch(reports, RetrainingDecision, sa.select(TABLE).order_by(COLUMN.id))


def newest_first(reports: Reports, at_most: int | None = None) -> list[RetrainingDecision]:
    """The decisions, the newest first."""
    statement = sa.select(TABLE).order_by(COLUMN.id.desc()).limit(at_most)
    return fetch(reports, RetrainingDecision, statement)


def waits(reports: Reports, cause: str, cause_id: str) -> bool:
    """Whether a training was decided for this cause and nothing has come of it yet."""
    open_ones = COLUMN.retrain, COLUMN.outcome.is_(None)
    chosen = sa.select(COLUMN.id).where(COLUMN.cause == cause, COLUMN.cause_id == cause_id)
    return bool(reports.rows(chosen.where(*open_ones).limit(1)))


def file_names(reports: Reports) -> dict[str, str]:
    """Names of the files that were a cause, by the key of their upload."""
    uploads = tables.uploads.c
    caused = sa.select(COLUMN.cause_id).where(COLUMN.cause == "rejected_upload")
    found = reports.rows(sa.select(uploads.key, uploads.file_name).where(uploads.key.in_(caused)))
    return {row["key"]: row["file_name"] for row in found}


def add(
    reports: Reports,
    *,
    cause: str,
    cause_id: str,
    week: date,
    retrain: bool,
    reason_code: str,
    sentence: Text,
) -> None:
    """Keep a decision, made now; what comes of it is not known yet."""
    reports.append(
        TABLE,
        {
            "decided_at": now(),
            "cause": cause,
            "cause_id": cause_id,
            "week": week,
            "retrain": retrain,
            "reason_code": reason_code,
            **to_columns({"sentence": sentence}),
        },
    )


def conclude(
    transaction: Transaction,
    outcome: Outcome,
    text: Text,
    about: tuple[str, str] | None = None,
) -> None:
    """Write what came of the trainings that were asked for and are not concluded yet.

    Parameters
    ----------
    about : tuple of str, optional
        Cause and its id, when only what it asked for is concluded.
    """
    change = TABLE.update().where(COLUMN.retrain, COLUMN.outcome.is_(None))
    if about is not None:
        change = change.where(COLUMN.cause == about[0], COLUMN.cause_id == about[1])
    transaction.execute(change.values(outcome=outcome, **to_columns({"outcome_text": text})))
