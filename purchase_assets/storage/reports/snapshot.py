"""The week that is served, held in memory and loaded again only when it changed.

Everything a page or the API says about customers comes from one `Week`, whose forecast is read in
one statement: an answer never mixes two publications.
"""

import hashlib
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool

from purchase_assets.storage.reports import promotions, published_weeks, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.pair_lists import PairLists, Pairs, Prediction

SUGGESTIONS = 5

LONGEST_ID = 40
"""What is typed beyond this is not looked at."""

PIECE_ROWS = 10_000
"""Rows of a week that are read at a time."""

LOOK_EVERY_S = 1.0
"""How old the API's look at what is newest may be."""


Look = tuple[published_weeks.PublishedWeek | None, int | None]
"""What tells one publication from another: the newest week and the newest promotion."""


class Customer(NamedTuple):
    """What is known of a customer beside its purchases."""

    label: str
    customer_type: str | None
    zone_id: str | None
    usual_weekday: int | None


@dataclass(frozen=True)
class Week:
    """One published week.

    Attributes
    ----------
    customers : PairLists
        The list of each customer, most likely product first; customers in natural order.
    known : mapping of str to Customer
        By id; a customer of which no file was accepted is missing.
    product_labels : mapping of str to str
        How people read the products, by id; likewise.
    """

    week_start: date
    window_start: date
    window_end: date
    model_version: str
    data_through: date
    status: str
    scored_at: datetime
    customers: PairLists
    known: Mapping[str, Customer] = field(default_factory=dict)
    product_labels: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def most_wanted(self) -> tuple[str, ...]:
        """Products by expected number of buyers, most first."""
        expected = self.customers.expected_buyers()
        return tuple(sorted(expected, key=lambda product: (-expected[product], product)))

    @property
    def pairs(self) -> Pairs:
        """Every pair, customer by customer."""
        return self.customers.pairs()

    def days_old(self, today: date) -> int:
        """Days since the newest sale that the forecast knows."""
        return max(0, (today - self.data_through).days)

    def label_of(self, customer_id: str) -> str:
        """How people read a customer; its id where nothing is known."""
        return self.known[customer_id].label if customer_id in self.known else customer_id

    def label_of_product(self, product_id: str) -> str:
        """How people read a product; its id where nothing is known."""
        return self.product_labels.get(product_id, product_id)

    def is_over(self, today: date) -> bool:
        """Whether the forecast window has passed."""
        return today > self.window_end

    def similar_customers(self, customer_id: str, at_most: int = SUGGESTIONS) -> list[str]:
        """Customers who may be meant by an id that the week does not hold; there may be none.

        First those one slip of the keys away, then those whose id holds what was typed, or at
        least its first half and more.
        """
        typed = customer_id.strip()[:LONGEST_ID].lower()
        found = sorted(slips(typed) & self.customers.keys(), key=natural)
        for length in range(len(typed), len(typed) // 2, -1):
            holding = [known for known in self.customers if typed[:length] in known.lower()]
            if holding:
                return list(dict.fromkeys(found + holding))[:at_most]
        return found[:at_most]

    @cached_property
    def _searched(self) -> list[tuple[str, str]]:
        """What a search looks at, and the id that it stands for."""
        return [(f"{known} {self.label_of(known)}".casefold(), known) for known in self.customers]

    def search(self, typed: str, at_most: int) -> list[str]:
        """Customers whose id begins with what is typed, then those whose label holds it."""
        asked = typed.strip()[:LONGEST_ID].casefold()
        first = (known for text, known in self._searched if text.startswith(asked))
        found = dict.fromkeys(islice(first, at_most))
        if len(found) < at_most and asked:
            holding = (known for text, known in self._searched if asked in text)
            found |= dict.fromkeys(islice(holding, at_most))
        return list(found)[:at_most]

    def meant(self, typed: str) -> str:
        """The id that is typed, also by a name that only one customer has."""
        asked = typed.strip()
        if asked in self.customers or not asked:
            return asked
        named = [known for known in self.search(asked, 2) if self.label_of(known) == asked]
        return named[0] if len(named) == 1 else asked

    def example_customers(self, customer_id: str) -> list[str]:
        """Customers to name where `customer_id` is unknown: similar ones, or just some."""
        return self.similar_customers(customer_id) or list(self.customers)[:SUGGESTIONS]

    def etag(self, today: date) -> str:
        """Tag of every answer about this publication on this day."""
        made_of = (
            self.model_version,
            self.scored_at,
            self.status,
            self.data_through,
            len(self.pairs),
            today,
        )
        digest = hashlib.sha256(repr(made_of).encode()).hexdigest()[:16]
        return f'"{self.week_start}-{digest}"'


class Published:
    """The latest published week behind a cheap look at what is newest.

    Attributes
    ----------
    loads : int
        How often a week was read in full.
    """

    def __init__(self, reports: Reports) -> None:
        self.reports = reports
        self.loads = 0
        self._lock = threading.Lock()
        self._looked = float("-inf")
        self._newest: Look = (None, None)
        self._week: Week | None = None

    def week(self) -> Week | None:
        """The newest week, or None when nothing is published yet."""
        moment = time.monotonic()
        newest = self._look()
        if newest != self._newest:
            with self._lock:
                if newest != self._newest:
                    # the look comes before the load: what is published in between is seen next time
                    self._week = _load(self.reports)
                    self._newest = newest
                    self.loads += 1
        self._looked = moment
        return self._week

    async def recent(self) -> Week | None:
        """The newest week as of a second ago: most requests need neither a thread nor a query."""
        if time.monotonic() - self._looked < LOOK_EVERY_S:
            return self._week
        return await run_in_threadpool(self.week)

    def _look(self) -> Look:
        promotion = promotions.newest(self.reports)
        return published_weeks.newest(self.reports), promotion.id if promotion else None


def slips(typed: str) -> set[str]:
    """What may have been meant where one key was left out, hit twice, mistaken or swapped."""
    keys = set(typed) | set("0123456789")
    cuts = [(typed[:place], typed[place:]) for place in range(len(typed) + 1)]
    meant = {left + key + right for left, right in cuts for key in keys}
    meant |= {left + key + right[1:] for left, right in cuts if right for key in keys}
    meant |= {left + right[1:] for left, right in cuts if right}
    meant |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    return meant - {typed}


def natural(identifier: str) -> tuple[int, int, str]:
    """Sort key that puts numeric ids in the order of their numbers, then the rest."""
    return (0, int(identifier), identifier) if identifier.isdecimal() else (1, 0, identifier)


def _load(reports: Reports) -> Week | None:
    scored, weeks = tables.weekly_predictions.c, tables.published_weeks.c
    columns = [scored[name] for name in Prediction._fields]
    common = [weeks[name] for name in published_weeks.OF_THE_WEEK]
    statement = (
        sa.select(*columns, *common)
        .join_from(
            tables.weekly_predictions, tables.published_weeks, scored.week_start == weeks.week_start
        )
        .where(weeks.week_start == published_weeks.newest_week())
        .order_by(scored.customer_id, scored.rank)
    )
    head: dict[str, Any] = {}

    def pairs_of(found: Iterable[Any]) -> Iterator[Prediction]:
        for row in found:
            if not head:
                head.update(zip(published_weeks.OF_THE_WEEK, row[len(columns) :], strict=True))
            yield Prediction._make(row[: len(columns)])

    with reports.engine.connect() as connection:
        known, products = tables.customers.c, tables.products.c
        described = sa.select(known.customer_id, *(known[name] for name in Customer._fields))
        labels = sa.select(products.product_id, products.label)
        people = {row[0]: Customer._make(row[1:]) for row in connection.execute(described)}
        product_labels = {row[0]: row[1] for row in connection.execute(labels)}
        found = connection.execution_options(yield_per=PIECE_ROWS).execute(statement)
        customers = PairLists(pairs_of(found), order=natural)
    if not head:
        return None
    return Week(**head, customers=customers, known=people, product_labels=product_labels)
