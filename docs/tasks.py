"""The five tasks of the people who use the pages, done by script in Chromium: clicks and seconds.

`python docs/tasks.py`, with the project's root on PYTHONPATH, prints the table of `pages.md`. The
pages are the real ones over planted weeks (`page_stage`): what a release or a rollback costs in the
lake is no part of it. Seconds are those of the machine, from the call of the page to its answer; a
person adds the time to read and to type.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from page_stage import Pages, pages

from purchase_assets_tests.planted import KEY

ROUNDS = 2


@dataclass
class Person:
    """Hands on a page: counts what they do."""

    page: Any
    address: str
    clicks: int = 0
    keys: int = 0

    def click(self, target: Any) -> None:
        """One click."""
        target.click()
        self.clicks += 1

    def type(self, target: Any, text: str, *, enter: bool = False) -> None:
        """Text into a field that has to be clicked, and perhaps Enter."""
        target.fill(text)
        self.clicks += 1
        self.keys += len(text)
        if enter:
            target.press("Enter")
            self.keys += 1


def one_customer(person: Person) -> None:
    """The list of a customer"""
    page = person.page
    page.goto(f"{person.address}/en/")
    page.locator("#customer input[list=customers]").wait_for()
    person.type(page.locator("#customer input"), "254070", enter=True)
    page.get_by_role("heading", name="254070").wait_for()


def one_product(person: Person) -> None:
    """Will this customer buy this product (its list is open)"""
    page = person.page
    product = page.locator(".pa-product").first.inner_text().split()[0]
    person.type(page.get_by_label("Will 254070 buy a product?"), product, enter=True)
    page.get_by_text("Customer 254070:", exact=True).wait_for()


def my_calls(person: Person) -> None:
    """My 60 calls of a zone"""
    page = person.page
    page.goto(f"{person.address}/en/")
    page.locator(".pa-week").wait_for()
    person.click(page.get_by_role("tab", name="Whom to call"))
    person.click(page.get_by_label("Zone"))
    person.click(page.get_by_role("option", name="5148"))
    person.click(page.get_by_role("button", name="Make the list"))
    page.locator("ol.pa-calls").wait_for()


def refused_file(person: Person) -> None:
    """Why rows of a file were set aside, and the release of two of them"""
    page = person.page
    page.goto(f"{person.address}/monitoring?lang=en")
    person.click(page.get_by_role("link", name="transactions_0.parquet").first)
    page.get_by_text("far beyond the usual").first.wait_for()
    page.go_back()
    person.clicks += 1
    form = page.locator("form[id^=inbox]")
    waiting = form.locator("input[name=row]")
    for place in range(2):
        person.click(waiting.nth(place))
    person.type(form.get_by_label("Reason"), "a wedding")
    person.type(form.get_by_label("API key", exact=True), KEY)
    person.click(form.get_by_role("button", name="Release"))
    page.get_by_text("rows were released").wait_for()


def roll_back(person: Person) -> None:
    """Roll the model back"""
    page = person.page
    page.goto(f"{person.address}/monitoring?lang=en")
    person.click(page.get_by_role("heading", name="Model versions", exact=True))
    form = page.locator("form#rollback")
    form.get_by_role("combobox").select_option(index=0)
    person.clicks += 2
    person.type(form.get_by_label("Reason"), "forgets a zone")
    person.type(form.get_by_label("API key", exact=True), KEY)
    person.click(form.get_by_role("button", name="Roll back"))
    page.get_by_text("is champion again").wait_for()


TASKS: tuple[Callable[[Person], None], ...] = (
    *(one_customer, one_product, my_calls),
    *(refused_file, roll_back),
)


def measured(stage: Pages) -> dict[str, tuple[Person, list[float]]]:
    """Each task in turn, in one tab, so that only the first round loads the pages' files."""
    found: dict[str, tuple[Person, list[float]]] = {}
    with stage.tab() as page:
        for _ in range(ROUNDS):
            for task in TASKS:
                person = Person(page, stage.address)
                begun = time.perf_counter()
                task(person)
                seconds = [*found.get(task.__name__, (person, []))[1], time.perf_counter() - begun]
                found[task.__name__] = person, seconds
    return found


def main() -> None:
    """Print the table."""
    with pages() as stage:
        found = measured(stage)
    print("| task | clicks | keys | seconds, first time | seconds, then |\n|---|---|---|---|---|")
    for task in TASKS:
        person, (first, then) = found[task.__name__]
        print(f"| {task.__doc__} | {person.clicks} | {person.keys} | {first:.1f} | {then:.1f} |")


if __name__ == "__main__":
    main()
