"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table and the view of the newest week."""
    op.create_table(
        "drift_scores",
        sa.Column("week_start", sa.Date(), nullable=False, comment="Monday of the monitored week"),
        sa.Column("unit", sa.String(), nullable=False, comment="what a row of the column is about"),
        sa.Column("column", sa.String(), nullable=False, comment="monitored column"),
        sa.Column("method", sa.String(), nullable=False, comment="Evidently distance"),
        sa.Column(
            "score",
            sa.Float(),
            nullable=True,
            comment="distance from the champion's training snapshot",
        ),
        sa.Column(
            "threshold",
            sa.Float(),
            nullable=True,
            comment="score above which the column counts as drifted",
        ),
        sa.Column("reference_rows", sa.Integer(), nullable=False, comment="rows of the reference"),
        sa.Column("current_rows", sa.Integer(), nullable=False, comment="rows of the week"),
        sa.Column("status", sa.String(), nullable=False, comment="the column's own status"),
        sa.Column(
            "verdict",
            sa.String(),
            nullable=False,
            comment="the week's verdict: STABLE, DRIFTED or INSUFFICIENT",
        ),
        sa.Column(
            "sentence_en", sa.String(), nullable=False, comment="the week's verdict in English"
        ),
        sa.Column(
            "sentence_es", sa.String(), nullable=False, comment="the week's verdict in Spanish"
        ),
        sa.Column(
            "model_version",
            sa.String(),
            nullable=False,
            comment="champion whose training snapshot is the reference",
        ),
        sa.PrimaryKeyConstraint("week_start", "unit", "column"),
        comment="One row per monitored column of the week.",
    )
    op.create_table(
        "prediction_scores",
        sa.Column("week_start", sa.Date(), nullable=False, comment="Monday of the scored week"),
        sa.Column("metric", sa.String(), nullable=False, comment="name of the metric"),
        sa.Column("value", sa.Float(), nullable=True, comment="the metric's value"),
        sa.Column(
            "window_start", sa.Date(), nullable=False, comment="first day of the scored window"
        ),
        sa.Column("window_end", sa.Date(), nullable=False, comment="last day of the scored window"),
        sa.Column(
            "model_version", sa.String(), nullable=False, comment="version that made the forecast"
        ),
        sa.Column(
            "scored_at", sa.DateTime(), nullable=False, comment="when the score was computed, UTC"
        ),
        sa.PrimaryKeyConstraint("week_start", "metric"),
        comment="One row per metric of a week whose sales are known.",
    )
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="running number"),
        sa.Column("promoted_at", sa.DateTime(), nullable=False, comment="when, UTC"),
        sa.Column(
            "model_version", sa.String(), nullable=False, comment="version that became champion"
        ),
        sa.Column("previous_version", sa.String(), nullable=True, comment="champion before"),
        sa.Column("kind", sa.String(), nullable=False, comment="first, gate or rollback"),
        sa.Column("decided_by", sa.String(), nullable=False, comment="gate, or the person's name"),
        sa.Column("reason", sa.String(), nullable=False, comment="why, in one sentence"),
        sa.Column(
            "data_through", sa.Date(), nullable=False, comment="newest day the model was trained on"
        ),
        sa.Column("figures", sa.JSON(), nullable=False, comment="what the decision compared"),
        sa.PrimaryKeyConstraint("id"),
        comment="One row per change of champion; append-only.",
    )
    op.create_table(
        "quarantine",
        sa.Column(
            "upload_key", sa.String(), nullable=False, comment="upload that delivered the row"
        ),
        sa.Column(
            "row_number",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="row of the file, 1 = first after the header",
        ),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="transactions, customers or products"
        ),
        sa.Column("rule", sa.String(), nullable=False, comment="rule that the row broke"),
        sa.Column("message_en", sa.String(), nullable=False, comment="what is wrong, in English"),
        sa.Column("message_es", sa.String(), nullable=False, comment="what is wrong, in Spanish"),
        sa.Column(
            "original", sa.Text(), nullable=False, comment="the delivered values as JSON text"
        ),
        sa.Column("status", sa.String(), nullable=False, comment="WAITING, RELEASED or DISCARDED"),
        sa.Column("decided_by", sa.String(), nullable=True, comment="who decided"),
        sa.Column("decided_at", sa.DateTime(), nullable=True, comment="when, UTC"),
        sa.Column("decision_reason", sa.String(), nullable=True, comment="why"),
        sa.PrimaryKeyConstraint("upload_key", "row_number"),
        comment="One row per delivered row that was set aside.",
    )
    op.create_index("ix_quarantine_status", "quarantine", ["status"], unique=False)
    op.create_table(
        "retraining_decisions",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="running number"),
        sa.Column("decided_at", sa.DateTime(), nullable=False, comment="when, UTC"),
        sa.Column(
            "cause",
            sa.String(),
            nullable=False,
            comment="first_model, drift, rejected_upload or overdue",
        ),
        sa.Column(
            "cause_id", sa.String(), nullable=False, comment="what caused it: a week or an upload"
        ),
        sa.Column("week", sa.Date(), nullable=False, comment="newest data week at the time"),
        sa.Column(
            "retrain", sa.Boolean(), nullable=False, comment="whether a training was asked for"
        ),
        sa.Column("reason_code", sa.String(), nullable=False, comment="guard that decided"),
        sa.Column("sentence_en", sa.String(), nullable=False, comment="the decision in English"),
        sa.Column("sentence_es", sa.String(), nullable=False, comment="the decision in Spanish"),
        sa.Column(
            "outcome",
            sa.String(),
            nullable=True,
            comment="PROMOTED, KEPT or FAILED; unset while it goes on",
        ),
        sa.Column("outcome_en", sa.String(), nullable=True, comment="what came of it, in English"),
        sa.Column("outcome_es", sa.String(), nullable=True, comment="what came of it, in Spanish"),
        sa.PrimaryKeyConstraint("id"),
        comment="One row per decision on retraining, yes or no.",
    )
    op.create_table(
        "drift_replays",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False, comment="running number"),
        sa.Column("replayed_at", sa.DateTime(), nullable=False, comment="when, UTC"),
        sa.Column(
            "first_week", sa.Date(), nullable=True, comment="Monday of the first judged week"
        ),
        sa.Column("last_week", sa.Date(), nullable=True, comment="Monday of the last judged week"),
        sa.Column(
            "weeks",
            sa.Integer(),
            nullable=False,
            comment="weeks of accepted history that were judged",
        ),
        sa.Column(
            "flagged",
            sa.JSON(),
            nullable=False,
            comment="weeks that the detector would have called drift: week, sentences",
        ),
        sa.PrimaryKeyConstraint("id"),
        comment="One row per replay of the drift detector over the accepted history.",
    )
    op.create_table(
        "uploads",
        sa.Column(
            "key",
            sa.String(),
            nullable=False,
            comment="kind and first 12 hex of the content's sha256",
        ),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="transactions, customers or products"
        ),
        sa.Column(
            "file_name",
            sa.String(),
            nullable=False,
            comment="name under which it was delivered first",
        ),
        sa.Column(
            "received_at", sa.DateTime(), nullable=False, comment="when it was judged first, UTC"
        ),
        sa.Column(
            "judged_at", sa.DateTime(), nullable=False, comment="when it was judged last, UTC"
        ),
        sa.Column(
            "verdict",
            sa.String(),
            nullable=False,
            comment="ACCEPTED, PARTIAL, REJECTED or ENGINE_ERROR",
        ),
        sa.Column("rows", sa.BigInteger(), nullable=False, comment="rows in the file"),
        sa.Column("accepted", sa.BigInteger(), nullable=False, comment="rows taken"),
        sa.Column(
            "quarantined",
            sa.BigInteger(),
            nullable=False,
            comment="rows set aside when it was judged",
        ),
        sa.Column(
            "duplicates",
            sa.BigInteger(),
            nullable=False,
            comment="rows dropped as exact repetitions",
        ),
        sa.Column(
            "known_rows",
            sa.BigInteger(),
            nullable=False,
            comment="duplicates that an earlier upload had delivered",
        ),
        sa.Column(
            "daily_volume",
            sa.Float(),
            nullable=True,
            comment="rows per day covered, repetitions left out",
        ),
        sa.Column("first_day", sa.Date(), nullable=True, comment="earliest accepted day"),
        sa.Column("last_day", sa.Date(), nullable=True, comment="latest accepted day"),
        sa.Column(
            "message_en", sa.String(), nullable=False, comment="the verdict in one English sentence"
        ),
        sa.Column(
            "message_es", sa.String(), nullable=False, comment="the verdict in one Spanish sentence"
        ),
        sa.Column(
            "reasons",
            sa.JSON(),
            nullable=False,
            comment="rules that were broken: rule, message_en, message_es, rows",
        ),
        sa.Column(
            "deliveries",
            sa.Integer(),
            nullable=False,
            comment="how often this content was delivered",
        ),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="how often it was judged"),
        sa.PrimaryKeyConstraint("key"),
        comment="One row per upload (content, whatever its name).",
    )
    op.create_table(
        "weekly_predictions",
        sa.Column(
            "week_start", sa.Date(), nullable=False, comment="Monday of the week that is forecast"
        ),
        sa.Column("customer_id", sa.String(), nullable=False, comment="customer, as delivered"),
        sa.Column("product_id", sa.String(), nullable=False, comment="product, as delivered"),
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
            "probability",
            sa.Float(),
            nullable=False,
            comment="chance of at least one purchase in the window, 0 to 1",
        ),
        sa.Column(
            "will_buy",
            sa.Boolean(),
            nullable=False,
            comment="in the list with the highest expected F1",
        ),
        sa.Column(
            "rank",
            sa.Integer(),
            nullable=False,
            comment="place within the customer, 1 = most likely",
        ),
        sa.Column(
            "weeks_bought_of_8",
            sa.Integer(),
            nullable=False,
            comment="weeks with a purchase among the last 8",
        ),
        sa.Column(
            "days_since_last",
            sa.Integer(),
            nullable=True,
            comment="days from last purchase to cutoff",
        ),
        sa.Column(
            "usual_gap_days", sa.Float(), nullable=True, comment="mean days between purchases"
        ),
        sa.Column(
            "product_trend",
            sa.Float(),
            nullable=True,
            comment="buyers of the product among shops of this type, last 4 weeks over the 4 before",  # noqa: E501
        ),
        sa.Column(
            "source",
            sa.String(),
            nullable=False,
            comment="model, or popular for a customer without history",
        ),
        sa.Column(
            "model_version",
            sa.String(),
            nullable=False,
            comment="version of the champion that scored the week",
        ),
        sa.Column(
            "data_through", sa.Date(), nullable=False, comment="newest accepted day of sales used"
        ),
        sa.Column(
            "status",
            sa.String(),
            nullable=False,
            comment="FRESH; STALE: its days are over and no newer sales were accepted; DEGRADED: "
            "the model is in doubt (two weeks below the baseline, or drift without a training that "
            "answered it)",
        ),
        sa.Column(
            "scored_at", sa.DateTime(), nullable=False, comment="when the row was computed, UTC"
        ),
        sa.PrimaryKeyConstraint("week_start", "customer_id", "product_id"),
        comment="One row per scored pair of the week; history is kept.",
    )
    op.create_index(
        "ix_weekly_predictions_customer",
        "weekly_predictions",
        ["customer_id", "week_start"],
        unique=False,
    )
    op.create_index(
        "ix_weekly_predictions_product",
        "weekly_predictions",
        ["product_id", "week_start"],
        unique=False,
    )
    op.execute(
        "CREATE VIEW latest_weekly_predictions AS SELECT * FROM weekly_predictions "
        "WHERE week_start = (SELECT MAX(week_start) FROM weekly_predictions)"
    )
