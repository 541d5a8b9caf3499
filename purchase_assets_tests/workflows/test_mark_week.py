"""How far a published week can be trusted."""

from datetime import date

import pytest

from purchase_assets.workflows.mark_week import publication_status


@pytest.mark.parametrize(
    ("today", "below", "unanswered", "status"),
    [
        (date(2025, 1, 26), [], False, "FRESH"),
        (date(2025, 1, 27), [], False, "STALE"),
        (date(2025, 1, 20), [True, False, True], False, "FRESH"),
        (date(2025, 1, 20), [False, True, True], False, "DEGRADED"),
        (date(2025, 1, 20), [], True, "DEGRADED"),
        (date(2025, 1, 27), [], True, "DEGRADED"),
    ],
)
def test_a_published_week_is_fresh_until_its_days_are_over_or_its_model_is_in_doubt(
    today: date, below: list[bool], unanswered: bool, status: str
) -> None:
    last_day = date(2025, 1, 26)
    doubts = {"below_baseline": below, "unanswered_drift": unanswered}
    assert publication_status(last_day, today, **doubts) == status
    assert publication_status(last_day, today, **doubts, withdrawn=True) == "DEGRADED"
