"""Promise and outcome of each week, side by side."""

from datetime import date

import pytest

from purchase_assets.storage.reports import promises, published_weeks, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.rows import plant, row

MONDAY = date(2025, 1, 13)
BOUNDS = {
    **{"hits_low": 2.0, "hits_high": 4.0, "expected_f1": 0.5, "f1_low": 0.4, "f1_high": 0.6},
    **{"expected_precision": 0.5, "precision_low": 1 / 3, "precision_high": 2 / 3},
}


@pytest.fixture
def reports(database_url: str) -> Reports:
    return Reports(database_url)


def publish(reports: Reports, monday: date, status: str = "FRESH", **promised: float) -> None:
    pairs = [
        row(tables.weekly_predictions, week_start=monday, product_id=str(number), status=status)
        for number in range(6)
    ]
    published_weeks.publish(reports, pairs, promised=promised)


def count(reports: Reports, monday: date, precision: float, f1: float) -> None:
    for metric, value in {"precision": precision, "f1": f1, "recall": 0.7}.items():
        plant(reports, tables.prediction_scores, week_start=monday, metric=metric, value=value)


def test_a_promise_meets_its_outcome(reports: Reports) -> None:
    first, second, third = (date(2024, 12, 30), date(2025, 1, 6), MONDAY)
    for monday in (first, second, third):
        publish(reports, monday, **BOUNDS)
    count(reports, first, 3 / 6, 0.45)
    count(reports, second, 5 / 6, 0.65)

    weeks = promises.in_order(reports)
    assert [week.week_start for week in weeks] == [first, second, third]
    assert [week.hits for week in weeks] == [3, 5, None]
    assert [week.f1 for week in weeks] == [0.45, 0.65, None]
    assert [week.hits_kept for week in weeks] == [1, 0, None]
    assert [week.f1_kept for week in weeks] == [1, 0, None]
    assert weeks[0].expected_hits == pytest.approx(3)
    assert promises.coverage(weeks) == promises.Coverage(weeks=2, hits_kept=1, f1_kept=1)


def test_what_was_not_promised_or_made_afterwards_counts_in_no_coverage(reports: Reports) -> None:
    publish(reports, MONDAY)
    count(reports, MONDAY, 0.5, 0.5)
    publish(reports, date(2025, 1, 6), "BACKFILLED", **BOUNDS)
    (week,) = promises.in_order(reports)
    assert (week.hits, week.hits_kept, week.f1_kept) == (3, None, None)
    assert promises.coverage([week]).weeks == 0
