"""What people decide on the monitoring page, without a browser."""

import re
from typing import Any

import pytest

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.planted import KEY, PARTIAL

FORM = {"lang": "en", "by": "Ana", "reason": "seen", "upload_key": PARTIAL}


def waiting(reports: Reports) -> int:
    return len(reports.frame(tables.quarantine, status="WAITING"))


@pytest.mark.parametrize("decision", ["release", "discard"])
def test_all_rows_are_meant_only_when_it_is_said(stage: Any, decision: str) -> None:
    form = {**FORM, "api_key": KEY}
    answer = stage.client.post(f"/monitoring/{decision}", data=form)
    assert (answer.status_code, "No row is ticked" in answer.text) == (422, True)
    assert waiting(stage.reports) == 5
    answer = stage.client.post(f"/monitoring/{decision}", data={**form, "all_rows": "yes"})
    assert f"5 rows were {decision}" in answer.text
    assert waiting(stage.reports) == 0


def test_a_release_is_not_offered_for_rows_that_nobody_can_let_in(stage: Any) -> None:
    offered, discarding = ">Release</button>", ">Discard</button>"
    page = stage.client.get("/monitoring?lang=en").text
    assert offered in page
    assert "Once the day has come" in page
    with stage.reports.transaction() as connection:
        connection.execute(tables.quarantine.update().values(rule="missing_value"))
    page = stage.client.get("/monitoring?lang=en").text
    assert offered not in page
    assert discarding in page
    assert "none can be let in as is" in page


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
    stage: Any,
    change: dict[str, str],
    status: int,
    said: str,
) -> None:
    form = {**FORM, "api_key": KEY, "row": "17", **change}
    answer = stage.client.post("/monitoring/release", data=form)
    assert answer.status_code == status
    assert said in answer.text
    assert waiting(stage.reports) == 5


def test_the_key_may_come_in_the_header(stage: Any) -> None:
    key = {"X-API-Key": KEY}
    form = {**FORM, "row": ["17"]}
    assert stage.client.post("/monitoring/release", data=form, headers=key).status_code == 200
    assert waiting(stage.reports) == 4
    missing = {**FORM, "version": "99"}
    answer = stage.client.post("/monitoring/rollback", data=missing, headers=key)
    assert (answer.status_code, "no version" in answer.text) == (404, True)
    assert stage.client.post("/monitoring/forget", data=FORM, headers=key).status_code == 404


def test_a_refused_file_waits_on_the_page_until_a_person_has_seen_it(stage: Any) -> None:
    form = 'action="/monitoring/seen"'
    page = stage.client.get("/monitoring?lang=en").text
    assert page.count(form) == 1
    (refused,) = re.findall(r'id="refused-([^"]+)"', page)
    signed = {**FORM, "lang": "en", "upload_key": refused}

    answer = stage.client.post("/monitoring/seen", data={**signed, "api_key": KEY, "reason": " "})
    assert (answer.status_code, form in answer.text) == (422, True)
    answer = stage.client.post("/monitoring/seen", data={**signed, "api_key": KEY})

    assert "File marked as seen." in answer.text
    assert "computed again" not in answer.text  # no row has changed
    assert form not in answer.text
    assert "seen by Ana" in answer.text
    assert "visto por Ana" in stage.client.get("/monitoring?lang=es").text


def test_without_a_key_nothing_can_be_changed(stage: Any) -> None:
    stage.reports.replace(tables.access_keys, {}, [])
    page = stage.client.get("/monitoring").text
    assert "<button" not in page
    assert 'type="checkbox"' not in page
    answer = stage.client.post("/monitoring/release", data=FORM)
    assert (answer.status_code, "purchase-assets keys add" in answer.text) == (401, True)
    assert waiting(stage.reports) == 5


@pytest.mark.parametrize(
    ("lang", "daemon_runs", "said"),
    [
        ("en", True, "computed again within a few minutes"),
        ("en", False, "daemon is not running"),
        ("es", False, "el proceso de Dagster no está en marcha"),
    ],
)
def test_a_decision_says_whether_the_table_follows_by_itself(
    stage: Any, lang: str, daemon_runs: bool, said: str
) -> None:
    stage.actions.daemon_runs = daemon_runs
    form = {**FORM, "lang": lang, "api_key": KEY, "version": "6", "row": "17"}
    for decision in ("release", "rollback"):
        assert said in stage.client.post(f"/monitoring/{decision}", data=form).text
    # and who comes later sees which version made the table
    behind = {
        "en": "still by version 7; the champion is version 6",
        "es": "todavía de la versión 7; la versión en uso es la 6",
    }[lang]
    assert (behind in stage.client.get(f"/monitoring?lang={lang}").text) is not daemon_runs


def test_a_refusal_is_said_in_the_reader_s_language(stage: Any) -> None:
    form = {**FORM, "lang": "es", "api_key": "guessed"}
    answer = stage.client.post("/monitoring/release", data=form)
    assert answer.status_code == 401
    assert "No se hizo." in answer.text
