"""Writings: some are understood, some can be read in two ways."""

import gzip

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from purchase_assets_tests.intake.faults.fault import fault, parquet, text


def excel_in_spanish(week: pd.DataFrame, days: str = "%d-%m-%Y") -> bytes:
    """Semicolons, decimal commas, day before month, and a byte order mark."""
    week = week.assign(purchase_date=week.purchase_date.dt.strftime(days))
    return week.to_csv(index=False, sep=";", decimal=",").encode("utf-8-sig")


def mid_december(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(purchase_date=week.purchase_date + pd.Timedelta(days=-14))


@fault("ACCEPTED")
def plain_csv(world, folder, rng):
    return text(world.week.to_csv(index=False), folder)


@fault("ACCEPTED")
def packed_csv(world, folder, rng):
    return text(gzip.compress(world.week.to_csv(index=False).encode()), folder, "batch.csv.gz")


@fault("ACCEPTED", kind="customers")
def latin_1(world, folder, rng):
    customers = world.customers.head(200).assign(customer_type="ALMACÉN ÑANDÚ")
    return text(customers.to_csv(index=False).encode("cp1252"), folder, "clientes.csv")


@fault("ACCEPTED")
def utf_16(world, folder, rng):
    return text(world.week.to_csv(index=False, sep="\t").encode("utf-16"), folder)


@fault("ACCEPTED")
def byte_order_mark(world, folder, rng):
    return text(world.week.to_csv(index=False).encode("utf-8-sig"), folder)


@fault("ACCEPTED")
def semicolons(world, folder, rng):
    return text(world.week.to_csv(index=False, sep=";"), folder)


@fault("ACCEPTED")
def decimal_comma(world, folder, rng):
    return text(world.week.to_csv(index=False, sep=";", decimal=","), folder)


@fault("ACCEPTED")
def excel_in_spanish_mid_month(world, folder, rng):
    return text(excel_in_spanish(mid_december(world.week)), folder)


@fault("REJECTED", "ambiguous_dates")
def excel_in_spanish_early_in_the_month(world, folder, rng):
    return text(excel_in_spanish(world.week), folder)


@fault("REJECTED", "mixed_dates")
def both_orders_of_day_and_month(world, folder, rng):
    week = mid_december(world.week)
    turned = np.where(
        rng.random(len(week)) < 0.5,
        week.purchase_date.dt.strftime("%d/%m/%Y"),
        week.purchase_date.dt.strftime("%m/%d/%Y"),
    )
    return text(week.assign(purchase_date=turned).to_csv(index=False), folder)


@fault("REJECTED", "mixed_numbers")
def both_decimal_marks(world, folder, rng):
    items = [
        f"{value:.2f}".replace(".", "," if chance < 0.5 else ".")
        for value, chance in zip(world.week["items"], rng.random(len(world.week)), strict=True)
    ]
    return text(world.week.assign(items=items).to_csv(index=False, sep=";"), folder)


@fault("REJECTED", "ambiguous_numbers")
def thousands_or_decimals(world, folder, rng):
    items = [f"{value}.{value}" for value in rng.integers(100, 999, len(world.week))]
    return text(world.week.assign(items=items).to_csv(index=False, sep=";"), folder)


@fault("ACCEPTED")
def dates_as_text(world, folder, rng):
    return parquet(world.week.assign(purchase_date=world.week.purchase_date.astype(str)), folder)


@fault("ACCEPTED")
def midnights_with_a_zone(world, folder, rng):
    dates = world.week.purchase_date.dt.tz_localize("America/Santiago")
    return parquet(world.week.assign(purchase_date=dates), folder)


@fault("REJECTED", "zoned_dates")
def instants_with_a_zone(world, folder, rng):
    dates = world.week.purchase_date.dt.tz_localize("UTC") + pd.Timedelta(hours=23)
    return parquet(world.week.assign(purchase_date=dates), folder)


@fault("REJECTED", "unreadable_date")
def dates_as_epoch(world, folder, rng):
    seconds = world.week.purchase_date.astype("int64") // 10**9
    return parquet(world.week.assign(purchase_date=seconds), folder)


@fault("REJECTED", "unreadable_date")
def dates_as_excel_serials(world, folder, rng):
    serials = (world.week.purchase_date - pd.Timestamp("1899-12-30")).dt.days
    return text(world.week.assign(purchase_date=serials).to_csv(index=False), folder)


@fault("REJECTED", "volume")
def day_and_month_swapped(world, folder, rng):
    dates = world.week.purchase_date
    swapped = pd.to_datetime(
        {"year": dates.dt.year, "month": dates.dt.day, "day": dates.dt.month}
    ).where(dates.dt.day <= 12, dates)
    return parquet(world.week.assign(purchase_date=swapped), folder)


@fault("ACCEPTED")
def columns_shuffled(world, folder, rng):
    return parquet(world.week[rng.permutation(world.week.columns)], folder)


@fault("ACCEPTED")
def columns_in_spanish(world, folder, rng):
    names = ["Código Cliente", "Producto", "N° Pedido", "FECHA", "Cantidad"]
    names[2] = "Nro Pedido"
    return text(world.week.set_axis(names, axis=1).to_csv(index=False), folder)


@fault("REJECTED", "missing_column")
def column_renamed(world, folder, rng):
    return parquet(world.week.rename(columns={"items": "zzz"}), folder)


@fault("REJECTED", "missing_column")
def column_missing(world, folder, rng):
    return parquet(world.week.drop(columns="order_id"), folder)


@fault("REJECTED", "missing_column")
def no_header(world, folder, rng):
    return text(world.week.to_csv(index=False, header=False), folder)


@fault("REJECTED", "clashing_columns")
def column_twice(world, folder, rng):
    return text(world.week.assign(Items=1.0).to_csv(index=False), folder)


@fault("REJECTED", "column_type")
def nested_column(world, folder, rng):
    return parquet(world.week.assign(items=[[value] for value in world.week["items"]]), folder)


@fault("ACCEPTED", "absent_column", kind="products")
def an_optional_column_absent(world, folder, rng):
    return parquet(world.products.drop(columns="package"), folder, "productos.parquet")


@fault("ACCEPTED", "extra_columns")
def column_extra(world, folder, rng):
    return parquet(world.week.assign(comment="ok"), folder)


@fault("ACCEPTED", "extra_columns")
def two_hundred_columns(world, folder, rng):
    extra = pd.DataFrame({f"extra {n}": n for n in range(195)}, index=world.week.index)
    return parquet(pd.concat([world.week, extra], axis=1), folder)


@fault("ACCEPTED")
def ids_as_float(world, folder, rng):
    return parquet(world.week.astype({"customer_id": float, "product_id": float}), folder)


@fault("ACCEPTED")
def ids_as_text(world, folder, rng):
    return parquet(world.week.astype({"customer_id": str, "product_id": str}), folder)


@fault("ACCEPTED", "unknown_customer")
def ids_beyond_64_bits(world, folder, rng):
    ids = world.week.customer_id.astype(str)
    ids[:3] = "123456789012345678901234567890"
    return parquet(world.week.assign(customer_id=ids), folder)


@fault("ACCEPTED")
def utf_32(world, folder, rng):
    return text(world.week.to_csv(index=False).encode("utf-32"), folder)


@fault("ACCEPTED")
def exports_joined_with_their_marks(world, folder, rng):
    one, other = world.week.iloc[:700], world.week.iloc[700:]
    content = one.to_csv(index=False), other.to_csv(index=False, header=False)
    return text(b"".join(part.encode("utf-8-sig") for part in content), folder)


@fault("REJECTED", "zoned_dates")
def evenings_with_an_offset_as_text(world, folder, rng):
    dates = world.week.purchase_date.dt.strftime("%Y-%m-%dT23:30:00-03:00")
    return text(world.week.assign(purchase_date=dates).to_csv(index=False), folder)


@fault("REJECTED", "zoned_dates")
def instants_in_utc_as_text(world, folder, rng):
    dates = world.week.purchase_date.dt.strftime("%Y-%m-%d 02:30:00.000Z")
    return parquet(world.week.assign(purchase_date=dates), folder)


@fault("ACCEPTED")
def midnights_with_an_offset_as_text(world, folder, rng):
    dates = world.week.purchase_date.dt.strftime("%Y-%m-%dT00:00:00+02:00")
    return text(world.week.assign(purchase_date=dates).to_csv(index=False), folder)


@fault("REJECTED", "clashing_columns")
def column_twice_by_the_same_name(world, folder, rng):
    week = world.week.assign(again=world.week["items"]).rename(columns={"again": "items"})
    return text(week.to_csv(index=False), folder)


@fault("ACCEPTED")
def number_signs_in_the_header(world, folder, rng):
    names = ["N° CLIENTE", "Nº PRODUCTO", "N° PEDIDO", "FECHA", "CANTIDAD"]
    return text(world.week.set_axis(names, axis=1).to_csv(index=False), folder)


@fault("ACCEPTED")
def ids_as_decimals(world, folder, rng):
    week = pa.Table.from_pandas(world.week, preserve_index=False)
    for name in ("customer_id", "product_id", "order_id"):
        column = week[name].cast(pa.decimal128(38, 10))
        week = week.set_column(week.column_names.index(name), name, column)
    pq.write_table(week, folder / "batch.parquet")
    return folder / "batch.parquet", None


@fault("REJECTED", "unusable_text")
def ids_too_large_for_their_float(world, folder, rng):
    orders = (world.week.order_id + 2**25).astype("float32")
    return parquet(world.week.assign(order_id=orders), folder)


@fault("ACCEPTED")
def ids_as_string_views(world, folder, rng):
    week = pa.Table.from_pandas(world.week.astype({"order_id": str}), preserve_index=False)
    column = week["order_id"].cast(pa.string_view())
    week = week.set_column(week.column_names.index("order_id"), "order_id", column)
    pq.write_table(week, folder / "batch.parquet")
    return folder / "batch.parquet", None


@fault("REJECTED", "zoned_dates")
def a_zone_that_nobody_knows(world, folder, rng):
    week = pa.Table.from_pandas(world.week, preserve_index=False)
    place = week.column_names.index("purchase_date")
    dates = week["purchase_date"].cast(pa.timestamp("us", tz="Nowhere/Land"))
    pq.write_table(week.set_column(place, "purchase_date", dates), folder / "batch.parquet")
    return folder / "batch.parquet", None
