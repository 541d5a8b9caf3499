"""Workbooks, as people and programs save them."""

import io
import zipfile
from datetime import datetime

import numpy as np
from openpyxl import Workbook

from purchase_assets_tests.intake.faults.fault import fault, text


def filled(week, title=None, name="Hoja1"):
    """A workbook with the week in one sheet: ids as numbers, days as date cells."""
    book = Workbook()
    sheet = book.active
    sheet.title = name
    if title:
        sheet.append([title])
        sheet.append([])
    sheet.append(list(week.columns))
    for row in week.itertuples(index=False):
        sheet.append([value.item() if isinstance(value, np.generic) else value for value in row])
    return book


def saved(book, folder, name="batch.xlsx"):
    content = io.BytesIO()
    book.save(content)
    return text(content.getvalue(), folder, name)


@fault("ACCEPTED")
def workbook_as_saved(world, folder, rng):
    return saved(filled(world.week), folder)


@fault("ACCEPTED")
def workbook_with_a_title(world, folder, rng):
    return saved(filled(world.week, "Ventas de la semana 49"), folder)


@fault("ACCEPTED")
def workbook_in_spanish(world, folder, rng):
    names = dict(
        zip(world.week.columns, ("Cliente", "Producto", "Pedido", "Fecha", "Cajas"), strict=True)
    )
    return saved(filled(world.week.rename(columns=names), "Distribuidora"), folder)


@fault("ACCEPTED")
def workbook_with_decimal_commas_as_text(world, folder, rng):
    items = world.week["items"].astype(object)
    items[rng.random(len(items)) < 0.2] = "1,5"
    items[rng.random(len(items)) < 0.2] = 1.125
    return saved(filled(world.week.assign(items=items)), folder)


@fault("ACCEPTED")
def workbook_with_blank_rows_and_a_note_beside(world, folder, rng):
    book = filled(world.week)
    book.active.insert_rows(20, 3)
    book.active.cell(5, 9).value = "visto por Ana"
    book.create_sheet("Hoja2")
    hidden = book.create_sheet("listas")
    hidden.append(["lunes"])
    hidden.sheet_state = "hidden"
    return saved(book, folder)


@fault("PARTIAL", "missing_value")
def workbook_with_a_total_below(world, folder, rng):
    book = filled(world.week)
    book.active.append(["Total", None, "todos", datetime(2024, 12, 2), 8.0])
    path, _ = saved(book, folder)
    return path, np.arange(len(world.week) + 1) == len(world.week)


@fault("REJECTED", "ambiguous_numbers")
def workbook_with_a_doubtful_text(world, folder, rng):
    items = world.week["items"].astype(object)
    items[3], items[4] = 2.5, "1,234"
    return saved(filled(world.week.assign(items=items)), folder)


@fault("REJECTED", "several_sheets")
def workbook_of_two_weeks(world, folder, rng):
    book = filled(world.week)
    book.create_sheet("Hoja2").append(["customer_id", 1])
    return saved(book, folder)


@fault("REJECTED", "no_formula_values")
def workbook_with_formulas_that_nobody_computed(world, folder, rng):
    week = world.week.astype({"items": object})
    week.loc[7, "items"] = "=2*3"
    return saved(filled(week), folder)


@fault("REJECTED", "password")
def workbook_with_a_password(world, folder, rng):
    names = "".join(("Root Entry", "EncryptionInfo", "EncryptedPackage")).encode("utf-16-le")
    return text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + names, folder, "batch.xlsx")


@fault("REJECTED", "wrong_format")
def workbook_of_old_renamed(world, folder, rng):
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le")
    return text(old, folder, "batch.xlsx")


@fault("REJECTED", "unknown_format")
def workbook_of_old(world, folder, rng):
    return text(b"\xd0\xcf\x11\xe0", folder, "batch.xls")


@fault("REJECTED", "wrong_format")
def workbook_named_csv(world, folder, rng):
    return saved(filled(world.week), folder, "batch.csv")


@fault("REJECTED", "empty_file")
def workbook_without_a_value(world, folder, rng):
    return saved(Workbook(), folder)


@fault("REJECTED", "missing_column")
def workbook_without_items(world, folder, rng):
    return saved(filled(world.week.drop(columns="items"), "Ventas"), folder)


@fault("REJECTED", "unreadable")
def workbook_cut_short(world, folder, rng):
    path, _ = saved(filled(world.week), folder)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path, None


@fault("REJECTED", "unreadable")
def workbook_in_name_only(world, folder, rng):
    return text(b"PK\x03\x04 workbook", folder, "batch.xlsx")


@fault("REJECTED", "unreadable")
def workbook_without_its_parts(world, folder, rng):
    return repacked(filled(world.week), folder, {"xl/workbook.xml": None})


@fault("REJECTED", "unreadable")
def workbook_with_an_entity_bomb(world, folder, rng):
    entities = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    sheet = b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>"
    return repacked(
        filled(world.week), folder, {"xl/worksheets/sheet1.xml": entities + sheet + b"&b;"}
    )


@fault("REJECTED", "bomb")
def workbook_that_is_a_bomb(world, folder, rng):
    sheet = "xl/worksheets/sheet1.xml"
    return repacked(filled(world.week), folder, {sheet: b"<worksheet>" + bytes(80_000_000)})


@fault("REJECTED", "bomb")
def workbook_of_one_long_text_everywhere(world, folder, rng):
    week = world.week.loc[np.resize(world.week.index, 4_000)].astype({"order_id": object})
    week["order_id"] = "x" * 32_000
    return saved(filled(week), folder)


def repacked(book, folder, parts):
    """The workbook with the content of some of its parts replaced, or left out."""
    path, _ = saved(book, folder)
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, kept in (content | parts).items():
            if kept is not None:
                archive.writestr(name, kept)
    return path, None
