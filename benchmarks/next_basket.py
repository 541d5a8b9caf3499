"""Next-basket methods of the field, from their papers' formulas, over candidate pairs.

A basket is what a customer bought on one day, as in the papers, or in one week before the cutoff,
empty weeks included; which of them serves a week's forecast better is tuned like every other
parameter. Scores are set against one cut-off for all customers, so they are averages where a paper
leaves a sum: that changes no customer's own order.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

Scores = NDArray[np.float64]
EVERYTHING = 10_000
"""More baskets than anybody has."""


@dataclass(frozen=True)
class History:
    """What was bought up to a cutoff: codes of customer and product, and days before the cutoff."""

    customer: NDArray[np.int64]
    product: NDArray[np.int64]
    age: NDArray[np.int64]
    customers: int
    products: int

    def matrix(self, values: Any, rows: Any, columns: Any) -> sparse.csr_matrix:
        """Customers x products; entries of one pair add up."""
        return sparse.csr_matrix((values, (rows, columns)), (self.customers, self.products))

    def baskets(self, unit: str) -> tuple[pd.DataFrame, NDArray[np.int64]]:
        """Distinct customer, product and basket (0 is the newest), and the baskets of each."""
        lines = pd.DataFrame({"customer": self.customer, "product": self.product, "day": self.age})
        if unit == "week":
            lines["basket"] = lines["day"] // 7
        else:
            lines["basket"] = lines.groupby("customer")["day"].rank("dense").astype(int) - 1
        lines = lines[["customer", "product", "basket"]].drop_duplicates()
        known = lines.groupby("customer")["basket"].max() + 1
        return lines, known.reindex(range(self.customers), fill_value=1).to_numpy()


def frequency(history: History, unit: str, recent: int, share: bool = True) -> sparse.csr_matrix:
    """How many of a customer's `recent` baskets held the product, or which share of them."""
    lines, known = history.baskets(unit)
    lines = lines[lines["basket"] < recent]
    of = np.minimum(known, recent)[lines["customer"]] if share else np.ones(len(lines))
    return history.matrix(1 / of, lines["customer"], lines["product"])


def recency_rule(history: History, rows: Any, columns: Any, *, weeks: int) -> Scores:
    """Weeks bought of the last few, then the more recent: the project's baseline, `weeks` tuned."""
    bought = picked(frequency(history, "week", weeks, share=False), rows, columns)
    pairs = pd.DataFrame({"c": history.customer, "p": history.product, "age": history.age})
    last = pairs.groupby(["c", "p"])["age"].min()
    return bought - last.reindex(pd.MultiIndex.from_arrays([rows, columns])).to_numpy() / 1000


def personal_top(
    history: History, rows: Any, columns: Any, *, unit: str, recent: int, share: bool
) -> Scores:
    """Personal top frequency: how often the customer has bought the product.

    The rule that neural methods did not beat in Li, Jullien, Ariannezhad and de Rijke, "A Next
    Basket Recommendation Reality Check", ACM TOIS 41 (2023).
    """
    return picked(frequency(history, unit, recent, share), rows, columns)


def tifu_knn(
    history: History,
    rows: Any,
    columns: Any,
    *,
    unit: str,
    groups: int,
    within: float,
    between: float,
    neighbours: int,
    own: float,
) -> Scores:
    """TIFU-KNN: decayed item frequencies of the customer and of its nearest neighbours.

    Hu, He, Gao and Zhang, "Modeling Personalized Item Frequency Information for Next-basket
    Recommendation", SIGIR 2020, equations 1 to 4: baskets in `groups` of equal size, weights that
    fall by `within` in a group and by `between` from group to group, and
    own * v + (1 - own) * mean of the `neighbours` nearest by Euclidean distance.
    """
    vectors = decayed_frequency(history, unit, groups, within, between)
    product = (vectors @ vectors.T).toarray()
    length = product.diagonal()
    distance = length[:, None] + length[None, :] - 2 * product
    np.fill_diagonal(distance, np.inf)
    count = min(neighbours, history.customers - 1)
    nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
    weights = np.zeros_like(distance, dtype="float32")
    np.put_along_axis(weights, nearest, 1 / count, axis=1)
    others = weighted(weights, vectors, rows, columns)
    return own * picked(vectors, rows, columns) + (1 - own) * others


def decayed_frequency(
    history: History, unit: str, groups: int, within: float, between: float
) -> sparse.csr_matrix:
    """The customer vectors of TIFU-KNN; the oldest group has what is left."""
    lines, known = history.baskets(unit)
    baskets = known[lines["customer"]]
    size = -(-baskets // groups)
    made = -(-baskets // size)
    group, place = lines["basket"] // size, lines["basket"] % size
    filled = np.where(group == made - 1, baskets - (made - 1) * size, size)
    value = within**place / filled * between**group / made
    return history.matrix(value, lines["customer"], lines["product"])


def up_cf(
    history: History,
    rows: Any,
    columns: Any,
    *,
    unit: str,
    recent: int,
    asymmetry: float,
    locality: int,
) -> Scores:
    """UP-CF@r: recent frequencies of all customers, weighted by how alike they are.

    Faggioli, Polato and Aiolli, "Recency Aware Collaborative Filtering for Next Basket
    Recommendation", UMAP 2020: asymmetric cosine |A and B| / (|A|^a |B|^(1-a)) of the products
    bought, to the power of `locality`, times the share of the last `recent` baskets.
    """
    popularity = frequency(history, unit, recent)
    bought = frequency(history, unit, EVERYTHING)
    bought.data[:] = 1.0
    common = (bought @ bought.T).toarray()
    size = np.maximum(common.diagonal(), 1)
    alike = common / (size[:, None] ** asymmetry * size[None, :] ** (1 - asymmetry))
    weights = alike**locality
    total = np.maximum(weights.sum(axis=1, keepdims=True), 1e-300)
    return weighted((weights / total).astype("float32"), popularity, rows, columns)


def picked(matrix: sparse.csr_matrix, rows: Any, columns: Any) -> Scores:
    """Entries of a sparse matrix at candidate pairs."""
    return np.asarray(matrix[rows, columns], dtype="float64").ravel()


def weighted(weights: Any, matrix: sparse.csr_matrix, rows: Any, columns: Any) -> Scores:
    """`weights @ matrix` at candidate pairs only, product by product."""
    by_product = sparse.csc_matrix(matrix)
    order = np.argsort(columns, kind="stable")
    found = np.zeros(len(order))
    products, begins = np.unique(columns[order], return_index=True)
    for product, pairs in zip(products, np.split(order, begins[1:]), strict=True):
        span = slice(by_product.indptr[product], by_product.indptr[product + 1])
        buyers = by_product.indices[span]
        found[pairs] = weights[np.ix_(rows[pairs], buyers)] @ by_product.data[span]
    return found


Method = Callable[..., Scores]
METHODS: dict[str, tuple[Method, dict[str, Any], dict[str, tuple[Any, ...]]]] = {
    "recency rule, tuned": (recency_rule, {"weeks": 8}, {"weeks": (4, 8, 12, 16, 26)}),
    "personal top frequency": (
        personal_top,
        {"unit": "order", "recent": EVERYTHING, "share": False},
        {"unit": ("order", "week"), "share": (False, True), "recent": (10, 26, EVERYTHING)},
    ),
    "TIFU-KNN": (
        tifu_knn,
        {
            "unit": "order",
            "groups": 7,
            "within": 0.9,
            "between": 0.7,
            "neighbours": 300,
            "own": 0.7,
        },
        {
            "unit": ("order", "week"),
            "groups": (3, 7, 15, 26),
            "within": (0.6, 0.8, 0.9, 1.0),
            "between": (0.5, 0.7, 0.9, 1.0),
            "neighbours": (100, 300, 900),
            "own": (0.5, 0.7, 0.9, 1.0),
        },
    ),
    "UP-CF": (
        up_cf,
        {"unit": "order", "recent": 5, "asymmetry": 0.25, "locality": 5},
        {
            "unit": ("order", "week"),
            "recent": (5, 10, 25, EVERYTHING),
            "locality": (5, 10, 50, 100),
            "asymmetry": (0.0, 0.25, 0.5, 0.75),
        },
    ),
}
"""Each method with the parameters it begins at (its paper's) and those that are tried."""


def tuned(
    begin: dict[str, Any],
    choices: dict[str, tuple[Any, ...]],
    quality: Callable[[dict[str, Any]], float],
) -> dict[str, Any]:
    """The best parameters of one walk through the choices, one parameter at a time."""
    best, found = begin, quality(begin)
    for name, value in _steps(choices):
        if best[name] == value:
            continue
        reached = quality(best | {name: value})
        if reached > found:
            best, found = best | {name: value}, reached
    return best


def _steps(choices: dict[str, tuple[Any, ...]]) -> Iterator[tuple[str, Any]]:
    return ((name, value) for name, values in choices.items() for value in values)
