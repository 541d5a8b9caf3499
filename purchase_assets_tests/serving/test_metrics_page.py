"""/metrics: what Prometheus reads, in its own parser, and what Grafana asks of it."""

import json
import re
import time

import pytest
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.planted import KEY
from purchase_assets_tests.rows import plant
from purchase_assets_tests.serving.conftest import Recording

DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"


@pytest.fixture
def client(reports: Reports, settings: Settings, actions: Recording) -> TestClient:
    return TestClient(create_app(reports, settings, actions))


def read(client: TestClient) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return {
        (sample.name.removeprefix("purchase_assets_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_every_figure_is_what_the_stores_say(client: TestClient, actions: Recording) -> None:
    found = read(client)
    assert found["data_age_seconds",] == 2 * 86_400  # known to Sunday, today is Tuesday
    assert found["week_status", "FRESH"] == 1
    assert found["week_status", "STALE"] == 0
    assert found["quarantined_rows",] == 5
    assert found["refused_files",] == 1
    assert found["files_waiting",] == 2
    assert found["daemon_heartbeat_age_seconds",] == pytest.approx(time.time() - 1.7e9, abs=60)
    assert found["sensor_last_look_timestamp_seconds", "new_uploads"] == 1.7e9
    assert found["run_seconds", "training"] == 41.5
    assert found["run_peak_memory_bytes", "training"] == 2.7e9
    assert found["run_seconds", "week"] == 9.25
    assert ("run_peak_memory_bytes", "week") not in found
    assert found["causes_present", "no_file"] == 0


def test_what_people_were_told_counts_until_it_is_over(
    client: TestClient, reports: Reports
) -> None:
    plant(reports, tables.notifications)
    assert read(client)["causes_present", "no_file"] == 1
    plant(reports, tables.notifications, part="OVER")
    assert read(client)["causes_present", "no_file"] == 0


def test_requests_are_counted_by_route_and_never_by_customer(client: TestClient) -> None:
    client.get("/api/v1/customers/254007/predictions")
    client.get("/api/v1/customers/nobody-of-that-name/predictions")
    client.get("/api/v1/customers/254007/predictions", headers={"Host": "evil.example"})
    client.get("/")
    found = read(client)
    route = "/api/v1/customers/{customer_id:path}/predictions"
    assert found["request_seconds_count", "GET", route, "200"] == 1
    assert found["request_seconds_count", "GET", route, "404"] == 1
    assert found["request_seconds_count", "GET", "refused", "421"] == 1
    assert found["request_seconds_count", "GET", "/", "200"] == 1
    assert "254007" not in client.get("/metrics").text


def test_it_is_guarded_like_the_api(reports: Reports, settings: Settings) -> None:
    asking = settings.model_copy(update={"api_key_for_reading": True})
    client = TestClient(create_app(reports, asking))
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"X-API-Key": KEY}).status_code == 200
    assert client.get("/metrics", headers={"Host": "evil.example"}).status_code == 421


def test_the_dashboard_asks_for_figures_that_there_are(client: TestClient) -> None:
    client.get("/health")
    there = {f"purchase_assets_{name}" for name, *_ in read(client)}
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    asked = {
        name
        for panel in panels
        for target in panel.get("targets", [])
        for name in re.findall(r"purchase_assets_\w+", target["expr"])
    }
    assert asked - there == set()
    kept = {name for name in there if not name.endswith(("_count", "_sum", "_created", "_bucket"))}
    assert kept - asked == set()
    assert len({panel["id"] for panel in panels}) == len(panels)
