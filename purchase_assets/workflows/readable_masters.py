"""Customers and products as people read them: the newest accepted values, with a label."""

import pandas as pd

from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.reports import tables

TABLES = {Kind.CUSTOMERS: tables.customers, Kind.PRODUCTS: tables.products}


def readable_masters(project: Project) -> dict[str, pd.DataFrame]:
    """The rows of `customers` and `products` of the reports database, by the table's name.

    A table of which no file was accepted yet is left out.
    """
    frames = {}
    for kind, table in TABLES.items():
        if project.lake.exists(kind.table):
            known = project.lake.read(kind.table).to_pandas()
            frame = known.assign(label=_labels(known, kind))
            frames[table.name] = frame.reindex(columns=list(table.columns.keys()))
    return frames


def _labels(known: pd.DataFrame, kind: Kind) -> pd.Series:
    if kind is Kind.CUSTOMERS:
        name, key = "customer_name", "customer_id"
        parts = [_text(known, "customer_type"), _text(known, "zone_id")]
    else:
        name, key = "product_name", "product_id"
        package = _text(known, "package").str.cat(_litres(known), sep=" ").str.strip()
        parts = [_text(known, "brand"), package]
    described = pd.Series(
        [", ".join(part for part in row if part) for row in zip(*parts, strict=True)],
        index=known.index,
        dtype="object",
    )
    label = _text(known, name)
    label = label.where(label != "", described)
    return label.where(label != "", known[key])


def _text(known: pd.DataFrame, column: str) -> pd.Series:
    if column not in known:
        return pd.Series("", index=known.index, dtype="object")
    return known[column].astype("object").fillna("").astype(str)


def _litres(known: pd.DataFrame) -> pd.Series:
    size = known["size"] if "size" in known else pd.Series(float("nan"), index=known.index)
    return size.map(lambda litres: "" if pd.isna(litres) else f"{litres:g} L")
