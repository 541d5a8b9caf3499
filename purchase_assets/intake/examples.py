"""Where to look: some of the rows that broke a rule, with the values that were delivered."""

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from purchase_assets.intake.reading.sources import Source
from purchase_assets.intake.rules.catalogue import file_rules, row_rules
from purchase_assets.intake.rules.rule import Rule
from purchase_assets.intake.rules.suites import Outcome
from purchase_assets.text import Text, printable

SHOWN = 3
"""Rows named per rule."""
_LONGEST = 40
_ROWS_OF_FILE_RULE = {
    file_rules.UNKNOWN_CUSTOMERS: (row_rules.UNKNOWN_CUSTOMER,),
    file_rules.UNKNOWN_PRODUCTS: (row_rules.UNKNOWN_PRODUCT,),
    file_rules.DATES_OUT_OF_CALENDAR: (row_rules.FUTURE_DATE, row_rules.BEFORE_FIRST_WEEK),
}
"""A rule about a whole file -> the rules that its rows break."""
WHOLE_ROW = (row_rules.ROW_SHAPE, row_rules.UNCLOSED_QUOTE)
"""Rules that no single cell breaks."""
_UNKNOWN = (row_rules.UNKNOWN_CUSTOMER, row_rules.UNKNOWN_PRODUCT)

Identity = tuple[Rule, str | None]
"""Rule and column."""


def find_examples(
    outcomes: Sequence[Outcome], table: pa.Table, source: Source, found: Mapping[str, str]
) -> dict[Identity, Text]:
    """One sentence per broken rule: up to three row numbers, each with the offending value.

    Parameters
    ----------
    table : pyarrow.Table
        The rows in canonical columns.
    found : mapping
        Canonical name -> delivered name.
    """
    errors = [o for o in outcomes if o.is_of_rows and o.decides and len(o.failed)]
    numbers = np.unique(np.concatenate([[], *(o.failed[:SHOWN] for o in errors)])).astype(int) + 1
    originals = dict(zip(numbers.tolist(), source.originals(numbers), strict=True))
    said: dict[Identity, Text] = {}
    for outcome in errors:
        shown = [
            (number, _value(outcome, originals[number], found))
            for number in (outcome.failed[:SHOWN] + 1).tolist()
        ]
        said[outcome.rule, outcome.column] = _sentence(shown, source)
    for outcome in outcomes:
        if outcome.rule in _UNKNOWN and len(outcome.failed):
            ids = table[outcome.column].take(outcome.failed[:SHOWN]).to_pylist()
            shown = list(zip((outcome.failed[:SHOWN] + 1).tolist(), ids, strict=True))
            said[outcome.rule, outcome.column] = _sentence(shown, source)
    for rule, parts in _ROWS_OF_FILE_RULE.items():
        given = next((said[identity] for identity in said if identity[0] in parts), None)
        if given:
            said[rule, None] = given
    return said


def _value(
    outcome: Outcome, original: Mapping[str, str | None], found: Mapping[str, str]
) -> str | None:
    if outcome.rule in WHOLE_ROW:
        return " | ".join(text or "" for text in original.values())
    return original.get(found.get(outcome.column or "", ""))


def _sentence(shown: Sequence[tuple[int, str | None]], source: Source) -> Text:
    english, spanish = [], []
    for number, value in shown:
        line = source.unclosed.get(number)
        text = f": {_quoted(value)}" if value else ""
        english.append(f"row {number:,}{f' (line {line:,})' if line else ''}{text}")
        spanish.append(f"fila {number:,}{f' (línea {line:,})' if line else ''}{text}")
    return Text(f"For example {'; '.join(english)}.", f"Por ejemplo {'; '.join(spanish)}.")


def _quoted(value: str) -> str:
    text = printable(value)
    return f"'{text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}'"
