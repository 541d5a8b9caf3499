"""The HTTP API over a filled reports database."""

import time
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import snapshot, tables
from purchase_assets.storage.reports.database import Reports, now
from purchase_assets_tests.planted import KEY, READING_KEY
from purchase_assets_tests.rows import plant


@pytest.fixture(scope="module")
def client(showcase: FastAPI) -> TestClient:
    return TestClient(showcase)


@pytest.fixture
def own_client(reports: Reports, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """An application whose database the test changes, and which looks at each request."""
    monkeypatch.setattr(snapshot, "LOOK_EVERY_S", 0)
    return TestClient(create_app(reports, settings))


def ok(client: TestClient, path: str, **options: Any) -> Any:
    answer = client.get(path, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_health_names_the_week(client: TestClient) -> None:
    assert ok(client, "/health") == {
        "status": "ok",
        "week_start": "2025-01-13",
        "data_through": "2025-01-12",
        "days_since_data": 2,
        "week_status": "FRESH",
    }


def test_a_customer_of_a_thousand_letters_is_answered_like_any_unknown_one(
    client: TestClient,
) -> None:
    started = time.perf_counter()
    for asked in ("9" * 1_200, "254000" + "x" * 20_000):
        answer = client.get(f"/api/v1/customers/{asked}/predictions")
        assert answer.status_code == 404
        assert answer.json()["exists"]
        assert len(answer.json()["detail"]) < 500
        pair = client.get(f"/api/v1/customers/254000/products/{asked}")
        assert pair.status_code == 404
        assert len(pair.json()["detail"]) < 500
    assert "254000" in answer.json()["exists"]
    assert time.perf_counter() - started < 5


def test_the_pages_of_the_week_make_the_whole(client: TestClient, rows_of: Any) -> None:
    path, seen = "/api/v1/weeks/latest?page_size=100", []
    while path:
        answer = ok(client, path)
        seen += [(pair["customer_id"], pair["product_id"]) for pair in answer["predictions"]]
        path = answer["page"]["next"]
    published = [(row["customer_id"], row["product_id"]) for row in rows_of()]
    assert sorted(seen) == sorted(published)
    assert answer["page"]["total"] == len(published)


def test_every_answer_says_how_old_its_data_is(client: TestClient) -> None:
    for path in (
        "/api/v1/weeks/latest",
        "/api/v1/customers/254000/predictions",
        f"/api/v1/customers/254000/products/{first_product(client)}",
    ):
        week = ok(client, path)["week"]
        assert week["data_through"] == "2025-01-12"
        assert (week["days_since_data"], week["status"], week["over"]) == (2, "FRESH", False)


def first_product(client: TestClient) -> str:
    return ok(client, "/api/v1/customers/254000/predictions")["predictions"][0]["product_id"]


def test_a_customer_has_its_list_in_order_with_reasons(client: TestClient) -> None:
    answer = ok(client, "/api/v1/customers/254000/predictions")
    pairs = answer["predictions"]
    assert [pair["rank"] for pair in pairs] == list(range(1, 13))
    assert [pair["probability"] for pair in pairs] == sorted(
        (pair["probability"] for pair in pairs), reverse=True
    )
    assert all("8 weeks" in pair["reason"] for pair in pairs)
    buys = ok(client, "/api/v1/customers/254000/predictions?will_buy=true")["predictions"]
    assert buys == [pair for pair in pairs if pair["will_buy"]]


def test_words_come_in_the_language_asked_for(client: TestClient) -> None:
    pairs = ok(client, "/api/v1/customers/254000/predictions?lang=es")["predictions"]
    assert all("8 semanas" in pair["reason"] for pair in pairs)


def test_one_pair(client: TestClient) -> None:
    product = first_product(client)
    pair = ok(client, f"/api/v1/customers/254000/products/{product}")["prediction"]
    assert (pair["customer_id"], pair["product_id"], pair["rank"]) == ("254000", product, 1)
    assert (pair["customer"], pair["product"]) == (
        "ABARROTES, 5148",
        f"Brand {product}, LATA 0.33 L",
    )
    assert (pair["expected_items"], pair["items_low"], pair["items_high"]) == (3.0, 1.0, 7.5)


def test_a_new_customer_gets_best_sellers_that_are_never_bought(client: TestClient) -> None:
    pairs = ok(client, "/api/v1/customers/300001/predictions")["predictions"]
    assert len(pairs) == 5
    assert {(pair["source"], pair["will_buy"]) for pair in pairs} == {("popular", False)}


def test_an_unknown_customer_is_told_who_exists(client: TestClient) -> None:
    answer = client.get("/api/v1/customers/25400x/predictions")
    assert answer.status_code == 404
    assert "254000" in answer.json()["exists"]
    assert "which has 61 customers" in answer.json()["detail"]


def test_an_unknown_product_is_told_what_the_customer_has(client: TestClient) -> None:
    answer = client.get("/api/v1/customers/254000/products/none")
    assert answer.status_code == 404
    assert len(answer.json()["exists"]) == 12


def test_ids_may_hold_anything(settings: Settings, rows_of: Any, publish_rows: Any) -> None:
    reports = Reports(settings.reports)
    odd = rows_of(customers=1)
    for row in odd[:12]:
        row["customer_id"] = "norte/12 ñ?"
    odd[0]["product_id"] = "caja/6 #1"
    publish_rows(reports, odd)
    client = TestClient(create_app(reports, settings))
    path = "/api/v1/customers/norte%2F12%20%C3%B1%3F"
    assert ok(client, f"{path}/predictions")["page"]["total"] == 12
    assert ok(client, f"{path}/products/caja%2F6%20%231")["prediction"]["rank"] == 1


def test_before_the_first_week_the_answer_says_what_to_do(settings: Settings) -> None:
    client = TestClient(create_app(Reports(settings.reports), settings))
    answer = client.get("/api/v1/weeks/latest")
    assert answer.status_code == 404
    assert "purchase-assets run" in answer.json()["detail"]
    assert ok(client, "/health")["status"] == "empty"


def test_a_week_is_loaded_once_until_something_new_appears(
    own_client: TestClient, reports: Reports, rows_of: Any, publish_rows: Any
) -> None:
    def loads() -> int:
        for path in ("/api/v1/weeks/latest", "/api/v1/customers/254000/predictions", "/health"):
            ok(own_client, path)
        return own_client.app.state.published.loads  # type: ignore[attr-defined]

    assert loads() == 1
    publish_rows(reports, rows_of())  # the same week, materialized again: identical rows
    assert loads() == 1
    publish_rows(reports, rows_of(date(2025, 1, 20), "7"))
    assert loads() == 2
    plant(
        reports,
        tables.promotions,
        promoted_at=now(),
        model_version="6",
        previous_version="7",
        kind="rollback",
        decided_by="Ana",
    )
    assert loads() == 3
    publish_rows(reports, rows_of(date(2025, 1, 20), "6"))
    assert loads() == 4
    assert ok(own_client, "/api/v1/weeks/latest")["week"]["model_version"] == "6"


def test_between_two_looks_no_request_touches_the_database(
    own_client: TestClient, reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    ok(own_client, "/api/v1/weeks/latest")
    monkeypatch.setattr(snapshot, "LOOK_EVERY_S", 3600)
    monkeypatch.setattr(Reports, "engine", property(lambda _: pytest.fail("a query was made")))
    assert ok(own_client, "/api/v1/customers/254000/predictions")["predictions"]


def test_an_unchanged_answer_is_not_sent_again(
    own_client: TestClient, reports: Reports, rows_of: Any, publish_rows: Any
) -> None:
    path = "/api/v1/customers/254000/predictions"
    tag = own_client.get(path).headers["ETag"]
    again = own_client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    publish_rows(reports, rows_of(version="8"))
    changed = own_client.get(path, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_wrong_parameters_are_refused_by_name(client: TestClient) -> None:
    answer = client.get("/api/v1/weeks/latest?page=0&page_size=5000&lang=fr")
    assert answer.status_code == 422
    assert {problem["loc"][-1] for problem in answer.json()["detail"]} == {
        "page",
        "page_size",
        "lang",
    }


def test_a_stale_week_carries_its_warning(
    own_client: TestClient, reports: Reports, rows_of: Any, publish_rows: Any
) -> None:
    publish_rows(reports, rows_of(status="STALE"))
    week = ok(own_client, "/api/v1/weeks/latest")["week"]
    assert week["status"] == "STALE"
    assert "recent sales are missing" in week["warning"]


def test_reading_asks_for_the_key_when_configured_so(reports: Reports, settings: Settings) -> None:
    closed = settings.model_copy(update={"api_key_for_reading": True})
    client = TestClient(create_app(reports, closed))
    path = "/api/v1/weeks/latest"
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"X-API-Key": "wrong"}).status_code == 401
    assert client.get(path, headers={"X-API-Key": READING_KEY}).status_code == 200
    assert client.get(path, auth=("anyone", KEY)).status_code == 200
    assert client.get("/").status_code == 401
    assert client.get("/health").status_code == 200


def test_a_key_for_reading_needs_a_key(reports: Reports, settings: Settings) -> None:
    closed = settings.model_copy(update={"api_key_for_reading": True})
    reports.replace(tables.access_keys, {}, [])
    with pytest.raises(PurchaseAssetsError, match="purchase-assets keys add"):
        create_app(reports, closed)


def test_each_week_says_what_it_promised_and_what_came_of_it(client: TestClient) -> None:
    answer = ok(client, "/api/v1/weeks/promises")
    first, _, running = answer["weeks"]
    assert first["week_start"] == "2024-12-30"
    assert first["hits_low"] < first["expected_hits"] < first["hits_high"]
    assert first["f1_low"] < first["expected_f1"] < first["f1_high"]
    assert (first["precision"], first["f1"]) == pytest.approx((0.55, 0.57))
    assert first["hits"] == round(0.55 * first["pairs_predicted"])
    assert (running["hits"], running["f1"]) == (None, None)
    assert answer["coverage"] == {"weeks": 2, "hits_kept": 2, "f1_kept": 2}
