from datetime import date
from typing import NamedTuple

import pandas as pd
import pytest

from purchase_assets.forecasting.feature_frames import training_frame
from purchase_assets.forecasting.fit import train
from purchase_assets.samples.generator import generate
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

SETTINGS = ForecastSettings(training_windows=12, search_candidates=2, threads=1)
WINDOW = Window(date(2024, 12, 1), 7)
FAST = {"max_iter": 30, "boosters": 1}


class Shop(NamedTuple):
    sales: pd.DataFrame
    customers: pd.DataFrame
    products: pd.DataFrame


@pytest.fixture(scope="session")
def shop() -> Shop:
    sample = generate(customers=100, products=25, weeks=36, end=date(2024, 12, 8), seed=5)
    lines = sample.transactions.drop_duplicates()
    keys = ["customer_id", "product_id", "day"]
    lines = lines.assign(day=lines["purchase_date"].dt.date)
    lines["items_bought"] = lines["items"].clip(lower=0)
    lines["items_returned"] = -lines["items"].clip(upper=0)
    lines[keys[:2]] = lines[keys[:2]].astype(str)
    sales = lines.groupby(keys, as_index=False).agg(
        items_bought=("items_bought", "sum"),
        items_returned=("items_returned", "sum"),
        lines=("items", "size"),
    )
    customers = sample.customers.astype({"customer_id": str})[["customer_id", "customer_type"]]
    products = sample.products.astype({"product_id": str})
    return Shop(sales, customers, products)


@pytest.fixture(scope="session")
def training_set(shop):
    return training_frame(
        shop.sales, WINDOW, SETTINGS, customers=shop.customers, products=shop.products
    )


@pytest.fixture(scope="session")
def training(training_set):
    return train(training_set, SETTINGS, seed=11, parameters=FAST)
