"""Files that are not what they should be."""

import csv
import gzip
import io
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from purchase_assets.intake.reading.csv_records import LINE_LIMIT
from purchase_assets_tests.intake.faults.fault import fault, parquet, text


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
    return text(f'{lines[0]}\n"{filler * (LINE_LIMIT // len(filler) + 2)}', folder)


@fault("REJECTED", "no_rows")
def header_and_no_rows(world, folder, rng):
    return text(world.week.head(0).to_csv(index=False), folder)


@fault("REJECTED", "no_rows")
def parquet_without_rows(world, folder, rng):
    return parquet(world.week.head(0), folder)


@fault("REJECTED", "volume")
def parquet_bomb_of_equal_rows(world, folder, rng):
    columns = {name: [str(world.week[name][0])] * 1_000_000 for name in world.week.columns}
    table = pa.table(columns | {"purchase_date": [world.week.purchase_date[0]] * 1_000_000})
    with pq.ParquetWriter(folder / "batch.parquet", table.schema, compression="zstd") as writer:
        for _ in range(3):
            writer.write_table(table)
    return folder / "batch.parquet", None


@fault("REJECTED", "unreadable")
def utf_16_cut_short(world, folder, rng):
    content = world.week.to_csv(index=False).encode("utf-16")
    return text(content[: len(content) // 2 | 1], folder)


@fault("REJECTED", "unreadable")
def utf_16_with_half_a_character(world, folder, rng):
    content = bytearray(world.week.to_csv(index=False).encode("utf-16"))
    content[2001 : 2001 + 1] = b"\xd8"
    return text(bytes(content), folder)


@fault("REJECTED", "unreadable")
def header_with_an_unclosed_quote(world, folder, rng):
    return text('"' + world.week.to_csv(index=False), folder)


@fault("PARTIAL", "unclosed_quote")
def one_stray_quote(world, folder, rng):
    return stray_quotes(world.week, folder, {700: 2})


@fault("PARTIAL", "unclosed_quote")
def stray_quotes_far_apart(world, folder, rng):
    return stray_quotes(world.week, folder, {200: 0, 700: 3})


@fault("PARTIAL", "unclosed_quote")
def stray_quotes_in_one_column(world, folder, rng):
    return stray_quotes(world.week, folder, {200: 2, 700: 2})


@fault("PARTIAL", "unclosed_quote")
def a_quote_missing_where_all_is_quoted(world, folder, rng):
    lines = world.week.astype(str).to_csv(index=False, quoting=csv.QUOTE_ALL).splitlines()
    lines[300] = lines[300].removesuffix('"')
    mask = np.arange(1, len(lines)) == 300
    return text("\n".join(lines), folder)[0], mask


@fault("ACCEPTED", "extra_columns")
def line_breaks_inside_quotes(world, folder, rng):
    comments = np.where(rng.random(len(world.week)) < 0.1, 'by phone,\nsays "soon",\n\nOK', "")
    return text(world.week.assign(comment=comments).to_csv(index=False), folder)


def stray_quotes(week, folder, places):
    """Put a quote before a cell: row position -> column position."""
    lines = week.to_csv(index=False).splitlines()
    for row, column in places.items():
        cells = lines[row + 1].split(",")
        cells[column] = f'"{cells[column]}'
        lines[row + 1] = ",".join(cells)
    return text("\n".join(lines) + "\n", folder)[0], np.isin(np.arange(len(week)), list(places))


@fault("REJECTED", "unknown_kind", kind="unknown")
def a_name_of_no_kind(world, folder, rng):
    return parquet(world.week, folder, "pedidos.parquet")


@fault("REJECTED", "unknown_encoding")
def text_of_another_code_page(world, folder, rng):
    content = world.week.assign(comment="注文").to_csv(index=False)
    return text(content.encode("shift_jis"), folder)


@fault("REJECTED", "too_large", max_bytes=10_000)
def more_bytes_than_are_read(world, folder, rng):
    return text(world.week.to_csv(index=False), folder)
