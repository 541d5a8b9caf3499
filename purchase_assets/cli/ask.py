"""The forecast of one customer, in the words of the operator page: `ask`."""

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from purchase_assets.cli.open_project import existing_project
from purchase_assets.cli.output import Json, notes, print_json, refuse, screen
from purchase_assets.pages import wording
from purchase_assets.pages.labels import label
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.pair_lists import Prediction
from purchase_assets.storage.reports.snapshot import Published, Week
from purchase_assets.text import Language

app = typer.Typer()

InLanguage = Annotated[
    Language | None, typer.Option(help="Language of the words; the settings' if left out.")
]


@app.command()
def ask(
    customer: Annotated[str, typer.Option(help="Customer id.")],
    product: Annotated[str, typer.Option(help="Product id; all of the list if left out.")] = "",
    lang: InLanguage = None,
    as_json: Json = False,
) -> None:
    """Say what a customer will probably buy in the newest forecast week, and why.

    Example: purchase-assets ask --customer 245976 --product 1304
    """
    project = existing_project()
    lang = lang or project.settings.language
    week = Published(project.reports).week()
    if week is None:
        refuse(wording.nothing_published(lang))
    if customer not in week.customers:
        refuse(wording.unknown_customer(week, customer, lang))
    listed = week.customers[customer]
    pairs = [pair for pair in listed if product in ("", pair.product_id)]
    if not pairs:
        refuse(wording.unknown_product(week, customer, product, lang))
    if as_json:
        print_json([_as_row(week, pair, lang) for pair in pairs])
    else:
        _print_list(week, customer, pairs, project.settings, lang)


def _as_row(week: Week, pair: Prediction, lang: Language) -> dict[str, object]:
    return {
        "week_start": week.week_start,
        "window_start": week.window_start,
        "window_end": week.window_end,
        **pair._asdict(),
        "customer": week.label_of(pair.customer_id),
        "product": week.label_of_product(pair.product_id),
        "chance": wording.chance_in_words(pair.probability, lang),
        "reason": wording.reason(pair, lang),
        "model_version": week.model_version,
        "data_through": week.data_through,
        "status": week.status,
    }


def _named(identifier: str, label: str) -> str:
    return identifier if label == identifier else f"{identifier}  {label}"


def _print_list(
    week: Week, customer: str, pairs: list[Prediction], settings: Settings, lang: Language
) -> None:
    today = settings.today()
    screen.print(f"{wording.window(week, lang)}. {wording.age(week, today, lang)}", highlight=False)
    if warning := wording.warning(week, today, lang):
        notes.print(warning, style="yellow", highlight=False)
    screen.print(escape(_named(customer, week.label_of(customer))), highlight=False)
    if new := pairs[0].source == "popular":
        screen.print(label("new_customer", lang), highlight=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("product", "will_buy", "how_many", "chance", "why"):
        table.add_column(label(name, lang))
    for pair in pairs:
        chance = wording.chance_in_words(pair.probability, lang)
        table.add_row(
            escape(_named(pair.product_id, week.label_of_product(pair.product_id))),
            "" if new else wording.yes_or_no(pair.will_buy, lang),
            wording.quantity(pair, lang),
            f"{chance}, {wording.percent(pair.probability, lang)}",
            wording.reason(pair, lang),
        )
    screen.print(table)
