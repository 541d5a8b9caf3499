"""The table `promotions`: one record per change of champion; the newest one decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Transaction, fetch, fetch_one
from purchase_assets.storage.reports.moments import next_moment
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Text

TABLE = tables.promotions


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """A row of `promotions`; the columns are described in `tables.promotions`."""

    id: int
    promoted_at: datetime
    model_version: str
    previous_version: str | None = None
    kind: str
    decided_by: str
    reason: Text
    data_through: date
    figures: Mapping[str, Any]


def newest_first(reports: Reports) -> list[Promotion]:
    """The changes of champion, the newest first."""
    return fetch(reports, Promotion, sa.select(TABLE).order_by(TABLE.c.id.desc()))


def newest(reports: Reports) -> Promotion | None:
    """The change that made the present champion, or None."""
    return fetch_one(reports, Promotion, sa.select(TABLE).order_by(TABLE.c.id.desc()).limit(1))


def add(
    transaction: Transaction,
    *,
    model_version: str,
    previous_version: str | None,
    kind: str,
    decided_by: str,
    reason: Text,
    data_through: date,
    figures: Mapping[str, Any],
) -> None:
    """Keep a change of champion, made now."""
    transaction.execute(
        TABLE.insert(),
        {
            "promoted_at": next_moment(transaction),
            "model_version": model_version,
            "previous_version": previous_version,
            "kind": kind,
            "decided_by": decided_by,
            "data_through": data_through,
            "figures": dict(figures),
            **to_columns({"reason": reason}),
        },
    )
