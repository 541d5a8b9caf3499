"""Keys with a name and a role, and tokens for decisions in Dagster."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the two tables; until a key is added nothing is closed that was open."""
    op.create_table(
        "access_keys",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True, comment="running number"),
        sa.Column(
            "name",
            sa.String,
            nullable=False,
            comment="whose key it is; stands beside each decision",
        ),
        sa.Column("role", sa.String, nullable=False, comment="read, or act: also decides"),
        sa.Column(
            "digest",
            sa.String,
            nullable=False,
            comment="SHA-256 of the key, which itself is kept nowhere",
        ),
        sa.Column("added_at", sa.DateTime, nullable=False, comment="when, UTC"),
        sa.Column(
            "added_by",
            sa.String,
            nullable=False,
            comment="who, as the operating system knows them",
        ),
        sa.Column("revoked_at", sa.DateTime, comment="when it was ended, UTC"),
        sa.Column("revoked_by", sa.String, comment="who did that"),
        comment="One row per key to the pages, in force or revoked.",
    )
    op.create_index("ix_access_keys_digest", "access_keys", ["digest"], unique=True)
    in_force = sa.text("revoked_at IS NULL")
    op.create_index(
        "ix_access_keys_name_in_force",
        "access_keys",
        ["name"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_table(
        "launch_tokens",
        sa.Column("digest", sa.String, primary_key=True, comment="SHA-256 of the token"),
        sa.Column("key_id", sa.Integer, nullable=False, comment="key in whose name it decides"),
        sa.Column(
            "expires_at",
            sa.DateTime,
            nullable=False,
            comment="until when a run can be launched with it, UTC",
        ),
        sa.Column("used_for", sa.String, comment="SHA-256 of the decision it was given to"),
        comment="One row per token for one decision in Dagster; gone after a week.",
    )
