"""The API against its own OpenAPI document, and a server that keeps to itself."""

import subprocess
import sys

import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings


def test_the_document_has_examples(showcase: FastAPI) -> None:
    document = TestClient(showcase).get("/openapi.json").json()
    assert set(document["paths"]) == {
        "/health",
        "/api/v1/weeks/latest",
        "/api/v1/weeks/promises",
        "/api/v1/customers/{customer_id}/predictions",
        "/api/v1/customers/{customer_id}/products/{product_id}",
        "/call-list.csv",
        "/call-list.xlsx",
        "/api/v1/customers",
    }
    for name in ("WeekInfo", "Pair", "Page", "Health"):
        assert document["components"]["schemas"][name]["examples"]


def test_every_answer_is_as_the_document_says(showcase: FastAPI) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", showcase)
    operations = [found.ok() for found in schema.get_all_operations()]
    for operation in operations:

        @given(case=operation.as_strategy())
        @settings(
            max_examples=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def validate(case: schemathesis.Case) -> None:
            case.call_and_validate()

        validate()
    assert len(operations) == 8


KEEPS_TO_ITSELF = """
import sys

def loopback_only(event, arguments):
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        assert arguments[1][0] in ("127.0.0.1", "::1", "localhost"), arguments
    assert event != "socket.getaddrinfo" or arguments[0] in ("127.0.0.1", "localhost"), arguments

sys.addaudithook(loopback_only)
from fastapi.testclient import TestClient
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports

settings = Settings(_env_file=None, data=sys.argv[1])
client = TestClient(create_app(Reports(settings.reports), settings))
for path in ("/", "/en/", "/monitoring", "/docs", "/health"):
    assert client.get(path).status_code == 200, path
heavy = {"dagster", "great_expectations", "evidently", "mlflow", "sklearn", "deltalake"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
print("kept to itself")
"""


def test_the_server_asks_nobody_and_imports_nothing_heavy(tmp_path: object) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", KEEPS_TO_ITSELF, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.stdout == "kept to itself\n", ran.stderr
