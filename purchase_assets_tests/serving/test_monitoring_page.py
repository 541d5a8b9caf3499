"""What the monitoring page shows, without a browser."""

import html
import re
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets.serving import monitoring_data
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports


@pytest.fixture(scope="module")
def looking(showcase: FastAPI) -> TestClient:
    return TestClient(showcase)


def test_the_page_speaks_spanish_unless_asked(looking: TestClient) -> None:
    spanish, english = (looking.get(f"/monitoring{lang}").text for lang in ("", "?lang=en"))
    assert "Filas en cuarentena" in spanish
    assert "Rows in quarantine" in english
    assert (">RECHAZADO<" in spanish, ">REJECTED<" in spanish) == (True, False)
    assert ">REJECTED<" in english
    assert "+1,4 % de precisión media sobre el campeón" in spanish
    assert "+1.4 % average precision over the champion" in english


def test_an_empty_database_has_a_page(settings: Settings) -> None:
    page = TestClient(create_app(Reports(settings.reports), settings)).get("/monitoring?lang=en")
    assert page.status_code == 200
    assert "Nothing waits." in page.text


def test_what_was_promised_stands_beside_what_came_of_it(looking: TestClient) -> None:
    spanish, english = (looking.get(f"/monitoring{lang}").text for lang in ("", "?lang=en"))
    assert "Of 2 weeks with a promise and an outcome, the purchases of the list lay" in english
    assert "De 2 semanas con promesa y resultado" in spanish
    assert english.count('<rect class="pa-band"') == 3
    section = english.partition('id="promises"')[2].partition("</details>")[0]
    assert section.count("<tr><td") == 3


def test_both_kinds_of_database_are_shown(
    database_url: str, settings: Settings, fill_reports: Any
) -> None:
    reports = Reports(database_url)
    fill_reports(reports, settings)
    client = TestClient(create_app(reports, settings))
    page = client.get("/monitoring?lang=en").text
    assert page.count("<svg") == 4
    assert "Drift in product_trend" in page
    assert "customers&#39; lists changed, of 60." in page
    assert client.get("/api/v1/customers/254000/predictions").json()["page"]["total"] == 12


def test_the_detectors_own_record_is_told(reports: Reports, settings: Settings) -> None:
    looking = TestClient(create_app(reports, settings))
    assert "would have raised an alarm" not in looking.get("/monitoring?lang=en").text
    flagged = {"week": "2024-12-16", "sentence_en": "Drift in brand.", "sentence_es": "Deriva."}
    reports.append(
        tables.drift_replays,
        {
            "replayed_at": datetime(2025, 1, 13, 8),
            "first_week": date(2024, 4, 1),
            "last_week": date(2025, 1, 6),
            "weeks": 41,
            "flagged": [flagged],
        },
    )
    page = looking.get("/monitoring?lang=en").text
    assert "an alarm in 1 of 41 weeks (2024-04-01 to 2025-01-06)" in page
    assert "2024-12-16: Drift in brand." in page
    assert "en 1 de 41 semanas" in looking.get("/monitoring?lang=es").text


def late_file(reports: Reports, **values: Any) -> None:
    """A sales file that comes after everything else."""
    table = tables.uploads
    (row,) = reports.rows(sa.select(table).where(table.c.key == "transactions-ba9876543210"))
    moment = datetime(2025, 1, 14, 7, 45)
    reports.append(table, {**row, "received_at": moment, "judged_at": moment, **values})


def scored_on(reports: Reports, moment: datetime) -> None:
    with reports.transaction() as connection:
        connection.execute(tables.prediction_scores.update().values(scored_at=moment))


def said_of(client: TestClient, lang: str) -> str:
    return html.unescape(client.get(f"/monitoring?lang={lang}").text)


@pytest.mark.parametrize(
    ("days", "english", "spanish"),
    [
        # the file holds sales of before the cutoff of week 2025-01-06, and none of its days
        (
            (date(2025, 1, 2), date(2025, 1, 4)),
            {
                "2025-01-06: sales of before its cutoff came later (late.csv, 2025-01-14); the "
                "published forecast is kept.",
                "2024-12-30: its score is older than sales of its days (late.csv, 2025-01-14).",
            },
            "2025-01-06: después llegaron ventas de antes de su corte (late.csv, 2025-01-14); el "
            "pronóstico publicado se mantiene.",
        ),
        (
            (date(2025, 1, 13), date(2025, 1, 19)),
            {
                "2025-01-20: sales are accepted up to 2025-01-19, and the table knows them up to "
                "2025-01-12; the forecast is still to come.",
                "2025-01-13: its sales are known (late.csv, 2025-01-14) and it has no score yet.",
            },
            "2025-01-20: hay ventas aceptadas hasta el 2025-01-19, y la tabla conoce hasta el "
            "2025-01-12; falta pronosticar.",
        ),
    ],
)
def test_the_page_says_which_weeks_are_out_of_date_and_why(
    reports: Reports,
    settings: Settings,
    days: tuple[date, date],
    english: set[str],
    spanish: str,
) -> None:
    client = TestClient(create_app(reports, settings))
    scored_on(reports, datetime(2025, 1, 13, 12))
    assert "Weeks out of date" not in said_of(client, "en")

    late_file(
        reports, key="transactions-late", file_name="late.csv", first_day=days[0], last_day=days[1]
    )

    listed = re.findall(r"<li><strong>(.*?)</strong>(.*?)</li>", said_of(client, "en"))
    assert {week + said for week, said in listed} == english
    assert spanish in re.sub("</?strong>", "", said_of(client, "es"))


def test_a_week_made_afterwards_is_marked_and_is_nobody_s_last_week(
    reports: Reports, settings: Settings, rows_of: Any, publish_rows: Any
) -> None:
    before = monitoring_data.change(reports)
    assert before is not None
    with reports.transaction() as connection:
        for table in (tables.weekly_predictions, tables.published_weeks):
            connection.execute(table.delete().where(table.c.week_start == before.previous_week))
    publish_rows(reports, rows_of(before.previous_week, "6", "BACKFILLED"))
    client = TestClient(create_app(reports, settings))
    for lang, said in (
        ("en", "BACKFILLED: forecast when it was over"),
        ("es", "HECHA DESPUÉS: se pronosticó cuando ya había pasado"),
    ):
        assert said in said_of(client, lang)
    after = monitoring_data.change(reports)
    assert after is not None
    assert after.previous_week < before.previous_week
