"""What each published week promises of its list, beside what came of it.

Of the weeks that are there only the expected precision is filled, which follows from what they
say already. No bound was promised of them, so their bounds stay empty and count in no coverage.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

COLUMNS = {
    "hits_low": "in one of twenty weeks fewer of those pairs are bought; empty where no bound was "
    "promised",
    "hits_high": "in one of twenty weeks more are bought",
    "expected_precision": "expected_hits over pairs_predicted",
    "precision_low": "hits_low over pairs_predicted",
    "precision_high": "hits_high over pairs_predicted",
    "expected_f1": "F1 that is expected of the list",
    "f1_low": "F1 if only hits_low pairs are bought",
    "f1_high": "F1 if hits_high pairs are bought",
}
PRECISION = (
    "UPDATE published_weeks SET expected_precision = expected_hits / pairs_predicted "
    "WHERE pairs_predicted > 0"
)
VIEW = """
CREATE VIEW promise_and_outcome AS
SELECT counted.*,
       CASE WHEN hits BETWEEN hits_low AND hits_high THEN 1
            WHEN hits < hits_low OR hits > hits_high THEN 0 END AS hits_kept,
       CASE WHEN f1 BETWEEN f1_low AND f1_high THEN 1
            WHEN f1 < f1_low OR f1 > f1_high THEN 0 END AS f1_kept
FROM (
    SELECT week.week_start, week.window_start, week.window_end, week.model_version, week.status,
           week.pairs_predicted,
           week.expected_hits, week.hits_low, week.hits_high,
           CAST(ROUND(CAST(found.value * week.pairs_predicted AS NUMERIC), 0) AS INTEGER) AS hits,
           week.expected_precision, week.precision_low, week.precision_high,
           found.value AS precision,
           week.expected_f1, week.f1_low, week.f1_high, f1.value AS f1
    FROM published_weeks AS week
    LEFT JOIN prediction_scores AS found
      ON found.week_start = week.week_start AND found.metric = 'precision'
    LEFT JOIN prediction_scores AS f1
      ON f1.week_start = week.week_start AND f1.metric = 'f1'
    WHERE week.status <> 'BACKFILLED'
) AS counted
"""


def upgrade() -> None:
    """Add the columns, fill what is known, and make the view that reads them."""
    for name, comment in COLUMNS.items():
        op.add_column("published_weeks", sa.Column(name, sa.Float, nullable=True, comment=comment))
    op.execute(PRECISION)
    op.execute(VIEW)
