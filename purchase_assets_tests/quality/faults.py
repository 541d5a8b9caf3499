"""The fault catalogue: what can be wrong with an upload, and what the gate must say.

Each fault injects itself into a sound week, customers or products frame, writes the file,
and names the verdict and the rule. Where rows are at fault it also returns which.
"""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from purchase_assets_tests.quality.worlds import World

Injected = tuple[Path, np.ndarray | None]
"""The file, and the mask of its bad rows (None when the file as a whole is the matter)."""


@dataclass(frozen=True)
class Fault:
    """One way to be wrong, or to look wrong and be right."""

    name: str
    kind: str
    verdict: str
    rule: str | None
    inject: Callable[[World, Path, np.random.Generator], Injected]


CATALOGUE: list[Fault] = []


def fault(verdict: str, rule: str | None = None, kind: str = "transactions") -> Callable:
    def register(inject: Callable) -> Callable:
        CATALOGUE.append(Fault(inject.__name__, kind, verdict, rule, inject))
        return inject

    return register


def parquet(frame: pd.DataFrame, folder: Path, name: str = "batch.parquet") -> Injected:
    frame.to_parquet(folder / name, index=False)
    return folder / name, None


def text(content: str | bytes, folder: Path, name: str = "batch.csv") -> Injected:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path, None


def excel_in_spanish(week: pd.DataFrame, days: str = "%d-%m-%Y") -> bytes:
    """Semicolons, decimal commas, day before month, and a byte order mark."""
    week = week.assign(purchase_date=week.purchase_date.dt.strftime(days))
    return week.to_csv(index=False, sep=";", decimal=",").encode("utf-8-sig")


def mid_december(week: pd.DataFrame) -> pd.DataFrame:
    return week.assign(purchase_date=week.purchase_date + pd.Timedelta(days=-14))


# ---- files that are not what they should be


@fault("REJECTED", "unreadable")
def truncated_parquet(world, folder, rng):
    path, _ = parquet(world.week, folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path, None


@fault("REJECTED", "unreadable")
def damaged_parquet_pages(world, folder, rng):
    path, _ = parquet(world.week, folder)
    content = path.read_bytes()
    return text(content[:50] + b"\xff" * 1950 + content[2000:], folder, "batch.parquet")


@fault("REJECTED", "empty_file")
def zero_bytes(world, folder, rng):
    return text(b"", folder, "batch.parquet")


@fault("REJECTED", "empty_file")
def zero_bytes_csv(world, folder, rng):
    return text("\n\n", folder)


@fault("REJECTED", "wrong_format")
def csv_named_parquet(world, folder, rng):
    return text(world.week.to_csv(index=False), folder, "batch.parquet")


@fault("REJECTED", "wrong_format")
def parquet_named_csv(world, folder, rng):
    return parquet(world.week, folder, "batch.csv")


@fault("REJECTED", "wrong_format")
def zipped(world, folder, rng):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("batch.csv", world.week.to_csv(index=False))
    return text(packed.getvalue(), folder)


@fault("REJECTED", "unknown_format")
def excel_workbook(world, folder, rng):
    return text(b"PK\x03\x04 workbook", folder, "batch.xlsx")


@fault("REJECTED", "wrong_format")
def html_error_page(world, folder, rng):
    return text("<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", folder)


@fault("REJECTED", "wrong_format")
def binary_named_csv(world, folder, rng):
    return text(b"\x00\x01\x02\x03" * 5000, folder)


@fault("REJECTED", "not_gzip")
def broken_gzip(world, folder, rng):
    packed = gzip.compress(world.week.to_csv(index=False).encode())
    return text(packed[:-200], folder, "batch.csv.gz")


@fault("REJECTED", "not_gzip")
def gzip_in_name_only(world, folder, rng):
    return text(world.week.to_csv(index=False), folder, "batch.csv.gz")


@fault("REJECTED", "bomb")
def gzip_bomb(world, folder, rng):
    header = b"customer_id,product_id,order_id,purchase_date,items\n"
    packed = gzip.compress(header) + gzip.compress(b"1,1,1,2024-12-02,1\n" * 4_000_000)
    return text(packed, folder, "batch.csv.gz")


@fault("REJECTED", "too_many_rows")
def parquet_bomb_of_rows(world, folder, rng):
    schema = pa.schema([(name, pa.int64()) for name in world.week.columns])
    row_group = pa.table([pa.array(np.zeros(1_000_000, np.int64))] * 5, schema=schema)
    with pq.ParquetWriter(folder / "batch.parquet", schema, compression="zstd") as writer:
        for _ in range(21):
            writer.write_table(row_group)
    return folder / "batch.parquet", None


@fault("REJECTED", "bomb")
def parquet_bomb_of_one_page(world, folder, rng):
    week = world.week.astype({"order_id": str})
    week.loc[0, "order_id"] = "9" * 80_000_000
    week.to_parquet(folder / "batch.parquet", compression="zstd")
    return folder / "batch.parquet", None


@fault("REJECTED", "bad_rows")
def parquet_bomb_of_one_long_text(world, folder, rng):
    huge = pa.DictionaryArray.from_arrays(
        pa.array(np.zeros(200_000, np.int32)), pa.array(["x" * 5_000_000])
    )
    week = world.week.loc[np.resize(world.week.index, 200_000)]
    table = pa.Table.from_pandas(week, preserve_index=False)
    pq.write_table(
        table.set_column(0, "customer_id", huge), folder / "batch.parquet", compression="zstd"
    )
    return folder / "batch.parquet", None


@fault("REJECTED", "unreadable")
def unclosed_quote(world, folder, rng):
    lines = world.week.to_csv(index=False).splitlines()
    filler = "\n".join(lines[1:]) + "\n"
    return text(f'{lines[0]}\n"{filler * 400}', folder)


@fault("REJECTED", "no_rows")
def header_and_no_rows(world, folder, rng):
    return text(world.week.head(0).to_csv(index=False), folder)


@fault("REJECTED", "no_rows")
def parquet_without_rows(world, folder, rng):
    return parquet(world.week.head(0), folder)


# ---- writings that are understood


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


# ---- the wrong week, or too much or too little of it


@fault("REJECTED", "dates_out_of_calendar")
def a_future_week(world, folder, rng):
    later = world.week.purchase_date + pd.Timedelta(weeks=8)
    return parquet(world.week.assign(purchase_date=later), folder)


@fault("REJECTED", "dates_out_of_calendar")
def a_week_of_another_age(world, folder, rng):
    earlier = world.week.purchase_date - pd.Timedelta(weeks=520)
    return parquet(world.week.assign(purchase_date=earlier), folder)


@fault("DUPLICATE", "already_taken")
def last_week_again(world, folder, rng):
    last = world.past.purchase_date >= world.past.purchase_date.max() - pd.Timedelta(days=6)
    return text(world.past[last].sample(frac=1, random_state=1).to_csv(index=False), folder)


@fault("REJECTED", "volume")
def ten_times_the_rows(world, folder, rng):
    copies = [world.week.assign(order_id=world.week.order_id + 10**7 * n) for n in range(10)]
    return parquet(pd.concat(copies), folder)


@fault("REJECTED", "volume")
def a_tenth_of_the_rows(world, folder, rng):
    return parquet(world.week.sample(frac=0.1, random_state=1), folder)


@fault("REJECTED", "one_customer")
def one_customer_only(world, folder, rng):
    return parquet(world.week.assign(customer_id=world.week.customer_id.iloc[0]), folder)


@fault("ACCEPTED", "repeated_in_file")
def every_row_twice(world, folder, rng):
    return parquet(pd.concat([world.week, world.week]), folder)


@fault("ACCEPTED")
def a_path_in_the_file_name(world, folder, rng):
    inside = folder / "batch\n..\\..\\etc"
    inside.mkdir()
    return parquet(world.week, inside, "batch ñandú;rm -rf.parquet")


# ---- values


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
