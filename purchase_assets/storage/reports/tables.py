"""The reports database's tables: what report authors, the pages and the sensors read.

The comments are the data dictionary; they are stored in the database where it can hold them.
"""

from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()


def _column(name: str, kind: Any, comment: str, **options: Any) -> sa.Column:
    options.setdefault("nullable", False)
    return sa.Column(name, kind, comment=comment, **options)


weekly_predictions = sa.Table(
    "weekly_predictions",
    metadata,
    _column("week_start", sa.Date, "Monday of the week that is forecast", primary_key=True),
    _column("customer_id", sa.String, "customer, as delivered", primary_key=True),
    _column("product_id", sa.String, "product, as delivered", primary_key=True),
    _column("window_start", sa.Date, "first day of the forecast window"),
    _column("window_end", sa.Date, "last day of the forecast window, a Sunday"),
    _column("probability", sa.Float, "chance of at least one purchase in the window, 0 to 1"),
    _column("will_buy", sa.Boolean, "in the list with the highest expected F1"),
    _column("rank", sa.Integer, "place within the customer, 1 = most likely"),
    _column("weeks_bought_of_8", sa.Integer, "weeks with a purchase among the last 8"),
    _column("days_since_last", sa.Integer, "days from last purchase to cutoff", nullable=True),
    _column(
        "usual_gap_days",
        sa.Float,
        "mean days between successive order days of the pair in the 364 days up to data_through; "
        "empty with fewer than two",
        nullable=True,
    ),
    _column(
        "product_trend",
        sa.Float,
        "customers of this type that bought the product in the 28 days up to data_through, over "
        "those in the 28 days before, who may be the same; without types all customers; empty "
        "where nobody bought before",
        nullable=True,
    ),
    _column("source", sa.String, "model, or popular for a customer without history"),
    _column("model_version", sa.String, "version of the champion that scored the week"),
    _column("data_through", sa.Date, "newest accepted day of sales used"),
    _column(
        "status",
        sa.String,
        "FRESH; STALE: its days are over and no newer sales were accepted; DEGRADED: the model is "
        "in doubt (two weeks below the baseline, drift without a training that answered it, or it "
        "learnt from an upload that was withdrawn), or sales that the week rests on were; "
        "BACKFILLED: made afterwards, of a week that was never published; counts in no score",
    ),
    _column("scored_at", sa.DateTime, "when the row was computed, UTC"),
    _column(
        "expected_items",
        sa.Float,
        "items in the window if the pair is bought: half of such purchases are of more; empty for "
        "a customer without history",
        nullable=True,
    ),
    _column("items_low", sa.Float, "one of twenty such purchases is of fewer items", nullable=True),
    _column("items_high", sa.Float, "one of twenty such purchases is of more items", nullable=True),
    _column(
        "mean_items",
        sa.Float,
        "mean of such purchases; probability * mean_items adds up over pairs, as stock",
        nullable=True,
    ),
    sa.Index("ix_weekly_predictions_customer", "customer_id", "week_start"),
    sa.Index("ix_weekly_predictions_product", "product_id", "week_start"),
    comment="One row per scored pair of the week; history is kept.",
)

customers = sa.Table(
    "customers",
    metadata,
    _column("customer_id", sa.String, "customer, as delivered", primary_key=True),
    _column("label", sa.String, "how people read it: its name, else its type and zone"),
    _column("customer_name", sa.String, "name, where one is delivered", nullable=True),
    _column("customer_type", sa.String, "type, as delivered", nullable=True),
    _column("region_id", sa.String, "region", nullable=True),
    _column("zone_id", sa.String, "zone", nullable=True),
    _column("latitude", sa.Float, "degrees", nullable=True),
    _column("longitude", sa.Float, "degrees", nullable=True),
    _column("deliveries_per_week", sa.Float, "deliveries a week", nullable=True),
    _column("visits_per_week", sa.Float, "visits a week", nullable=True),
    _column(
        "usual_weekday",
        sa.Integer,
        "weekday with most of its order days of the last half year, 1 = Monday",
        nullable=True,
    ),
    comment="One row per customer: the newest accepted values; written together with a week.",
)

products = sa.Table(
    "products",
    metadata,
    _column("product_id", sa.String, "product, as delivered", primary_key=True),
    _column("label", sa.String, "how people read it: its name, else its brand, package and size"),
    _column("product_name", sa.String, "name, where one is delivered", nullable=True),
    _column("brand", sa.String, "brand", nullable=True),
    _column("category", sa.String, "category", nullable=True),
    _column("sub_category", sa.String, "category within it", nullable=True),
    _column("segment", sa.String, "price segment", nullable=True),
    _column("package", sa.String, "package", nullable=True),
    _column("size", sa.Float, "litres", nullable=True),
    comment="One row per product: the newest accepted values; written together with a week.",
)

published_weeks = sa.Table(
    "published_weeks",
    metadata,
    _column("week_start", sa.Date, "Monday of the week that is forecast", primary_key=True),
    _column("window_start", sa.Date, "first day of the forecast window"),
    _column("window_end", sa.Date, "last day of the forecast window, a Sunday"),
    _column("data_through", sa.Date, "newest accepted day of sales used"),
    _column("model_version", sa.String, "version of the champion that scored the week"),
    _column("status", sa.String, "as in weekly_predictions"),
    _column("pairs", sa.Integer, "rows of the week in weekly_predictions"),
    _column("customers", sa.Integer, "customers with at least one row"),
    _column("pairs_predicted", sa.Integer, "pairs that are expected to be bought (will_buy)"),
    _column("expected_hits", sa.Float, "sum of the probabilities of those pairs"),
    _column("scored_at", sa.DateTime, "when the week was computed, UTC"),
    _column(
        "hits_low",
        sa.Float,
        "in one of twenty weeks fewer of those pairs are bought; empty where no bound was promised",
        nullable=True,
    ),
    _column("hits_high", sa.Float, "in one of twenty weeks more are bought", nullable=True),
    _column("expected_precision", sa.Float, "expected_hits over pairs_predicted", nullable=True),
    _column("precision_low", sa.Float, "hits_low over pairs_predicted", nullable=True),
    _column("precision_high", sa.Float, "hits_high over pairs_predicted", nullable=True),
    _column("expected_f1", sa.Float, "F1 that is expected of the list", nullable=True),
    _column("f1_low", sa.Float, "F1 if only hits_low pairs are bought", nullable=True),
    _column("f1_high", sa.Float, "F1 if hits_high pairs are bought", nullable=True),
    _column(
        "content",
        sa.String,
        "fingerprint of the week's rows without status and scored_at",
        nullable=True,
    ),
    comment="One row per published week; written in the same transaction as its rows.",
)

LATEST_VIEW = "latest_weekly_predictions"
"""View of the newest week that was published in its time; migrations/ makes it."""
CALL_LIST_VIEW = "weekly_call_list"
"""View of that week's pairs that are expected to be bought, with customers and products in words;
migrations/ makes it."""
PROMISES_VIEW = "promise_and_outcome"
"""View of the published weeks, what each promised and what came of it; migrations/ makes it."""

prediction_scores = sa.Table(
    "prediction_scores",
    metadata,
    _column("week_start", sa.Date, "Monday of the scored week", primary_key=True),
    _column("metric", sa.String, "name of the metric", primary_key=True),
    _column("value", sa.Float, "the metric's value", nullable=True),
    _column("window_start", sa.Date, "first day of the scored window"),
    _column("window_end", sa.Date, "last day of the scored window"),
    _column("model_version", sa.String, "version that made the forecast"),
    _column("scored_at", sa.DateTime, "when the score was computed, UTC"),
    comment="One row per metric of a week whose sales are known.",
)

drift_scores = sa.Table(
    "drift_scores",
    metadata,
    _column("week_start", sa.Date, "Monday of the monitored week", primary_key=True),
    _column("unit", sa.String, "what a row of the column is about", primary_key=True),
    _column("column", sa.String, "monitored column", primary_key=True),
    _column("method", sa.String, "Evidently distance"),
    _column("score", sa.Float, "distance from the champion's training snapshot", nullable=True),
    _column("threshold", sa.Float, "score above which the column counts as drifted", nullable=True),
    _column("reference_rows", sa.Integer, "rows of the reference"),
    _column("current_rows", sa.Integer, "rows of the week"),
    _column("status", sa.String, "the column's own status"),
    _column("verdict", sa.String, "the week's verdict: STABLE, DRIFTED or INSUFFICIENT"),
    _column("sentence_en", sa.String, "the week's verdict in English"),
    _column("sentence_es", sa.String, "the week's verdict in Spanish"),
    _column("model_version", sa.String, "champion whose training snapshot is the reference"),
    comment="One row per monitored column of the week.",
)

drift_replays = sa.Table(
    "drift_replays",
    metadata,
    _column("id", sa.Integer, "running number", primary_key=True, autoincrement=True),
    _column("replayed_at", sa.DateTime, "when, UTC"),
    _column("first_week", sa.Date, "Monday of the first judged week", nullable=True),
    _column("last_week", sa.Date, "Monday of the last judged week", nullable=True),
    _column("weeks", sa.Integer, "weeks of accepted history that were judged"),
    _column("flagged", sa.JSON, "weeks that the detector would have called drift: week, sentences"),
    comment="One row per replay of the drift detector over the accepted history.",
)

uploads = sa.Table(
    "uploads",
    metadata,
    _column("key", sa.String, "kind and first 12 hex of the content's sha256", primary_key=True),
    _column("kind", sa.String, "transactions, customers or products"),
    _column("file_name", sa.String, "name under which it was delivered first"),
    _column("received_at", sa.DateTime, "when it was judged first, UTC"),
    _column("judged_at", sa.DateTime, "when it was judged last, UTC"),
    _column("verdict", sa.String, "ACCEPTED, PARTIAL, REJECTED, ENGINE_ERROR or WITHDRAWN"),
    _column("rows", sa.BigInteger, "rows in the file"),
    _column("accepted", sa.BigInteger, "rows taken; of a withdrawn upload, as it was taken"),
    _column("quarantined", sa.BigInteger, "rows set aside when it was judged"),
    _column("duplicates", sa.BigInteger, "rows dropped as exact repetitions"),
    _column("known_rows", sa.BigInteger, "duplicates that an earlier upload had delivered"),
    _column("daily_volume", sa.Float, "rows per day covered, repetitions left out", nullable=True),
    _column("first_day", sa.Date, "earliest accepted day", nullable=True),
    _column("last_day", sa.Date, "latest accepted day", nullable=True),
    _column("message_en", sa.String, "the verdict in one English sentence"),
    _column("message_es", sa.String, "the verdict in one Spanish sentence"),
    _column("reasons", sa.JSON, "rules that were broken: rule, message_en, message_es, rows"),
    _column("deliveries", sa.Integer, "how often this content was delivered"),
    _column("attempts", sa.Integer, "how often it was judged"),
    _column(
        "answer",
        sa.String,
        "of a rejected upload: CORRECTED by a later file, or SEEN by a person; unset: it waits",
        nullable=True,
    ),
    _column("answered_by", sa.String, "the person, or the later upload's key", nullable=True),
    _column("answered_at", sa.DateTime, "when, UTC", nullable=True),
    _column("answer_reason", sa.String, "why, in the person's words", nullable=True),
    comment="One row per upload (content, whatever its name).",
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    _column("upload_key", sa.String, "upload that delivered the row", primary_key=True),
    _column(
        "row_number",
        sa.BigInteger,
        "row of the file, 1 = first after the header",
        primary_key=True,
        autoincrement=False,
    ),
    _column("kind", sa.String, "transactions, customers or products"),
    _column("rule", sa.String, "rule that the row broke"),
    _column("message_en", sa.String, "what is wrong, in English"),
    _column("message_es", sa.String, "what is wrong, in Spanish"),
    _column("original", sa.Text, "the delivered values as JSON text"),
    _column("status", sa.String, "WAITING, RELEASED or DISCARDED"),
    _column("decided_by", sa.String, "who decided", nullable=True),
    _column("decided_at", sa.DateTime, "when, UTC", nullable=True),
    _column("decision_reason", sa.String, "why", nullable=True),
    sa.Index("ix_quarantine_status", "status"),
    comment="One row per delivered row that was set aside.",
)

withdrawals = sa.Table(
    "withdrawals",
    metadata,
    _column("id", sa.Integer, "running number", primary_key=True, autoincrement=True),
    _column("upload_key", sa.String, "upload whose rows left the tables"),
    _column("withdrawn_at", sa.DateTime, "when, UTC"),
    _column("withdrawn_by", sa.String, "who decided"),
    _column("reason", sa.String, "why, in the person's words"),
    _column("restored_at", sa.DateTime, "when it was brought back, UTC", nullable=True),
    _column("restored_by", sa.String, "who decided that", nullable=True),
    _column("restore_reason", sa.String, "why, in the person's words", nullable=True),
    _column("done", sa.Boolean, "whether all that follows from the last decision has been done"),
    comment="One row per withdrawal of an accepted upload; append-only but for its undoing.",
)

tainted_models = sa.Table(
    "tainted_models",
    metadata,
    _column("model_version", sa.String, "registered version", primary_key=True),
    _column("upload_key", sa.String, "withdrawn upload that it had learnt from", primary_key=True),
    _column("tainted_at", sa.DateTime, "when that was found, UTC"),
    comment="One row per model version and withdrawn upload that it had learnt from.",
)

promotions = sa.Table(
    "promotions",
    metadata,
    _column("id", sa.Integer, "running number", primary_key=True, autoincrement=True),
    _column("promoted_at", sa.DateTime, "when, UTC"),
    _column("model_version", sa.String, "version that became champion"),
    _column("previous_version", sa.String, "champion before", nullable=True),
    _column("kind", sa.String, "first, gate or rollback"),
    _column("decided_by", sa.String, "gate, or the person's name"),
    _column("reason", sa.String, "why, in one sentence: English, or a person's own words"),
    _column("data_through", sa.Date, "newest day the model was trained on"),
    _column("figures", sa.JSON, "what the decision compared"),
    _column(
        "reason_es",
        sa.String,
        "why, in Spanish; a person's own words, and reasons of earlier versions, as in reason",
    ),
    comment="One row per change of champion; append-only.",
)

retraining_decisions = sa.Table(
    "retraining_decisions",
    metadata,
    _column("id", sa.Integer, "running number", primary_key=True, autoincrement=True),
    _column("decided_at", sa.DateTime, "when, UTC"),
    _column("cause", sa.String, "first_model, drift, rejected_upload, overdue or tainted"),
    _column("cause_id", sa.String, "what caused it: a week or an upload"),
    _column("week", sa.Date, "newest data week at the time"),
    _column("retrain", sa.Boolean, "whether a training was asked for"),
    _column("reason_code", sa.String, "guard that decided"),
    _column("sentence_en", sa.String, "the decision in English"),
    _column("sentence_es", sa.String, "the decision in Spanish"),
    _column(
        "outcome", sa.String, "PROMOTED, KEPT or FAILED; unset while it goes on", nullable=True
    ),
    _column("outcome_en", sa.String, "what came of it, in English", nullable=True),
    _column("outcome_es", sa.String, "what came of it, in Spanish", nullable=True),
    comment="One row per decision on retraining, yes or no.",
)

access_keys = sa.Table(
    "access_keys",
    metadata,
    _column("id", sa.Integer, "running number", primary_key=True, autoincrement=True),
    _column("name", sa.String, "whose key it is; stands beside each decision"),
    _column("role", sa.String, "read, or act: also decides"),
    _column("digest", sa.String, "SHA-256 of the key, which itself is kept nowhere"),
    _column("added_at", sa.DateTime, "when, UTC"),
    _column("added_by", sa.String, "who, as the operating system knows them"),
    _column("revoked_at", sa.DateTime, "when it was ended, UTC", nullable=True),
    _column("revoked_by", sa.String, "who did that", nullable=True),
    sa.Index("ix_access_keys_digest", "digest", unique=True),
    comment="One row per key to the pages, in force or revoked.",
)
sa.Index(
    "ix_access_keys_name_in_force",
    access_keys.c.name,
    unique=True,
    sqlite_where=access_keys.c.revoked_at.is_(None),
    postgresql_where=access_keys.c.revoked_at.is_(None),
)

launch_tokens = sa.Table(
    "launch_tokens",
    metadata,
    _column("digest", sa.String, "SHA-256 of the token", primary_key=True),
    _column("key_id", sa.Integer, "key in whose name it decides"),
    _column("expires_at", sa.DateTime, "until when a run can be launched with it, UTC"),
    _column("used_for", sa.String, "SHA-256 of the decision it was given to", nullable=True),
    comment="One row per token for one decision in Dagster; gone after a week.",
)

notifications = sa.Table(
    "notifications",
    metadata,
    _column("id", sa.Integer, "running number", primary_key=True, autoincrement=True),
    _column("cause", sa.String, "what it is about: the kind and which one"),
    _column("kind", sa.String, "kind of cause, as in docs/notifications.md"),
    _column("part", sa.String, "BEGAN: something needs a person; OVER: it does no longer"),
    _column("noticed_at", sa.DateTime, "when that was noticed, UTC"),
    _column("title_en", sa.String, "the message's subject in English"),
    _column("title_es", sa.String, "the same in Spanish"),
    _column("message_en", sa.String, "the message in English"),
    _column("message_es", sa.String, "the same in Spanish"),
    _column("channel", sa.String, "where it goes, without its secrets; log where none is set"),
    _column(
        "outcome",
        sa.String,
        "WAITING; SENDING: a process is about to send it; SENT; UNCERTAIN: that process died, and "
        "it is not sent again; FAILED: the channel was down for a day",
    ),
    _column("tries", sa.Integer, "how often it was tried"),
    _column("tried_at", sa.DateTime, "when it was tried last, UTC", nullable=True),
    _column("problem", sa.String, "what the channel said when it failed", nullable=True),
    sa.Index("ix_notifications_cause", "cause"),
    sa.Index("ix_notifications_outcome", "outcome"),
    comment="One row per message and channel: what people are told, written before it is sent.",
)
