"""A fingerprint of what each week says, so that an unchanged one is known without its rows.

The weeks that are there have none: it is worked out of their rows when they are forecast again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column."""
    column = sa.Column(
        "content",
        sa.String,
        nullable=True,
        comment="fingerprint of the week's rows without status and scored_at",
    )
    op.add_column("published_weeks", column)
