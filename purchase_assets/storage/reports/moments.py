"""The moments that events bear: in their order, whatever the clock says.

What came after what is read off them (late sales, old scores, decisions that answered), so that
a clock that was set back must not turn it round.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Source, now, values

COMPARED = (
    tables.uploads.c.received_at,
    tables.uploads.c.judged_at,
    tables.quarantine.c.decided_at,
    tables.published_weeks.c.scored_at,
    tables.prediction_scores.c.scored_at,
    tables.promotions.c.promoted_at,
)
"""Moments of events of which it matters which came first."""


def next_moment(source: Source) -> datetime:
    """The present moment as naive UTC, but always later than every moment on record."""
    newest = sa.union_all(*(sa.select(sa.func.max(column).label("at")) for column in COMPARED))
    (latest,) = values(source, sa.select(sa.func.max(newest.subquery().c.at)))
    moment = now()
    return moment if latest is None or moment > latest else latest + timedelta(microseconds=1)
