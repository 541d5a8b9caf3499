"""The week that is served, held in memory and loaded again only when it changed.

Everything a page or the API says about customers comes from one `Week`, which is read in one
statement: an answer never mixes two publications.
"""

import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

import sqlalchemy as sa
from starlette.concurrency import run_in_threadpool

from purchase_assets.storage import tables
from purchase_assets.storage.reports import Reports

SUGGESTIONS = 5

LOOK_EVERY_S = 1.0
"""How old the API's look at what is newest may be."""


class Prediction(NamedTuple):
    """One scored pair, with the facts its reason is made of."""

    customer_id: str
    product_id: str
    probability: float
    will_buy: bool
    rank: int
    weeks_bought_of_8: int
    days_since_last: int | None
    usual_gap_days: float | None
    product_trend: float | None
    source: str


@dataclass(frozen=True)
class Week:
    """One published week.

    Attributes
    ----------
    customers : mapping of str to tuple of Prediction
        The list of each customer, most likely product first; customers in natural order.
    """

    week_start: date
    window_start: date
    window_end: date
    model_version: str
    data_through: date
    status: str
    scored_at: datetime
    customers: Mapping[str, tuple[Prediction, ...]]

    @cached_property
    def most_wanted(self) -> tuple[str, ...]:
        """Products by expected number of buyers, most first."""
        expected: dict[str, float] = {}
        for predictions in self.customers.values():
            for pair in predictions:
                if pair.source != "popular":
                    expected[pair.product_id] = expected.get(pair.product_id, 0) + pair.probability
        return tuple(sorted(expected, key=lambda product: (-expected[product], product)))

    @cached_property
    def pairs(self) -> tuple[Prediction, ...]:
        """Every pair, customer by customer."""
        return tuple(pair for predictions in self.customers.values() for pair in predictions)

    def days_old(self, today: date) -> int:
        """Days since the newest sale that the forecast knows."""
        return max(0, (today - self.data_through).days)

    def is_over(self, today: date) -> bool:
        """Whether the forecast window has passed."""
        return today > self.window_end

    def similar_customers(self, customer_id: str, at_most: int = SUGGESTIONS) -> list[str]:
        """Customers whose id holds, or begins like, what was typed."""
        longest = max(map(len, self.customers), default=0)
        typed = customer_id.strip().lower()[:longest]
        holding: list[str] = []
        while typed and not holding:
            holding = [known for known in self.customers if typed in known.lower()]
            typed = typed[:-1]
        return (holding or list(self.customers))[:at_most]

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
        self._newest: list[tuple[Any, ...]] = []
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

    def _look(self) -> list[tuple[Any, ...]]:
        pairs, promotions = tables.weekly_predictions.c, tables.promotions.c
        monday = sa.select(sa.func.max(pairs.week_start)).scalar_subquery()
        first = (
            sa.select(
                pairs.week_start,
                pairs.model_version,
                pairs.data_through,
                pairs.status,
                pairs.scored_at,
                sa.select(sa.func.max(promotions.id)).scalar_subquery().label("promotion"),
            )
            .where(pairs.week_start == monday)
            .order_by(pairs.customer_id, pairs.product_id)
            .limit(1)
        )
        return [tuple(row.values()) for row in self.reports.rows(first)]


def natural(identifier: str) -> tuple[int, int, str]:
    """Sort key that puts numeric ids in the order of their numbers, then the rest."""
    return (0, int(identifier), identifier) if identifier.isdecimal() else (1, 0, identifier)


def _load(reports: Reports) -> Week | None:
    pairs = tables.weekly_predictions.c
    monday = sa.select(sa.func.max(pairs.week_start)).scalar_subquery()
    columns = [pairs[name] for name in Prediction._fields]
    common = [
        pairs.week_start,
        pairs.window_start,
        pairs.window_end,
        pairs.model_version,
        pairs.data_through,
        pairs.status,
        pairs.scored_at,
    ]
    statement = (
        sa.select(*columns, *common)
        .where(pairs.week_start == monday)
        .order_by(pairs.customer_id, pairs.rank)
    )
    lists: dict[str, list[Prediction]] = {}
    head: Mapping[str, Any] | None = None
    with reports.engine.connect() as connection:
        for row in connection.execute(statement):
            if head is None:
                head = {column.name: row._mapping[column.name] for column in common}
            pair = Prediction._make(row[: len(columns)])
            lists.setdefault(pair.customer_id, []).append(pair)
    if head is None:
        return None
    customers = {known: tuple(lists[known]) for known in sorted(lists, key=natural)}
    return Week(**head, customers=customers)
