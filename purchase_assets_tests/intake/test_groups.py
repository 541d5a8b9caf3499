"""A rule's group is the one that its expectation carries."""

from datetime import date

import pyarrow as pa
import pytest

from purchase_assets.intake.judgement import Known
from purchase_assets.intake.reading.columns import SCHEMAS
from purchase_assets.intake.rules import suites
from purchase_assets.intake.rules.groups import NOTED, group_of
from purchase_assets.settings import QualitySettings

KNOWN = Known(
    customer_ids=pa.array(["1"]),
    product_ids=pa.array(["1"]),
    today=date(2025, 1, 1),
    first_week=date(2020, 1, 6),
)
FACTS = dict.fromkeys(
    (
        *("rows", "bad_row_share", "unknown_customer_share", "unknown_product_share"),
        *("largest_customer_share", "volume_ratio", "out_of_calendar_share"),
        *("large_quantity_share", "shared_order_share", "items_empty_share"),
    ),
    0.0,
)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_group_and_weight_are_what_the_suites_say(kind):
    expectations = [
        *suites.column_expectations(kind),
        *suites.row_expectations(kind, KNOWN, {"items_limit": 10.0}),
        *suites.repeat_expectations(kind),
        *suites.file_expectations(FACTS, QualitySettings()),
    ]

    said = {(e.meta["rule"], e.meta["group"], e.meta["severity"]) for e in expectations}

    assert said == {
        (rule, group_of(rule), "WARN" if rule in NOTED else "ERROR") for rule, *_ in said
    }
