"""What other sites, senders of files and guessers try on the pages' server."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets.drift.detector import column_scores
from purchase_assets.drift.evidently_page import evidently_page as picture_of
from purchase_assets.drift.monitored_frames import monitored_frames
from purchase_assets.kinds import Role
from purchase_assets.samples.generator import generate
from purchase_assets.serving import security
from purchase_assets.serving.app import create_app
from purchase_assets.settings import DriftSettings, Settings
from purchase_assets.storage.reports import access_keys, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.attacks import another_site
from purchase_assets_tests.in_browser import needs_chromium, served
from purchase_assets_tests.planted import KEY, PARTIAL, READING_KEY

PAGES = ("/", "/en/", "/monitoring", "/docs", "/drift/2025-01-06", "/api/v1/weeks/latest")
HOSTILE = '</script><script>alert("from a category")</script>'


@pytest.fixture(scope="module")
def client(showcase: FastAPI) -> TestClient:
    return TestClient(showcase)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8000", "[::1", "a b"])
def test_nothing_is_read_under_another_name(client: TestClient, host: str) -> None:
    for path in PAGES:
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 421, path
        assert "PURCHASE_ASSETS_OPERATOR_URL" in answer.text
    assert client.get("/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000", "Calls.Example"])
def test_the_names_of_the_server_are_served(
    reports: Reports, settings: Settings, host: str
) -> None:
    named = settings.model_copy(update={"operator_url": "https://calls.example"})
    client = TestClient(create_app(reports, named))
    assert client.get("/monitoring", headers={"Host": host}).status_code == 200
    ours = {"Host": host, "Origin": "https://calls.example"}  # behind a proxy, too
    assert client.post("/gradio_api/run/predict", headers=ours).status_code != 403


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://testserver:1"])
def test_nothing_is_started_by_a_page_of_another_site(client: TestClient, origin: str) -> None:
    foreign = {"Origin": origin}
    assert client.post("/monitoring/release", headers=foreign).status_code == 403
    assert client.post("/gradio_api/run/predict", headers=foreign).status_code == 403


def test_gradio_takes_and_gives_no_files(client: TestClient, tmp_path: Path) -> None:
    for prefix in ("", "/en"):
        sent = client.post(
            f"{prefix}/gradio_api/upload", files={"files": ("big.bin", b"0" * 1_000_000)}
        )
        assert sent.status_code == 404
        for path in ("file=/etc/passwd", "proxy=https://x", "queue/data", "openapi.json", "info"):
            assert client.get(f"{prefix}/gradio_api/{path}").status_code == 404, path
        for path in ("login", "logout", "monitoring/summary", "robots.txt"):
            assert client.get(f"{prefix}/{path}").status_code == 404, path


def test_no_page_is_framed_or_guessed(client: TestClient) -> None:
    for path in PAGES:
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN")
    assert "script-src" not in client.get("/monitoring").headers["Content-Security-Policy"]


@needs_chromium
def test_a_page_of_another_site_frames_nothing(browser: Any, showcase: FastAPI) -> None:
    tab = browser.new_page()
    with served(showcase) as address:
        frame = f'<iframe src="{address}/monitoring"></iframe>'
        with another_site(frame) as site:
            tab.goto(site)
            tab.wait_for_timeout(1_000)
            assert "Cuarentena" not in tab.frames[1].content()
            assert "<form" not in tab.frames[1].content()
    tab.close()


@pytest.fixture(scope="module")
def evidently_page() -> str:
    """Evidently's page of a week whose products have a brand that is a program."""
    sample = generate(customers=60, products=30, weeks=9, end=date(2025, 3, 2))
    hostile = sample.products.assign(
        brand=sample.products["brand"].replace("Brand 1", HOSTILE),
        package=['"><img src=x onerror=alert(2)>' for _ in range(len(sample.products))],
    )
    recent = sample.transactions["purchase_date"] >= sample.transactions[
        "purchase_date"
    ].max() - pd.Timedelta(days=6)
    reference = monitored_frames(sample.transactions[~recent], products=hostile)
    current = monitored_frames(sample.transactions[recent], products=hostile)
    scores = column_scores(reference, current, DriftSettings(min_rows=10))
    return picture_of(reference, current, scores)


def test_a_category_does_not_end_evidentlys_script(evidently_page: str) -> None:
    assert "from a category" in evidently_page
    assert not re.search(r"<script>alert", evidently_page)
    assert "<img src=x" not in evidently_page


@needs_chromium
@pytest.mark.parametrize("escaped", [True, False], ids=["as made", "as if nothing were escaped"])
def test_evidentlys_page_reads_nothing_of_ours(
    browser: Any,
    reports: Reports,
    settings: Settings,
    evidently_page: str,
    escaped: bool,
) -> None:
    """Whatever runs in it runs in an origin of its own, without a network and without dialogs."""
    thief = """<script>
      const taken = {origin: self.origin};
      const other = window.open("/monitoring");
      fetch("/monitoring").then(a => a.text()).then(t => taken.fetched = t).catch(() => 0);
      setInterval(() => { try { taken.read = other.document.body.innerHTML } catch (e) {} }, 100);
      try { taken.cookie = document.cookie } catch (e) {}
      alert(1);
      setTimeout(() => document.title = JSON.stringify(taken), 2500);
    </script>"""
    html = evidently_page if escaped else evidently_page.replace("</body>", thief + "</body>")
    page = Path(settings.data) / "pages" / "drift" / "2025-01-13.evidently.html"
    page.write_text(html, "utf-8")
    alerts: list[str] = []
    context = browser.new_context()
    tab = context.new_page()
    context.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    with served(create_app(reports, settings)) as address:
        tab.goto(f"{address}/drift/2025-01-13.evidently")
        tab.wait_for_timeout(3_500)
        title = tab.title()
        drawn = tab.locator("svg.main-svg, .js-plotly-plot, canvas").count()
    context.close()
    assert alerts == []
    if escaped:
        assert drawn > 0  # the page's own program runs
    else:
        assert title == '{"origin":"null"}'


def test_the_key_is_not_found_by_trying(
    reports: Reports, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1_000.0
    monkeypatch.setattr(security, "monotonic", lambda: moment)
    closed = settings.model_copy(update={"api_key_for_reading": True})
    app = create_app(reports, closed)
    right = {"X-API-Key": KEY}

    def ask(address: str, headers: dict[str, str]) -> Any:
        client = TestClient(app, client=(address, 1))
        return client.get("/api/v1/weeks/latest", headers=headers)

    for number in range(security.TRIES):
        assert ask("10.0.0.1", {"X-API-Key": f"{number}"}).status_code == 401
    refused = ask("10.0.0.1", right)  # or the answer would tell that it is the right one
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "300")
    assert "wait 300 seconds" in refused.text
    assert ask("10.0.0.2", right).status_code == 200
    assert ask("10.0.0.1", {}).status_code == 401  # who gives no key has tried none
    for number in range(security.ALL_TRIES - security.TRIES):
        assert ask(f"10.0.1.{number}", {"X-API-Key": "x"}).status_code == 401
    assert ask("10.0.0.2", right).status_code == 429
    moment += security.WINDOW_S
    assert ask("10.0.0.1", right).status_code == 200


def test_the_form_counts_tries_too(reports: Reports, settings: Settings) -> None:
    client = TestClient(create_app(reports, settings))
    form = {"lang": "en", "by": "Ana", "reason": "x", "version": "6", "api_key": "guessed"}
    answers = [client.post("/monitoring/rollback", data=form) for _ in range(security.TRIES + 1)]
    assert [answer.status_code for answer in answers] == [401] * security.TRIES + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "too many wrong keys" in answers[-1].text


DECISIONS = ("release", "discard", "seen", "withdraw", "restore", "rollback", "token")
RELEASE = {"lang": "en", "reason": "x", "upload_key": PARTIAL, "version": "6"}


@pytest.mark.parametrize("decision", DECISIONS)
def test_a_key_for_reading_decides_nothing(
    reports: Reports, settings: Settings, actions: Any, decision: str
) -> None:
    closed = settings.model_copy(update={"api_key_for_reading": True})
    client = TestClient(create_app(reports, closed, actions))
    reads = {"X-API-Key": READING_KEY}
    assert client.get("/api/v1/weeks/latest", headers=reads).status_code == 200
    before = reports.rows("SELECT * FROM quarantine"), reports.rows("SELECT * FROM promotions")
    answer = client.post(f"/monitoring/{decision}", data=RELEASE, headers=reads)
    assert answer.status_code == 403
    assert "the key of Reader is only for reading" in answer.text
    after = reports.rows("SELECT * FROM quarantine"), reports.rows("SELECT * FROM promotions")
    assert after == before
    assert reports.rows("SELECT * FROM launch_tokens") == []


@pytest.mark.parametrize(
    ("typed", "kept"), [("", "Ana"), ("Ana", "Ana"), ("gate", "Ana (gate)"), ("Eva", "Ana (Eva)")]
)
def test_nobody_decides_in_another_name(stage: Any, typed: str, kept: str) -> None:
    form = {**RELEASE, "by": typed, "api_key": KEY, "all_rows": "yes"}
    assert stage.client.post("/monitoring/release", data=form).status_code == 200
    rows = stage.reports.frame(tables.quarantine, status="RELEASED")
    assert set(rows["decided_by"]) == {kept}


def test_a_revoked_key_opens_nothing_at_once(
    reports: Reports, settings: Settings, actions: Any
) -> None:
    client = TestClient(create_app(reports, settings, actions))
    secret = access_keys.add(reports, "Eva", Role.ACT, by="test")
    form = {**RELEASE, "api_key": secret}
    assert client.post("/monitoring/seen", data=form).status_code == 200
    access_keys.revoke(reports, "Eva", by="test")
    assert client.post("/monitoring/seen", data=form).status_code == 401
    access_keys.revoke(reports, "Ana", by="test")
    access_keys.revoke(reports, "Reader", by="test")
    assert client.post("/monitoring/seen", data=RELEASE).status_code == 401


def test_the_database_holds_no_key(reports: Reports, settings: Settings, actions: Any) -> None:
    client = TestClient(create_app(reports, settings, actions))
    secret = access_keys.add(reports, "Eva", Role.ACT, by="test")
    answer = client.post("/monitoring/token", data={"lang": "en", "api_key": secret})
    (token,) = re.findall(r"pat_[\w-]{43}", answer.text)
    assert answer.headers["Cache-Control"] == "no-store"
    reports.engine.dispose()
    kept = b"".join(path.read_bytes() for path in Path(settings.data).glob("reports.db*"))
    assert access_keys.digest(secret).encode() in kept
    for known in (secret, token, KEY):
        assert known.encode() not in kept
