"""What the gate says: where to look, what is wrong there, and nothing that is not so."""

import csv
import io
import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Judgement
from purchase_assets.kinds import Verdict
from purchase_assets.settings import QualitySettings
from purchase_assets_tests.intake.worlds import made_up_world

WORLD = made_up_world()
KNOWN = WORLD.known()
SETTINGS = QualitySettings()
TABLE = WORLD.week.assign(purchase_date=WORLD.week.purchase_date.astype(str))


@pytest.fixture
def judged(tmp_path):
    def judged(content: str | bytes | pd.DataFrame) -> Judgement:
        if isinstance(content, pd.DataFrame):
            content = content.to_csv(index=False)
        path = tmp_path / "batch.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return judge(path, "transactions", KNOWN, SETTINGS)

    return judged


def spoilt(column: str, value: object, rows: list[int]) -> pd.DataFrame:
    week = TABLE.astype({column: object})
    week.loc[[row - 1 for row in rows], column] = value
    return week


def said(judgement: Judgement) -> dict[str, tuple[str, str]]:
    return {reason.rule: tuple(reason.message) for reason in judgement.reasons}


def test_a_refused_file_names_rows_and_their_values(judged):
    judgement = judged(spoilt("items", "1.234,5x", list(range(17, 217))))
    assert judgement.verdict is Verdict.REJECTED
    english, spanish = said(judgement)["unreadable_number"]
    assert "row 17: '1.234,5x'; row 18: '1.234,5x'; row 19: '1.234,5x'" in english
    assert "fila 17: '1.234,5x'; fila 18: '1.234,5x'; fila 19: '1.234,5x'" in spanish
    assert "row 20" not in english
    ranges = next(group for group in judgement.groups if group.group == "ranges")
    assert "row 17: '1.234,5x'" in ranges.message.en


def test_a_refused_file_names_ids_that_nobody_knows(judged):
    judgement = judged(spoilt("customer_id", "C-77", list(range(40, 400))))
    english, spanish = said(judgement)["unknown_customers"]
    assert "row 40: 'C-77'" in english
    assert "fila 40: 'C-77'" in spanish


def test_a_refused_calendar_names_its_dates(judged):
    english, _ = said(judged(TABLE.assign(purchase_date="2031-05-06")))["dates_out_of_calendar"]
    assert "row 1: '2031-05-06'" in english


def test_what_cannot_be_read_is_not_called_empty(judged):
    for column, value, rule in [
        ("items", "doce", "unreadable_number"),
        ("items", "inf", "not_finite"),
        ("purchase_date", "soon", "unreadable_date"),
        ("customer_id", "=1+1", "unusable_text"),
    ]:
        judgement = judged(spoilt(column, value, [5, 6]))
        assert {r.rule for r in judgement.reasons if r.severity == "ERROR"} == {rule}
        completeness = next(g for g in judgement.groups if g.group == "completeness")
        assert completeness.passed
    both = judged(
        spoilt("items", "doce", [5]).assign(order_id=TABLE.order_id.where(TABLE.index > 0))
    )
    assert {(r.rule, r.rows) for r in both.reasons if r.severity == "ERROR"} == {
        ("unreadable_number", 1),
        ("missing_value", 1),
    }


def test_an_open_quote_names_its_line(judged):
    lines = TABLE.to_csv(index=False).splitlines()
    lines[47] = '"' + lines[47]
    judgement = judged("\n".join(lines))
    assert (judgement.rows, len(judgement.quarantined)) == (len(TABLE), 1)
    assert judgement.quarantined["row_number"].to_pylist() == [47]
    english, spanish = said(judgement)["unclosed_quote"]
    assert "row 47 (line 48)" in english
    assert "fila 47 (línea 48)" in spanish
    original = json.loads(judgement.quarantined["original"][0].as_py())
    assert original["customer_id"] == f'"{TABLE.customer_id[46]}'


def test_too_many_lines_after_an_open_quote_are_refused_by_line(judged):
    rows = TABLE.to_csv(index=False).splitlines()
    english, _ = said(judged(f'{rows[0]}\n{rows[1]}\n"' + ("\n".join(rows[2:]) + "\n") * 500))[
        "unreadable"
    ]
    assert "a quote opened in line 3 is not closed" in english


def test_only_the_columns_that_cannot_be_read_are_named(tmp_path):
    week = WORLD.week.assign(items=[[value] for value in WORLD.week["items"]])
    week.to_parquet(tmp_path / "batch.parquet")
    judgement = judge(tmp_path / "batch.parquet", "transactions", KNOWN, SETTINGS)
    english, _ = said(judgement)["column_type"]
    assert "items (list<" in english
    assert "customer_id" not in english


def test_columns_of_one_name_clash_and_are_not_missing(judged):
    week = TABLE.assign(again=TABLE["items"]).rename(columns={"again": "items"})
    judgement = judged(week)
    assert [reason.rule for reason in judgement.reasons] == ["clashing_columns"]
    assert "items: items, items" in judgement.reasons[0].message.en


def test_missing_columns_are_one_sentence(judged):
    judgement = judged(TABLE.drop(columns=["items", "order_id"]))
    assert [reason.rule for reason in judgement.reasons] == ["missing_column"]
    assert "Columns order_id, items are missing" in judgement.reasons[0].message.en
    assert "Faltan las columnas order_id, items" in judgement.reasons[0].message.es


def insert_statements() -> str:
    values = ",\n".join(f"({', '.join(map(repr, row))})" for row in TABLE.values.tolist()[:50])
    return f"INSERT INTO sales VALUES\n{values};"


@pytest.mark.parametrize(
    ("content", "looks", "remedy"),
    [
        (TABLE.to_json(orient="records"), "looks like JSON", "export it as CSV or Parquet"),
        (TABLE.to_json(orient="records", lines=True), "looks like JSON", "export it"),
        (TABLE.head(50).to_xml(parser="etree").split("\n", 1)[1], "looks like XML", "export it"),
        (insert_statements(), "looks like SQL", "export it as CSV"),
        ("Ventas\nSemana 49\n\n" + TABLE.to_csv(index=False), "in line 4", "delete the lines"),
        ("# sales\n" + TABLE.to_csv(index=False, sep=";"), "in line 2", "delete the lines"),
        (TABLE.to_csv(index=False, sep="~"), "separated by '~'", "separate them by commas"),
        (TABLE.to_string(index=False), "separated by blanks", "separate them by commas"),
        (TABLE.to_csv(index=False, header=False), "first line holds values", "add a line"),
    ],
    ids=["JSON", "NDJSON", "XML", "SQL", "titles", "comment", "tilde", "fixed width", "no header"],
)
def test_a_file_that_is_no_table_is_told_what_it_looks_like(judged, content, looks, remedy):
    judgement = judged(content)
    assert judgement.verdict is Verdict.REJECTED
    assert [reason.rule for reason in judgement.reasons] == ["missing_column"]
    english, spanish = said(judgement)["missing_column"]
    assert looks in english
    assert remedy in english
    assert "customer_id, product_id, order_id, purchase_date, items" in english
    assert spanish.startswith("No se encontró ninguna columna necesaria, y ")


def test_no_character_that_a_database_refuses_reaches_a_sentence(judged, tmp_path):
    judgement = judged(TABLE.rename(columns={"items": "it\0ems", "order_id": "or\u202eder"}))
    for reason in judgement.reasons:
        assert reason.message.en.isprintable()
        assert reason.message.es.isprintable()
    pq.write_table(pa.table({"\0": [1], "a\nb": [2]}), tmp_path / "batch.parquet")
    odd = judge(tmp_path / "batch.parquet", "transactions", KNOWN, SETTINGS)
    assert all(reason.message.en.isprintable() for reason in odd.reasons)
    cell = judged(spoilt("order_id", "12\x0034", [9]))
    assert "row 9: '12�34'" in said(cell)["unusable_text"][0]


def test_a_quoted_cell_may_hold_lines_that_look_like_rows_of_fewer_cells(judged):
    notes = io.StringIO()
    week = TABLE.assign(note="")
    week.loc[3, "note"] = "called twice,\nno answer\n\nsee 1,2"
    week.to_csv(notes, index=False, quoting=csv.QUOTE_NONNUMERIC)
    judgement = judged(notes.getvalue())
    assert judgement.verdict is Verdict.ACCEPTED
    assert (judgement.rows, len(judgement.accepted)) == (len(week), len(week))
