"""The finished pages as the server hands them out."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets_tests.planted import REFUSED


@pytest.fixture(scope="module")
def looking(showcase: FastAPI) -> TestClient:
    return TestClient(showcase)


def test_finished_pages_are_served_by_name(looking: TestClient) -> None:
    page = looking.get(f"/uploads/{REFUSED}")
    assert "<h1>transactions_1.parquet</h1>" in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for name in ("2025-01-06", "2025-01-06.html"):  # as pages name each other
        page = looking.get(f"/drift/{name}")
        assert "Deriva en la semana del 6 de enero" in page.text
        assert 'href="2025-01-06.en.html"' in page.text
    assert "Drift in the week of 6 January" in looking.get("/drift/2025-01-06.en.html").text


def test_a_page_of_before_the_languages_is_shown_for_each(stage: Any) -> None:
    old = Path(stage.settings.data) / "pages" / "uploads" / "transactions-01d01d01d01d.html"
    old.write_text("<h1>one page</h1>")
    for name in (old.stem, f"{old.stem}.en", f"{old.stem}.en.html"):
        assert "one page" in stage.client.get(f"/uploads/{name}").text


def test_a_missing_page_names_those_that_exist(looking: TestClient) -> None:
    answer = looking.get("/drift/2025-01-07")
    assert answer.status_code == 404
    assert "there are 2: 2025-01-06, 2024-12-30" in answer.text


@pytest.mark.parametrize("name", ["..%2F..%2Freports", "%2e%2e", ".hidden", "a%00b", "a%5Cb"])
def test_nothing_outside_the_folder_is_served(
    looking: TestClient, name: str, tmp_path: Path
) -> None:
    assert looking.get(f"/uploads/{name}").status_code in (404, 422)
