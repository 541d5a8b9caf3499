"""The feature blocks: pair, customer, product, and what similar shops do.

Each function takes rows as seen from the cutoffs (`history.as_of`) and gives one row per key and
cutoff. Counts are of order days; shares lie in [0, 1]; ages and gaps are in days.
"""

import math

import ibis
from ibis import ir

PAIR_HALF_LIVES = (7, 14, 28, 56, 112)
PAIR_COUNTS = (7, 14, 28, 56, 84, 182, 364)
LAGS = 8


def decayed(age: ir.NumericValue, half_life: float) -> ir.FloatingScalar:
    """Sum of weights that halve every `half_life` units of age."""
    return halved(age, half_life).sum()


def halved(age: ir.NumericValue, half_life: float) -> ir.FloatingValue:
    """Weight that halves every `half_life` units of age."""
    # as float first: DuckDB would multiply a whole number and a literal as slow decimals
    return (age.cast("float64") * (-math.log(2) / half_life)).exp()


def count_if(condition: ir.BooleanValue) -> ir.IntegerScalar:
    """Number of rows where the condition holds."""
    return condition.ifelse(1, ibis.null("int8")).count()


def ratio(numerator: ir.NumericValue, denominator: ir.NumericValue) -> ir.FloatingValue:
    """`numerator / denominator`, null where the denominator is 0."""
    return numerator / denominator.cast("float64").nullif(0.0)


def recency_block(seen: ir.Table) -> ir.Table:
    """The measures of each pair that `product_block` and `similar_shops_block` look at."""
    age = seen.age
    return seen.group_by("cutoff", "customer_id", "product_id").aggregate(
        days_since_last=age.min(),
        days_since_first=age.max(),
        **{f"days_{span}": count_if(age < span) for span in (7, 14, 28, 56)},
    )


def pair_block(seen: ir.Table, lookback_days: int) -> ir.Table:
    """Recency, frequency and rhythm of each pair bought within `lookback_days`."""
    age, week = seen.age, seen.week
    newest = seen.newest_of_week
    measures = {
        "days_since_last": age.min(),
        "days_since_first": age.max(),
        "pair_last_order": seen.order_number.max(),
        "mean_gap": seen.gap.mean(),
        "gap_spread": seen.gap.std(how="pop"),
        "last_gap": seen.last.ifelse(seen.gap, ibis.null("int64")).max(),
        "weeks_ew_3": newest.ifelse(halved(week, 3), 0.0).sum(),
        "weeks_ew_8": newest.ifelse(halved(week, 8), 0.0).sum(),
        "window_days_56": count_if(seen.in_window & (age < 56)),
    }
    measures |= {f"days_ew_{half}": decayed(age, half) for half in PAIR_HALF_LIVES}
    measures |= {f"days_{span}": count_if(age < span) for span in PAIR_COUNTS}
    measures |= {
        f"weeks_bought_of_{span}": count_if(newest & (week < span)) for span in (4, 8, 12, 26)
    }
    measures |= {f"lag_{lag}": (week == lag - 1).cast("int64").max() for lag in range(1, LAGS + 1)}
    pairs = seen.group_by("cutoff", "customer_id", "product_id").aggregate(**measures)
    pairs = pairs.filter(pairs.days_since_last < lookback_days)
    return pairs.mutate(
        recency_over_gap=ratio(pairs.days_since_last, pairs.mean_gap),
    )


def customer_block(seen: ir.Table) -> ir.Table:
    """How often, how regularly and how much each customer orders."""
    age = seen.age
    measures = {
        "customer_days_since_last": age.min(),
        "customer_days_since_first": age.max(),
        "customer_last_order": seen.order_number.max(),
        "customer_usual_gap": seen.gap.mean(),
        "customer_gap_spread": seen.gap.std(how="pop"),
        "customer_last_gap": seen.last.ifelse(seen.gap, ibis.null("int64")).max(),
        "customer_days_ew_14": decayed(age, 14),
        "customer_days_ew_56": decayed(age, 56),
        "customer_last_lines": seen.last.ifelse(seen.lines, 0).max(),
        "customer_weeks_of_8": count_if(seen.newest_of_week & (seen.week < 8)),
        "customer_window_days_56": count_if(seen.in_window & (age < 56)),
    }
    measures |= {f"customer_days_{span}": count_if(age < span) for span in (7, 14, 28, 84, 182)}
    measures |= {
        f"customer_lines_{span}": (age < span).ifelse(seen.lines, 0).sum() for span in (28, 182)
    }
    customers = seen.group_by("cutoff", "customer_id").aggregate(**measures)
    return customers.mutate(
        customer_lines_per_order=ratio(customers.customer_lines_182, customers.customer_days_182),
        customer_lines_28=ratio(customers.customer_lines_28, customers.customer_days_28),
        customer_recency_over_gap=ratio(
            customers.customer_days_since_last, customers.customer_usual_gap
        ),
    ).drop("customer_lines_182")


def assortment_block(pairs: ir.Table) -> ir.Table:
    """How many products each customer carries, and how many it is expected to buy."""
    since = pairs.days_since_last
    return pairs.group_by("cutoff", "customer_id").aggregate(
        customer_products_28=count_if(since < 28),
        customer_products_84=count_if(since < 84),
        customer_expected_pairs=pairs.weeks_ew_3.sum(),
        customer_last_window_pairs=pairs.lag_1.sum(),
    )


def active_customers(customers: ir.Table, *keys: str) -> ir.Table:
    """Customers that ordered lately, by cutoff and `keys`: the denominators of popularity."""
    since = customers.customer_days_since_last
    return customers.group_by("cutoff", *keys).aggregate(
        **{f"active_{span}": count_if(since < span) for span in (7, 14, 28, 84)}
    )


def product_block(pairs: ir.Table, active: ir.Table) -> ir.Table:
    """Popularity, trend, age and loyalty of each product among active customers."""
    since, first = pairs.days_since_last, pairs.days_since_first
    measures = {f"buyers_{span}": count_if(since < span) for span in (7, 14, 28, 84)}
    repeat = (pairs.days_7 > 0) & (pairs.days_14 > pairs.days_7)
    measures |= {
        "product_days_since_last": since.min(),
        "product_days_since_first": first.max(),
        "new_buyers": count_if(first < 28),
        "buyers_last_week": count_if(pairs.days_14 > pairs.days_7),
        "buyers_again": count_if(repeat),
        "buyers_before_28": count_if(pairs.days_56 > pairs.days_28),
        "buyers_kept_28": count_if((pairs.days_56 > pairs.days_28) & (since < 28)),
    }
    products = pairs.group_by("cutoff", "product_id").aggregate(**measures)
    products = products.inner_join(active, "cutoff")
    shares = {
        f"product_share_{span}": ratio(products[f"buyers_{span}"], products[f"active_{span}"])
        for span in (7, 14, 28, 84)
    }
    products = products.mutate(**shares)
    return products.select(
        "cutoff",
        "product_id",
        *shares,
        "product_days_since_last",
        "product_days_since_first",
        product_trend_7=ratio(products.product_share_7, products.product_share_28),
        product_trend_28=ratio(products.product_share_28, products.product_share_84),
        product_new_share=ratio(products.new_buyers, products.buyers_28),
        product_repeat_rate=ratio(products.buyers_again, products.buyers_last_week),
        product_kept_rate=ratio(products.buyers_kept_28, products.buyers_before_28),
    )


def similar_shops_block(pairs: ir.Table, customers: ir.Table) -> ir.Table:
    """Popularity and trend of each product among shops of the same customer type.

    Both inputs carry `customer_type`; a missing one is a type of its own.
    """
    since = pairs.days_since_last
    buyers = pairs.group_by("cutoff", "product_id", "customer_type").aggregate(
        **{f"buyers_{span}": count_if(since < span) for span in (7, 28, 84)}
    )
    shops = buyers.inner_join(
        active_customers(customers, "customer_type"), ["cutoff", "customer_type"]
    )
    shops = shops.mutate(
        type_share_7=ratio(shops.buyers_7, shops.active_7),
        type_share_28=ratio(shops.buyers_28, shops.active_28),
        type_share_84=ratio(shops.buyers_84, shops.active_84),
    )
    return shops.select(
        "cutoff",
        "product_id",
        "customer_type",
        "type_share_7",
        "type_share_28",
        type_trend_28=ratio(shops.type_share_28, shops.type_share_84),
    )


def family_block(pairs: ir.Table, family: str) -> ir.Table:
    """What each customer buys of one family (a brand, a package): pairs alive and weekly volume."""
    return pairs.group_by("cutoff", "customer_id", family).aggregate(
        **{
            f"{family}_products_28": count_if(pairs.days_since_last < 28),
            f"{family}_expected_pairs": pairs.weeks_ew_3.sum(),
        }
    )
