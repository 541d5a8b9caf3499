"""What people were told, so that nothing is told twice."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table; nobody was told anything before it."""
    op.create_table(
        "notifications",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True, comment="running number"),
        *(
            sa.Column(name, kind, nullable=empty, comment=comment)
            for name, kind, empty, comment in (
                ("cause", sa.String, False, "what it is about: the kind and which one"),
                ("kind", sa.String, False, "kind of cause, as in docs/notifications.md"),
                (
                    "part",
                    sa.String,
                    False,
                    "BEGAN: something needs a person; OVER: it does no longer",
                ),
                ("noticed_at", sa.DateTime, False, "when that was noticed, UTC"),
                ("title_en", sa.String, False, "the message's subject in English"),
                ("title_es", sa.String, False, "the same in Spanish"),
                ("message_en", sa.String, False, "the message in English"),
                ("message_es", sa.String, False, "the same in Spanish"),
                (
                    "channel",
                    sa.String,
                    False,
                    "where it goes, without its secrets; log where none is set",
                ),
                (
                    "outcome",
                    sa.String,
                    False,
                    "WAITING; SENDING: a process is about to send it; SENT; UNCERTAIN: that "
                    "process died, and it is not sent again; FAILED: the channel was down for a "
                    "day",
                ),
                ("tries", sa.Integer, False, "how often it was tried"),
                ("tried_at", sa.DateTime, True, "when it was tried last, UTC"),
                ("problem", sa.String, True, "what the channel said when it failed"),
            )
        ),
        comment="One row per message and channel: what people are told, written before it is sent.",
    )
    op.create_index("ix_notifications_cause", "notifications", ["cause"])
    op.create_index("ix_notifications_outcome", "notifications", ["outcome"])
