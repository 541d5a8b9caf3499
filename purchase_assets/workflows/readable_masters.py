"""Customers and products as people read them: the newest accepted values, with a label."""

import pandas as pd

from purchase_assets.kinds import Kind
from purchase_assets.project import Project
from purchase_assets.storage.in_memory_sql import sql_over
from purchase_assets.storage.reports import tables

HABIT_DAYS = 182
"""Days up to the newest sale from which a customer's usual weekday is taken."""

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
            if kind is Kind.CUSTOMERS:
                frame["usual_weekday"] = frame["customer_id"].map(_usual_weekdays(project))
            frames[table.name] = frame.reindex(columns=list(table.columns.keys()))
    return frames


def _usual_weekdays(project: Project) -> pd.Series:
    """1 = Monday, by customer; of those that have bought within `HABIT_DAYS`."""
    if not project.lake.exists("daily_sales"):
        return pd.Series(dtype="float64")
    with sql_over(daily_sales=project.lake.dataset("daily_sales")) as connection:
        found = connection.execute(
            "WITH days AS (SELECT DISTINCT customer_id, CAST(day AS DATE) AS day FROM daily_sales "
            "WHERE items_bought > 0), newest AS (SELECT MAX(day) AS newest FROM days) "
            "SELECT customer_id, isodow(day) AS weekday, COUNT(*) AS times FROM days, newest "
            "WHERE day > newest - ? GROUP BY ALL ORDER BY customer_id, times DESC, weekday",
            [HABIT_DAYS],
        ).df()
    return found.drop_duplicates("customer_id").set_index("customer_id")["weekday"]


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
