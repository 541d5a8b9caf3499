"""A rule is one record, one expectation or reading problem, and at least one fault."""

from datetime import date

import pyarrow as pa
import pytest

from purchase_assets.intake import fact_columns
from purchase_assets.intake.judgement import Known
from purchase_assets.intake.reading.problems import Problem
from purchase_assets.intake.rules import suites
from purchase_assets.intake.rules.catalogue import CHECKED, ENGINE_ERROR, READING, RULES, group_of
from purchase_assets.intake.rules.rule import Group
from purchase_assets.intake.rules.rules_page import with_tables
from purchase_assets.intake.rules.upload_facts import OPTIONAL
from purchase_assets.kinds import KNOWN_KINDS
from purchase_assets.settings import QualitySettings
from purchase_assets_tests.intake.faults import CATALOGUE
from purchase_assets_tests.places import DOCS

KNOWN = Known(
    customer_ids=pa.array(["1"]),
    product_ids=pa.array(["1"]),
    today=date(2025, 1, 1),
    first_week=date(2020, 1, 6),
)
FACTS = dict.fromkeys(
    (
        *("rows", "bad_row_share", "largest_customer_share", "volume_ratio"),
        *("out_of_calendar_share", "large_quantity_share", "shared_order_share"),
        *("positive_share", *map(fact_columns.unknown_share, KNOWN.ids)),
        *map(fact_columns.empty_share, OPTIONAL),
    ),
    0.0,
)


def expected() -> set[str]:
    """The rules that the suites of all kinds check."""
    expectations = [
        *suites.file_expectations(FACTS, QualitySettings()),
        *(
            each
            for kind in KNOWN_KINDS
            for each in (
                *suites.column_expectations(kind),
                *suites.row_expectations(kind, KNOWN, {"items_limit": 10.0}),
                *suites.repeat_expectations(kind),
            )
        ),
    ]
    return {each.meta["rule"] for each in expectations}


def test_every_record_has_an_expectation_and_every_expectation_a_record():
    assert expected() == {rule.name for rule in CHECKED}


def test_every_record_of_reading_has_a_problem_and_every_problem_a_record():
    assert {rule.name for rule in READING} == set(Problem)


def test_every_record_has_a_fault():
    faults = {fault.rule for fault in CATALOGUE}
    assert [rule.name for rule in (*READING, *CHECKED) if rule.name not in faults] == []


def test_every_fault_breaks_a_rule_of_the_catalogue():
    assert {fault.rule for fault in CATALOGUE} - {None} <= set(RULES) - {ENGINE_ERROR.name}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_record_says_all_in_both_languages(rule):
    english, spanish = rule.sentence
    assert english != spanish
    assert english.count("{") == spanish.count("{")
    assert rule.when
    assert set(rule.settings) <= set(QualitySettings.model_fields)


def test_a_stored_rule_that_is_gone_still_has_a_group():
    assert group_of("no_sales") is Group.RANGES
    assert group_of("a rule of last year") is Group.SCHEMA


def test_every_rule_is_described_where_senders_look():
    page = (DOCS / "upload_rules.md").read_text(encoding="utf-8")
    assert page == with_tables(page)
    for rule in (*READING, *CHECKED):
        assert page.count(f"| `{rule.name}` | {rule.group} |") == 1
    for kind in KNOWN_KINDS:
        assert f"| {kind} | " in page
