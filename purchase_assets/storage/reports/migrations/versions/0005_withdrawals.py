"""Accepted uploads can be withdrawn, and models that had learnt from them are tainted."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COMMENTS = {
    ("uploads", "verdict"): "ACCEPTED, PARTIAL, REJECTED, ENGINE_ERROR or WITHDRAWN",
    ("uploads", "accepted"): "rows taken; of a withdrawn upload, as it was taken",
    ("retraining_decisions", "cause"): "first_model, drift, rejected_upload, overdue or tainted",
    (
        "weekly_predictions",
        "status",
    ): "FRESH; STALE: its days are over and no newer sales were accepted; DEGRADED: the model is "
    "in doubt (two weeks below the baseline, drift without a training that answered it, or it "
    "learnt from an upload that was withdrawn), or sales that the week rests on were; "
    "BACKFILLED: made afterwards, of a week that was never published; counts in no score",
}


def upgrade() -> None:
    """Make the two tables and describe what columns hold now."""
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True, comment="running number"),
        sa.Column(
            "upload_key", sa.String, nullable=False, comment="upload whose rows left the tables"
        ),
        sa.Column("withdrawn_at", sa.DateTime, nullable=False, comment="when, UTC"),
        sa.Column("withdrawn_by", sa.String, nullable=False, comment="who decided"),
        sa.Column("reason", sa.String, nullable=False, comment="why, in the person's words"),
        sa.Column("restored_at", sa.DateTime, comment="when it was brought back, UTC"),
        sa.Column("restored_by", sa.String, comment="who decided that"),
        sa.Column("restore_reason", sa.String, comment="why, in the person's words"),
        sa.Column(
            "done",
            sa.Boolean,
            nullable=False,
            comment="whether all that follows from the last decision has been done",
        ),
        comment="One row per withdrawal of an accepted upload; append-only but for its undoing.",
    )
    op.create_table(
        "tainted_models",
        sa.Column("model_version", sa.String, primary_key=True, comment="registered version"),
        sa.Column(
            "upload_key",
            sa.String,
            primary_key=True,
            comment="withdrawn upload that it had learnt from",
        ),
        sa.Column("tainted_at", sa.DateTime, nullable=False, comment="when that was found, UTC"),
        comment="One row per model version and withdrawn upload that it had learnt from.",
    )
    if op.get_bind().dialect.supports_comments:
        for (table, column), comment in COMMENTS.items():
            op.alter_column(table, column, comment=comment)
