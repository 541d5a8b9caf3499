"""What is said, in both languages."""

from datetime import date, datetime
from typing import Any

import pytest

from purchase_assets.pages import labels, wording
from purchase_assets.storage.reports.pair_lists import PairLists, Prediction
from purchase_assets.storage.reports.snapshot import Week
from purchase_assets_tests.places import DOCS


def pair(**facts: Any) -> Prediction:
    usual: dict[str, Any] = {
        "customer_id": "1",
        "product_id": "2",
        "probability": 0.8,
        "will_buy": True,
        "rank": 1,
        "weeks_bought_of_8": 6,
        "days_since_last": 5,
        "usual_gap_days": 7.2,
        "product_trend": 0.8,  # an ordinary month
        "source": "model",
    }
    return Prediction(**{**usual, **facts})


def week(**facts: Any) -> Week:
    usual: dict[str, Any] = {
        "week_start": date(2025, 1, 13),
        "window_start": date(2025, 1, 13),
        "window_end": date(2025, 1, 19),
        "model_version": "7",
        "data_through": date(2025, 1, 12),
        "status": "FRESH",
        "scored_at": datetime(2025, 1, 13, 9),
        "customers": PairLists([pair()]),
    }
    return Week(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "spanish", "english"),
    [
        (
            {},
            "compró en 6 de las últimas 8 semanas; última vez hace 5 días; "
            "suele comprar cada 7 días",
            "bought 6 of the last 8 weeks; last time 5 days ago; usually every 7 days",
        ),
        (
            {"weeks_bought_of_8": 0, "days_since_last": 90, "usual_gap_days": None},
            "no compró en las últimas 8 semanas; última vez hace 90 días",
            "not bought in the last 8 weeks; last time 90 days ago",
        ),
        (
            {"days_since_last": 1, "usual_gap_days": 0.6, "product_trend": 62 / 43},
            "compró en 6 de las últimas 8 semanas; última vez hace 1 día; suele comprar cada "
            "día; sube entre clientes de su tipo (+44 % de compradores en un mes)",
            "bought 6 of the last 8 weeks; last time 1 day ago; usually every day; "
            "rising among customers of this type (+44% buyers in a month)",
        ),
        (
            {"days_since_last": 0, "usual_gap_days": None, "product_trend": 0.5},
            "compró en 6 de las últimas 8 semanas; última vez el último día con ventas; "
            "baja entre clientes de su tipo (-50 % de compradores en un mes)",
            "bought 6 of the last 8 weeks; last time on the last day with sales; "
            "falling among customers of this type (-50% buyers in a month)",
        ),
        (
            {"product_trend": 12.0, "usual_gap_days": None, "days_since_last": None},
            "compró en 6 de las últimas 8 semanas; muchos más compradores que hace un mes "
            "entre clientes de su tipo",
            "bought 6 of the last 8 weeks; far more buyers than a month ago "
            "among customers of this type",
        ),
        (
            {"source": "popular", "weeks_bought_of_8": 0, "product_trend": None},
            "cliente sin historia: de lo más vendido entre clientes de su tipo",
            "no history yet: a best seller among customers of this type",
        ),
    ],
)
def test_the_reason_is_made_of_the_facts(facts: Any, spanish: str, english: str) -> None:
    assert wording.reason(pair(**facts), "es") == spanish
    assert wording.reason(pair(**facts), "en") == english


@pytest.mark.parametrize(
    ("chance", "spanish", "english", "number"),
    [
        (0.0, "muy poco probable", "very unlikely", "1%"),
        (0.19, "poco probable", "unlikely", "19%"),
        (0.30, "posible", "possible", "30%"),
        (0.55, "probable", "likely", "55%"),
        (0.81, "muy probable", "very likely", "81%"),
        (1.0, "casi seguro", "almost certain", "99%"),
    ],
)
def test_the_chance_in_words_and_number(
    chance: float, spanish: str, english: str, number: str
) -> None:
    assert wording.chance_in_words(chance, "es") == spanish
    assert wording.chance_in_words(chance, "en") == english
    assert wording.percent(chance, "en") == number
    assert wording.percent(chance, "es") == number.replace("%", " %")


def test_the_age_counts_days() -> None:
    assert wording.age(week(), date(2025, 1, 13), "en").endswith("12 January 2025 (1 day ago).")
    assert wording.age(week(), date(2025, 1, 13), "es").endswith("(hace 1 día).")
    assert wording.age(week(), date(2025, 1, 12), "es").endswith("(hoy).")


def test_a_warning_only_when_there_is_something_to_warn_about() -> None:
    today = date(2025, 1, 14)
    assert wording.warning(week(), today, "en") is None
    assert "recent sales are missing" in (wording.warning(week(status="STALE"), today, "en") or "")
    assert "con problemas" in (wording.warning(week(status="DEGRADED"), today, "es") or "")
    assert "19 January 2025" in (wording.warning(week(), date(2025, 1, 20), "en") or "")


def test_a_refusal_names_what_exists() -> None:
    assert "which has 1 customer; for example: 1." in wording.unknown_customer(week(), "9", "en")
    assert "Están, por ejemplo: 2." in wording.unknown_product(week(), "1", "9", "es")


def test_every_label_is_in_both_languages() -> None:
    for name, text in labels.LABELS.items():
        assert all(text), name


def test_the_operators_document_has_the_words_of_the_page() -> None:
    document = (DOCS / "operators.md").read_text("utf-8")
    starts = [end for end, _ in wording.CHANCES]
    for (_, text), start in zip(wording.CHANCES[1:], starts, strict=False):
        for words in text:
            assert f"| {words} | {round(100 * start)} " in document, words
    for language in ("es", "en"):
        assert " ".join(document.replace(">", "").split()).count(
            wording.reason(pair(), language)
        ), language
