"""Three published weeks, and all that stands around them; fixtures for every test."""

import random
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from purchase_assets.forecasting.promise import promise_of_week
from purchase_assets.kinds import Kind, Role, Verdict
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import published_weeks, tables
from purchase_assets.storage.reports.access_keys import digest
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import Text
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.planted_pages import write_pages
from purchase_assets_tests.rows import plant, row

TODAY = date(2025, 1, 14)
WEEK = date(2025, 1, 13)
CUSTOMERS = [str(254000 + 7 * number) for number in range(60)]
PRODUCTS = [str(1300 + 3 * number) for number in range(40)]
NEW_CUSTOMER = "300001"
KEY = "a long key for tests"
READING_KEY = "a long key that only reads"


def week_rows(
    week: date = WEEK, version: str = "7", status: str = "FRESH", customers: int = 60
) -> list[dict[str, Any]]:
    """The rows of one week: `customers` customers with 12 pairs each and one without history."""
    dice = random.Random(f"{week} {version}")
    common = {
        "week_start": week,
        "model_version": version,
        "status": status,
        "scored_at": datetime(week.year, week.month, week.day, 9, int(version)),
    }
    rows = []
    for customer in CUSTOMERS[:customers]:
        chances = sorted((dice.betavariate(0.6, 2) for _ in range(12)), reverse=True)
        for rank, (chance, product) in enumerate(
            zip(chances, dice.sample(PRODUCTS, 12), strict=True), start=1
        ):
            rows.append(
                row(
                    tables.weekly_predictions,
                    **common,
                    customer_id=customer,
                    product_id=product,
                    probability=round(chance, 4),
                    will_buy=chance >= 0.3,
                    rank=rank,
                    weeks_bought_of_8=min(8, round(chance * 9)),
                    days_since_last=dice.randint(1, 60),
                    usual_gap_days=dice.choice([None, 7.2, 14.0, 30.5]),
                    product_trend=dice.choice([None, 0.6, 1.0, 1.4]),
                )
            )
    return rows + [
        row(
            tables.weekly_predictions,
            **common,
            customer_id=NEW_CUSTOMER,
            product_id=product,
            probability=0.2 - rank / 100,
            will_buy=False,
            rank=rank,
            weeks_bought_of_8=0,
            days_since_last=None,
            usual_gap_days=None,
            product_trend=1.1,
            source="popular",
        )
        for rank, product in enumerate(PRODUCTS[:5], start=1)
    ]


def publish(reports: Reports, rows: list[dict[str, Any]]) -> None:
    """Put a week in the place of what it held; customers and products get labels."""
    scored = [row for row in rows if row["source"] == "model"]
    chances, listed = zip(*((row["probability"], row["will_buy"]) for row in scored), strict=True)
    promised = promise_of_week(chances, listed, 0.1)
    published_weeks.publish(reports, rows, read_as=READ_AS, promised=promised)


READ_AS = {
    "customers": pd.DataFrame({"customer_id": [*CUSTOMERS, NEW_CUSTOMER]}).assign(
        label="ABARROTES, 5148", customer_type="ABARROTES", zone_id="5148"
    ),
    "products": pd.DataFrame({"product_id": PRODUCTS}).assign(
        label=[f"Brand {product}, LATA 0.33 L" for product in PRODUCTS], brand="Brand 1"
    ),
}
"""Customers and products as people read them."""


def an_upload(**facts: Any) -> Upload:
    """A record of `uploads` of which only `facts` matter."""
    moment = datetime(2025, 1, 13, 7, 30)
    usual = {
        "key": "transactions-0a1b2c3d4e5f",
        "kind": "transactions",
        "file_name": "batch.csv",
        "received_at": moment,
        "judged_at": moment,
        "verdict": "ACCEPTED",
        **dict.fromkeys(("rows", "accepted"), 1000),
        **dict.fromkeys(("quarantined", "duplicates", "known_rows"), 0),
        "message": Text("", ""),
        "reasons": (),
        "deliveries": 1,
        "attempts": 1,
    }
    told = usual | facts
    return Upload(**told | {"kind": Kind(told["kind"]), "verdict": Verdict(told["verdict"])})


REFUSED = "transactions-00aa11bb22cc"
PARTIAL = "transactions-33dd44ee55ff"


def fill(reports: Reports, settings: Settings) -> None:
    """Three published weeks and what the monitoring page shows, as the project writes them."""
    for weeks_ago, version in ((2, "6"), (1, "6"), (0, "7")):
        publish(reports, week_rows(WEEK - timedelta(weeks=weeks_ago), version))
    for weeks_ago in range(1, 9):
        _fill_monitored_week(reports, WEEK - timedelta(weeks=weeks_ago), weeks_ago)
    _fill_uploads(reports)
    for number, version in enumerate(("5", "6", "7")):
        reports.append(tables.promotions, promotion(version, number))
    plant(
        reports,
        tables.retraining_decisions,
        decided_at=datetime(2025, 1, 13, 8),
        cause_id="2025-01-06",
        week=date(2025, 1, 6),
        reason_code="ok",
        sentence_en="Week 2025-01-06: drift in product_trend (0.21 over 0.10); retrained.",
        sentence_es="Semana 2025-01-06: deriva en product_trend (0,21 sobre 0,10).",
        outcome_en="challenger 7 promoted",
        outcome_es="la versión 7 quedó en uso",
    )
    quiet, drifted = WEEK - timedelta(weeks=2), WEEK - timedelta(weeks=1)
    write_pages(settings.data, partial=PARTIAL, refused=REFUSED, quiet=quiet, drifted=drifted)


WHY = Text(
    "+1.4 % average precision over the champion", "+1,4 % de precisión media sobre el campeón"
)


def promotion(
    version: str, number: int, kind: str = "gate", by: str = "gate", reason: Text = WHY
) -> dict[str, Any]:
    return row(
        tables.promotions,
        promoted_at=datetime(2024, 12, 1, 10) + timedelta(weeks=2 * number),
        model_version=version,
        previous_version=str(int(version) - 1),
        kind=kind,
        decided_by=by,
        reason=reason.en,
        reason_es=reason.es,
        data_through=date(2024, 11, 30) + timedelta(weeks=2 * number),
        figures={"average_precision": 0.584},
    )


def _fill_monitored_week(reports: Reports, week: date, weeks_ago: int) -> None:
    figures = {
        "f1": 0.56 + weeks_ago / 200,
        "baseline_f1": 0.53 + (weeks_ago % 3) / 100,
        "precision": 0.55,
        "recall": 0.58,
        "average_precision": 0.57,
        "baseline_average_precision": 0.50,
        "calibration": 1.04,
    }
    common = {"week_start": week, "model_version": "6"}
    for metric, value in figures.items():
        plant(reports, tables.prediction_scores, **common, metric=metric, value=value)
    drifted = weeks_ago == 1
    if drifted:
        common |= {
            "verdict": "DRIFTED",
            "sentence_en": "Drift in product_trend",
            "sentence_es": "Deriva en product_trend",
        }
    for unit, column, method, score in (
        ("order_line", "brand", "jensenshannon", 0.03 + weeks_ago / 200),
        ("pair", "product_trend", "wasserstein", 0.21 if drifted else 0.05),
    ):
        status = "DRIFTED" if score > 0.1 else "STABLE"
        measured = {"unit": unit, "column": column, "method": method, "score": score}
        plant(reports, tables.drift_scores, **common, **measured, status=status)


def _fill_uploads(reports: Reports) -> None:
    verdicts = [
        (PARTIAL, "PARTIAL", 5200, 5195, 5, 0),
        (REFUSED, "REJECTED", 4100, 0, 0, 0),
        ("customers-0123456789ab", "ACCEPTED", 61, 61, 0, 0),
        ("transactions-ba9876543210", "ACCEPTED", 5400, 5380, 0, 20),
    ]
    for number, (key, verdict, rows, accepted, quarantined, duplicates) in enumerate(verdicts):
        kind = key.partition("-")[0]
        plant(
            reports,
            tables.uploads,
            key=key,
            kind=kind,
            file_name=f"{kind}_{number}.parquet",
            received_at=datetime(2025, 1, 13 - number, 7, 30),
            judged_at=datetime(2025, 1, 13 - number, 7, 31),
            verdict=verdict,
            rows=rows,
            accepted=accepted,
            quarantined=quarantined,
            duplicates=duplicates,
            first_day=date(2025, 1, 6),
            last_day=date(2025, 1, 12),
            message_en=f"{accepted} of {rows} rows were taken.",
            message_es=f"Se tomaron {accepted} de {rows} filas.",
            daily_volume=757.1,
        )
    for name, role, secret in (("Ana", Role.ACT, KEY), ("Reader", Role.READ, READING_KEY)):
        plant(reports, tables.access_keys, name=name, role=role, digest=digest(secret))
    for row_number in (17, 230, 231, 1044, 5003):
        plant(reports, tables.quarantine, upload_key=PARTIAL, row_number=row_number)


def make_project(folder: Path) -> tuple[Reports, Settings]:
    settings = OnDay(day=TODAY, _env_file=None, data=str(folder))
    return Reports(settings.reports), settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_project(tmp_path)[1]


@pytest.fixture(scope="session")
def planted_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with what `fill` plants; tests copy it."""
    folder = tmp_path_factory.mktemp("filled")
    reports, settings = make_project(folder)
    fill(reports, settings)
    reports.engine.dispose()  # the last connection writes everything into the one file
    return folder


@pytest.fixture
def reports(planted_folder: Path, settings: Settings) -> Reports:
    """Three weeks, the newest one forecast by version 7, and everything around them."""
    shutil.copytree(planted_folder, settings.data, dirs_exist_ok=True)
    return Reports(settings.reports)


@pytest.fixture
def rows_of() -> Callable[..., list[dict[str, Any]]]:
    return week_rows


@pytest.fixture
def publish_rows() -> Callable[[Reports, list[dict[str, Any]]], None]:
    return publish


@pytest.fixture
def fill_reports() -> Callable[[Reports, Settings], None]:
    return fill
