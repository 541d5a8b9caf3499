"""The reason of a promotion is kept in Spanish, too.

Earlier reasons stand in both columns as they were written: the page shows what there is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

REASON = "why, in one sentence: English, or a person's own words"
REASON_ES = "why, in Spanish; a person's own words, and reasons of earlier versions, as in reason"


def upgrade() -> None:
    """Add the column and fill it for what was decided before."""
    op.add_column("promotions", sa.Column("reason_es", sa.String(), comment=REASON_ES))
    op.execute(sa.text("UPDATE promotions SET reason_es = reason"))
    with op.batch_alter_table("promotions") as promotions:  # SQLite makes the table anew
        promotions.alter_column("reason_es", existing_type=sa.String(), nullable=False)
        promotions.alter_column(
            "reason", existing_type=sa.String(), existing_nullable=False, comment=REASON
        )
