"""The monitoring page in a real browser, by what people decide there."""

from typing import Any

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.access_keys import digest
from purchase_assets_tests.in_browser import LANGUAGES, needs_chromium
from purchase_assets_tests.planted import KEY, READING_KEY

pytestmark = needs_chromium


def decide(form: Any, language: str, button: str, key: str) -> None:
    names = {"es": ("Su nombre", "Motivo", "Clave"), "en": ("Your name", "Reason", "API key")}
    for name, value in zip(names[language], ("Ana", "seen with the shop", key), strict=True):
        form.get_by_label(name, exact=value == key).fill(value)
    form.get_by_role("button", name=button).click()


@LANGUAGES
def test_the_page_begins_with_the_lights_and_ends_with_the_tables(
    page: Any, address: str, language: str
) -> None:
    page.goto(f"{address}/monitoring?lang={language}")
    levels = page.locator(".pa-level").all_inner_texts()
    assert (
        levels
        == {
            "es": ["✕ Hay que actuar", "✓ Bien", "✓ Bien", "– Todavía nada"],
            "en": ["✕ Act now", "✓ Well", "✓ Well", "– Nothing yet"],
        }[language]
    )
    assert (
        page.locator("h2").all_inner_texts()[4:]
        == {
            "es": ["Lo que espera a una persona", "Las semanas en imágenes", "Para consultar"],
            "en": ["What waits for a person", "The weeks in pictures", "To look up"],
        }[language]
    )
    assert page.get_by_role("img").count() == 4
    assert page.get_by_text("<b>3</b>").count() == 5  # what was delivered, as text
    page.locator(".pa-light a").first.click()
    assert page.url.endswith("#waiting")


@LANGUAGES
def test_rows_are_released_from_the_inbox(
    page: Any, stage_address: str, stage: Any, language: str
) -> None:
    page.goto(f"{stage_address}/monitoring?lang={language}")
    form = page.locator("form[id^=inbox]")
    button = {"es": "Liberar", "en": "Release"}[language]
    page.expected_errors = [
        f"Failed to load resource: the server responded with a status of {status}"
        for status in ("422 (Unprocessable Entity)", "422 (Unprocessable Content)")
    ]
    decide(form, language, button, KEY)  # no row is ticked
    said = {"es": "No marcó ninguna fila", "en": "No row is ticked"}[language]
    page.get_by_role("alert").get_by_text(said).wait_for()
    form.get_by_label("17").check()
    form.get_by_label("230", exact=True).check()
    decide(form, language, button, KEY)
    page.get_by_text("2 rows were released.").wait_for()
    released = stage.reports.frame(tables.quarantine, status="RELEASED")
    assert list(released["row_number"]) == [17, 230]
    assert set(released["decided_by"]) == {"Ana"}
    assert page.locator("form[id^=inbox] input[name=row]").count() == 3


def test_a_key_that_may_not_changes_nothing(page: Any, stage_address: str, stage: Any) -> None:
    page.expected_errors = [
        f"Failed to load resource: the server responded with a status of {status}"
        for status in ("403 (Forbidden)", "401 (Unauthorized)")
    ]
    for key, said in ((READING_KEY, "is only for reading"), ("guessed", "the API key is wrong")):
        page.goto(f"{stage_address}/monitoring?lang=en")
        form = page.locator("form[id^=inbox]")
        form.get_by_label("All 5 rows").check()
        decide(form, "en", "Discard", key)
        page.get_by_role("alert").get_by_text(said).wait_for()
        assert set(stage.reports.frame(tables.quarantine)["status"]) == {"WAITING"}


@LANGUAGES
def test_a_token_for_dagster_is_made(
    page: Any, stage_address: str, stage: Any, language: str
) -> None:
    page.goto(f"{stage_address}/monitoring?lang={language}#token")  # the fold opens for it
    form = page.locator("form[action='/monitoring/token']")
    form.get_by_label({"es": "Clave", "en": "API key"}[language]).fill(KEY)
    form.get_by_role("button").click()
    token = page.get_by_role("status").locator("span").inner_text()
    assert list(stage.reports.frame(tables.launch_tokens)["digest"]) == [digest(token)]


@LANGUAGES
def test_a_model_is_rolled_back(page: Any, stage_address: str, stage: Any, language: str) -> None:
    page.goto(f"{stage_address}/monitoring?lang={language}#models")
    form = page.locator("form#rollback")
    form.get_by_role("combobox").select_option("6")
    button = {"es": "Volver a esta versión", "en": "Roll back to this version"}[language]
    decide(form, language, button, KEY)
    page.get_by_text("Version 6 is champion again.").wait_for()
    page.goto(f"{stage_address}/monitoring?lang={language}#models")
    in_use = {"es": "6 (en uso)", "en": "6 (in use)"}[language]
    page.get_by_role("cell", name=in_use).wait_for()
    assert stage.reports.frame(tables.promotions)["decided_by"].iloc[-1] == "Ana"
