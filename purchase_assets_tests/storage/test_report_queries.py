"""The documents for report authors, run and compared with what they describe."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.dictionary import data_dictionary
from purchase_assets_tests.places import DOCS


@pytest.fixture
def filled(database_url: str, settings: Settings, fill_reports: Any) -> Reports:
    reports = Reports(database_url)
    fill_reports(reports, settings)
    return reports


def query(title: str) -> str:
    text = (DOCS / "reports.md").read_text("utf-8")
    section = text.split(f"## {title}\n", 1)[1]
    found = re.search(r"```sql\n(.*?)```", section, re.DOTALL)
    assert found
    return found[1]


def test_the_data_dictionary_is_current() -> None:
    assert (DOCS / "data_dictionary.md").read_text("utf-8") == data_dictionary(), (
        "the tables changed; run "
        "`python -m purchase_assets.storage.reports.dictionary > docs/data_dictionary.md`"
    )


def test_every_query_of_the_document_runs(filled: Reports) -> None:
    text = (DOCS / "reports.md").read_text("utf-8")
    queries = re.findall(r"```sql\n(.*?)```", text, re.DOTALL)
    assert len(queries) == 11
    for each in queries:
        assert filled.rows(each), each


def test_the_week_is_named(filled: Reports, rows_of: Any) -> None:
    week = filled.rows(query("Which week is this, and can it be trusted?"))
    assert len(week) == 1
    assert (week[0]["customers"], week[0]["pairs"]) == (61, len(rows_of()))
    assert week[0]["status"] == "FRESH"


def test_top_products_add_up_chances(filled: Reports, rows_of: Any) -> None:
    expected: dict[str, float] = {}
    for row in rows_of():
        if row["source"] == "model":
            expected[row["product_id"]] = expected.get(row["product_id"], 0) + row["probability"]
    top = filled.rows(query("Top products of the week"))
    assert float(top[0]["expected_buyers"]) == pytest.approx(max(expected.values()), abs=0.06)
    assert float(top[0]["expected_items"]) == pytest.approx(3.4 * max(expected.values()), abs=0.6)
    assert top[0]["product"] == f"Brand {top[0]['product_id']}, LATA 0.33 L"
    assert len(top) == 20


def test_the_call_list_names_customers_and_products(filled: Reports, rows_of: Any) -> None:
    calls = filled.rows(query("The call list of the week, in words"))
    assert len(calls) == sum(row["will_buy"] for row in rows_of())
    assert {(row["customer"], row["zone_id"]) for row in calls} == {("ABARROTES, 5148", "5148")}
    assert all(row["product"].startswith("Brand ") for row in calls)


def test_changed_lists_are_those_of_the_last_two_weeks(filled: Reports, rows_of: Any) -> None:
    def lists(week: date, version: str) -> set[tuple[str, str]]:
        return {
            (row["customer_id"], row["product_id"])
            for row in rows_of(week, version)
            if row["will_buy"]
        }

    week = date(2025, 1, 13)
    now, before = lists(week, "7"), lists(week - timedelta(weeks=1), "6")
    rows = filled.rows(query("Customers whose list changed most since last week"))
    assert len(rows) == 20
    for row in rows:
        entered = sum(customer == row["customer_id"] for customer, _ in now - before)
        dropped = sum(customer == row["customer_id"] for customer, _ in before - now)
        assert (row["entered"], row["dropped"]) == (entered, dropped)
    totals = [row["entered"] + row["dropped"] for row in rows]
    assert totals == sorted(totals, reverse=True)


def test_the_bounds_that_were_kept_are_counted(filled: Reports) -> None:
    title = "What was promised, and what came of it?"
    weeks = filled.rows(query(title))
    assert [str(week["week_start"]) for week in weeks] == ["2024-12-30", "2025-01-06", "2025-01-13"]
    assert [week["hits_kept"] for week in weeks] == [1, 1, None]
