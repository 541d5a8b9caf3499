"""The table `drift_replays`: one record per replay of the detector over the accepted history."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, Row, fetch_one, now
from purchase_assets.storage.reports.two_languages import to_columns, to_fields
from purchase_assets.text import Text

TABLE = tables.drift_replays


@dataclass(frozen=True)
class FlaggedWeek:
    """A week that the detector would have called drift."""

    week: str
    sentence: Text


@dataclass(frozen=True, kw_only=True)
class DriftReplay:
    """A row of `drift_replays`; the columns are described in its table."""

    id: int
    replayed_at: datetime
    first_week: date | None = None
    last_week: date | None = None
    weeks: int
    flagged: tuple[FlaggedWeek, ...]


def newest(reports: Reports) -> DriftReplay | None:
    """The replay that was made last, or None."""
    return fetch_one(reports, _replay, sa.select(TABLE).order_by(TABLE.c.id.desc()).limit(1))


def add(reports: Reports, weeks: Sequence[date], flagged: Sequence[FlaggedWeek]) -> None:
    """Keep a replay, made now, of the judged `weeks`, in order."""
    reports.append(
        TABLE,
        {
            "replayed_at": now(),
            "first_week": weeks[0] if weeks else None,
            "last_week": weeks[-1] if weeks else None,
            "weeks": len(weeks),
            "flagged": [to_columns(asdict(week)) for week in flagged],
        },
    )


def _replay(*, flagged: Sequence[Row], **columns: Any) -> DriftReplay:
    return DriftReplay(flagged=tuple(FlaggedWeek(**to_fields(week)) for week in flagged), **columns)
