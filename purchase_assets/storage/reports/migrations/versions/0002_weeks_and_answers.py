"""One row per published week, and what a person answered to a rejected upload."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make both, and fill the weeks from the rows that are published."""
    op.create_table(
        "published_weeks",
        sa.Column(
            "week_start", sa.Date(), nullable=False, comment="Monday of the week that is forecast"
        ),
        sa.Column(
            "window_start", sa.Date(), nullable=False, comment="first day of the forecast window"
        ),
        sa.Column(
            "window_end",
            sa.Date(),
            nullable=False,
            comment="last day of the forecast window, a Sunday",
        ),
        sa.Column(
            "data_through", sa.Date(), nullable=False, comment="newest accepted day of sales used"
        ),
        sa.Column(
            "model_version",
            sa.String(),
            nullable=False,
            comment="version of the champion that scored the week",
        ),
        sa.Column("status", sa.String(), nullable=False, comment="as in weekly_predictions"),
        sa.Column(
            "pairs", sa.Integer(), nullable=False, comment="rows of the week in weekly_predictions"
        ),
        sa.Column(
            "customers", sa.Integer(), nullable=False, comment="customers with at least one row"
        ),
        sa.Column(
            "pairs_predicted",
            sa.Integer(),
            nullable=False,
            comment="pairs that are expected to be bought (will_buy)",
        ),
        sa.Column(
            "expected_hits",
            sa.Float(),
            nullable=False,
            comment="sum of the probabilities of those pairs",
        ),
        sa.Column(
            "scored_at", sa.DateTime(), nullable=False, comment="when the week was computed, UTC"
        ),
        sa.PrimaryKeyConstraint("week_start"),
        comment="One row per published week; written in the same transaction as its rows.",
    )
    op.execute(
        "INSERT INTO published_weeks "
        "SELECT week_start, MIN(window_start), MIN(window_end), MIN(data_through), "
        "MIN(model_version), MIN(status), COUNT(*), COUNT(DISTINCT customer_id), "
        "SUM(CASE WHEN will_buy THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN will_buy THEN probability ELSE 0 END), MAX(scored_at) "
        "FROM weekly_predictions GROUP BY week_start"
    )
    op.execute("DROP VIEW latest_weekly_predictions")
    op.execute(
        "CREATE VIEW latest_weekly_predictions AS SELECT * FROM weekly_predictions WHERE "
        "week_start = (SELECT MAX(week_start) FROM published_weeks WHERE status <> 'BACKFILLED')"
    )
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.alter_column(
            "weekly_predictions",
            "status",
            existing_type=sa.String(),
            existing_nullable=False,
            comment="FRESH; STALE: its days are over and no newer sales were accepted; DEGRADED: "
            "the model is in doubt (two weeks below the baseline, or drift without a training "
            "that answered it); BACKFILLED: made afterwards, of a week that was never published; "
            "counts in no score",
        )
    for name, kind, comment in (
        (
            "answer",
            sa.String(),
            "of a rejected upload: CORRECTED by a later file, or SEEN by a person; unset: it waits",
        ),
        ("answered_by", sa.String(), "the person, or the later upload's key"),
        ("answered_at", sa.DateTime(), "when, UTC"),
        ("answer_reason", sa.String(), "why, in the person's words"),
    ):
        op.add_column("uploads", sa.Column(name, kind, nullable=True, comment=comment))
