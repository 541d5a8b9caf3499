"""Values that are wrong in some rows or in all."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from purchase_assets_tests.intake.faults.fault import Injected, fault, parquet, text


def some(rng: np.random.Generator, rows: int, share: float = 0.02) -> np.ndarray:
    mask = np.zeros(rows, bool)
    mask[rng.choice(rows, max(1, int(rows * share)), replace=False)] = True
    return mask


def spoil(frame, folder, rng, column, value, name="batch.parquet", share=0.02) -> Injected:
    """Write `frame` with `value` (or value(old)) in some rows of a column."""
    mask = some(rng, len(frame), share)
    column_values = frame[column].astype(object).copy()
    new = column_values[mask].map(value) if callable(value) else value
    column_values[mask] = new
    if name.endswith(".parquet"):
        if frame[column].dtype.kind in "fM":
            column_values = column_values.astype(frame[column].dtype)
        path, _ = parquet(frame.assign(**{column: column_values}), folder, name)
    else:
        path, _ = text(frame.assign(**{column: column_values}).to_csv(index=False), folder, name)
    return path, mask


@fault("PARTIAL", "missing_value")
def nulls_at_random(world, folder, rng):
    return spoil(world.week, folder, rng, "items", np.nan)


@fault("PARTIAL", "missing_value")
def null_customers(world, folder, rng):
    return spoil(world.week, folder, rng, "customer_id", None)


@fault("PARTIAL", "missing_value")
def null_dates(world, folder, rng):
    return spoil(world.week, folder, rng, "purchase_date", pd.NaT)


@fault("REJECTED", "bad_rows")
def a_column_of_nulls(world, folder, rng):
    return parquet(world.week.assign(items=np.nan), folder)


@fault("REJECTED", "bad_rows", kind="customers")
def nulls_in_one_customer_type(world, folder, rng):
    usual = world.customers.customer_type != world.customers.customer_type.mode()[0]
    customers = world.customers.assign(customer_type=world.customers.customer_type.where(usual))
    return parquet(customers, folder, "clientes.parquet")


@fault("ACCEPTED", "mostly_empty", kind="products")
def an_optional_column_of_nulls(world, folder, rng):
    return parquet(world.products.assign(size=np.nan), folder, "productos.parquet")


@fault("PARTIAL", "missing_value")
def sentinel_999(world, folder, rng):
    return spoil(world.week, folder, rng, "items", -999.0)


@fault("PARTIAL", "missing_value")
def empty_text(world, folder, rng):
    return spoil(world.week, folder, rng, "product_id", "", "batch.csv")


@fault("REJECTED", "unknown_customers")
def swapped_columns(world, folder, rng):
    names = {"customer_id": "product_id", "product_id": "customer_id"}
    return parquet(world.week.rename(columns=names), folder)


@fault("REJECTED", "unknown_products")
def unknown_products_everywhere(world, folder, rng):
    return parquet(world.week.assign(product_id=world.week.product_id + 10**8), folder)


@fault("ACCEPTED", "unknown_customer")
def a_few_new_customers(world, folder, rng):
    path, _ = spoil(world.week, folder, rng, "customer_id", lambda old: old + 10**9)
    return path, None


@fault("ACCEPTED", "unknown_product")
def a_few_new_products(world, folder, rng):
    path, _ = spoil(world.week, folder, rng, "product_id", lambda old: old + 10**9)
    return path, None


@fault("REJECTED", "quantity_scale")
def items_times_10(world, folder, rng):
    return parquet(world.week.assign(items=world.week["items"] * 10), folder)


@fault("REJECTED", "quantity_scale")
def items_times_1000(world, folder, rng):
    return parquet(world.week.assign(items=world.week["items"] * 1000), folder)


@fault("PARTIAL", "absurd_items")
def absurd_sizes(world, folder, rng):
    return spoil(world.week, folder, rng, "items", lambda old: old * 1e6, share=0.008)


@fault("PARTIAL", "not_finite")
def infinities(world, folder, rng):
    return spoil(world.week, folder, rng, "items", np.inf)


@fault("PARTIAL", "unreadable_number")
def words_for_numbers(world, folder, rng):
    return spoil(world.week, folder, rng, "items", "doce", "batch.csv")


@fault("PARTIAL", "future_date")
def future_dates(world, folder, rng):
    return spoil(world.week, folder, rng, "purchase_date", lambda old: old + pd.Timedelta(days=900))


@fault("PARTIAL", "before_first_week")
def the_wrong_century(world, folder, rng):
    week = world.week.assign(purchase_date=world.week.purchase_date.astype(str))
    return spoil(week, folder, rng, "purchase_date", "1924-12-03", "batch.csv")


@fault("PARTIAL", "unreadable_date")
def impossible_dates(world, folder, rng):
    week = world.week.assign(purchase_date=world.week.purchase_date.astype(str))
    return spoil(week, folder, rng, "purchase_date", "2024-02-31", "batch.csv")


@fault("PARTIAL", "unusable_text")
def negative_ids(world, folder, rng):
    return spoil(world.week, folder, rng, "customer_id", lambda old: -old - 5)


@fault("PARTIAL", "unusable_text")
def ids_in_scientific_notation(world, folder, rng):
    return spoil(world.week, folder, rng, "order_id", "1.24506E+15", "batch.csv")


@fault("PARTIAL", "unusable_text")
def fractions_for_ids(world, folder, rng):
    week = world.week.astype({"product_id": float})
    return spoil(week, folder, rng, "product_id", lambda old: old + 0.5)


@fault("PARTIAL", "unusable_text")
def a_very_long_string(world, folder, rng):
    week = world.week.astype({"order_id": str})
    return spoil(week, folder, rng, "order_id", "9" * 100_000, share=0.001)


@fault("PARTIAL", "unusable_text")
def a_very_long_cell(world, folder, rng):
    return spoil(world.week, folder, rng, "order_id", "9" * 1_000_000, "batch.csv", share=0.001)


@fault("PARTIAL", "unusable_text")
def nul_bytes(world, folder, rng):
    return spoil(world.week, folder, rng, "order_id", "12\0" + "34", "batch.csv")


@fault("PARTIAL", "unusable_text", kind="products")
def formulas(world, folder, rng):
    products = world.products
    return spoil(products, folder, rng, "brand", "=cmd|'/C calc'!A0", "productos.csv")


@fault("PARTIAL", "row_shape")
def ragged_rows(world, folder, rng):
    lines = world.week.to_csv(index=False).splitlines()
    mask = some(rng, len(world.week))
    ragged = [
        f"{line},oops" if place % 2 and bad else line.rsplit(",", 1)[0] if bad else line
        for place, (line, bad) in enumerate(zip(lines[1:], mask, strict=True))
    ]
    return text("\n".join([lines[0], *ragged]), folder)[0], mask


@fault("REJECTED", "shared_orders")
def shuffled_keys(world, folder, rng):
    return parquet(world.week.assign(customer_id=rng.permutation(world.week.customer_id)), folder)


@fault("PARTIAL", "category_typo", kind="customers")
def typos_in_categories(world, folder, rng):
    customers = world.customers.assign(Y=-46.5, X=-107.9)
    mask = customers.customer_type.eq("ABARROTES") & (np.arange(len(customers)) % 50 == 0)
    mask &= mask.cumsum() <= 8
    types = customers.customer_type.mask(mask, "ABAROTES")
    path, _ = parquet(customers.assign(customer_type=types), folder, "clientes.parquet")
    return path, mask.to_numpy()


@fault("PARTIAL", "swapped_coordinates", kind="customers")
def coordinates_swapped(world, folder, rng):
    customers = world.customers.assign(Y=world.customers.Y.clip(-47, -46), X=-107.9)
    mask = some(rng, len(customers))
    customers.loc[mask, ["Y", "X"]] = customers.loc[mask, ["X", "Y"]].to_numpy()
    return parquet(customers, folder, "clientes.parquet")[0], mask


@fault("PARTIAL", "impossible_coordinate", kind="customers")
def latitudes_beyond_the_poles(world, folder, rng):
    customers = world.customers.assign(Y=-46.5, X=-107.9)
    return spoil(customers, folder, rng, "Y", -146.5, "clientes.parquet")


@fault("PARTIAL", "conflicting_key", kind="customers")
def one_customer_in_two_versions(world, folder, rng):
    customers = world.customers.assign(Y=-46.5, X=-107.9)
    second = customers.head(2).assign(customer_type="OTRO")
    both = pd.concat([customers, second], ignore_index=True)
    mask = both.customer_id.isin(second.customer_id).to_numpy()
    return parquet(both, folder, "clientes.parquet")[0], mask


@fault("PARTIAL", "impossible_number", kind="products")
def sizes_below_zero(world, folder, rng):
    return spoil(world.products, folder, rng, "size", -1.5, "productos.parquet")


@fault("ACCEPTED", kind="products")
def an_unseen_brand(world, folder, rng):
    path, _ = spoil(world.products, folder, rng, "brand", "NEW", "productos.parquet", share=0.1)
    return path, None


@fault("ACCEPTED")
def more_returns_and_fractions(world, folder, rng):
    path, _ = spoil(world.week, folder, rng, "items", lambda old: -abs(old) / 3, share=0.3)
    return path, None


@fault("REJECTED", "no_sales")
def returns_only(world, folder, rng):
    return parquet(world.week.assign(items=-world.week["items"].abs()), folder)


@fault("REJECTED", "no_sales")
def zeros_only(world, folder, rng):
    return text(world.week.assign(items=0).to_csv(index=False), folder)


@fault("PARTIAL", "unusable_text")
def direction_marks_in_ids(world, folder, rng):
    turned = "\u202e{}\u202c".format
    return spoil(world.week, folder, rng, "customer_id", turned, "batch.csv")


@fault("PARTIAL", "unusable_text")
def invisible_characters_in_ids(world, folder, rng):
    def split(old):
        return f"{old}"[:1] + "\u200b" + f"{old}"[1:]

    return spoil(world.week, folder, rng, "product_id", split, "batch.csv")


@fault("ACCEPTED")
def blanks_around_ids(world, folder, rng):
    path, _ = spoil(world.week, folder, rng, "customer_id", "{}\u00a0 ".format, "batch.csv")
    return path, None


@fault("PARTIAL", "future_date")
def the_end_of_time(world, folder, rng):
    week = world.week.assign(purchase_date=world.week.purchase_date.astype(str))
    return spoil(week, folder, rng, "purchase_date", "9999-12-31", "batch.csv")


@fault("PARTIAL", "before_first_week")
def the_beginning_of_time(world, folder, rng):
    week = world.week.assign(purchase_date=world.week.purchase_date.astype(str))
    return spoil(week, folder, rng, "purchase_date", "0001-01-01", "batch.csv")


@fault("PARTIAL", "unreadable_date")
def an_impossible_time(world, folder, rng):
    days = world.week.purchase_date - pd.Timedelta(days=14)
    week = world.week.assign(purchase_date=days.dt.strftime("%d/%m/%Y"))
    return spoil(week, folder, rng, "purchase_date", "{} 99:99".format, "batch.csv")


@fault("PARTIAL", "unreadable_date")
def a_few_instants(world, folder, rng):
    week = world.week.assign(purchase_date=world.week.purchase_date.astype(str))
    return spoil(week, folder, rng, "purchase_date", "{}T23:30:00-03:00".format, "batch.csv")


@fault("PARTIAL", "unreadable_date")
def times_beyond_every_calendar(world, folder, rng):
    seconds = world.week.purchase_date.to_numpy().astype("datetime64[s]").astype("int64")
    mask = some(rng, len(seconds))
    seconds[mask] = rng.choice([2**50, -(2**50), 2**60], mask.sum())
    week = pa.Table.from_pandas(world.week, preserve_index=False)
    place = week.column_names.index("purchase_date")
    # milliseconds are the coarsest that a Parquet file keeps
    dates = pa.array(np.where(mask, seconds, seconds * 1_000)).cast(pa.timestamp("ms"))
    pq.write_table(week.set_column(place, "purchase_date", dates), folder / "batch.parquet")
    return folder / "batch.parquet", mask
