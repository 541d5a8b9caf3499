"""Names, keys and reading of upload files, whatever they are called and wherever they are."""

import hashlib
import re

import numpy as np
import pandas as pd
import pytest
from upath import UPath

from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Known
from purchase_assets.intake.reading.upload_files import upload_key
from purchase_assets.intake.rules import suites
from purchase_assets.intake.rules.rule import Group
from purchase_assets.kinds import Kind, Verdict, kind_of
from purchase_assets.pages.style import STYLE
from purchase_assets.pages.upload_page import validation_page
from purchase_assets.settings import QualitySettings
from purchase_assets.storage.spreadsheet_text import escape_formulas
from purchase_assets.workflows.tell_verdict import sentence
from purchase_assets_tests.intake.faults import CATALOGUE
from purchase_assets_tests.intake.faults.writings import excel_in_spanish
from purchase_assets_tests.intake.worlds import made_up_world

WORLD = made_up_world()
SETTINGS = QualitySettings()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("transactions_2024.parquet", "transactions"),
        ("TRANSACCIONES.CSV", "transactions"),
        ("Batch t1.parquet", "transactions"),
        ("Clientes ñandú.csv.gz", "customers"),
        ("customers.parquet", "customers"),
        ("productos\n2024.csv", "products"),
        ("s3://bucket/incoming/Products.csv", "products"),
        ("../../etc/batch.parquet", "transactions"),
        ("C:\\datos\\productos.csv", "products"),
        ("batch/clientes.csv", "customers"),
        ("Ventas semana 49.xlsx", "transactions"),
        ("mis_clientes.csv", "unknown"),
        ("", "unknown"),
        ("b" * 300, "unknown"),
        ("batch" + "b" * 300, "transactions"),
    ],
)
def test_kind_by_name(name, kind):
    assert kind_of(name) is Kind(kind)


def test_the_key_is_the_content(tmp_path):
    for name in ("batch.csv", "batch copy.csv"):
        (tmp_path / name).write_bytes(b"a,b\n1,2\n")
    expected = "transactions-" + hashlib.sha256(b"a,b\n1,2\n").hexdigest()[:12]
    assert {upload_key(path, "transactions") for path in tmp_path.iterdir()} == {expected}


def test_a_file_in_an_object_store(tmp_path):
    remote = UPath("memory://incoming/batch.parquet")
    WORLD.week.to_parquet(tmp_path / "batch.parquet")
    remote.parent.mkdir(parents=True, exist_ok=True)
    remote.write_bytes((tmp_path / "batch.parquet").read_bytes())
    judgement = judge(remote, "transactions", WORLD.known(), SETTINGS)
    assert judgement.verdict is Verdict.ACCEPTED
    assert judgement.key == upload_key(tmp_path / "batch.parquet", "transactions")


def test_a_kind_that_nobody_knows(tmp_path):
    (tmp_path / "notes.csv").write_text("a\n1\n")
    judgement = judge(tmp_path / "notes.csv", "unknown", WORLD.known(), SETTINGS)
    assert judgement.verdict is Verdict.REJECTED
    assert judgement.reasons[0].rule == "unknown_kind"


def test_a_file_that_vanished_is_no_fault_of_the_data(tmp_path):
    judgement = judge(tmp_path / "batch.csv", "transactions", WORLD.known(), SETTINGS)
    assert judgement.verdict is Verdict.ENGINE_ERROR
    assert [group.group for group in judgement.groups] == list(Group)


def test_an_exception_in_the_engine_is_no_fault_of_the_data(tmp_path, monkeypatch):
    real = suites.row_expectations

    def with_a_rule_over_nothing(*arguments):
        import great_expectations as gx

        meta = {"rule": "x", "group": "keys", "scope": "row", "severity": "ERROR", "column": None}
        broken = gx.expectations.ExpectColumnValuesToNotBeNull(column="no such", meta=meta)
        return [broken, *real(*arguments)]

    monkeypatch.setattr(suites, "row_expectations", with_a_rule_over_nothing)
    WORLD.week.to_parquet(tmp_path / "batch.parquet")
    judgement = judge(tmp_path / "batch.parquet", "transactions", WORLD.known(), SETTINGS)
    assert judgement.verdict is Verdict.ENGINE_ERROR
    assert not len(judgement.accepted)
    assert not len(judgement.quarantined)


def test_excel_in_spanish_is_the_same_table(tmp_path):
    week = WORLD.week.assign(purchase_date=WORLD.week.purchase_date - pd.Timedelta(days=14))
    week.to_parquet(tmp_path / "batch.parquet")
    (tmp_path / "batch.csv").write_bytes(excel_in_spanish(week, "%d/%m/%Y"))
    known = WORLD.known(taken=None)
    one, other = (
        judge(tmp_path / name, "transactions", known, SETTINGS).accepted
        for name in ("batch.parquet", "batch.csv")
    )
    assert one.equals(other)


def test_ambiguous_dates_are_read_as_the_settings_say(tmp_path):
    (tmp_path / "batch.csv").write_bytes(excel_in_spanish(WORLD.week))
    told = QualitySettings(date_order="day_first")
    judgement = judge(tmp_path / "batch.csv", "transactions", WORLD.known(), told)
    assert judgement.verdict is Verdict.ACCEPTED
    assert str(judgement.first_day) == "2024-12-02"


def test_thousands_separators_are_understood_when_a_number_shows_both_marks(tmp_path):
    known = WORLD.known(items_p999=1000.0)
    week = WORLD.week.astype({"items": object})
    week.loc[:2, "items"] = ["1.234,50", "2.345", "0,5"]
    week.loc[3:, "items"] = "7"
    week.to_csv(tmp_path / "batch.csv", index=False, sep=";")
    accepted = judge(tmp_path / "batch.csv", "transactions", known, SETTINGS).accepted
    assert accepted["items"].to_pylist()[:4] == [1234.5, 2345.0, 0.5, 7.0]


def test_ids_stay_as_delivered(tmp_path):
    ids = ["007", "1.0", "1.10", "A-1", "123456789012345678901234567890", "12.0"]
    customers = pd.DataFrame({"customer_id": ids, "customer_type": "T"})
    customers.to_csv(tmp_path / "customers.csv", index=False)
    known = WORLD.known(taken=None)
    judgement = judge(tmp_path / "customers.csv", "customers", known, SETTINGS)
    accepted = judgement.accepted
    assert {reason.rule for reason in judgement.reasons} == {"absent_column"}
    assert accepted["customer_id"].to_pylist() == ["007", "1", "1.10", "A-1", ids[4], "12"]


@pytest.mark.parametrize(
    "name",
    [
        "utf_16",
        "utf_32",
        "exports_joined_with_their_marks",
        "midnights_with_an_offset_as_text",
        "blanks_around_ids",
        "number_signs_in_the_header",
        "ids_as_decimals",
        "ids_as_string_views",
        "line_breaks_inside_quotes",
    ],
)
def test_another_writing_is_the_same_table(name, tmp_path):
    (fault,) = [fault for fault in CATALOGUE if fault.name == name]
    path, _ = fault.inject(WORLD, tmp_path, np.random.default_rng(3))
    judgement = judge(path, "transactions", WORLD.known(), SETTINGS)
    WORLD.week.to_csv(tmp_path / "batch_plain.csv", index=False)
    plain = judge(tmp_path / "batch_plain.csv", "transactions", WORLD.known(), SETTINGS)
    assert judgement.accepted.equals(plain.accepted)


@pytest.mark.parametrize("name", [f.name for f in CATALOGUE if f.rule == "unclosed_quote"])
def test_a_stray_quote_takes_no_other_line_with_it(name, tmp_path):
    (fault,) = [fault for fault in CATALOGUE if fault.name == name]
    path, bad = fault.inject(WORLD, tmp_path, np.random.default_rng(3))
    judgement = judge(path, "transactions", WORLD.known(), SETTINGS)
    assert judgement.rows == len(WORLD.week)
    numbers = judgement.accepted["row_number"].to_pylist()
    assert numbers == (np.flatnonzero(~bad) + 1).tolist()
    orders = WORLD.week.order_id[~bad].astype(str).tolist()
    assert judgement.accepted["order_id"].to_pylist() == orders


def test_floats_are_ids_up_to_what_their_type_can_tell_apart(tmp_path):
    ids = pd.Series([2**24 - 1, 2**24 + 2, 7], dtype="float32")
    customers = pd.DataFrame({"customer_id": ids, "customer_type": "T"})
    customers.to_parquet(tmp_path / "customers.parquet")
    lenient = QualitySettings(bad_row_share=0.5)
    judgement = judge(tmp_path / "customers.parquet", "customers", Known(), lenient)
    assert judgement.accepted["customer_id"].to_pylist() == ["16777215", "7"]
    assert judgement.quarantined["rule"].to_pylist() == ["unusable_text"]


def test_millions_of_equal_rows_are_refused_before_they_are_read(tmp_path):
    (fault,) = [fault for fault in CATALOGUE if fault.name == "parquet_bomb_of_equal_rows"]
    path, _ = fault.inject(WORLD, tmp_path, np.random.default_rng(3))
    judgement = judge(path, "transactions", WORLD.known(), SETTINGS)
    assert judgement.rows == 3 * 10**6
    assert [reason.rule for reason in judgement.reasons] == ["volume"]
    unread = [group.group for group in judgement.groups if "this far" in group.message.en]
    assert {"keys", "ranges", "references", "dates"} <= set(unread)


def test_own_column_names(tmp_path):
    names = {"InvoiceNo": "order_id", "StockCode": "product_id", "Shop": "customer_id"}
    week = WORLD.week.rename(columns={ours: theirs for theirs, ours in names.items()})
    week.to_csv(tmp_path / "batch.csv", index=False)
    judgement = judge(tmp_path / "batch.csv", "transactions", WORLD.known(), SETTINGS, names)
    assert judgement.verdict is Verdict.ACCEPTED
    assert len(judgement.accepted) == len(week)


def test_the_page_runs_nothing_and_loads_nothing(tmp_path):
    attack = "<script>alert(1)</script>"
    week = WORLD.week.astype({"customer_id": str})
    week.loc[:9, "items"] = None
    week.loc[:9, "customer_id"] = attack
    path = tmp_path / f"batch {attack[:8]}.csv"
    week.to_csv(path, index=False)
    judgement = judge(path, "transactions", WORLD.known(), SETTINGS)
    page = validation_page(judgement, sentence(judgement), "en", "es")
    assert judgement.verdict is Verdict.PARTIAL
    assert "&lt;script&gt;" in page
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in page
    assert STYLE in page
    assert not re.search(r"<(script|img|link (?!rel=.icon. href=.data:)|iframe)|https?://", page)
    assert not re.search(r"\son\w+=", page)
    for reason in judgement.reasons:
        assert reason.rule in page


def test_the_page_of_an_unreadable_file(tmp_path):
    (tmp_path / "batch.parquet").write_bytes(b"PAR1 nothing")
    judgement = judge(tmp_path / "batch.parquet", "transactions", WORLD.known(), SETTINGS)
    page = validation_page(judgement, sentence(judgement), "es", "es")
    assert "Rechazado" in page


def test_no_formula_reaches_a_csv_export():
    frame = pd.DataFrame(
        {
            "id": ["=cmd|'/C calc'!A0", "@SUM(1)", "+1+1", "-5", "\t=1", " =1", "plain", None],
            "n": [-1.5] * 8,
        }
    )
    safe = escape_formulas(frame)
    assert safe["id"].tolist()[:7] == [
        *("'=cmd|'/C calc'!A0", "'@SUM(1)", "'+1+1", "-5", "'\t=1", "' =1", "plain"),
    ]
    assert safe["n"].tolist() == frame["n"].tolist()
    assert list(escape_formulas(pd.DataFrame({"=a": [1]})).columns) == ["'=a"]


def test_csv_habits_of_spreadsheets(tmp_path):
    rows = WORLD.week.to_csv(index=False, sep=";", lineterminator=";;\r\n")
    (tmp_path / "batch.csv").write_text("sep=;\r\n" + rows + "\r\n\r\n", newline="")
    judgement = judge(tmp_path / "batch.csv", "transactions", WORLD.known(), SETTINGS)
    assert judgement.verdict is Verdict.ACCEPTED
    assert len(judgement.accepted) == len(WORLD.week)
