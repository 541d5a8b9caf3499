"""A reports database with three published weeks, filled through `Reports`."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from purchase_assets.settings import Settings
from purchase_assets.storage import tables
from purchase_assets.storage.reports import Reports

TODAY = date(2025, 1, 14)
WEEK = date(2025, 1, 13)
CUSTOMERS = [str(254000 + 7 * number) for number in range(60)]
PRODUCTS = [str(1300 + 3 * number) for number in range(40)]
NEW_CUSTOMER = "300001"
KEY = "a long key for tests"


class OnTuesday(Settings):
    """Settings whose today is a day of the published week."""

    def today(self) -> date:
        return TODAY


def week_rows(
    week: date = WEEK, version: str = "7", status: str = "FRESH", customers: int = 60
) -> list[dict[str, Any]]:
    """The rows of one week: `customers` customers with 12 pairs each and one without history."""
    dice = random.Random(f"{week} {version}")
    common = {
        "week_start": week,
        "window_start": week,
        "window_end": week + timedelta(days=6),
        "model_version": version,
        "data_through": week - timedelta(days=1),
        "status": status,
        "scored_at": datetime(week.year, week.month, week.day, 9, int(version)),
    }
    rows = []
    for customer in CUSTOMERS[:customers]:
        chances = sorted((dice.betavariate(0.6, 2) for _ in range(12)), reverse=True)
        for rank, (chance, product) in enumerate(
            zip(chances, dice.sample(PRODUCTS, 12), strict=True), start=1
        ):
            bought = min(8, round(chance * 9))
            rows.append(
                {
                    **common,
                    "customer_id": customer,
                    "product_id": product,
                    "probability": round(chance, 4),
                    "will_buy": chance >= 0.3,
                    "rank": rank,
                    "weeks_bought_of_8": bought,
                    "days_since_last": dice.randint(1, 60),
                    "usual_gap_days": dice.choice([None, 7.2, 14.0, 30.5]),
                    "product_trend": dice.choice([None, 0.6, 1.0, 1.4]),
                    "source": "model",
                }
            )
    for rank, product in enumerate(PRODUCTS[:5], start=1):
        rows.append(
            {
                **common,
                "customer_id": NEW_CUSTOMER,
                "product_id": product,
                "probability": 0.2 - rank / 100,
                "will_buy": False,
                "rank": rank,
                "weeks_bought_of_8": 0,
                "days_since_last": None,
                "usual_gap_days": None,
                "product_trend": 1.1,
                "source": "popular",
            }
        )
    return rows


def publish(reports: Reports, rows: list[dict[str, Any]]) -> None:
    """Put a week in the place of what it held."""
    reports.replace(tables.weekly_predictions, {"week_start": rows[0]["week_start"]}, rows)


@pytest.fixture
def rows_of() -> Callable[..., list[dict[str, Any]]]:
    return week_rows


@pytest.fixture
def publish_rows() -> Callable[[Reports, list[dict[str, Any]]], None]:
    return publish


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return OnTuesday(_env_file=None, data=str(tmp_path), api_key=KEY)


@pytest.fixture
def reports(settings: Settings) -> Reports:
    """Three weeks, the newest one forecast by version 7."""
    reports = Reports(settings.reports)
    for weeks_ago, version in ((2, "6"), (1, "6"), (0, "7")):
        publish(reports, week_rows(WEEK - timedelta(weeks=weeks_ago), version))
    return reports
