"""The page of calls in a real browser, by the people's own tasks."""

from pathlib import Path
from typing import Any

from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.in_browser import (
    LANGUAGES,
    needs_chromium,
    opened,
    served,
)
from purchase_assets_tests.planted import KEY, publish, week_rows

pytestmark = needs_chromium
BUTTON = {"es": "Ver su lista", "en": "Show the list"}


def show_list(page: Any, customer: str, how: str = "Enter", language: str = "en") -> None:
    """Type a customer and ask for its list, by Enter or by the button."""
    page.locator("#customer input").fill(customer)
    if how == "Enter":
        page.locator("#customer input").press("Enter")
    else:
        page.get_by_role("button", name=BUTTON[language]).click()


@LANGUAGES
def test_the_first_visit_is_an_empty_page_with_an_example(
    page: Any, address: str, language: str
) -> None:
    opened(page, address, language)
    assert page.locator("#customer input").input_value() == ""
    assert page.locator(".pa-card").count() == 0
    assert page.locator("html").get_attribute("lang") == language
    known_to = {"es": "12 de enero de 2025 (hace 2 días)", "en": "12 January 2025 (2 days ago)"}
    assert known_to[language] in page.locator(".pa-week").inner_text()
    page.get_by_role("link", name="254000").click()
    heading = {"es": "Lista del cliente 254000", "en": "List of customer 254000"}[language]
    page.get_by_role("heading", name=heading).wait_for()
    assert page.get_by_text("ABARROTES, 5148").count() >= 1
    reason = page.locator(".pa-reason").first.inner_text()
    assert reason.startswith(
        {"es": "cantidad usual: 3 (1 a 8)", "en": "usual quantity: 3 (1 to 8)"}[language]
    )
    assert reason.endswith(
        tuple({"es": ("días", "mes)"), "en": ("days", "ago", "month)")}[language])
    )


@LANGUAGES
def test_the_product_s_box_belongs_to_the_customer_on_the_page(
    page: Any, address: str, language: str
) -> None:
    opened(page, address, language)
    show_list(page, "254070", "button", language)
    page.get_by_role("heading", name="254070").wait_for()
    asked = {"es": "¿Comprará {} un producto?", "en": "Will {} buy a product?"}[language]
    product = page.get_by_label(asked.format("254070"))
    listed = page.locator(".pa-product").first.inner_text().split("\n")
    for typed in listed:  # the number, then the name
        product.fill(typed)
        product.press("Enter")
        answered = {"es": "Cliente 254070:", "en": "Customer 254070:"}[language]
        page.get_by_text(answered, exact=True).wait_for()
    options = "[...document.querySelector('#products').options].map(each => each.value)"
    assert listed[0] in page.evaluate(options)
    show_list(page, "254000")
    product = page.get_by_label(asked.format("254000"))
    product.wait_for()
    assert product.input_value() == ""
    assert page.get_by_text(answered, exact=True).count() == 0


def test_what_is_typed_is_a_question_and_never_another_customer(page: Any, address: str) -> None:
    opened(page, address)
    for typed, meant in (
        ("25400", "254007"),  # 254000, 254007 and others hold it
        ("25407", "254070"),
        ("2544070", "254070"),
        ("454070", "254070"),
        ("245070", "254070"),
        ("2540<b>", "254007"),
        ("xyz", None),
    ):
        for how in ("Enter", "button"):
            show_list(page, typed, how)
            page.get_by_text(f"Customer '{typed}' is not in the list").wait_for()
            assert page.locator("h2").filter(has_text="254").count() == 0
            assert page.locator("#customer input").input_value() == typed
            similar = page.get_by_role("navigation", name="Did you mean…?").get_by_role("link")
            assert (meant in similar.all_inner_texts()) is (meant is not None)
    show_list(page, "2540<b>")
    page.get_by_role("link", name="254007").click()
    page.get_by_role("heading", name="254007").wait_for()


def test_a_customer_is_picked_from_the_suggestions(page: Any, address: str) -> None:
    opened(page, address)
    box = page.get_by_role("combobox", name="Customer (number or name)")
    with page.expect_response(lambda answer: answer.url.endswith("?q=2540")):
        box.press_sequentially("2540")
    page.wait_for_function("document.querySelectorAll('#customers option').length > 0")
    listed = page.evaluate(
        "box => [...box.list.options].map(option => option.value)", box.element_handle()
    )
    assert listed[:2] == ["254000", "254007"]
    assert all(known.startswith("2540") for known in listed)
    # what Chromium and others say when a suggestion is taken; their list is no part of the page
    events = {
        "254007": 'Event("input", {',
        "254014": 'InputEvent("input", {inputType: "insertReplacementText", ',
    }
    for customer, event in events.items():
        box.evaluate(
            f'box => {{ box.value = "{customer}"; box.dispatchEvent(new {event}bubbles: true}})) }}'
        )
        page.get_by_role("heading", name=customer).wait_for()


@LANGUAGES
def test_a_new_customer_gets_five_ideas_and_no_chance(
    page: Any, address: str, language: str
) -> None:
    opened(page, address, language, "?customer=300001")
    said = {"es": "Cinco buenas sugerencias", "en": "Five good suggestions"}[language]
    page.get_by_text(said).wait_for()
    assert page.locator("ol.pa-cards .pa-card").count() == 5
    assert page.locator(".pa-chance, .pa-answer").count() == 0


@LANGUAGES
def test_a_stale_table_warns(page: Any, stage_address: str, stage: Any, language: str) -> None:
    publish(stage.reports, week_rows(status="STALE"))
    opened(page, stage_address, language)
    said = {"es": "faltan ventas recientes", "en": "recent sales are missing"}[language]
    page.get_by_role("alert").get_by_text(said).wait_for()


def test_the_page_works_by_keyboard_and_on_a_phone(page: Any, address: str) -> None:
    page.set_viewport_size({"width": 380, "height": 740})
    opened(page, address, "es")
    page.locator("#customer input").focus()
    for key in ("Control+a", "2", "5", "4", "0", "0", "7", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="254007").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 380


def test_the_call_list_of_a_route_is_copied_and_downloaded(page: Any, address: str) -> None:
    opened(page, address)
    page.get_by_role("tab", name="Whom to call").click()
    page.get_by_label("Only these customers").fill("254021\n300001; 999")
    page.get_by_role("button", name="Make the list").click()
    page.get_by_text("Not in the list: 999").wait_for()
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    for lines, mark in (
        (Path(download.value.path()).read_text("utf-8-sig").splitlines(), ","),
        (copied.splitlines(), "\t"),
    ):
        assert lines[0].split(mark)[:4] == ["Customer", "Who", "Place", "Product"]
        assert {line.split(mark)[0] for line in lines[1:]} == {"254021", "300001"}


@LANGUAGES
def test_my_calls_of_a_zone(page: Any, address: str, language: str) -> None:
    opened(page, address, language)
    page.get_by_role("tab", name={"es": "A quién llamar", "en": "Whom to call"}[language]).click()
    page.get_by_label({"es": "Llamadas", "en": "Calls"}[language], exact=True).fill("10")
    page.get_by_label({"es": "Zona", "en": "Zone"}[language]).click()
    page.get_by_role("option", name="5148").click()
    page.get_by_role(
        "button", name={"es": "Hacer la lista", "en": "Make the list"}[language]
    ).click()
    page.get_by_text(
        {"es": "10 llamadas; se esperan", "en": "10 calls; about"}[language]
    ).wait_for()
    assert page.locator("ol.pa-calls > li").count() == 10


def test_before_the_first_week_the_page_says_so(page: Any, settings: Settings) -> None:
    with served(create_app(Reports(settings.reports), settings)) as address:
        page.goto(address)
        page.get_by_text("Todavía no hay ninguna semana publicada").wait_for()


def test_a_page_behind_the_key_asks_for_it_once(
    browser: Any, reports: Reports, settings: Settings
) -> None:
    closed = settings.model_copy(update={"api_key_for_reading": True})
    key = {"username": "ana", "password": KEY}
    with served(create_app(reports, closed)) as address:
        tab = browser.new_context(http_credentials=key).new_page()
        tab.goto(f"{address}/?customer=254000")
        tab.locator(".pa-card").first.wait_for(timeout=10_000)
        tab.context.close()
