"""Usual gaps and product trends say over which days they are counted.

Trends that were published before compared 28 days with the 84 that hold them, not with the 28
before: they are emptied, since no number is better than one that says "falling" of everything.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

COMMENTS = {
    "usual_gap_days": "mean days between successive order days of the pair in the 364 days up to "
    "data_through; empty with fewer than two",
    "product_trend": "customers of this type that bought the product in the 28 days up to "
    "data_through, over those in the 28 days before, who may be the same; without types all "
    "customers; empty where nobody bought before",
}


def upgrade() -> None:
    """Describe the two columns and empty the earlier trends."""
    if op.get_bind().dialect.supports_comments:
        for column, comment in COMMENTS.items():
            op.alter_column("weekly_predictions", column, comment=comment)
    op.execute(sa.text("UPDATE weekly_predictions SET product_trend = NULL"))
