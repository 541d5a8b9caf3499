"""A seeded soft-drink distributor: sales files that behave like the real thing.

Every customer has order days of its own and every (customer, product) pair a rhythm of its
own: a product comes round after a gamma distributed number of that customer's orders. Around
that: seasons with a peak before Christmas, products and customers that come
and go, returns, fractional items, duplicates, and the small errors that real master data has.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from purchase_assets.errors import PurchaseAssetsError, files_usable
from purchase_assets.weeks import monday

WEEKDAY_ORDERS = np.array([1.3, 1.05, 0.95, 1.3, 1.2, 0.55, 0.2])
"""Orders per weekday, Monday first, relative to the mean; Sundays are a fifth of a weekday."""

ITEM_LADDER = np.array([3, 5, 7, 9, 11, 13, 15, 21, 31, 41, 61, 101, 201]) / 3
"""Quantities sold: equivalent units, so most are fractions."""

CUSTOMER_TYPES = {
    "ABARROTES": 0.74,
    "MAYORISTA": 0.14,
    "CANAL FRIO": 0.06,
    "RESTAURANT": 0.04,
    "SUPERMERCADO": 0.02,
}
WEEKS_AHEAD = 52
"""How many weeks beyond its history a distributor can go on."""

SIZES = {"BOTELLA": [1.0, 0.66, 0.33, 2.0], "LATA": [0.25, 0.33, 0.31], "KEG": [20.0]}


@dataclass(frozen=True)
class SampleData:
    """The distributor's three files, with its own column names.

    Attributes
    ----------
    transactions : DataFrame
        One row per order line: customer_id, product_id, order_id, purchase_date, items.
    customers : DataFrame
        One row per customer: customer_id, region_id, zone_id, customer_type, Y (latitude),
        X (longitude), num_deliver_per_week, num_visit_per_week.
    products : DataFrame
        One row per product: product_id, brand, category, sub_category, segment, package, size.
    """

    transactions: pd.DataFrame
    customers: pd.DataFrame
    products: pd.DataFrame

    def between(self, first: date, last: date) -> "SampleData":
        """The same distributor with the sales of these days only."""
        days = self.transactions["purchase_date"].between(pd.Timestamp(first), pd.Timestamp(last))
        return replace(self, transactions=self.transactions[days].reset_index(drop=True))


@dataclass(frozen=True)
class Recipe:
    """What a distributor is made of: its size, its seed, and the history that is delivered first.

    Attributes
    ----------
    customers, products : int
        How many.
    weeks : int
        Weeks of history, up to and including `end`.
    end : date
        Last day of the history.
    seed : int
        Another number makes another distributor.
    """

    customers: int
    products: int
    weeks: int
    end: date
    seed: int

    def distributor(self) -> SampleData:
        """The history and the `WEEKS_AHEAD` weeks after it, all from one mould."""
        return generate(
            customers=self.customers,
            products=self.products,
            weeks=self.weeks + WEEKS_AHEAD,
            end=self.end + timedelta(weeks=WEEKS_AHEAD),
            seed=self.seed,
        )

    def history(self) -> SampleData:
        """What the distributor has sold up to `end`."""
        return self.distributor().between(date.min, self.end)


def last_complete_week(today: date) -> date:
    """The Sunday that ended the last complete week before `today`."""
    return monday(today) - timedelta(days=1)


def generate(
    *, customers: int = 300, products: int = 60, weeks: int = 60, end: date, seed: int = 7
) -> SampleData:
    """Sales of `weeks` weeks up to and including `end`; the same arguments give the same data.

    Raises
    ------
    PurchaseAssetsError
        When a size is too small to behave like anything.
    """
    for name, found, least in (
        ("customers", customers, 10),
        ("products", products, 5),
        ("weeks", weeks, 1),
    ):
        if found < least:
            raise PurchaseAssetsError(
                f"{name} = {found}", f"at least {least}", "give a larger number"
            )
    rng = np.random.default_rng(seed)
    days = pd.date_range(end=pd.Timestamp(end), periods=7 * weeks, freq="D", unit="ns")
    shops, shop_rates = _customers(rng, customers)
    catalogue, popularity = _products(rng, products)
    season = _season(days)
    orders = _order_days(rng, shop_rates, days, season)
    lines = pd.concat(
        [
            _habits(rng, orders, popularity, shops["customer_type"].to_numpy()),
            _impulses(rng, orders, popularity, season),
        ],
        ignore_index=True,
    )
    lines = lines[_on_sale(rng, lines, products, len(days))]
    return SampleData(_transactions(rng, lines, days, shops, catalogue), shops, catalogue)


def write(sample: SampleData, folder: Path, split_weeks: int = 0) -> list[Path]:
    """Write the files as the distributor sends them, oldest sales first.

    Parameters
    ----------
    sample : SampleData
        What `generate` made.
    folder : Path
        Made when missing.
    split_weeks : int
        How many of the newest weeks become a weekly file each; the rest is one history file.

    Returns
    -------
    list of Path
        clientes, productos, the history, then the weekly files.
    """
    paths = [folder / "clientes.parquet", folder / "productos.parquet"]
    with files_usable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        sample.customers.to_parquet(paths[0], index=False)
        sample.products.to_parquet(paths[1], index=False)
    sales = sample.transactions
    starts = sales["purchase_date"].dt.to_period("W").dt.start_time
    cuts = sorted(starts.unique())[1:][-split_weeks:] if split_weeks else []
    # 0 = the history file, n = the n-th weekly file
    file_number = np.searchsorted(np.array(cuts, dtype="datetime64[ns]"), starts, side="right")
    for _, part in sales.groupby(file_number):
        paths.append(write_sales(part, folder))
    return paths


def write_sales(sales: pd.DataFrame, folder: Path) -> Path:
    """Write one sales file, named by its first and last day."""
    first, last = sales["purchase_date"].min(), sales["purchase_date"].max()
    path = folder / f"transacciones_{first:%Y-%m-%d}_{last:%Y-%m-%d}.parquet"
    with files_usable(folder):
        sales.to_parquet(path, index=False)
    return path


def _customers(rng: np.random.Generator, count: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The customer file and each customer's mean orders per week."""
    shops = pd.DataFrame(
        {
            "customer_id": np.sort(rng.choice(np.arange(25_000, 260_000, 3), count, replace=False)),
            "region_id": 80,
            "zone_id": rng.choice([5148, 5149, 5150], count, p=[0.5, 0.3, 0.2]),
            "customer_type": rng.choice(
                list(CUSTOMER_TYPES), count, p=list(CUSTOMER_TYPES.values())
            ),
            "Y": rng.normal(-46.54, 0.04, count),
            "X": rng.normal(-107.9, 0.05, count),
            "num_deliver_per_week": rng.choice([1, 2, 3, 4], count, p=[0.03, 0.04, 0.77, 0.16]),
            "num_visit_per_week": 1,
        }
    )
    # Master data is never clean: a few swapped coordinates and a missing one.
    broken = rng.choice(count, 4, replace=False)
    shops.loc[broken[:3], ["X", "Y"]] = shops.loc[broken[:3], ["Y", "X"]].to_numpy()
    shops.loc[broken[3], "X"] = np.nan
    return shops, np.clip(rng.gamma(2.0, 0.55, count), 0.15, 4.0)


def _products(rng: np.random.Generator, count: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The product file and the share of customers that each product would win."""
    package = rng.choice(list(SIZES), count, p=[0.58, 0.38, 0.04])
    catalogue = pd.DataFrame(
        {
            "product_id": np.sort(rng.choice(np.arange(60, 64_000, 2), count, replace=False)),
            "brand": [f"Brand {n}" for n in np.minimum(rng.zipf(1.4, count), 24)],
            "category": "BEBIDAS CARBONATADAS",
            "sub_category": rng.choice(
                ["GASEOSAS", "JUGOS", "AGUAS SABORIZADAS"], count, p=[0.7, 0.22, 0.08]
            ),
            "segment": rng.choice(
                ["MEDIUM", "PREMIUM", "HIGH", "LOW"], count, p=[0.4, 0.25, 0.2, 0.15]
            ),
            "package": package,
            "size": [rng.choice(SIZES[name]) for name in package],
        }
    )
    return catalogue, np.clip(rng.lognormal(-1.7, 0.9, count), 0.02, 0.85)


def _season(days: pd.DatetimeIndex) -> np.ndarray:
    """Sales of each day relative to an ordinary day, shape (n_days,)."""
    # A southern summer, a winter dip, and the rush of 16 to 22 December.
    season = 1 + 0.15 * np.cos(2 * np.pi * (days.dayofyear - 15) / 365.25)
    rush = (days.month == 12) & (days.day >= 16) & (days.day <= 22)
    closed = days.strftime("%m-%d").isin(["01-01", "12-24", "12-25", "12-31"])
    return np.asarray(season) * np.where(rush, 1.7, 1.0) * np.where(closed, 0.05, 1.0)


def _order_days(
    rng: np.random.Generator, rates: np.ndarray, days: pd.DatetimeIndex, season: np.ndarray
) -> np.ndarray:
    """Whether each customer orders on each day, shape (n_customers, n_days)."""
    count = len(rates)
    weekday = WEEKDAY_ORDERS * rng.gamma(0.8, 1.0, (count, 7))
    weekday /= weekday.sum(axis=1, keepdims=True)
    orders = (
        rng.random((count, len(days))) < rates[:, None] * weekday[:, days.dayofweek] * season[None]
    )
    joined = np.where(rng.random(count) < 0.1, rng.integers(0, len(days), count), 0)
    left = np.where(rng.random(count) < 0.08, rng.integers(0, len(days), count), len(days))
    day = np.arange(len(days))
    return orders & (day >= joined[:, None]) & (day < left[:, None])


def _habits(
    rng: np.random.Generator, orders: np.ndarray, popularity: np.ndarray, types: np.ndarray
) -> pd.DataFrame:
    """Lines bought by habit: each pair comes round at a rhythm counted in the customer's orders."""
    _, type_codes = np.unique(types, return_inverse=True)
    taste = rng.lognormal(0, 0.6, (type_codes.max() + 1, len(popularity)))[type_codes]
    customer, product = np.nonzero(rng.random(taste.shape) < popularity * taste)
    placed = orders.sum(axis=1)[customer]
    gap = np.clip(rng.lognormal(1.2, 0.8, len(customer)), 1.2, 20)
    # A habit may begin or end within the data, as in life.
    begin = np.where(rng.random(len(gap)) < 0.3, rng.uniform(0, placed), -gap)
    finish = np.where(rng.random(len(gap)) < 0.3, rng.uniform(0, placed), placed)
    pair = np.repeat(np.arange(len(gap)), np.ceil(1.5 * placed / gap).astype(int) + 8)
    waits = pd.Series(np.maximum(rng.gamma(8.0, gap[pair] / 8.0), 1.0))
    turn = (begin[pair] + waits.groupby(pair).cumsum().to_numpy()).astype(int)
    kept = (turn >= 0) & (turn < finish[pair])
    pair, turn = pair[kept], turn[kept]
    order_days = np.nonzero(orders)[1]  # by customer, then by day
    first_order = orders.sum(axis=1).cumsum() - orders.sum(axis=1)
    return pd.DataFrame(
        {
            "customer": customer[pair],
            "product": product[pair],
            "day": order_days[first_order[customer[pair]] + turn],
            "level": rng.normal(0.6, 0.8, len(gap))[pair],
        }
    )


def _impulses(
    rng: np.random.Generator, orders: np.ndarray, popularity: np.ndarray, season: np.ndarray
) -> pd.DataFrame:
    """Lines bought on a whim: some at every order, many in the rush."""
    customer, day = np.nonzero(orders)
    repeat = rng.poisson(0.35 * season[day] ** 2)
    customer, day = np.repeat(customer, repeat), np.repeat(day, repeat)
    product = rng.choice(len(popularity), len(day), p=popularity / popularity.sum())
    return pd.DataFrame({"customer": customer, "product": product, "day": day, "level": 0.4})


def _on_sale(
    rng: np.random.Generator, lines: pd.DataFrame, products: int, n_days: int
) -> np.ndarray:
    """Which lines fall between the launch and the end of their product."""
    launch = np.where(rng.random(products) < 0.2, rng.integers(0, n_days, products), 0)
    death = np.where(rng.random(products) < 0.15, rng.integers(0, n_days, products), n_days)
    product, day = lines["product"].to_numpy(), lines["day"].to_numpy()
    return (day >= launch[product]) & (day < death[product])


def _transactions(
    rng: np.random.Generator,
    lines: pd.DataFrame,
    days: pd.DatetimeIndex,
    shops: pd.DataFrame,
    catalogue: pd.DataFrame,
) -> pd.DataFrame:
    """Order lines as delivered, with returns (3 %) and exact duplicates (0.35 %)."""
    lines = lines.sort_values(["day", "customer", "product"], ignore_index=True)
    wanted = np.exp(rng.normal(lines["level"], 0.5))
    step = np.searchsorted((ITEM_LADDER[1:] + ITEM_LADDER[:-1]) / 2, wanted)
    sales = pd.DataFrame(
        {
            "customer_id": shops["customer_id"].to_numpy()[lines["customer"]],
            "product_id": catalogue["product_id"].to_numpy()[lines["product"]],
            "order_id": 2_545 + lines.groupby(["day", "customer"]).ngroup().to_numpy(),
            "purchase_date": days[lines["day"]],
            "items": ITEM_LADDER[step],
        }
    )
    # A return stands beside the purchase it corrects, so no pair-week holds only returns.
    split = sales[rng.random(len(sales)) < 0.02]  # several lines for one product in one order
    sales = pd.concat([sales, split.assign(items=rng.choice(ITEM_LADDER[:6], len(split)))])
    returned = sales[rng.random(len(sales)) < 0.031]
    returned = returned.assign(items=-np.minimum(returned["items"], rng.integers(1, 6) / 3))
    sales = pd.concat([sales, returned])
    repeated = sales[rng.random(len(sales)) < 0.0035]
    return pd.concat([sales, repeated]).sort_values(
        ["order_id", "product_id"], kind="stable", ignore_index=True
    )
