"""Small seeded worlds of customers, products and weekly sales to inject faults into."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from purchase_assets.intake.judgement import Known
from purchase_assets.intake.reading.columns import SCHEMAS

FIRST_WEEK = date(2020, 1, 6)
TYPES = ("ABARROTES", "MAYORISTA", "RESTAURANT", "MINIMARKET")


@dataclass(frozen=True)
class World:
    """Frames as a sender writes them; `week` is the new one, `past` came before it."""

    customers: pd.DataFrame
    products: pd.DataFrame
    past: pd.DataFrame
    week: pd.DataFrame
    today: date

    def known(self, **changes: object) -> Known:
        """What the accepted past teaches."""
        days = (self.past.purchase_date.max() - self.past.purchase_date.min()).days + 1
        facts = {
            "customer_ids": self.customers.customer_id.astype(str).tolist(),
            "product_ids": self.products.product_id.astype(str).tolist(),
            "daily_volumes": [len(self.past) / days] * 8,
            "items_p999": float(self.past["items"].abs().quantile(0.999)),
            "taken": canonical(self.past),
            "today": self.today,
            "first_week": FIRST_WEEK,
        }
        return Known(**{**facts, **changes})  # type: ignore[arg-type]


def canonical(sales: pd.DataFrame) -> pa.Table:
    """Sales as they lie in the lake."""
    ids = {name: sales[name].astype(str) for name in ("customer_id", "product_id", "order_id")}
    frame = sales.assign(**ids)[SCHEMAS["transactions"].names].drop_duplicates()
    return pa.Table.from_pandas(frame, SCHEMAS["transactions"], preserve_index=False)


def made_up_world(seed: int = 7) -> World:
    """Eight past weeks and the first week of December 2024, 1,400 lines each."""
    rng = np.random.default_rng(seed)
    customers = pd.DataFrame(
        {
            "customer_id": np.arange(1001, 1301),
            "region_id": 80,
            "zone_id": 5148,
            "customer_type": rng.choice(TYPES, 300, p=[0.7, 0.1, 0.1, 0.1]),
            "Y": -46.5 + rng.normal(0, 0.1, 300),
            "X": -107.9 + rng.normal(0, 0.1, 300),
            "num_deliver_per_week": rng.integers(1, 5, 300),
            "num_visit_per_week": 1,
        }
    )
    products = pd.DataFrame(
        {
            "product_id": np.arange(501, 621),
            "brand": [f"Brand {n}" for n in rng.integers(1, 20, 120)],
            "category": rng.choice(["BEBIDAS CARBONATADAS", "JUGOS"], 120),
            "sub_category": rng.choice(["GASEOSAS", "AGUAS SABORIZADAS"], 120),
            "segment": rng.choice(["PREMIUM", "LOW", "MEDIUM"], 120),
            "package": rng.choice(["BOTELLA", "LATA"], 120),
            "size": rng.choice([0.355, 0.66, 1.5, 3.0], 120),
        }
    )
    weeks = [
        _week(rng, customers, products, start, 100_000 + 1_000 * place)
        for place, start in enumerate(pd.date_range("2024-10-07", "2024-12-02", freq="7D"))
    ]
    past = pd.concat(weeks[:-1], ignore_index=True)
    return World(customers, products, past, weeks[-1], date(2024, 12, 9))


def _week(
    rng: np.random.Generator,
    customers: pd.DataFrame,
    products: pd.DataFrame,
    start: pd.Timestamp,
    first_order: int,
) -> pd.DataFrame:
    orders = pd.DataFrame(
        {
            "order_id": np.arange(first_order, first_order + 350),
            "customer_id": rng.choice(customers.customer_id, 350),
            "purchase_date": start + pd.to_timedelta(rng.integers(0, 7, 350), unit="D"),
        }
    )
    lines = orders.loc[orders.index.repeat(4)].reset_index(drop=True)
    lines["product_id"] = rng.choice(products.product_id, len(lines))
    lines["items"] = np.round(rng.lognormal(0.8, 1.0, len(lines)) * 3 + 1) / 3
    lines.loc[rng.random(len(lines)) < 0.03, "items"] *= -1
    lines = lines.drop_duplicates(["order_id", "product_id"], ignore_index=True)
    return lines[SCHEMAS["transactions"].names]


def real_world(folder: Path) -> World:
    """2024 up to December 1 as the past, and the week after it."""
    sales = pd.read_parquet(folder / "transacciones.parquet")
    sales = sales[SCHEMAS["transactions"].names]
    week = sales.purchase_date.between("2024-12-02", "2024-12-08")
    return World(
        customers=pd.read_parquet(folder / "clientes.parquet").reset_index(drop=True),
        products=pd.read_parquet(folder / "productos.parquet"),
        past=sales[sales.purchase_date.between("2024-10-07", "2024-12-01")],
        week=sales[week].drop_duplicates(ignore_index=True),
        today=date(2024, 12, 9),
    )
