"""The lists of a week's customers as columns of numbers: some seventy bytes a pair.

A `Prediction` is made when somebody asks for it, and only of the customer that is asked for.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import isnan, nan
from typing import Any, NamedTuple, overload


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
    expected_items: float | None = None
    items_low: float | None = None
    items_high: float | None = None
    mean_items: float | None = None


TEXTS = ("customer_id", "product_id", "source")
WHOLE = ("will_buy", "rank", "weeks_bought_of_8", "days_since_last")
UNKNOWN = -(2**31)
"""Stands for a whole number that is not known, as nan does for the others."""


class PairLists(Mapping[str, tuple[Prediction, ...]]):
    """The list of each customer.

    Parameters
    ----------
    pairs : iterable of Prediction
        Customer by customer, each in the order of its list.
    order : callable, optional
        Key that sorts the customers.
    """

    def __init__(self, pairs: Iterable[Prediction], order: Any = None) -> None:
        self._columns = {
            name: array("i" if name in (*TEXTS, *WHOLE) else "d") for name in Prediction._fields
        }
        self._texts: dict[str, int] = {}
        ends: dict[str, tuple[int, int]] = {}
        for place, pair in enumerate(pairs):
            for name, column in self._columns.items():
                column.append(self._number(name, getattr(pair, name)))
            begin, _ = ends.get(pair.customer_id, (place, place))
            ends[pair.customer_id] = begin, place + 1
        self._names = list(self._texts)
        self._chosen: dict[bool | None, Pairs] = {}
        self._places = {known: range(*ends[known]) for known in sorted(ends, key=order)}

    def _number(self, name: str, value: Any) -> Any:
        if name in TEXTS:
            return self._texts.setdefault(value, len(self._texts))
        if value is None:
            return UNKNOWN if name in WHOLE else nan
        return value

    def at(self, place: int) -> Prediction:
        """The pair that came at a place."""
        return Prediction(*(self._value(name, place) for name in Prediction._fields))

    def _value(self, name: str, place: int) -> Any:
        value = self._columns[name][place]
        if name in TEXTS:
            return self._names[value]
        if name == "will_buy":
            return bool(value)
        return None if (value == UNKNOWN if name in WHOLE else isnan(value)) else value

    def __getitem__(self, customer_id: str) -> tuple[Prediction, ...]:
        return tuple(map(self.at, self._places[customer_id]))

    def __contains__(self, customer_id: object) -> bool:
        return customer_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def pairs(self, will_buy: bool | None = None) -> "Pairs":
        """All pairs customer by customer, or those that are (not) expected to be bought."""
        if will_buy not in self._chosen:
            listed = self._columns["will_buy"]
            every = chain.from_iterable(self._places.values())
            places = (n for n in every if will_buy is None or bool(listed[n]) is will_buy)
            self._chosen[will_buy] = Pairs(self, array("i", places))
        return self._chosen[will_buy]

    def expected_buyers(self) -> dict[str, float]:
        """Expected number of buyers of each product of which the model speaks."""
        found: dict[int, float] = {}
        popular = self._texts.get("popular")
        columns = (self._columns[name] for name in ("product_id", "source", "probability"))
        for product, source, probability in zip(*columns, strict=True):
            if source != popular:
                found[product] = found.get(product, 0) + probability
        return {self._names[product]: expected for product, expected in found.items()}


class Pairs(Sequence[Prediction]):
    """Some pairs of the lists; a slice of them makes no others."""

    def __init__(self, lists: PairLists, places: "array[int]") -> None:
        self._lists, self._places = lists, places

    @overload
    def __getitem__(self, chosen: int) -> Prediction: ...
    @overload
    def __getitem__(self, chosen: slice) -> Sequence[Prediction]: ...
    def __getitem__(self, chosen: int | slice) -> Prediction | Sequence[Prediction]:
        if isinstance(chosen, slice):
            return [self._lists.at(place) for place in self._places[chosen]]
        return self._lists.at(self._places[chosen])

    def __len__(self) -> int:
        return len(self._places)
