"""A cause, earlier decisions and the state that the guards look at."""

from datetime import date, timedelta

from purchase_assets.retraining.causes import Cause
from purchase_assets.retraining.guards import PastDecision, RetrainingState
from purchase_assets.settings import RetrainingSettings
from purchase_assets.text import Text

SETTINGS = RetrainingSettings(cool_down_weeks=2, budget=3, budget_weeks=8, max_model_age_weeks=8)
WEEK = date(2025, 1, 20)
DETAIL = Text(
    "drift in product_trend (0.21 over 0.10)", "deriva en product_trend (0,21 sobre 0,10)"
)


def cause(kind: str = "drift", cause_id: str = "2025-01-20", week: date = WEEK) -> Cause:
    return Cause(kind, cause_id, week, DETAIL)


def past(weeks_ago: int, kind: str = "drift", retrain: bool = True, cause_id: str = "other"):
    return PastDecision(kind, cause_id, WEEK - timedelta(weeks=weeks_ago), retrain)


def state(*decisions: PastDecision, busy: bool = False) -> RetrainingState:
    return RetrainingState(WEEK, WEEK - timedelta(weeks=3), busy, decisions)
