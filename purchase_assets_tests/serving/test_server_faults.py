"""What the server says when the program or a store is wrong."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from purchase_assets.serving import monitoring_data
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets_tests.planted import KEY

FORM = {"lang": "en", "by": "Ana", "reason": "seen", "upload_key": "transactions-33dd44ee55ff"}


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
    form = {**FORM, "api_key": KEY, "row": "17"}
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
