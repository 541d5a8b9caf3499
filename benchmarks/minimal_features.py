"""The same feature columns for one week as one hand-written DuckDB query, to compare with."""

from datetime import date

EPOCH = date(1970, 1, 1)


def _lines(items: list[str]) -> str:
    return ",\n".join(items)


def query(cutoff: date, horizon_days: int, lookback_days: int = 182) -> str:
    """SQL over daily_sales, customers and products."""
    c, h = (cutoff - EPOCH).days, horizon_days
    inside = f"(({c} + 1 - d) * 6) % 7 < {h}"
    pair = [
        "min(a) days_since_last",
        "max(a) days_since_first",
        "max(n) pair_last",
        "avg(gap) mean_gap",
        "stddev_pop(gap) gap_spread",
        "arg_max(gap, d) last_gap",
        "sum(if(newest, exp(w * -ln(2) / 3), 0)) weeks_ew_3",
        "sum(if(newest, exp(w * -ln(2) / 8), 0)) weeks_ew_8",
        "count(*) filter (a < 56 and inside) window_days_56",
        *(f"sum(exp(a * -ln(2) / {k})) days_ew_{k}" for k in (7, 14, 28, 56, 112)),
        *(f"count(*) filter (a < {k}) days_{k}" for k in (7, 14, 28, 56, 84, 182, 364)),
        *(f"count(*) filter (newest and w < {k}) weeks_bought_of_{k}" for k in (4, 8, 12, 26)),
        *(f"max(cast(w = {k} - 1 as int)) lag_{k}" for k in range(1, 9)),
    ]
    shop = [
        "min(a) customer_days_since_last",
        "max(a) customer_days_since_first",
        "max(n) customer_last",
        "avg(gap) customer_usual_gap",
        "stddev_pop(gap) customer_gap_spread",
        "arg_max(gap, d) customer_last_gap",
        "sum(exp(a * -ln(2) / 14)) customer_days_ew_14",
        "sum(exp(a * -ln(2) / 56)) customer_days_ew_56",
        "arg_max(lines, d) customer_last_lines",
        "count(distinct w) filter (w < 8) customer_weeks_of_8",
        "count(*) filter (a < 56 and inside) customer_window_days_56",
        *(f"count(*) filter (a < {k}) customer_days_{k}" for k in (7, 14, 28, 84, 182)),
        "coalesce(sum(lines) filter (a < 28), 0) lines_28",
        "coalesce(sum(lines) filter (a < 182), 0) lines_182",
    ]
    buyers = [f"count(*) filter (days_since_last < {k}) b{k}" for k in (7, 14, 28, 84)]
    active = [f"count(*) filter (customer_days_since_last < {k}) c{k}" for k in (7, 14, 28, 84)]
    seen = f"""*, {c} - d a, ({c} - d) // 7 w, {inside} inside"""
    return f"""
with bought as (
  select customer_id, product_id, datediff('day', date '1970-01-01', day) d
  from daily_sales where items_bought > 0 and day <= date '{cutoff}'),
orders as (
  select *, row_number() over o n, d - lag(d) over o gap
  from (select customer_id, d, count(*) lines from bought group by all)
  window o as (partition by customer_id order by d)),
p0 as (
  select b.*, n, b.d - lag(b.d) over k gap, lead(b.d) over k next_d
  from bought b join orders using (customer_id, d)
  window k as (partition by b.customer_id, product_id order by b.d)),
p1 as (select {seen}, next_d is null or ({c} - next_d) // 7 != ({c} - d) // 7 newest
  from p0 where d > {c - 364}),
p2 as (select customer_id, product_id, {_lines(pair)} from p1 group by all
  having min(a) < {lookback_days}),
pairs as (
  select p2.*, brand, category, sub_category, segment, package, size, deliveries_per_week,
    latitude, longitude,
    coalesce(customer_type, 'unknown') customer_type
  from p2 left join customers using (customer_id) left join products using (product_id)),
shops as (
  select customer_id, {_lines(shop)} from (select {seen} from orders where d > {c - 364})
  group by all),
typed as (select shops.*, coalesce(customer_type, 'unknown') customer_type
  from shops left join customers using (customer_id)),
assortment as (
  select customer_id, count(*) filter (days_since_last < 28) customer_products_28,
    count(*) filter (days_since_last < 84) customer_products_84,
    sum(weeks_ew_3) customer_expected_pairs, sum(lag_1) customer_last_window_pairs
  from pairs group by all),
active as (select {_lines(active)} from shops),
product as (
  select product_id, b7 / c7 product_share_7, b14 / c14 product_share_14,
    b28 / c28 product_share_28, b84 / c84 product_share_84, product_days_since_last,
    product_days_since_first, (b7 / c7) / nullif(b28 / c28, 0) product_trend_7,
    (b28 / c28) / nullif(b84 / c84, 0) product_trend_28,
    fresh / nullif(b28, 0) product_new_share, again / nullif(before, 0) product_repeat_rate,
    kept / nullif(earlier, 0) product_kept_rate
  from (select product_id, {_lines(buyers)}, min(days_since_last) product_days_since_last,
      max(days_since_first) product_days_since_first,
      count(*) filter (days_since_first < 28) fresh, count(*) filter (days_14 > days_7) before,
      count(*) filter (days_7 > 0 and days_14 > days_7) again,
      count(*) filter (days_56 > days_28) earlier,
      count(*) filter (days_56 > days_28 and days_since_last < 28) kept
    from pairs group by all), active),
alike as (
  select product_id, customer_type, b7 / nullif(c7, 0) type_share_7,
    b28 / nullif(c28, 0) type_share_28,
    (b28 / nullif(c28, 0)) / nullif(b84 / nullif(c84, 0), 0) type_trend_28
  from (select product_id, customer_type, {_lines(buyers)} from pairs group by all)
  join (select customer_type, {_lines(active)} from typed group by all) using (customer_type)),
family as (
  select customer_id, brand, count(*) filter (days_since_last < 28) brand_products_28,
    sum(weeks_ew_3) brand_expected_pairs from pairs group by all)
select date '{cutoff}' cutoff, columns(* exclude (pair_last, customer_last, lines_28, lines_182)),
  days_since_last / nullif(mean_gap, 0) recency_over_gap,
  lines_182 / nullif(customer_days_182, 0) customer_lines_per_order,
  lines_28 / nullif(customer_days_28, 0) customer_lines_28,
  customer_days_since_last / nullif(customer_usual_gap, 0) customer_recency_over_gap,
  customer_last - pair_last orders_since_last,
  days_28 / nullif(customer_days_28, 0) days_28_share,
  days_84 / nullif(customer_days_84, 0) days_84_share,
  days_182 / nullif(customer_days_182, 0) days_182_share,
  window_days_56 / nullif(customer_window_days_56, 0) window_days_share,
  rank() over (partition by customer_id order by days_ew_28 desc) - 1 rank_in_customer,
  days_ew_28 / sum(days_ew_28) over (partition by customer_id) days_ew_28_share
from pairs left join shops using (customer_id) left join assortment using (customer_id)
  left join product using (product_id) left join alike using (product_id, customer_type)
  left join family using (customer_id, brand)
order by customer_id, product_id
"""
