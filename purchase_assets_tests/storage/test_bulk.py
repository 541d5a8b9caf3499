"""Rows of a frame reach a table as rows one by one would, on both databases."""

from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from purchase_assets.storage.reports import bulk, tables, weekly_predictions
from purchase_assets.storage.reports.database import Reports, records
from purchase_assets.workflows.forecast_week import content_of
from purchase_assets_tests.planted import week_rows

ODD = ["", "NULL", r"\N", "a,b", 'a "b"', "a\nb", "ñandú", "007", " x ", "nan", "None", "\\."]


@pytest.fixture
def rows() -> pd.DataFrame:
    frame = pd.DataFrame(week_rows(customers=3)[: len(ODD)])
    frame["customer_id"] = ODD
    frame["probability"] = np.nextafter(0.1, 1) * np.arange(len(ODD)) / len(ODD)
    frame["expected_items"] = np.float32(0.1)
    frame["weeks_bought_of_8"] = np.arange(float(len(ODD)))
    frame["days_since_last"] = [np.nan, *np.arange(1.0, len(ODD))]
    frame.loc[3, ["usual_gap_days", "items_low"]] = np.nan
    frame["scored_at"] = datetime(2025, 1, 13, 9, 0, 0, 7)
    return frame.sort_values(["customer_id", "product_id"], ignore_index=True)


def test_a_frame_is_written_as_its_rows_are(database_url: str, rows, monkeypatch) -> None:
    monkeypatch.setattr(bulk, "PIECE_ROWS", 5)
    reports, week = Reports(database_url), rows["week_start"].iloc[0]
    read = []
    for given in (records(rows), rows):
        reports.replace(tables.weekly_predictions, {"week_start": week}, given)
        found = weekly_predictions.of_week(reports, week)
        read.append(found.sort_values(["customer_id", "product_id"], ignore_index=True))
    pd.testing.assert_frame_equal(*read)
    assert sorted(read[1]["customer_id"]) == sorted(ODD)
    assert read[1]["expected_items"].iloc[0] == float(np.float32(0.1))
    assert content_of(read[1]) == content_of(rows)


def test_what_a_week_says_is_one_thing_and_how_it_is_marked_another(rows) -> None:
    marked = rows.assign(status="STALE", scored_at=datetime(2025, 1, 14))
    assert content_of(marked) == content_of(rows)
    for name, other in {"probability": 0.7, "window_end": date(2025, 1, 18)}.items():
        assert content_of(rows.assign(**{name: other})) != content_of(rows)
