"""Is all well: each light over what is planted, and what waits below it."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from purchase_assets.alerting.graph_facts import GraphFacts, Work
from purchase_assets.storage.reports import tables
from purchase_assets_tests.planted import PARTIAL, REFUSED, WEEK, publish, week_rows
from purchase_assets_tests.rows import plant

LONG_AGO = datetime(2025, 1, 14, 8)


def lights(stage: Any, lang: str = "en") -> dict[str, tuple[str, str]]:
    """Level and words of each light."""
    page = html.unescape(stage.client.get(f"/monitoring?lang={lang}").text)
    found = re.findall(
        r'<section class="pa-light pa-(\w+)".*?<h2 id="(\w+)">(.*?)</section>', page, re.S
    )
    return {
        name.removeprefix("light_"): (level, " ".join(re.sub("<.*?>", " ", said).split()))
        for level, name, said in found
    }


def quiet(stage: Any) -> None:
    """Nobody is asked for anything."""
    with stage.reports.transaction() as connection:
        connection.execute(tables.quarantine.update().values(status="DISCARDED"))
        connection.execute(tables.uploads.update().values(answer="SEEN", answered_by="Ana"))
    plant(stage.reports, tables.drift_scores, week_start=WEEK, model_version="7")


def test_all_is_well_is_said_with_its_facts(stage: Any) -> None:
    quiet(stage)
    assert lights(stage) == {
        "files": (
            "well",
            "Files ✓ Well All that came was taken; the last was transactions_0.parquet "
            "(13 January 2025).",
        ),
        "table": (
            "well",
            "This week's table ✓ Well The week of 13 January 2025 is published; sales are known "
            "up to 12 January 2025.",
        ),
        "model": (
            "well",
            "Model ✓ Well Version 7 is in use; it has learnt from sales up to 28 December 2024; "
            "F1 0.57 in the week of 6 January 2025, the simple baseline 0.54.",
        ),
        "drift": ("well", "Drift ✓ Well Week of 13 January 2025: Nothing moved."),
    }
    page = stage.client.get("/monitoring?lang=es").text
    assert "¿Está todo bien?" in page
    assert 'pa-answer-big">Sí.' in page
    assert "Nada espera." in page


def late_sales(stage: Any) -> None:
    plant(
        stage.reports,
        tables.uploads,
        key="transactions-feed5eed5eed",
        received_at=LONG_AGO,
        first_day=WEEK,
        last_day=WEEK + timedelta(days=6),
    )


def refused(stage: Any) -> None:
    plant(
        stage.reports,
        tables.uploads,
        key="unknown-0123456789ab",
        kind="unknown",
        verdict="REJECTED",
        received_at=LONG_AGO,
    )


def waiting_rows(stage: Any) -> None:
    with stage.reports.transaction() as connection:
        connection.execute(tables.quarantine.update().values(status="WAITING"))


def doubt(stage: Any) -> None:
    publish(stage.reports, week_rows(status="DEGRADED"))


def old(stage: Any) -> None:
    publish(stage.reports, week_rows(status="STALE"))


def taint(stage: Any) -> None:
    plant(stage.reports, tables.tainted_models, model_version="7", upload_key=PARTIAL)


def poor(stage: Any) -> None:
    with stage.reports.transaction() as connection:
        scores = tables.prediction_scores
        connection.execute(scores.update().where(scores.c.metric == "f1").values(value=0.2))


def drifted(stage: Any) -> None:
    scores = tables.drift_scores
    with stage.reports.transaction() as connection:
        connection.execute(
            scores.update()
            .where(scores.c.week_start == WEEK)
            .values(verdict="DRIFTED", sentence_en="Drift in brand", sentence_es="Deriva en brand")
        )


def failed(stage: Any) -> None:
    work = Work(1, LONG_AGO, "0a1b", "no space left")
    stage.actions.facts = GraphFacts(LONG_AGO, LONG_AGO, works={"daily_sales": work})


def given_up(stage: Any) -> None:
    work = Work(3, LONG_AGO, "0a1b", "no space left")
    stage.actions.facts = GraphFacts(LONG_AGO, LONG_AGO, works={"daily_sales": work})


def silent(stage: Any) -> None:
    stage.actions.facts = GraphFacts(
        LONG_AGO, datetime.min, heartbeat=LONG_AGO - timedelta(hours=1)
    )


@pytest.mark.parametrize(
    ("cause", "light", "level", "said", "todo"),
    [
        (refused, "files", "act", "unknown-0123456789ab.parquet was rejected", "decide on it"),
        (waiting_rows, "files", "look", "5 rows of transactions_0.parquet", "decide on it"),
        (late_sales, "table", "look", "More is known by now", "purchase-assets run"),
        (doubt, "table", "look", "The table is in doubt", "models rollback"),
        (old, "table", "look", "of the days up to 19 January 2025", "incoming folder"),
        (failed, "table", "look", "daily_sales failed", "purchase-assets run"),
        (given_up, "table", "act", "daily_sales was given up", "purchase-assets run"),
        (silent, "table", "act", "daemon is silent", "dagster-daemon run"),
        (taint, "model", "act", "version 7, is tainted", "models rollback"),
        (poor, "model", "look", "F1 0.20 in the week of", "two weeks running"),
        (drifted, "drift", "look", "The data have drifted", "purchase-assets decisions"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_cause_changes_its_light_and_names_what_to_do(
    stage: Any, cause: Any, light: str, level: str, said: str, todo: str
) -> None:
    quiet(stage)
    cause(stage)
    shown = lights(stage)
    assert shown[light][0] == level
    assert said in shown[light][1]
    assert todo in shown[light][1].partition("To do:")[2]
    assert {name for name, (other, _) in shown.items() if other != "well"} <= {light, "table"}
    spanish = lights(stage, "es")[light]
    assert spanish[0] == level
    assert "Qué hacer:" in spanish[1]


def test_before_anything_has_come_each_light_says_what_comes_first(stage: Any) -> None:
    for table in (
        *(tables.uploads, tables.quarantine, tables.weekly_predictions, tables.published_weeks),
        *(tables.promotions, tables.drift_scores, tables.prediction_scores),
    ):
        stage.reports.replace(table, {}, [])
    shown = lights(stage)
    assert {level for level, _ in shown.values()} == {"unknown"}
    assert all("purchase-assets run" in shown[name][1] for name in ("files", "table", "model"))


def test_what_waits_is_one_list_with_what_to_do(stage: Any) -> None:
    given_up(stage)
    late_sales(stage)
    plant(stage.reports, tables.tainted_models, model_version="6", upload_key=PARTIAL)
    plant(stage.reports, tables.notifications, outcome="FAILED", cause="no_file/2025-01-13")
    page = html.unescape(stage.client.get("/monitoring?lang=en").text)
    waiting = page.partition('id="waiting"')[2].partition("</section>")[0]
    cases = re.findall(r"<article.*?</article>", waiting, re.DOTALL)
    assert [re.sub("<.*?>", "", case).split("\n")[1].strip() for case in cases] == [
        "✕ transactions_1.parquet: rejected",
        "! transactions_0.parquet: 5 rows set aside",
        "! daily_sales was given up",
        "! Messages that may not have arrived",
        "! Tainted model versions",
        "! Weeks out of date",
    ]
    assert all("To do:" in case for case in cases)
    assert f'href="/uploads/{REFUSED}.en"' in cases[0]


def test_moments_are_those_of_the_configured_zone(stage: Any) -> None:
    page = stage.client.get("/monitoring?lang=en").text
    assert "2025-01-13 04:30" in page  # received at 07:30 UTC; Santiago is three hours behind
    assert "07:30" not in page
    assert date(2025, 1, 13) == WEEK
