"""The plain facts that explain a forecast to a person, as the data dictionary defines them.

They are counts and means that anybody can check in the daily sales. Features of the model that
look alike, such as `type_trend_28` and `mean_gap`, are made to predict well and mean other things.
"""

import pandas as pd

FACTS = ("weeks_bought_of_8", "days_since_last", "usual_gap_days", "product_trend")
"""Columns of `weekly_predictions`; the first two are features as they are."""


def pair_facts(features: pd.DataFrame) -> pd.DataFrame:
    """`FACTS` of each candidate pair of one window, with the index of `features`.

    Parameters
    ----------
    features : pandas.DataFrame
        All candidate features of one window: the trend counts their buyers.
    """
    trend = product_trend(features)
    keys = pd.MultiIndex.from_frame(features[["customer_type", "product_id"]].astype("object"))
    return features[["weeks_bought_of_8", "days_since_last"]].assign(
        usual_gap_days=usual_gap_days(features),
        product_trend=trend.reindex(keys).to_numpy(),
    )[list(FACTS)]


def usual_gap_days(features: pd.DataFrame) -> pd.Series:
    """Mean days between successive order days of the pair, of the `HISTORY_DAYS` to the cutoff.

    The gaps between the first and the last of n days add up to the days between these two; with
    fewer than two days there is none.
    """
    gaps = features["days_364"].astype("float64") - 1
    between = features["days_since_first"].astype("float64") - features["days_since_last"]
    return between / gaps.where(gaps > 0)


def product_trend(features: pd.DataFrame) -> pd.Series:
    """Buyers of a product in the last 28 days over those in the 28 days before, per customer type.

    Distinct customers of the type that bought at least one item; who bought in both spans counts
    in both. Customers of unknown type are a type of their own; without a customers table that is
    everybody. Empty where nobody bought in the earlier span.

    Returns
    -------
    pandas.Series
        By customer_type and product_id.
    """
    kind = features["customer_type"].astype("object")
    buyers = pd.DataFrame(
        {
            "now": features["days_28"] > 0,
            "before": features["days_56"] > features["days_28"],
        }
    )
    buyers = buyers.groupby([kind, features["product_id"].astype("object")]).sum()
    return buyers["now"] / buyers["before"].where(buyers["before"] > 0)
