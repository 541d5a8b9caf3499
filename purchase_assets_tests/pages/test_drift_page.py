"""The week's pages: both languages, escaped, complete without a network."""

import re
from datetime import date

import pandas as pd
import pytest

from purchase_assets.drift.detector import column_scores, judge
from purchase_assets.drift.evidently_page import evidently_page
from purchase_assets.drift.monitored_frames import monitored_frames
from purchase_assets.drift.moved_columns import moved_columns, shares
from purchase_assets.drift.replay import NO_HISTORY
from purchase_assets.pages.charts import bar_chart, histogram, line_chart
from purchase_assets.pages.drift_page import drift_page
from purchase_assets.pages.style import STYLE
from purchase_assets.samples.generator import SampleData, generate
from purchase_assets.settings import DriftSettings

SETTINGS = DriftSettings()
WEEK = date(2025, 2, 24)


@pytest.fixture(scope="module")
def drifted() -> dict:
    """A week in which one brand gave way to a brand with a hostile name."""
    sample: SampleData = generate(weeks=9, end=date(2025, 3, 2))
    renamed = sample.products.assign(
        brand=sample.products["brand"].replace("Brand 1", "<script>alert(1)</script>")
    )
    recent = sample.transactions["purchase_date"] >= "2025-02-24"
    reference = monitored_frames(sample.transactions[~recent], products=sample.products)
    current = monitored_frames(sample.transactions[recent], products=renamed)
    scores = column_scores(reference, current, SETTINGS)
    history = scores.assign(week_start=pd.Timestamp("2025-02-17"))
    return {
        "verdict": judge(scores, history, SETTINGS),
        "history": history,
        "reference": reference,
        "current": current,
    }


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "es",
            ["Deriva en la semana del 24 de febrero de 2025", "producto", "con deriva", "umbral"],
        ),
        ("en", ["Drift in the week of 24 February 2025", "product", "drifted", "threshold"]),
    ],
)
def test_the_page_says_what_drifted_in_words_and_pictures(
    drifted: dict, language: str, words: list[str]
) -> None:
    page = drift_page(
        WEEK,
        drifted["verdict"],
        moved_columns(WEEK, **drifted),
        language=language,
        usual="es",
        evidently_url="/e?a=1&b=2",
    )
    for word in words:
        assert word in page
    assert page.count("<svg") == 2 * len(drifted["verdict"].drifted) > 0
    assert 'href="/e?a=1&amp;b=2"' in page


def test_delivered_text_is_escaped_and_nothing_is_loaded_from_elsewhere(drifted: dict) -> None:
    page = drift_page(
        WEEK, drifted["verdict"], moved_columns(WEEK, **drifted), language="es", usual="es"
    )
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in page
    assert STYLE in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


def test_a_week_with_too_little_data_has_a_page_too(drifted: dict) -> None:
    few = {unit: frame.head(10) for unit, frame in drifted["current"].items()}
    verdict = judge(column_scores(drifted["reference"], few, SETTINGS), NO_HISTORY, SETTINGS)
    moved = moved_columns(WEEK, verdict, NO_HISTORY, drifted["reference"], few)
    page = drift_page(WEEK, verdict, moved, language="en", usual="es")
    assert "Not enough data" in page
    assert "<svg" not in page
    assert evidently_page(drifted["reference"], few, verdict.scores) == ""


def test_evidentlys_page_loads_nothing_from_elsewhere(drifted: dict) -> None:
    html = evidently_page(drifted["reference"], drifted["current"], drifted["verdict"].scores)
    assert "Drift in column" in html
    assert not re.search(r'<(script|link|img)[^>]+(src|href)="(https?:)?//', html)
    assert len(html) < 8_000_000


def test_pictures_of_one_value_and_of_one_week_can_be_drawn() -> None:
    same = pd.Series([1.0] * 5)
    values, then, now = shares("numeric", same, same)
    assert then == now
    assert sum(then) == pytest.approx(1)
    bars = bar_chart(
        "items", values, {"then": then, "now": now}, language="en", stacked=False, unit="%"
    )
    assert bars.svg.count("<rect") == 2 * len(values)
    lines = line_chart(
        "items", ["24 feb"], {"distance": [0.2]}, ("threshold", [0.1]), language="es"
    )
    assert "24 feb" in lines.svg
    assert lines.legend == [("pa-s0", "distance"), ("pa-limit", "threshold")]
    assert histogram("items", [0] * 24).svg.startswith("<svg")


def test_one_odd_week_does_not_flatten_the_others() -> None:
    weeks = [0.5, 0.7, 3000.0, 0.6, 0.4]
    labels = [f"week {number}" for number in range(5)]
    picture = line_chart("drift", labels, {"distance": weeks}, ("limit", [1.0] * 5), language="es")
    assert "▲ 3.000" in picture.svg
    assert picture.note == "▲ fuera de la imagen, con su valor"
    assert ">2<" in picture.svg  # where the axis ends
    quiet = line_chart("drift", labels[:2], {"distance": weeks[:2]}, language="en")
    assert "▲" not in quiet.svg
    assert quiet.note == ""
    bars = bar_chart("rows", labels, {"rows": [60, 50, 66_909, 55, 40]}, language="en")
    assert "▲ 67k" in bars.svg
    assert "60" in bars.svg
