"""Today's call list: whom to call, what to offer, and what may come of it."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pandas as pd

from purchase_assets.forecasting.promise import Promise, promise
from purchase_assets.pages import wording
from purchase_assets.pages.labels import label
from purchase_assets.storage.reports.pair_lists import Prediction
from purchase_assets.storage.reports.snapshot import SUGGESTIONS, Week
from purchase_assets.storage.spreadsheet_text import escape_formulas
from purchase_assets.text import Language

MAX_CUSTOMERS = 500
USUAL_CALLS = 60
POPULAR = "popular"


class Wanted(NamedTuple):
    """Which customers may be called, and how many; what is empty does not narrow the choice."""

    pasted: str = ""
    zone: str = ""
    customer_type: str = ""
    weekday: int = 0
    calls: int = USUAL_CALLS


class Call(NamedTuple):
    """A customer and what to offer."""

    customer_id: str
    who: str
    offered: tuple[Prediction, ...]

    @property
    def items(self) -> float:
        """Items that are expected of the call: what orders the list."""
        return sum(pair.probability * (pair.mean_items or 1) for pair in self.offered)

    @property
    def is_new(self) -> bool:
        """Whether the products are best sellers, offered to a customer without history."""
        return self.offered[0].source == POPULAR


class CallList(NamedTuple):
    """The calls, the most valuable first.

    Attributes
    ----------
    nothing : list of str
        Customers of the choice of whom nothing is expected.
    missing : list of str
        Pasted ids that the week does not hold.
    left_over : int
        Customers for whom no call was left.
    hits : Promise
        Purchases that are expected of the whole list.
    """

    calls: list[Call]
    nothing: list[str]
    missing: list[str]
    left_over: int
    hits: Promise


def call_list(week: Week, wanted: Wanted) -> CallList:
    """The calls with the highest expected value among the customers that are wanted."""
    asked = _pasted(week, wanted.pasted) if wanted.pasted.strip() else list(week.customers)
    known = [customer for customer in asked if _fits(week, customer, wanted)]
    calls = [call for customer in known if (call := _call(week, customer)).offered]
    # best sellers for new customers come last: nobody knows what they are worth
    calls.sort(key=lambda call: (call.is_new, -call.items, call.customer_id))
    chosen = calls[: min(wanted.calls, MAX_CUSTOMERS)]
    expecting = {call.customer_id for call in calls}
    return CallList(
        chosen,
        [customer for customer in known if customer not in expecting],
        [customer for customer in asked if customer not in week.customers],
        len(calls) - len(chosen),
        promise(
            [pair.probability for call in chosen if not call.is_new for pair in call.offered],
        ),
    )


def _fits(week: Week, customer_id: str, wanted: Wanted) -> bool:
    if customer_id not in week.customers:
        return False
    narrowed = wanted.zone, wanted.customer_type, wanted.weekday
    if not any(narrowed):
        return True
    known = week.known.get(customer_id)
    return known is not None and all(
        not asked or asked == found
        for asked, found in zip(
            narrowed, (known.zone_id, known.customer_type, known.usual_weekday), strict=True
        )
    )


def _call(week: Week, customer_id: str) -> Call:
    pairs = week.customers[customer_id]
    if pairs[0].source == POPULAR:
        offered = pairs[:SUGGESTIONS]
    else:
        offered = tuple(pair for pair in pairs if pair.will_buy)
    return Call(customer_id, week.label_of(customer_id), offered)


def _pasted(week: Week, pasted: str) -> list[str]:
    """The ids in the pasted text, once each; an id may hold spaces when the week knows it."""
    asked: dict[str, None] = {}
    for part in re.split(r"[\n,;\t]+", pasted):
        known = part.strip() in week.customers
        asked.update(dict.fromkeys([part.strip()] if known else part.split()))
    return list(asked)


COLUMNS = (
    *("customer", "who", "place", "product", "what", "chance_percent"),
    *("how_many", "at_least", "at_most", "chance", "why"),
)


def as_frame(made: CallList, week: Week, language: Language) -> pd.DataFrame:
    """The list as a table, a row per product to offer; customers without one have a row, too."""
    rows = [
        row
        for place, call in enumerate(made.calls, start=1)
        for row in _rows(call, place, week, language)
    ]
    nothing = label("nothing_expected", language)
    rows += [
        [customer, week.label_of(customer), None, "", "", None, None, None, None, "", nothing]
        for customer in made.nothing
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"place": "Int64"})
    return escape_formulas(frame).rename(columns=lambda name: label(name, language))


def _rows(call: Call, place: int, week: Week, language: Language) -> Iterator[list[object]]:
    for pair in call.offered:
        yield [
            pair.customer_id,
            call.who,
            place,
            pair.product_id,
            week.label_of_product(pair.product_id),
            None if call.is_new else round(100 * pair.probability, 1),
            *_quantities(pair),
            "" if call.is_new else wording.chance_in_words(pair.probability, language),
            wording.reason(pair, language),
        ]


def _quantities(pair: Prediction) -> Iterable[float | None]:
    return pair.expected_items, pair.items_low, pair.items_high


def as_csv(frame: pd.DataFrame, language: Language) -> str:
    """A table as the spreadsheets of a language open it; in Spanish ; and decimal commas."""
    spanish = language == "es"
    return frame.to_csv(index=False, sep=";" if spanish else ",", decimal="," if spanish else ".")


def as_xlsx(frame: pd.DataFrame) -> bytes:
    """A table as a workbook of one sheet, its first row kept in sight."""
    file = io.BytesIO()
    frame.to_excel(file, index=False, engine="openpyxl", freeze_panes=(1, 0))
    return file.getvalue()
