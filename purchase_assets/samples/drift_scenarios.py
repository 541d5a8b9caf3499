"""The weeks that come next, with a known change in them: for demonstrations and benchmarks.

Works on any history, sample data or real: each coming week, every customer repeats one of its own
last weeks, and the scenario changes that. Which scenarios should raise an alarm is stated.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.samples.generator import SampleData
from purchase_assets.weeks import monday

POOL_WEEKS = 4
"""How many of its last weeks a customer may repeat."""


@dataclass(frozen=True)
class Scenario:
    """A change in the coming weeks, and whether the detector should call it drift."""

    description: str
    is_drift: bool
    change: Callable[[np.random.Generator, SampleData], SampleData]


def simulate(
    scenario: str, history: SampleData, *, weeks: int = 2, seed: int = 7
) -> list[SampleData]:
    """The next weekly deliveries after `history` under a scenario.

    Parameters
    ----------
    scenario : str
        A key of `SCENARIOS`.
    history : SampleData
        Sales so far, with the distributor's column names.
    weeks : int
        How many weeks to make.
    seed : int
        The same arguments give the same weeks.

    Returns
    -------
    list of SampleData
        One per week: the week's transactions, and the master files as delivered with it.

    Raises
    ------
    PurchaseAssetsError
        When the scenario is unknown.
    """
    if scenario not in SCENARIOS:
        raise PurchaseAssetsError(
            f"{scenario!r} is no scenario", f"one of {', '.join(SCENARIOS)}", "choose one"
        )
    rng = np.random.default_rng(seed)
    deliveries = []
    for number in range(1, weeks + 1):
        sales = next_week(rng, history.transactions, number)
        week = SampleData(sales, history.customers, history.products)
        deliveries.append(SCENARIOS[scenario].change(rng, week))
    return deliveries


def next_week(rng: np.random.Generator, sales: pd.DataFrame, number: int = 1) -> pd.DataFrame:
    """The `number`-th week after the sales: each customer repeats one of its last weeks."""
    last = pd.Timestamp(monday(sales["purchase_date"].max().date()))
    age = (last - sales["purchase_date"].dt.normalize()).dt.days.to_numpy()
    weeks_ago = -(-age // 7)  # 0 = the newest week
    codes, customers = pd.factorize(sales["customer_id"])
    repeated = rng.integers(0, POOL_WEEKS, len(customers))[codes] == weeks_ago
    week = sales[repeated]
    shift = pd.to_timedelta(7 * (weeks_ago[repeated] + number), unit="D")
    orders = week.groupby("order_id", sort=False).ngroup()
    first = sales["order_id"].max() + 1 + (number - 1) * len(sales)
    return week.assign(
        purchase_date=week["purchase_date"] + shift, order_id=first + orders
    ).sort_values(["purchase_date", "order_id"], ignore_index=True)


def _with_sales(week: SampleData, sales: pd.DataFrame) -> SampleData:
    return SampleData(sales.reset_index(drop=True), week.customers, week.products)


def _no_change(rng: np.random.Generator, week: SampleData) -> SampleData:
    return week


def _quantity_change(rng: np.random.Generator, week: SampleData) -> SampleData:
    sales = week.transactions
    changed = rng.random(len(sales)) < 0.05
    return _with_sales(
        week, sales.assign(items=sales["items"].where(~changed, 10 * sales["items"]))
    )


def _new_brand(rng: np.random.Generator, week: SampleData) -> SampleData:
    """A new brand's product takes the place of another on 8 % of the lines."""
    newest = week.products["product_id"].max() + 1
    launch = week.products.iloc[[0]].assign(product_id=newest, brand="Brand NEW")
    sales = week.transactions
    moved = rng.random(len(sales)) < 0.08
    sales = sales.assign(product_id=sales["product_id"].where(~moved, newest))
    products = pd.concat([week.products, launch], ignore_index=True)
    return SampleData(sales, week.customers, products)


def _lost_region(rng: np.random.Generator, week: SampleData) -> SampleData:
    """The customers of the second largest zone order no more (of a single zone, half of them)."""
    zones = week.customers["zone_id"].value_counts().index
    gone = (
        week.customers["zone_id"] == zones[1]
        if len(zones) > 1
        else week.customers["X"] > week.customers["X"].median()
    )
    lost = week.transactions["customer_id"].isin(week.customers.loc[gone, "customer_id"])
    return _with_sales(week, week.transactions[~lost])


def _unit_change(rng: np.random.Generator, week: SampleData) -> SampleData:
    """The sizes of a few products arrive in millilitres."""
    sold = week.transactions["product_id"].value_counts(normalize=True)
    few = sold.index[(sold.cumsum() > 0.3) & (sold > 0.01)][:2]
    products = week.products
    wrong = products["product_id"].isin(few)
    products = products.assign(size=products["size"].where(~wrong, 1000 * products["size"]))
    return SampleData(week.transactions, week.customers, products)


def _habit_shift(rng: np.random.Generator, week: SampleData) -> SampleData:
    """Half of the lines of the best selling brand go to another brand."""
    brand = week.products.set_index("product_id")["brand"]
    sold = brand.reindex(week.transactions["product_id"]).to_numpy()
    ranked = pd.Series(sold).value_counts().index
    best, other = ranked[0], brand.index[brand == ranked[-1]][0]
    moved = (sold == best) & (rng.random(len(sold)) < 0.5)
    sales = week.transactions
    return _with_sales(week, sales.assign(product_id=sales["product_id"].where(~moved, other)))


def _grown(share: float) -> Callable[[np.random.Generator, SampleData], SampleData]:
    """More orders: a share of them is placed once again, as a new order."""

    def change(rng: np.random.Generator, week: SampleData) -> SampleData:
        sales = week.transactions
        orders = sales["order_id"].unique()
        more = sales[sales["order_id"].isin(orders[rng.random(len(orders)) < share])]
        more = more.assign(order_id=more["order_id"] + len(sales))
        return _with_sales(week, pd.concat([sales, more]))

    return change


def _new_product(rng: np.random.Generator, week: SampleData) -> SampleData:
    """A new product of a known brand takes 2 % of the lines."""
    newest = week.products["product_id"].max() + 1
    popular = week.transactions["product_id"].value_counts().index[0]
    launch = week.products[week.products["product_id"] == popular].assign(product_id=newest)
    sales = week.transactions
    moved = rng.random(len(sales)) < 0.02
    sales = sales.assign(product_id=sales["product_id"].where(~moved, newest))
    return SampleData(sales, week.customers, pd.concat([week.products, launch]))


def _short_week(rng: np.random.Generator, week: SampleData) -> SampleData:
    sales = week.transactions
    return _with_sales(week, sales[sales["purchase_date"].dt.dayofweek < 4])


SCENARIOS = {
    "no-change": Scenario("the next weeks as the last ones", False, _no_change),
    "quantity-change": Scenario("tenfold items on 5 % of the lines", True, _quantity_change),
    "new-brand": Scenario("an unseen brand on 8 % of the lines", True, _new_brand),
    "lost-region": Scenario("a zone orders no more", True, _lost_region),
    "unit-change": Scenario("sizes of two products a thousandfold", True, _unit_change),
    "habit-shift": Scenario("half of the best brand goes to another", True, _habit_shift),
    "peak-week": Scenario("70 % more orders", False, _grown(0.7)),
    "growth": Scenario("20 % more orders", False, _grown(0.2)),
    "new-product": Scenario("a new product of a known brand", False, _new_product),
    "short-week": Scenario("Monday to Thursday only", False, _short_week),
}
"""Scenarios by name; those that are no drift are business as usual and must raise no alarm."""
