"""The forecast of one window: every candidate pair, and best sellers for new customers."""

from typing import Any

import pandas as pd

from purchase_assets.forecasting import model
from purchase_assets.forecasting.pair_facts import FACTS, pair_facts, product_trend
from purchase_assets.forecasting.quantities import QUANTITIES
from purchase_assets.forecasting.selection import select
from purchase_assets.forecasting.volume import scaled

POPULAR_PRODUCTS = 10
MODEL, POPULAR = "model", "popular"


def score(
    fitted: Any,
    features: pd.DataFrame,
    *,
    missed_share: float,
    volume: float = 1.0,
    customers: pd.DataFrame | None = None,
    quantities: pd.DataFrame | None = None,
    threads: int = 2,
) -> pd.DataFrame:
    """Forecast of one window.

    Parameters
    ----------
    fitted : sklearn classifier
        `Training.model`.
    features : pandas.DataFrame
        Candidate features of one window.
    missed_share : float
        `Training.missed_share`.
    volume : float
        `volume.volume_factor` of the window.
    customers : pandas.DataFrame, optional
        The customers table; those without candidates get the best sellers of their type.
    quantities : pandas.DataFrame, optional
        `quantities.usual_quantities`; empty columns without.
    threads : int
        Threads to predict with.

    Returns
    -------
    pandas.DataFrame
        customer_id, product_id, probability, will_buy, rank (1 = most likely of the customer),
        weeks_bought_of_8, days_since_last, usual_gap_days, product_trend, source ('model' or
        'popular', which is never will_buy), `QUANTITIES`; ordered by customer and rank.
    """
    probability = scaled(model.predict(fitted, features, threads=threads), volume)
    rows = features[["customer_id", "product_id"]].assign(
        **pair_facts(features),
        probability=probability,
        will_buy=select(probability, missed_share),
        source=MODEL,
    )
    if customers is not None:
        popular = best_sellers(features, customers)[rows.columns].astype(rows.dtypes)
        rows = pd.concat([rows, popular], ignore_index=True)
    rows = rows.sort_values(
        ["customer_id", "probability", "product_id"],
        ascending=[True, False, True],
        ignore_index=True,
    )
    rows["rank"] = rows.groupby("customer_id").cumcount() + 1
    if quantities is not None:
        rows = rows.merge(quantities, on=["customer_id", "product_id"], how="left")
    columns = ["customer_id", "product_id", "probability", "will_buy", "rank", *FACTS, "source"]
    return rows.reindex(columns=[*columns, *QUANTITIES])


def best_sellers(features: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """What shops like them bought most in the last window, for customers without candidates.

    The probability is the share of active shops of the customer's type (of all shops where the
    type is unknown) that bought the product.
    """
    new = customers.loc[~customers["customer_id"].isin(features["customer_id"])]
    new = new[["customer_id", "customer_type"]].drop_duplicates("customer_id")
    known = features["customer_type"].astype("string")
    new = new.assign(customer_type=new["customer_type"].astype("string").fillna("unknown"))
    unseen = ~new["customer_type"].isin(known.unique())
    everybody = _shares(features.assign(customer_type="*"))
    by_type = _shares(features.assign(customer_type=known))
    ranked = pd.concat([by_type, everybody])
    ranked = ranked.groupby("customer_type").head(POPULAR_PRODUCTS)
    new.loc[unseen, "customer_type"] = "*"
    rows = new.merge(ranked, on="customer_type").drop(columns="customer_type")
    return rows.assign(
        will_buy=False,
        source=POPULAR,
        weeks_bought_of_8=0.0,
        days_since_last=float("nan"),
        usual_gap_days=float("nan"),
    )


def _shares(features: pd.DataFrame) -> pd.DataFrame:
    shops = features.groupby("customer_type")["customer_id"].nunique()
    sold = features.groupby(["customer_type", "product_id"]).agg(bought=("lag_1", "sum"))
    sold = sold.join(product_trend(features).rename("product_trend")).reset_index()
    sold["probability"] = sold["bought"] / sold["customer_type"].map(shops)
    sold = sold[sold["bought"] > 0]
    sold = sold.sort_values(["probability", "product_id"], ascending=[False, True])
    return sold[["customer_type", "product_id", "probability", "product_trend"]]
