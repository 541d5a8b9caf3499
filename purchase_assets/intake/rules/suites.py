"""The Great Expectations suites, as code: one for the columns, one per row, one per file.

This is the only module that touches Great Expectations. Each expectation carries its rule,
group, scope and severity in `meta`; the verdict is computed from the outcomes, elsewhere.
Facts that an expectation cannot state cheaply (references, repetitions, readability) come
as boolean columns, which are never null by construction. Limits come from the settings or
from accepted history.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.data_context.types.base import ProgressBarsConfig

from purchase_assets.intake.judgement import Known
from purchase_assets.intake.reading.columns import NEEDED, SCHEMAS
from purchase_assets.intake.rules.typos import CATEGORIES
from purchase_assets.settings import QualitySettings


@dataclass(frozen=True)
class Outcome:
    """What one expectation said.

    Attributes
    ----------
    scope : str
        ``columns``, ``file`` or ``row``: what is lost when it fails.
    failed : ndarray of int64
        Positions of the rows that broke it; empty for the other scopes.
    raised : str or None
        The engine's exception; then `success` means nothing.
    observed : object
        The value found, for the sentence.
    """

    rule: str
    group: str
    scope: str
    severity: str
    column: str | None
    success: bool
    evaluated: int
    failed: np.ndarray
    raised: str | None = None
    observed: Any = None


def column_expectations(kind: str) -> list[Any]:
    """Needed columns exist with a usable type; absent and extra ones are warnings."""
    found = [
        gxe.ExpectColumnToExist(
            column=column,
            meta=_meta(
                "missing_column" if column in NEEDED[kind] else "absent_column",
                "schema",
                "columns",
                column,
                warn=column not in NEEDED[kind],
            ),
        )
        for column in SCHEMAS[kind].names
    ]
    return [
        *found,
        gxe.ExpectColumnMaxToBeBetween(
            column="_clashes", max_value=0, meta=_meta("clashing_columns", "schema", "columns")
        ),
        gxe.ExpectColumnMaxToBeBetween(
            column="_unusable", max_value=0, meta=_meta("column_type", "schema", "columns")
        ),
        gxe.ExpectColumnMaxToBeBetween(
            column="_extra",
            max_value=0,
            meta=_meta("extra_columns", "schema", "columns", warn=True),
        ),
    ]


def row_expectations(kind: str, known: Known, limits: Mapping[str, float]) -> list[Any]:
    """Rules over rows, the most telling first: a row is filed under the first it breaks."""

    def true(fact: str, rule: str, group: str, column: str | None = None, **how: bool) -> Any:
        return gxe.ExpectColumnValuesToBeInSet(
            column=fact, value_set=[True], meta=_meta(rule, group, "row", column, **how)
        )

    def between(column: str, rule: str, group: str, names: str | None = None, **ends: Any) -> Any:
        meta = _meta(rule, group, "row", names or column)
        return gxe.ExpectColumnValuesToBeBetween(column=column, meta=meta, **ends)

    schema = SCHEMAS[kind]
    texts = [field.name for field in schema if field.type == "string"]
    numbers = [field.name for field in schema if field.type == "double"]
    rules = [
        true("quotes_close", "unclosed_quote", "schema"),
        true("cells_match", "row_shape", "schema"),
    ]
    rules += [true(f"{c}_readable", "unusable_text", "keys", c) for c in texts]
    rules += [true(f"{c}_readable", "unreadable_number", "ranges", c) for c in numbers]
    rules += [true(f"{c}_finite", "not_finite", "ranges", c) for c in numbers]
    if kind == "transactions":
        rules.append(true("purchase_date_readable", "unreadable_date", "dates", "purchase_date"))
    rules += [
        gxe.ExpectColumnValuesToNotBeNull(
            column=c, meta=_meta("missing_value", "completeness", "row", c)
        )
        for c in NEEDED[kind]
    ]
    if kind == "transactions":
        today, first_week = (
            (day - date(1970, 1, 1)).days for day in (known.today, known.first_week)
        )
        rules += [
            between("purchase_day", "future_date", "dates", names="purchase_date", max_value=today),
            between(
                "purchase_day",
                "before_first_week",
                "dates",
                names="purchase_date",
                min_value=first_week,
            ),
        ]
        if "items_limit" in limits:
            ends: dict[str, Any] = {
                "min_value": -limits["items_limit"],
                "max_value": limits["items_limit"],
            }
            rules.append(between("items", "absurd_items", "ranges", **ends))
        if known.customer_ids is not None:
            rules.append(
                true("customer_known", "unknown_customer", "references", "customer_id", warn=True)
            )
        if known.product_ids is not None:
            rules.append(
                true("product_known", "unknown_product", "references", "product_id", warn=True)
            )
    if kind == "customers":
        rules += [
            true("coordinates_in_order", "swapped_coordinates", "ranges", "latitude"),
            between("latitude", "impossible_coordinate", "ranges", min_value=-90, max_value=90),
            between("longitude", "impossible_coordinate", "ranges", min_value=-180, max_value=180),
            between("deliveries_per_week", "impossible_number", "ranges", min_value=0),
            between("visits_per_week", "impossible_number", "ranges", min_value=0),
        ]
    if kind == "products":
        rules.append(between("size", "impossible_number", "ranges", min_value=0, strict_min=True))
    rules += [true(f"{c}_spelled", "category_typo", "ranges", c) for c in CATEGORIES[kind]]
    return [*rules, _some_rows(gxe)]


def repeat_expectations(kind: str) -> list[Any]:
    """Rules over the rows that passed so far: one value per key, and nothing twice."""
    facts = {
        "new_in_file": _meta("repeated_in_file", "duplicates", "row", warn=True),
        "new_to_history": _meta("already_taken", "duplicates", "row", warn=True),
    }
    if kind != "transactions":
        facts["one_value_per_key"] = _meta("conflicting_key", "keys", "row", NEEDED[kind][0])
    return [
        *(
            gxe.ExpectColumnValuesToBeInSet(column=fact, value_set=[True], meta=meta)
            for fact, meta in facts.items()
        ),
        _some_rows(gxe),
    ]


def _some_rows(gxe: Any) -> Any:
    """An empty frame passes every value rule; this one it fails."""
    return gxe.ExpectTableRowCountToBeBetween(
        min_value=1, meta=_meta("no_rows", "completeness", "file")
    )


def file_expectations(facts: Mapping[str, float], settings: QualitySettings) -> list[Any]:
    """Rules over the whole file's `facts`; one that does not apply has no fact, and no rule."""
    shares = settings.unknown_reference_share
    rules: dict[str, tuple[str, str, dict[str, float]]] = {
        "rows": ("no_rows", "completeness", {"min_value": 1}),
        "bad_row_share": ("bad_rows", "completeness", {"max_value": settings.bad_row_share}),
        "unknown_customer_share": ("unknown_customers", "references", {"max_value": shares}),
        "unknown_product_share": ("unknown_products", "references", {"max_value": shares}),
        "largest_customer_share": (
            "one_customer",
            "volume",
            {"max_value": settings.one_customer_share},
        ),
        "volume_ratio": (
            "volume",
            "volume",
            {
                "min_value": facts.get("volume_low", settings.volume_low),
                "max_value": facts.get("volume_high", settings.volume_high),
            },
        ),
        "out_of_calendar_share": ("dates_out_of_calendar", "dates", {"max_value": 0.999_999}),
        "large_quantity_share": (
            "quantity_scale",
            "ranges",
            {"max_value": facts.get("large_quantity_limit", 1.0)},
        ),
        "positive_share": (
            "no_sales",
            "ranges",
            {"min_value": facts.get("positive_limit", 0.0)},
        ),
        "shared_order_share": (
            "shared_orders",
            "keys",
            {"max_value": facts.get("shared_order_limit", 1.0)},
        ),
    }
    expectations = []
    for fact in facts:
        column = fact.removesuffix("_empty_share")
        if fact in rules:
            rule, group, ends = rules[fact]
            meta = _meta(rule, group, "file")
        elif column != fact:
            meta = _meta("mostly_empty", "completeness", "file", column, warn=True)
            ends = {"max_value": settings.empty_column_share}
        else:
            continue
        # of a single row; unlike a rule over values, this one fails on a null
        expectations.append(gxe.ExpectColumnMaxToBeBetween(column=fact, meta=meta, **ends))
    return expectations


def run_suite(frame: pd.DataFrame, expectations: Sequence[Any]) -> list[Outcome]:
    """Validate `frame` (RangeIndex) and return one outcome per expectation, in their order."""

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    source = context.data_sources.add_pandas("upload").add_dataframe_asset("rows")
    batch = source.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite(name="gate", expectations=list(expectations))
    result = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    return [_outcome(each, len(frame)) for each in result.results]


def _outcome(each: Any, rows: int) -> Outcome:
    meta = each.expectation_config.meta
    raised = _exception(each.exception_info)
    result = each.result or {}
    # a value rule that saw other rows than there are has proved nothing
    if raised is None and result.get("element_count", rows) != rows:
        raised = f"{meta['rule']} evaluated {result['element_count']} of {rows} rows"
    failed = np.asarray(result.get("unexpected_index_list") or [], np.int64)
    if meta["scope"] != "row":
        failed = failed[:0]
    observed = result.get("observed_value", (result.get("partial_unexpected_list") or [None])[0])
    return Outcome(
        rule=meta["rule"],
        group=meta["group"],
        scope=meta["scope"],
        severity=meta["severity"],
        column=meta["column"],
        success=bool(each.success),
        evaluated=rows,
        failed=failed,
        raised=raised,
        observed=observed,
    )


def _exception(info: Mapping[str, Any] | None) -> str | None:
    """The exception's message; Great Expectations nests one record per metric at times."""
    if not info:
        return None
    records = [info] if "raised_exception" in info else list(info.values())
    raised = [r for r in records if isinstance(r, Mapping) and r.get("raised_exception")]
    return str(raised[0].get("exception_message")) if raised else None


def _meta(
    rule: str, group: str, scope: str, column: str | None = None, *, warn: bool = False
) -> dict[str, Any]:
    severity = "WARN" if warn else "ERROR"
    return {"rule": rule, "group": group, "scope": scope, "column": column, "severity": severity}
