"""Today's call list: what to offer to each customer of a route."""

import re
from typing import NamedTuple

import pandas as pd

from purchase_assets.pages import wording
from purchase_assets.pages.labels import label
from purchase_assets.storage.reports.snapshot import SUGGESTIONS, Week
from purchase_assets.storage.spreadsheet_text import escape_formulas
from purchase_assets.text import Language

MAX_CUSTOMERS = 500


class CallList(NamedTuple):
    """A route's rows, ready to be shown, and the customers that the week does not hold."""

    header: list[str]
    rows: list[list[str]]
    customers: list[str]
    missing: list[str]
    cut: bool


def call_list(week: Week, pasted: str, language: Language) -> CallList:
    """The products expected from each pasted customer; suggestions for those without history."""
    asked = _customers(week, pasted)
    kept = asked[:MAX_CUSTOMERS]
    rows = []
    for customer in kept:
        pairs = week.customers.get(customer, ())
        offered = [pair for pair in pairs if pair.will_buy or pair.source == "popular"]
        for pair in offered if pairs and pairs[0].source != "popular" else offered[:SUGGESTIONS]:
            rows.append(
                [
                    pair.customer_id,
                    week.customer_labels.get(pair.customer_id, ""),
                    str(pair.rank),
                    pair.product_id,
                    week.product_labels.get(pair.product_id, ""),
                    wording.quantity(pair, language),
                    wording.chance_in_words(pair.probability, language),
                    wording.percent(pair.probability, language),
                    wording.reason(pair, language),
                ]
            )
    header = [
        label(name, language)
        for name in (
            *("customer", "who", "place", "product", "what", "how_many"),
            *("chance", "chance_percent", "why"),
        )
    ]
    return CallList(
        header,
        rows,
        kept,
        [customer for customer in kept if customer not in week.customers],
        len(asked) > MAX_CUSTOMERS,
    )


def _customers(week: Week, pasted: str) -> list[str]:
    """The ids in the pasted text, once each; an id may hold spaces when the week knows it."""
    asked: dict[str, None] = {}
    for part in re.split(r"[\n,;\t]+", pasted):
        known = part.strip() in week.customers
        asked.update(dict.fromkeys([part.strip()] if known else part.split()))
    return list(asked)


def as_text(made: CallList, delimiter: str) -> str:
    """The list as CSV; a cell that a spreadsheet would run as a formula is made text."""
    frame = pd.DataFrame(made.rows, columns=made.header)
    return escape_formulas(frame).to_csv(index=False, sep=delimiter)
