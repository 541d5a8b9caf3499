"""The monitoring page, the finished pages and the call list without a browser."""

import html
import io
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets.serving import monitoring_data
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets.text import Text
from purchase_assets_tests.planted import KEY

FORM = {"lang": "en", "by": "Ana", "reason": "seen", "upload_key": "transactions-33dd44ee55ff"}


@pytest.fixture(scope="module")
def looking(showcase: FastAPI) -> TestClient:
    return TestClient(showcase)


@pytest.fixture
def acting(reports: Reports, settings: Settings, actions: Any) -> TestClient:
    return TestClient(create_app(reports, settings, actions))


def waiting(reports: Reports) -> int:
    return len(reports.frame(tables.quarantine, status="WAITING"))


def test_the_page_speaks_spanish_unless_asked(looking: TestClient) -> None:
    spanish, english = (looking.get(f"/monitoring{lang}").text for lang in ("", "?lang=en"))
    assert "Filas en cuarentena" in spanish
    assert "Quarantine inbox" in english
    assert (">RECHAZADO<" in spanish, ">REJECTED<" in spanish) == (True, False)
    assert ">REJECTED<" in english
    assert "+1,4 % de precisión media sobre el campeón" in spanish
    assert "+1.4 % average precision over the champion" in english


def test_an_empty_database_has_a_page(settings: Settings) -> None:
    page = TestClient(create_app(Reports(settings.reports), settings)).get("/monitoring?lang=en")
    assert page.status_code == 200
    assert "No rows are waiting." in page.text


def test_the_page_ends_with_what_was_promised_and_what_came_of_it(looking: TestClient) -> None:
    spanish, english = (looking.get(f"/monitoring{lang}").text for lang in ("", "?lang=en"))
    last = english.rpartition("<section")[2]
    assert "Of 2 weeks with a promise and an outcome, the purchases of the list lay" in last
    assert "De 2 semanas con promesa y resultado" in spanish
    assert last.count('<rect class="pa-band"') == 3
    assert last.count("<tr><td") == 3


def test_all_rows_are_discarded_when_none_is_named(
    acting: TestClient, reports: Reports, settings: Settings
) -> None:
    answer = acting.post("/monitoring/discard", data={**FORM, "api_key": KEY})
    assert "5 rows were discarded." in answer.text
    assert waiting(reports) == 0


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"api_key": "guessed"}, 401, "the API key is wrong"),
        ({"api_key": ""}, 401, "no API key was given"),
        ({"reason": ""}, 422, "The reason is missing"),
        ({"upload_key": "none"}, 409, "look at the inbox"),
    ],
)
def test_a_decision_needs_a_key_and_a_reason(
    acting: TestClient,
    reports: Reports,
    settings: Settings,
    change: dict[str, str],
    status: int,
    said: str,
) -> None:
    form = {**FORM, "api_key": KEY, **change}
    answer = acting.post("/monitoring/release", data=form)
    assert answer.status_code == status
    assert said in answer.text
    assert waiting(reports) == 5


def test_work_that_failed_is_named_in_the_reader_s_language(
    acting: TestClient, actions: Any
) -> None:
    actions.failed = [Text("daily_sales failed <b>", "daily_sales falló <b>")]
    assert "daily_sales failed &lt;b&gt;" in acting.get("/monitoring?lang=en").text
    assert "daily_sales falló &lt;b&gt;" in acting.get("/monitoring?lang=es").text


def test_the_key_may_come_in_the_header(
    acting: TestClient, reports: Reports, settings: Settings
) -> None:
    key = {"X-API-Key": KEY}
    form = {**FORM, "row": ["17"]}
    assert acting.post("/monitoring/release", data=form, headers=key).status_code == 200
    assert waiting(reports) == 4
    missing = {**FORM, "version": "99"}
    answer = acting.post("/monitoring/rollback", data=missing, headers=key)
    assert (answer.status_code, "no version" in answer.text) == (404, True)
    assert acting.post("/monitoring/forget", data=FORM, headers=key).status_code == 404


def test_a_refused_file_waits_on_the_page_until_a_person_has_seen_it(
    acting: TestClient, settings: Settings
) -> None:
    form = 'action="/monitoring/seen"'
    page = acting.get("/monitoring?lang=en").text
    assert page.count(form) == 1
    (refused,) = re.findall(r'id="refused-([^"]+)"', page)
    signed = {**FORM, "lang": "en", "upload_key": refused}

    answer = acting.post("/monitoring/seen", data={**signed, "api_key": KEY, "reason": " "})
    assert (answer.status_code, form in answer.text) == (422, True)
    answer = acting.post("/monitoring/seen", data={**signed, "api_key": KEY})

    assert "File marked as seen." in answer.text
    assert "computed again" not in answer.text  # no row has changed
    assert form not in answer.text
    assert "No refused file is waiting." in answer.text
    assert "seen by Ana" in answer.text
    assert "visto por Ana" in acting.get("/monitoring?lang=es").text


def test_without_a_key_nothing_can_be_changed(
    reports: Reports, settings: Settings, actions: Any
) -> None:
    reports.replace(tables.access_keys, {}, [])
    client = TestClient(create_app(reports, settings, actions))
    page = client.get("/monitoring").text
    assert "<button" not in page
    assert "checkbox" not in page
    answer = client.post("/monitoring/release", data=FORM)
    assert (answer.status_code, "purchase-assets keys add" in answer.text) == (401, True)
    assert waiting(reports) == 5


def test_finished_pages_are_served_by_name(looking: TestClient) -> None:
    page = looking.get("/uploads/transactions-00aa11bb22cc")
    assert "<h1>transactions-00aa11bb22cc</h1>" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert looking.get("/drift/2025-01-06").status_code == 200
    assert looking.get("/drift/2025-01-06.html").status_code == 200  # as pages name each other


def test_a_missing_page_names_those_that_exist(looking: TestClient) -> None:
    answer = looking.get("/drift/2025-01-07")
    assert answer.status_code == 404
    assert "there are 1: 2025-01-06" in answer.text


@pytest.mark.parametrize("name", ["..%2F..%2Freports", "%2e%2e", ".hidden", "a%00b", "a%5Cb"])
def test_nothing_outside_the_folder_is_served(
    looking: TestClient, name: str, tmp_path: Path
) -> None:
    assert looking.get(f"/uploads/{name}").status_code in (404, 422)


def test_a_spreadsheet_runs_nothing_from_the_call_list(
    settings: Settings, rows_of: Any, publish_rows: Any
) -> None:
    reports = Reports(settings.reports)
    rows = rows_of(customers=1)
    rows[0].update(product_id='=HYPERLINK("x")', will_buy=True)
    publish_rows(reports, rows)
    client = TestClient(create_app(reports, settings))
    text = client.get("/call-list.csv?customers=254000&lang=es").text
    assert "'=HYPERLINK" in text
    assert "Cliente" in text.splitlines()[0]


def test_ids_pasted_in_any_way_are_found(looking: TestClient) -> None:
    pasted = "254000 254007\n254014;254000,\t300001"
    lines = looking.get("/call-list.csv", params={"customers": pasted}).text.splitlines()[1:]
    customers = list(dict.fromkeys(line.split(",")[0] for line in lines))
    assert set(customers) <= {"254000", "254007", "254014", "300001"}
    assert customers[-1] == "300001"


def test_my_calls_are_those_with_the_highest_expected_value(
    looking: TestClient, rows_of: Any
) -> None:
    worth: dict[str, float] = {}
    for row in rows_of():
        if row["will_buy"]:
            gain = row["probability"] * row["mean_items"]
            worth[row["customer_id"]] = worth.get(row["customer_id"], 0) + gain
    best = sorted(worth, key=lambda customer: (-worth[customer], customer))[:7]
    lines = looking.get("/call-list.csv?calls=7&zone=5148").text.splitlines()[1:]
    assert (
        list(dict.fromkeys(line.split(",")[0] for line in lines if ",nothing" not in line)) == best
    )
    assert len(looking.get("/call-list.csv?zone=nowhere").text.splitlines()) == 1


def test_a_list_opens_in_spanish_spreadsheets_and_as_a_workbook(looking: TestClient) -> None:
    asked = {"customers": "254000", "lang": "es"}
    frame = pd.read_csv(
        io.BytesIO(looking.get("/call-list.csv", params=asked).content), sep=";", decimal=","
    )
    assert frame["Porcentaje"].dtype == float
    book = looking.get("/call-list.xlsx", params=asked)
    pd.testing.assert_frame_equal(pd.read_excel(io.BytesIO(book.content)), frame, check_dtype=False)


def test_a_customer_of_whom_nothing_is_expected_is_named(
    settings: Settings, rows_of: Any, publish_rows: Any
) -> None:
    reports = Reports(settings.reports)
    publish_rows(reports, [row | {"will_buy": False} for row in rows_of(customers=2)])
    client = TestClient(create_app(reports, settings))
    lines = client.get("/call-list.csv?customers=254000,254007").text.splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == ["254000", "254007"]
    assert all(line.endswith("nothing expected this week") for line in lines)


def test_both_kinds_of_database_are_shown(
    database_url: str, settings: Settings, fill_reports: Any
) -> None:
    reports = Reports(database_url)
    fill_reports(reports, settings)
    client = TestClient(create_app(reports, settings))
    page = client.get("/monitoring?lang=en").text
    assert page.count("<svg") == 5
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


@pytest.mark.parametrize(
    ("lang", "daemon_runs", "said"),
    [
        ("en", True, "computed again within a few minutes"),
        ("en", False, "daemon is not running"),
        ("es", False, "el proceso de Dagster no está en marcha"),
    ],
)
def test_a_decision_says_whether_the_table_follows_by_itself(
    acting: TestClient, settings: Settings, actions: Any, lang: str, daemon_runs: bool, said: str
) -> None:
    actions.daemon_runs = daemon_runs
    form = {**FORM, "lang": lang, "api_key": KEY, "version": "6"}
    for decision in ("release", "rollback"):
        assert said in acting.post(f"/monitoring/{decision}", data=form).text
    # and who comes later sees which version made the table
    behind = {
        "en": "still by version 7; the champion is version 6",
        "es": "todavía de la versión 7; la versión en uso es la 6",
    }[lang]
    assert (behind in acting.get(f"/monitoring?lang={lang}").text) is not daemon_runs


def late_file(reports: Reports, **values: Any) -> None:
    """A sales file that comes after everything else."""
    table = tables.uploads
    (row,) = reports.rows(sa.select(table).where(table.c.key == "transactions-ba9876543210"))
    moment = datetime(2025, 1, 14, 7, 45)
    reports.append(table, {**row, "received_at": moment, "judged_at": moment, **values})


def scored_on(reports: Reports, moment: datetime) -> None:
    with reports.transaction() as connection:
        connection.execute(tables.prediction_scores.update().values(scored_at=moment))


def weeks_section(client: TestClient, lang: str) -> str:
    page = client.get(f"/monitoring?lang={lang}").text
    return html.unescape(page.split('aria-labelledby="weeks"')[1].split("</section>")[0])


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
    assert "All weeks are up to date." in weeks_section(client, "en")
    assert "Todas las semanas están al día." in weeks_section(client, "es")

    late_file(
        reports, key="transactions-late", file_name="late.csv", first_day=days[0], last_day=days[1]
    )

    listed = re.findall(r"<li><strong>(.*?)</strong>(.*?)</li>", weeks_section(client, "en"))
    assert {week + said for week, said in listed} == english
    assert spanish in re.sub("</?strong>", "", weeks_section(client, "es"))


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
        assert said in weeks_section(client, lang)
    after = monitoring_data.change(reports)
    assert after is not None
    assert after.previous_week < before.previous_week


def test_a_refusal_is_said_in_the_reader_s_language(acting: TestClient) -> None:
    answer = acting.post("/monitoring/release", data={**FORM, "lang": "es", "api_key": "guessed"})
    assert answer.status_code == 401
    assert "No se hizo." in answer.text


@pytest.mark.parametrize("fault", [KeyError("champion"), LookupError("none"), ValueError("shapes")])
def test_a_fault_of_the_program_is_no_mistake_of_who_asks(
    reports: Reports,
    settings: Settings,
    actions: Any,
    monkeypatch: pytest.MonkeyPatch,
    fault: Exception,
) -> None:
    def broken(*_: object) -> None:
        raise fault

    client = TestClient(create_app(reports, settings, actions), raise_server_exceptions=False)
    form = {**FORM, "api_key": KEY}
    monkeypatch.setattr(actions, "release", broken)
    answers = [client.post("/monitoring/release", data=form)]
    monkeypatch.setattr(monitoring_data, "quality", broken)
    answers += [client.get("/monitoring")]
    monkeypatch.setattr(Published, "week", broken)
    monkeypatch.setattr(Published, "recent", broken)
    answers += [client.get(path) for path in ("/api/v1/weeks/latest", "/call-list.csv?customers=1")]
    for answer in answers:
        assert answer.status_code == 500
        assert "fault of the program" in answer.text
        assert "falla del programa" in answer.text
        assert str(fault) not in answer.text


def test_a_database_that_is_lost_is_said_in_one_sentence(
    reports: Reports, settings: Settings
) -> None:
    client = TestClient(create_app(reports, settings), raise_server_exceptions=False)
    reports.engine.dispose()
    for leftover in Path(settings.data).glob("reports.db*"):
        leftover.unlink()
    (Path(settings.data) / "reports.db").write_bytes(b"noise " * 2000)
    answer = client.get("/monitoring")
    assert answer.status_code == 503
    assert "the reports database cannot be read" in answer.text
    assert "restore it from a copy" in answer.text
