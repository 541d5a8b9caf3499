"""The one builder of rows of the reports database: what a test does not name is ordinary."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports

MOMENT = datetime(2025, 1, 13, 9)
WEEK = date(2025, 1, 13)
USUAL: dict[sa.Table, dict[str, Any]] = {
    tables.weekly_predictions: {
        "week_start": WEEK,
        "customer_id": "1",
        "product_id": "2",
        "probability": 0.5,
        "will_buy": True,
        "rank": 1,
        "weeks_bought_of_8": 4,
        "days_since_last": 3,
        "usual_gap_days": 7.0,
        "product_trend": 1.0,
        "source": "model",
        "expected_items": 3.0,
        "items_low": 1.0,
        "items_high": 7.5,
        "mean_items": 3.4,
        "model_version": "2",
        "status": "FRESH",
        "scored_at": MOMENT,
    },
    tables.prediction_scores: {
        "week_start": WEEK,
        "metric": "f1",
        "value": 0.5,
        "model_version": "2",
        "scored_at": MOMENT,
    },
    tables.drift_scores: {
        "week_start": WEEK,
        "unit": "order_line",
        "column": "items",
        "method": "wasserstein",
        "score": 0.05,
        "threshold": 0.1,
        "reference_rows": 20000,
        "current_rows": 5200,
        "status": "STABLE",
        "verdict": "STABLE",
        "sentence_en": "Nothing moved",
        "sentence_es": "Nada se movió",
        "model_version": "2",
    },
    tables.uploads: {
        "kind": "transactions",
        "received_at": MOMENT,
        "verdict": "ACCEPTED",
        "rows": 100,
        "quarantined": 0,
        "duplicates": 0,
        "known_rows": 0,
        "message_en": "",
        "message_es": "",
        "reasons": [],
        "deliveries": 1,
        "attempts": 1,
    },
    tables.quarantine: {
        "row_number": 1,
        "kind": "transactions",
        "rule": "future_date",
        "message_en": "The date 2052-01-08 is in the future.",
        "message_es": "La fecha 2052-01-08 está en el futuro.",
        "original": '{"customer_id": "254000", "items": "<b>3</b>"}',
        "status": "WAITING",
    },
    tables.withdrawals: {
        "upload_key": "transactions-0a1b2c3d4e5f",
        "withdrawn_at": MOMENT,
        "withdrawn_by": "Ana",
        "reason": "planted",
        "done": True,
    },
    tables.access_keys: {"role": "act", "added_at": MOMENT, "added_by": "planted"},
    tables.tainted_models: {
        "model_version": "2",
        "upload_key": "transactions-0a1b2c3d4e5f",
        "tainted_at": MOMENT,
    },
    tables.notifications: {
        "cause": f"no_file/{WEEK}",
        "kind": "no_file",
        "part": "BEGAN",
        "noticed_at": MOMENT,
        "title_en": "this week's file has not come",
        "title_es": "no llegó el archivo de la semana",
        "message_en": "What happened: <b>nothing</b> came\nTo mend it: ask",
        "message_es": "Qué pasó: no llegó <b>nada</b>\nPara arreglarlo: pregunte",
        "channel": "log",
        "outcome": "SENT",
        "tries": 1,
    },
    tables.promotions: {
        "promoted_at": MOMENT,
        "model_version": "2",
        "kind": "gate",
        "decided_by": "gate",
        "reason": "planted",
        "data_through": WEEK - timedelta(days=1),
        "figures": {},
    },
    tables.retraining_decisions: {
        "decided_at": MOMENT,
        "cause": "drift",
        "cause_id": str(WEEK),
        "week": WEEK,
        "retrain": True,
        "reason_code": "retrain",
        "sentence_en": "",
        "sentence_es": "",
    },
}


def row(table: sa.Table, **values: Any) -> dict[str, Any]:
    """An ordinary row of a table, but for what is given."""
    given = {**USUAL[table], **values}
    made = {**_derived(table, given), **given}
    assert set(made) <= set(table.columns.keys()), set(made) - set(table.columns.keys())
    return made


def plant(reports: Reports, table: sa.Table, **values: Any) -> None:
    """Add one ordinary row, but for what is given."""
    reports.append(table, row(table, **values))


def _derived(table: sa.Table, given: dict[str, Any]) -> dict[str, Any]:
    """What follows from the rest of a row: the days of a week, the counts of an upload."""
    if table is tables.uploads:
        aside = given["quarantined"] + given["duplicates"]
        return {
            "file_name": f"{given['key']}.parquet",
            "judged_at": given["received_at"],
            "accepted": 0 if given["verdict"] == "REJECTED" else given["rows"] - aside,
        }
    if table is tables.promotions:
        return {"reason_es": given["reason"]}
    if "window_start" not in table.columns:
        return {}
    monday = given["week_start"]
    days = {"window_start": monday, "window_end": monday + timedelta(days=6)}
    through = {"data_through": monday - timedelta(days=1)}
    return {**days, **through} if "data_through" in table.columns else days
