"""Both pages in a real browser, in both languages, by the people's own tasks."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI

from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.access_keys import digest
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.attacks import ARGUMENTS, CHROMIUM
from purchase_assets_tests.planted import KEY, READING_KEY

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here; install the package `chromium` to run this"
)
pytestmark = needs_chromium
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])
CALL_PAGE = {"es": "/", "en": "/en/"}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server in this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="module")
def address(showcase: FastAPI) -> Iterator[str]:
    """The pages over a database that no test changes."""
    with served(showcase) as address:
        yield address


@pytest.fixture
def own_address(reports: Reports, settings: Settings, actions: Any) -> Iterator[str]:
    """The pages over the test's own database."""
    with served(create_app(reports, settings, actions)) as address:
        yield address


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """A tab that fails its test when it asks another machine or writes an error."""
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    strangers: list[str] = []
    errors: list[str] = []

    def requested(request: Any) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.hostname != "127.0.0.1":
            strangers.append(request.url)

    page.on("request", requested)
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.expected_errors = []
    page.set_default_timeout(10_000)
    yield page
    if folder := os.environ.get("PURCHASE_ASSETS_SCREENSHOTS"):
        name = os.environ["PYTEST_CURRENT_TEST"].split("::")[1].split(" ")[0]
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
    context.close()
    assert strangers == []
    assert [error for error in errors if error not in page.expected_errors] == []


def accessible(page: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    serious = [
        (each["id"], [node["html"][:160] for node in each["nodes"]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


def opened(page: Any, address: str, language: str = "en") -> None:
    """Open the page of calls and wait until it answers."""
    page.goto(address + CALL_PAGE[language])
    page.locator(".pa-week").wait_for()
    page.locator("#customer input[list=customers]").wait_for()


def type_customer(page: Any, customer: str) -> None:
    box = page.locator("#customer input")
    box.fill(customer)
    box.press("Enter")


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
    accessible(page)
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
    accessible(page)


@LANGUAGES
def test_a_known_customer_is_typed_and_asked_about(page: Any, address: str, language: str) -> None:
    opened(page, address, language)
    type_customer(page, "254070")
    page.get_by_role("heading", name="254070").wait_for()
    product = page.locator(".pa-product").first.inner_text().split()[0]
    box = page.get_by_label({"es": "Producto", "en": "Product"}[language], exact=True)
    box.fill(product)
    box.press("Enter")
    answered = {"es": "Cliente 254070:", "en": "Customer 254070:"}[language]
    page.get_by_text(answered, exact=True).wait_for()


@LANGUAGES
def test_an_unknown_customer_is_told_who_exists(page: Any, address: str, language: str) -> None:
    opened(page, address, language)
    type_customer(page, "2540<b>")
    said = {"es": "no está en la lista", "en": "is not in the list"}[language]
    page.get_by_text(said).first.wait_for()
    accessible(page)
    page.get_by_role("link", name="254007").click()  # a similar one
    page.get_by_role("heading", name="254007").wait_for()


def show_list(page: Any, customer: str, how: str, language: str = "en") -> None:
    """Type a customer and ask for its list, by Enter or by the button."""
    page.locator("#customer input").fill(customer)
    if how == "Enter":
        page.keyboard.press("Enter")
    else:
        name = {"es": "Ver su lista", "en": "Show the list"}[language]
        page.get_by_role("button", name=name).click()


HOW = pytest.mark.parametrize("how", ["Enter", "button"])


@HOW
@LANGUAGES
def test_a_part_of_an_id_is_a_question_and_never_another_customer(
    page: Any, address: str, how: str, language: str
) -> None:
    opened(page, address, language)
    show_list(page, "25400", how, language)  # 254000, 254007 and others hold it
    said = {
        "es": "El cliente '25400' no está en la lista",
        "en": "Customer '25400' is not in the list",
    }[language]
    page.get_by_text(said).wait_for()
    asked = {"es": "¿Quiso decir…?", "en": "Did you mean…?"}[language]
    links = page.get_by_role("navigation", name=asked).get_by_role("link")
    assert links.all_inner_texts()[:2] == ["254000", "254007"]
    assert page.locator("h2").filter(has_text="254").count() == 0
    assert page.locator("#customer input").input_value() == "25400"
    accessible(page)
    links.nth(1).click()
    page.get_by_role("heading", name="254007").wait_for()


@HOW
@pytest.mark.parametrize(
    ("typed", "meant"),
    [("25407", "254070"), ("2544070", "254070"), ("454070", "254070"), ("245070", "254070")],
)
def test_a_slip_is_answered_with_the_id_that_was_meant(
    page: Any, address: str, how: str, typed: str, meant: str
) -> None:
    opened(page, address)
    show_list(page, typed, how)
    page.get_by_text(f"Customer '{typed}' is not in the list").wait_for()
    assert page.get_by_role("link", name=meant, exact=True).count() == 1
    assert page.locator("h2").filter(has_text="254").count() == 0


@HOW
def test_an_id_that_resembles_none_opens_none(page: Any, address: str, how: str) -> None:
    opened(page, address)
    show_list(page, "xyz", how)
    page.get_by_text("Customer 'xyz' is not in the list").wait_for()
    assert page.locator("h2").filter(has_text="254").count() == 0
    assert page.get_by_role("navigation", name="Did you mean…?").count() == 0


@HOW
def test_the_next_customer_begins_without_the_last_ones_product(
    page: Any, address: str, how: str
) -> None:
    opened(page, address)
    show_list(page, "254000", how)
    product = page.get_by_label("Product", exact=True)
    product.fill(page.locator(".pa-product").first.inner_text().split()[0])
    product.press("Enter")
    page.get_by_text("Customer 254000:", exact=True).wait_for()
    show_list(page, "254070", how)
    page.get_by_role("heading", name="254070").wait_for()
    assert product.input_value() == ""
    assert page.get_by_text("Customer 254000:", exact=True).count() == 0


@pytest.mark.parametrize(
    "event", ['Event("input", {', 'InputEvent("input", {inputType: "insertReplacementText", ']
)
def test_a_customer_is_picked_from_the_suggestions(page: Any, address: str, event: str) -> None:
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
    box.evaluate(
        'box => { box.value = "254007"; box.dispatchEvent(new ' + event + "bubbles: true})) }"
    )
    page.get_by_role("heading", name="254007").wait_for()


@LANGUAGES
def test_a_new_customer_gets_five_suggestions(page: Any, address: str, language: str) -> None:
    page.goto(f"{address}{CALL_PAGE[language]}?customer=300001")
    said = {"es": "Cinco buenas sugerencias", "en": "Five good suggestions"}[language]
    page.get_by_text(said).wait_for()
    assert page.locator("ol.pa-cards .pa-card").count() == 5


@LANGUAGES
def test_a_stale_table_warns(
    page: Any,
    own_address: str,
    reports: Reports,
    language: str,
    rows_of: Any,
    publish_rows: Any,
) -> None:
    publish_rows(reports, rows_of(status="STALE"))
    page.goto(own_address + CALL_PAGE[language])
    said = {"es": "faltan ventas recientes", "en": "recent sales are missing"}[language]
    page.get_by_role("alert").get_by_text(said).wait_for()
    accessible(page)


def test_the_page_works_by_keyboard_and_on_a_phone(page: Any, address: str) -> None:
    page.set_viewport_size({"width": 380, "height": 740})
    opened(page, address, "es")
    page.locator("#customer input").focus()
    for key in ("Control+a", "2", "5", "4", "0", "0", "7", "Enter"):
        page.keyboard.press(key)
    page.get_by_role("heading", name="254007").wait_for()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 380


def test_the_call_list_of_a_route_is_downloaded(page: Any, address: str) -> None:
    opened(page, address)
    page.get_by_role("tab", name="Whom to call").click()
    page.get_by_label("Only these customers").fill("254021\n300001; 999")
    page.get_by_role("button", name="Make the list").click()
    page.get_by_text("Not in the list: 999").wait_for()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download CSV").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("Customer,Who,Place,Product,What,Percent,How many,")
    assert {line.split(",")[0] for line in lines[1:]} == {"254021", "300001"}
    accessible(page)


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
    accessible(page)


def test_before_the_first_week_the_page_says_so(page: Any, settings: Settings) -> None:
    with served(create_app(Reports(settings.reports), settings)) as address:
        page.goto(address)
        page.get_by_text("Todavía no hay ninguna semana publicada").wait_for()


@LANGUAGES
def test_monitoring_shows_pictures_and_tables(page: Any, address: str, language: str) -> None:
    page.goto(f"{address}/monitoring?lang={language}")
    assert page.get_by_role("img").count() == 4
    title = {"es": "Filas en cuarentena", "en": "Quarantine inbox"}[language]
    page.get_by_role("heading", name=title).wait_for()
    assert page.get_by_text("<b>3</b>").count() == 5  # what was delivered, as text
    accessible(page)


def decide(form: Any, language: str, button: str, key: str) -> None:
    names = {"es": ("Su nombre", "Motivo", "Clave"), "en": ("Your name", "Reason", "API key")}
    for name, value in zip(names[language], ("Ana", "seen with the shop", key), strict=True):
        form.get_by_label(name, exact=value == key).fill(value)
    form.get_by_role("button", name=button).click()


@LANGUAGES
def test_rows_are_released_from_the_inbox(
    page: Any, own_address: str, settings: Settings, reports: Reports, language: str
) -> None:
    page.goto(f"{own_address}/monitoring?lang={language}")
    form = page.locator("form[id^=inbox]")
    form.get_by_label("17").check()
    form.get_by_label("230", exact=True).check()
    decide(form, language, {"es": "Liberar", "en": "Release"}[language], KEY)
    page.get_by_text("2 rows were released.").wait_for()
    released = reports.frame(tables.quarantine, status="RELEASED")
    assert list(released["row_number"]) == [17, 230]
    assert set(released["decided_by"]) == {"Ana"}
    assert page.locator("form[id^=inbox] input[type=checkbox]").count() == 3


def test_a_key_for_reading_releases_nothing(page: Any, own_address: str, reports: Reports) -> None:
    page.goto(f"{own_address}/monitoring?lang=en")
    page.expected_errors = [
        "Failed to load resource: the server responded with a status of 403 (Forbidden)"
    ]
    decide(page.locator("form[id^=inbox]"), "en", "Release", READING_KEY)
    page.get_by_role("alert").get_by_text("is only for reading").wait_for()
    assert set(reports.frame(tables.quarantine)["status"]) == {"WAITING"}


@LANGUAGES
def test_a_token_for_dagster_is_made(
    page: Any, own_address: str, reports: Reports, language: str
) -> None:
    page.goto(f"{own_address}/monitoring?lang={language}")
    form = page.locator("form[action='/monitoring/token']")
    form.get_by_label({"es": "Clave", "en": "API key"}[language]).fill(KEY)
    form.get_by_role("button").click()
    token = page.get_by_role("status").locator("span").inner_text()
    assert list(reports.frame(tables.launch_tokens)["digest"]) == [digest(token)]


@LANGUAGES
def test_a_model_is_rolled_back(
    page: Any, own_address: str, settings: Settings, reports: Reports, language: str
) -> None:
    page.goto(f"{own_address}/monitoring?lang={language}")
    form = page.locator("form#rollback")
    form.get_by_role("combobox").select_option("6")
    button = {"es": "Volver a esta versión", "en": "Roll back to this version"}[language]
    decide(form, language, button, KEY)
    page.get_by_text("Version 6 is champion again.").wait_for()
    in_use = {"es": "6 (en uso)", "en": "6 (in use)"}[language]
    page.get_by_role("cell", name=in_use).wait_for()
    assert reports.frame(tables.promotions)["decided_by"].iloc[-1] == "Ana"


def test_a_wrong_key_changes_nothing(page: Any, own_address: str, reports: Reports) -> None:
    page.goto(f"{own_address}/monitoring?lang=en")
    page.expected_errors = [
        "Failed to load resource: the server responded with a status of 401 (Unauthorized)"
    ]
    decide(page.locator("form[id^=inbox]"), "en", "Discard", "guessed")
    page.get_by_role("alert").get_by_text("the API key is wrong").wait_for()
    assert set(reports.frame(tables.quarantine)["status"]) == {"WAITING"}


def test_the_api_is_explained_offline(page: Any, address: str) -> None:
    page.goto(f"{address}/docs")
    page.get_by_text("Example of the answer").first.click()
    page.get_by_text('"days_since_data": 1').first.wait_for()
    accessible(page)


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
