"""Every page, in both languages, light and dark, on a desktop and on a phone."""

from typing import Any

import pytest

from purchase_assets_tests.in_browser import LANGUAGES, accessible, needs_chromium, opened
from purchase_assets_tests.planted import PARTIAL, REFUSED

pytestmark = needs_chromium
PHONE_PX = 390
STORED = {
    "a partial upload": f"/uploads/{PARTIAL}",
    "a refused upload": f"/uploads/{REFUSED}",
    "a quiet week": "/drift/2024-12-30",
    "a week that drifted": "/drift/2025-01-06",
}
NAMES = {"es": ["Página de llamadas", "Monitoreo"], "en": ["Call page", "Monitoring"]}


def looked_at(page: Any, language: str) -> None:
    """Nothing for axe in either mode, nothing off a phone's screen, the one navigation on top."""
    assert page.locator("html").get_attribute("lang") == language
    links = page.locator("header nav a").all_inner_texts()
    assert links == [*NAMES[language], {"es": "English", "en": "Español"}[language]]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        accessible(page)
    page.set_viewport_size({"width": PHONE_PX, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE_PX
    assert narrow(page) == []


def narrow(page: Any) -> list[str]:
    """Cells and cards of several words that are squeezed into less than a third of the screen."""
    return page.evaluate(
        """() => [...document.querySelectorAll("td, .pa-card span, .pa-light p")].filter(each =>
        each.offsetWidth && each.innerText.split(" ").length > 8 && each.offsetWidth < 130
        ).map(each => each.innerText)"""
    )


@LANGUAGES
@pytest.mark.parametrize("path", STORED.values(), ids=STORED)
def test_a_stored_page(page: Any, address: str, language: str, path: str) -> None:
    page.goto(f"{address}{path}")
    if language == "en":
        page.get_by_role("link", name="English").click()
    looked_at(page, language)


@LANGUAGES
def test_the_monitoring_page(page: Any, address: str, language: str) -> None:
    page.goto(f"{address}/monitoring?lang={language}")
    looked_at(page, language)


@LANGUAGES
def test_the_page_of_calls(page: Any, address: str, language: str) -> None:
    for query in ("", "?customer=25400", "?customer=300001", "?customer=254070"):
        opened(page, address, language, query)
        page.locator(".pa[role=status]").first.wait_for()
        accessible(page)
    looked_at(page, language)


@LANGUAGES
def test_today_s_calls(page: Any, address: str, language: str) -> None:
    opened(page, address, language)
    page.get_by_role("tab", name={"es": "A quién llamar", "en": "Whom to call"}[language]).click()
    page.get_by_label({"es": "Llamadas", "en": "Calls"}[language], exact=True).fill("5")
    page.get_by_role(
        "button", name={"es": "Hacer la lista", "en": "Make the list"}[language]
    ).click()
    page.locator("ol.pa-calls").wait_for()
    looked_at(page, language)


def test_the_api_is_explained_offline(page: Any, address: str) -> None:
    page.goto(f"{address}/docs")
    page.get_by_text("Example of the answer").first.click()
    page.get_by_text('"days_since_data": 1').first.wait_for()
    accessible(page)
