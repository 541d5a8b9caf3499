"""The call list as a file."""

import io
from typing import Any

import pandas as pd
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports


@pytest.fixture(scope="module")
def looking(showcase: FastAPI) -> TestClient:
    return TestClient(showcase)


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
