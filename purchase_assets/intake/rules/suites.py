"""The Great Expectations suites, as code: one for the columns, one per row, one per file.

This is the only module that touches Great Expectations. Each expectation carries the name of its
rule and the column it is about in `meta`; the verdict is computed from the outcomes, elsewhere.
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

from purchase_assets.intake import fact_columns
from purchase_assets.intake.judgement import Known
from purchase_assets.intake.rules.catalogue import RULES, column_rules, file_rules, row_rules
from purchase_assets.intake.rules.rule import Rule, Scope, Severity
from purchase_assets.intake.rules.upload_facts import OPTIONAL
from purchase_assets.kinds import Holds, Kind
from purchase_assets.settings import QualitySettings


@dataclass(frozen=True)
class Outcome:
    """What one expectation said.

    Attributes
    ----------
    severity : Severity
        How heavy it weighs: that of the rule, or more for rows that are looked at once more.
    column : str or None
        The column that the rule is broken in; None for one about whole rows or the file.
    failed : ndarray of int64
        Positions of the rows that broke it; empty when the rule is about no rows.
    raised : str or None
        The engine's exception; then `success` means nothing.
    observed : object
        The value found, for the sentence.
    """

    rule: Rule
    severity: Severity
    column: str | None
    success: bool
    evaluated: int
    failed: np.ndarray
    raised: str | None = None
    observed: Any = None

    @property
    def is_of_rows(self) -> bool:
        """Whether it is about single rows."""
        return self.rule.scope is Scope.ROW

    @property
    def decides(self) -> bool:
        """Whether breaking it sets rows aside or refuses the file."""
        return self.severity is Severity.ERROR


def column_expectations(kind: Kind) -> list[Any]:
    """Needed columns exist with a usable type; absent and extra ones are warnings."""
    counts = {
        fact_columns.CLASHES: column_rules.CLASHING_COLUMNS,
        fact_columns.UNUSABLE: column_rules.COLUMN_TYPE,
        fact_columns.EXTRA: column_rules.EXTRA_COLUMNS,
    }
    return [
        *(
            gxe.ExpectColumnToExist(
                column=column.name,
                meta=_meta(
                    column_rules.MISSING_COLUMN if column.needed else column_rules.ABSENT_COLUMN,
                    column.name,
                ),
            )
            for column in kind.columns
            if column.needed or column.asked_for
        ),
        *(
            gxe.ExpectColumnMaxToBeBetween(column=count, max_value=0, meta=_meta(rule))
            for count, rule in counts.items()
        ),
    ]


def row_expectations(kind: Kind, known: Known, limits: Mapping[str, float]) -> list[Any]:
    """Rules over rows, the most telling first: a row is filed under the first it breaks."""
    texts = kind.that_hold(Holds.ID, Holds.NAME, Holds.CATEGORY)
    numbers, days = kind.that_hold(Holds.NUMBER), kind.that_hold(Holds.DAY)
    readable, finite, spelled = fact_columns.readable, fact_columns.finite, fact_columns.spelled
    return [
        _true(fact_columns.QUOTES_CLOSE, row_rules.UNCLOSED_QUOTE),
        _true(fact_columns.CELLS_MATCH, row_rules.ROW_SHAPE),
        *(_true(readable(c), row_rules.UNUSABLE_TEXT, c) for c in texts),
        *(_true(readable(c), row_rules.UNREADABLE_NUMBER, c) for c in numbers),
        *(_true(finite(c), row_rules.NOT_FINITE, c) for c in numbers),
        *(_true(readable(c), row_rules.UNREADABLE_DATE, c) for c in days),
        *(
            gxe.ExpectColumnValuesToNotBeNull(column=c, meta=_meta(row_rules.MISSING_VALUE, c))
            for c in kind.needed
        ),
        *_OWN_RULES[kind](known, limits),
        *(_true(spelled(c), row_rules.CATEGORY_TYPO, c) for c in kind.that_hold(Holds.CATEGORY)),
        _some_rows(),
    ]


def _of_transactions(known: Known, limits: Mapping[str, float]) -> list[Any]:
    today, first_week = ((day - date(1970, 1, 1)).days for day in (known.today, known.first_week))
    day, named = fact_columns.PURCHASE_DAY, "purchase_date"
    rules = [
        _between(day, row_rules.FUTURE_DATE, named, max_value=today),
        _between(day, row_rules.BEFORE_FIRST_WEEK, named, min_value=first_week),
    ]
    if "items_limit" in limits:
        most = limits["items_limit"]
        rules.append(_between("items", row_rules.ABSURD_ITEMS, min_value=-most, max_value=most))
    unknown = {
        "customer_id": row_rules.UNKNOWN_CUSTOMER,
        "product_id": row_rules.UNKNOWN_PRODUCT,
    }
    return rules + [_true(fact_columns.known(c), unknown[c], c) for c in known.ids]


def _of_customers(known: Known, limits: Mapping[str, float]) -> list[Any]:
    place, number = row_rules.IMPOSSIBLE_COORDINATE, row_rules.IMPOSSIBLE_NUMBER
    return [
        _true(fact_columns.COORDINATES_IN_ORDER, row_rules.SWAPPED_COORDINATES, "latitude"),
        _between("latitude", place, min_value=-90, max_value=90),
        _between("longitude", place, min_value=-180, max_value=180),
        _between("deliveries_per_week", number, min_value=0),
        _between("visits_per_week", number, min_value=0),
    ]


def _of_products(known: Known, limits: Mapping[str, float]) -> list[Any]:
    return [_between("size", row_rules.IMPOSSIBLE_NUMBER, min_value=0, strict_min=True)]


_OWN_RULES = {
    Kind.TRANSACTIONS: _of_transactions,
    Kind.CUSTOMERS: _of_customers,
    Kind.PRODUCTS: _of_products,
}
"""Rules over rows that only one kind of upload has."""


def repeat_expectations(kind: Kind) -> list[Any]:
    """Rules over the rows that passed so far: one value per key, and nothing twice."""
    rules = [
        _true(fact_columns.NEW_IN_FILE, row_rules.REPEATED_IN_FILE),
        _true(fact_columns.NEW_TO_HISTORY, row_rules.ALREADY_TAKEN),
    ]
    if kind.key:
        rules.append(_true(fact_columns.ONE_VALUE_PER_KEY, row_rules.CONFLICTING_KEY, kind.key))
    return [*rules, _some_rows()]


def _true(fact: str, rule: Rule, column: str | None = None) -> Any:
    return gxe.ExpectColumnValuesToBeInSet(column=fact, value_set=[True], meta=_meta(rule, column))


def _between(column: str, rule: Rule, named: str | None = None, **ends: Any) -> Any:
    return gxe.ExpectColumnValuesToBeBetween(
        column=column, meta=_meta(rule, named or column), **ends
    )


def _some_rows() -> Any:
    """An empty frame passes every value rule; this one it fails."""
    return gxe.ExpectTableRowCountToBeBetween(min_value=1, meta=_meta(file_rules.NO_ROWS))


def file_expectations(facts: Mapping[str, float], settings: QualitySettings) -> list[Any]:
    """Rules over the whole file's `facts`; one that does not apply has no fact, and no rule."""
    unknown = {"max_value": settings.unknown_reference_share}
    empty = {"max_value": settings.empty_column_share}
    volume = {
        "min_value": facts.get("volume_low", settings.volume_low),
        "max_value": facts.get("volume_high", settings.volume_high),
    }
    large = {"max_value": facts.get("large_quantity_limit", 1.0)}
    shared = {"max_value": facts.get("shared_order_limit", 1.0)}
    sales = {"min_value": facts.get("positive_limit", 0.0)}
    rules: dict[str, tuple[Rule, dict[str, float]]] = {
        "rows": (file_rules.NO_ROWS, {"min_value": 1}),
        "bad_row_share": (file_rules.BAD_ROWS, {"max_value": settings.bad_row_share}),
        fact_columns.unknown_share("customer_id"): (file_rules.UNKNOWN_CUSTOMERS, unknown),
        fact_columns.unknown_share("product_id"): (file_rules.UNKNOWN_PRODUCTS, unknown),
        "largest_customer_share": (
            file_rules.ONE_CUSTOMER,
            {"max_value": settings.one_customer_share},
        ),
        "volume_ratio": (file_rules.VOLUME, volume),
        "out_of_calendar_share": (file_rules.DATES_OUT_OF_CALENDAR, {"max_value": 0.999_999}),
        "large_quantity_share": (file_rules.QUANTITY_SCALE, large),
        "positive_share": (file_rules.NO_SALES, sales),
        "shared_order_share": (file_rules.SHARED_ORDERS, shared),
        **{fact_columns.empty_share(c): (file_rules.MOSTLY_EMPTY, empty) for c in OPTIONAL},
    }
    columns = {fact_columns.empty_share(column): column for column in OPTIONAL}
    maximum = gxe.ExpectColumnMaxToBeBetween
    # of a single row; unlike a rule over values, this one fails on a null
    return [
        maximum(column=fact, meta=_meta(rules[fact][0], columns.get(fact)), **rules[fact][1])
        for fact in facts
        if fact in rules
    ]


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
    rule = RULES[meta["rule"]]
    raised = _exception(each.exception_info)
    result = each.result or {}
    # a value rule that saw other rows than there are has proved nothing
    if raised is None and result.get("element_count", rows) != rows:
        raised = f"{rule.name} evaluated {result['element_count']} of {rows} rows"
    failed = np.asarray(result.get("unexpected_index_list") or [], np.int64)
    observed = result.get("observed_value", (result.get("partial_unexpected_list") or [None])[0])
    return Outcome(
        rule=rule,
        severity=rule.severity,
        column=meta["column"],
        success=bool(each.success),
        evaluated=rows,
        failed=failed if rule.scope is Scope.ROW else failed[:0],
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


def _meta(rule: Rule, column: str | None = None) -> dict[str, str | None]:
    return {"rule": rule.name, "column": column}
