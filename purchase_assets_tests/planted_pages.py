"""The stored pages of planted uploads and weeks, as the project writes them, from plain facts."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from purchase_assets.drift.detector import DriftVerdict, drifted_columns
from purchase_assets.drift.moved_columns import MovedColumn
from purchase_assets.intake.judgement import (
    QUARANTINE_SCHEMA,
    GroupResult,
    Judgement,
    Reason,
    accepted_schema,
)
from purchase_assets.intake.rules.rule import Group, Severity
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.pages.drift_page import drift_page
from purchase_assets.pages.place import stored_name
from purchase_assets.pages.upload_page import validation_page
from purchase_assets.text import LANGUAGES, Text
from purchase_assets.workflows.tell_verdict import sentence

ABSURD = Text(
    "items 5,000 is far beyond the usual; expected at most 640; release the row if it is so",
    "items 5.000 supera con mucho lo usual; se esperaba a lo más 640; libere la fila si es así",
)
FUTURE = Text(
    "purchase_date 2052-01-08 is in the future; expected 2025-01-13 at the latest; correct it",
    "purchase_date 2052-01-08 está en el futuro; se esperaba 2025-01-13 como máximo; corríjala",
)
MISSING = Text(
    "items is empty; expected a number; correct it and send the row again",
    "items está vacío; se esperaba un número; corríjalo y envíe la fila de nuevo",
)
NO_ITEMS = Text(
    "The file has no column 'items'; expected customer_id, product_id, order_id, purchase_date and "
    "items; export it with all of them.",
    "El archivo no tiene la columna 'items'; se esperaban customer_id, product_id, order_id, "
    "purchase_date e items; expórtelo con todas.",
)


def partial_judgement(key: str) -> Judgement:
    """A sales file of which five rows were set aside."""
    broken = [
        (17, "future_date", FUTURE, {"purchase_date": "2052-01-08", "items": "12"}),
        (230, "absurd_items", ABSURD, {"purchase_date": "2025-01-08", "items": "5000"}),
        (231, "absurd_items", ABSURD, {"purchase_date": "2025-01-08", "items": "<b>5000</b>"}),
        (1044, "missing_value", MISSING, {"purchase_date": "2025-01-09", "items": None}),
        (5003, "missing_value", MISSING, {"purchase_date": "2025-01-12", "items": None}),
    ]
    ids = {"customer_id": "254000", "product_id": "1303", "order_id": "900217"}
    rows = [
        {
            "row_number": number,
            "rule": rule,
            "message": text._asdict(),
            "original": json.dumps(ids | values),
        }
        for number, rule, text, values in broken
    ]
    failing = {
        Group.COMPLETENESS: (2, MISSING),
        Group.RANGES: (2, ABSURD),
        Group.DATES: (1, FUTURE),
    }
    return Judgement(
        kind=Kind.TRANSACTIONS,
        key=key,
        file_name="transactions_0.parquet",
        verdict=Verdict.PARTIAL,
        rows=5200,
        accepted=_rows_of(5195),
        quarantined=pa.Table.from_pylist(rows, schema=QUARANTINE_SCHEMA),
        unknown_customers=3,
        reasons=tuple(
            Reason(rule, text, count)
            for rule, text, count in (
                ("absurd_items", ABSURD, 2),
                ("missing_value", MISSING, 2),
                ("future_date", FUTURE, 1),
            )
        ),
        groups=_groups(failing, Severity.ERROR),
        first_day=date(2025, 1, 6),
        last_day=date(2025, 1, 12),
        profile=(
            {"column": "customer_id", "nulls": 0, "distinct": 61, "top": [("254000", 120)]},
            {
                "column": "purchase_date",
                **{"nulls": 0, "distinct": 7, "minimum": "2025-01-06", "maximum": "2025-01-12"},
                "heights": [610, 820, 790, 801, 905, 760, 509] + [0] * 17,
            },
            {
                "column": "items",
                **{"nulls": 2, "distinct": 48, "minimum": 1.0, "maximum": 5000.0},
                "heights": [2000, 1400, 820, 400, 260, 140, 80, 40, 25, 12, 6, 3] + [0] * 12,
            },
        ),
    )


def refused_judgement(key: str) -> Judgement:
    """A sales file without a column."""
    return Judgement(
        kind=Kind.TRANSACTIONS,
        key=key,
        file_name="transactions_1.parquet",
        verdict=Verdict.REJECTED,
        rows=4100,
        accepted=_rows_of(0),
        quarantined=QUARANTINE_SCHEMA.empty_table(),
        reasons=(Reason("missing_column", NO_ITEMS, 0),),
        groups=_groups({Group.SCHEMA: (0, NO_ITEMS)}, Severity.ERROR),
    )


def _rows_of(count: int) -> pa.Table:
    schema = accepted_schema(Kind.TRANSACTIONS)
    return pa.table({field.name: pa.nulls(count, field.type) for field in schema}, schema=schema)


def _groups(failing: dict[Group, tuple[int, Text]], severity: Severity) -> tuple[GroupResult, ...]:
    fine = Text("All 5,200 rows are as they should be.", "Las 5.200 filas están como deben.")
    return tuple(
        GroupResult(
            group=group,
            passed=group not in failing,
            severity=severity,
            evaluated=5200,
            failed=failing.get(group, (0, fine))[0],
            message=failing.get(group, (0, fine))[1],
        )
        for group in Group
    )


def drift_verdict(*, drifted: bool) -> DriftVerdict:
    """A week's verdict; quiet, or with a brand that gave way to another."""
    measured = [
        ("order_line", "items", 0.031),
        ("customer", "customer_type", 0.012),
        ("customer", "zone_id", 0.044),
        ("product", "brand", 0.31 if drifted else 0.052),
        ("product", "package", 0.018),
        ("pair", "days_since_last", 0.084),
        ("forecast", "probability", float("nan")),
    ]
    scores = pd.DataFrame(
        {
            "unit": unit,
            "column": column,
            "method": "jensenshannon",
            "score": score,
            "threshold": 0.1 if score == score else float("nan"),
            "reference_rows": 20_000,
            "current_rows": 5195,
            "status": "DRIFTED" if score > 0.1 else "STABLE" if score == score else "TOO_FEW_ROWS",
        }
        for unit, column, score in measured
    )
    said = (
        Text("Drift in brand (0.31 over 0.10)", "Deriva en brand (0,31 sobre 0,10)")
        if drifted
        else Text("Nothing moved beyond its threshold", "Nada pasó de su umbral")
    )
    verdict = "DRIFTED" if drifted else "STABLE"
    return DriftVerdict(verdict, drifted_columns(scores), said, scores)


def moved_brand(week: date) -> MovedColumn:
    """What is shown of a brand that gave way to another."""
    weeks = [week - timedelta(weeks=back) for back in range(11, -1, -1)]
    return MovedColumn(
        unit="product",
        column="brand",
        status="DRIFTED",
        values=["Brand 1", "Brand 31", "Brand 2", "Brand 7"],
        then=[0.34, 0.0, 0.22, 0.11],
        now=[0.04, 0.31, 0.21, 0.10],
        weeks=weeks,
        distances=[0.04, 0.05, 0.04, 0.06, 0.05, 0.03, 0.05, 0.04, 0.06, 0.05, 0.28, 0.31],
        thresholds=[0.1] * 12,
    )


def write_pages(data: Any, *, partial: str, refused: str, quiet: date, drifted: date) -> None:
    """The pages of two uploads and two weeks in both languages, Spanish the usual one."""
    uploads, drift = (Path(data) / "pages" / folder for folder in ("uploads", "drift"))
    uploads.mkdir(parents=True)
    drift.mkdir()
    for language in LANGUAGES:
        for judged in (partial_judgement(partial), refused_judgement(refused)):
            page = validation_page(judged, sentence(judged), language, "es")
            (uploads / f"{stored_name(judged.key, language, 'es')}.html").write_text(page, "utf-8")
        for week in (quiet, drifted):
            page = drift_page(
                week,
                drift_verdict(drifted=week == drifted),
                [moved_brand(week)] if week == drifted else [],
                language=language,
                usual="es",
                evidently_url=f"/drift/{week}.evidently",
            )
            (drift / f"{stored_name(str(week), language, 'es')}.html").write_text(page, "utf-8")
