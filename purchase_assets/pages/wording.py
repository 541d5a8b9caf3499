"""What the pages and the API say about a pair, a week and its age, in Spanish and English."""

import math
from datetime import date

from purchase_assets.forecasting.promise import Promise
from purchase_assets.storage.reports.pair_lists import Prediction
from purchase_assets.storage.reports.snapshot import LONGEST_ID, Week
from purchase_assets.text import DAYS, Language, Noun, Text, counted

# upper ends of the chance classes; the last class has none
CHANCES = (
    (0.05, Text("very unlikely", "muy poco probable")),
    (0.20, Text("unlikely", "poco probable")),
    (0.45, Text("possible", "posible")),
    (0.70, Text("likely", "probable")),
    (0.90, Text("very likely", "muy probable")),
    (1.01, Text("almost certain", "casi seguro")),
)

MONTHS = (
    *(Text("January", "enero"), Text("February", "febrero"), Text("March", "marzo")),
    *(Text("April", "abril"), Text("May", "mayo"), Text("June", "junio")),
    *(Text("July", "julio"), Text("August", "agosto"), Text("September", "septiembre")),
    *(Text("October", "octubre"), Text("November", "noviembre"), Text("December", "diciembre")),
)

WEEKDAYS = (
    *(Text("Monday", "lunes"), Text("Tuesday", "martes"), Text("Wednesday", "miércoles")),
    *(Text("Thursday", "jueves"), Text("Friday", "viernes"), Text("Saturday", "sábado")),
    Text("Sunday", "domingo"),
)

CUSTOMERS = Noun(Text("customer", "cliente"), Text("customers", "clientes"))

TREND_WORTH_SAYING = 0.25
"""A product's buyers are said to rise or fall when they moved by at least this share: half of all
pairs stay within 15 % from one month to the next."""


def capitalised(sentence: str) -> str:
    """A sentence with a capital letter; the name of a file or an asset stays as it is."""
    first = sentence.partition(" ")[0]
    return sentence if "_" in first or "." in first else sentence[:1].upper() + sentence[1:]


SPANISH_MARKS = str.maketrans(",.", ".,")


def decimal(value: float | None, places: int, language: Language) -> str:
    """A number as the language writes it, 1,234.5 or 1.234,5; a dash where there is none."""
    if value is None or math.isnan(value):
        return "–"
    number = f"{value:,.{places}f}"
    return Text(number, number.translate(SPANISH_MARKS)).of(language)


def chance_in_words(probability: float, language: Language) -> str:
    """The chance as a word that a person would use."""
    return next(words for end, words in CHANCES if probability < end).of(language)


def percent(probability: float, language: Language) -> str:
    """The chance as a whole percentage, never 0 or 100: the model is not certain of anything."""
    number = min(99, max(1, round(100 * probability)))
    return Text(f"{number}%", f"{number} %").of(language)


def quantity(pair: Prediction, language: Language) -> str:
    """How many a purchase is of, "3 (1 to 7)"; empty where nothing is known."""
    if pair.expected_items is None or pair.items_low is None or pair.items_high is None:
        return ""
    usual, low, high = (
        max(1, round(items)) for items in (pair.expected_items, pair.items_low, pair.items_high)
    )
    if low == high:
        return f"{usual}"
    return Text(f"{usual} ({low} to {high})", f"{usual} ({low} a {high})").of(language)


def yes_or_no(will_buy: bool, language: Language) -> str:
    """The forecast's answer."""
    return (Text("Yes", "Sí") if will_buy else Text("No", "No")).of(language)


def day(value: date, language: Language) -> str:
    """A day as it is written out."""
    month = MONTHS[value.month - 1]
    return Text(
        f"{value.day} {month.en} {value.year}", f"{value.day} de {month.es} de {value.year}"
    ).of(language)


def weekday(number: int, language: Language) -> str:
    """A weekday, 1 = Monday."""
    return WEEKDAYS[number - 1].of(language)


def promise(hits: Promise, calls: int, language: Language) -> str:
    """What may come of a list of calls."""
    low, high = math.floor(hits.low), math.ceil(hits.high)
    return Text(
        f"{calls} calls; about {round(hits.expected)} purchases are expected of them, "
        f"in nine of ten weeks between {low} and {high}.",
        f"{calls} llamadas; se esperan unas {round(hits.expected)} compras, "
        f"en nueve de cada diez semanas entre {low} y {high}.",
    ).of(language)


def short_day(value: date, language: Language) -> str:
    """A day below a picture."""
    return f"{value.day} {MONTHS[value.month - 1].of(language)[:3]}"


def reason(pair: Prediction, language: Language) -> str:
    """Why the pair has its chance, counted up to the last day of sales known."""
    if pair.source == "popular":
        parts = [
            Text(
                "no history yet: a best seller among customers of this type",
                "cliente sin historia: de lo más vendido entre clientes de su tipo",
            )
        ]
    else:
        parts = [_weeks(pair.weeks_bought_of_8)]
        parts += _last_time(pair.days_since_last)
        parts += _usual_gap(pair.usual_gap_days)
    return Text.joined(parts + _trend(pair.product_trend), "; ").of(language)


def _weeks(weeks: int) -> Text:
    if weeks == 0:
        return Text("not bought in the last 8 weeks", "no compró en las últimas 8 semanas")
    return Text(
        f"bought {weeks} of the last 8 weeks", f"compró en {weeks} de las últimas 8 semanas"
    )


def _last_time(days: int | None) -> list[Text]:
    if days is None:
        return []
    if days == 0:
        return [Text("last time on the last day with sales", "última vez el último día con ventas")]
    return [Text("last time {ago}", "última vez {ago}").format(ago=_ago(days))]


def _ago(days: int) -> Text:
    return Text("{days} ago", "hace {days}").format(days=counted(days, DAYS))


def _usual_gap(days: float | None) -> list[Text]:
    if days is None:
        return []
    whole = max(1, round(days))
    if whole == 1:
        return [Text("usually every day", "suele comprar cada día")]
    return [Text(f"usually every {whole} days", f"suele comprar cada {whole} días")]


def _trend(trend: float | None) -> list[Text]:
    if trend is None or abs(trend - 1) < TREND_WORTH_SAYING:
        return []
    change = round(100 * (trend - 1))
    if change > 200:
        return [
            Text(
                "far more buyers than a month ago among customers of this type",
                "muchos más compradores que hace un mes entre clientes de su tipo",
            )
        ]
    return [
        Text(
            f"{'rising' if change > 0 else 'falling'} among customers of this type "
            f"({change:+d}% buyers in a month)",
            f"{'sube' if change > 0 else 'baja'} entre clientes de su tipo "
            f"({change:+d} % de compradores en un mes)",
        )
    ]


def age(week: Week, today: date, language: Language) -> str:
    """How old the sales behind the week are."""
    days = week.days_old(today)
    ago = _ago(days) if days else Text("today", "hoy")
    through = day(week.data_through, language)
    return (
        Text("Sales known up to {through} ({ago}).", "Ventas conocidas hasta el {through} ({ago}).")
        .format(through=through, ago=ago)
        .of(language)
    )


def window(week: Week, language: Language) -> str:
    """The days that are forecast."""
    first, last = day(week.window_start, language), day(week.window_end, language)
    return Text(f"From {first} to {last}", f"Del {first} al {last}").of(language)


def warning(week: Week, today: date, language: Language) -> str | None:
    """What a person should know before trusting the week, or None."""
    if week.is_over(today):
        last = day(week.window_end, language)
        return Text(
            f"This list was for the days up to {last}, which are over. "
            "Ask the data team for this week's.",
            f"Esta lista era para los días hasta el {last}, que ya pasaron. "
            "Pida al equipo de datos la de esta semana.",
        ).of(language)
    if week.status == "FRESH":
        return None
    return {
        "STALE": Text(
            "The list is old: recent sales are missing. Use it with care.",
            "La lista es vieja: faltan ventas recientes. Úsela con cuidado.",
        ),
        "DEGRADED": Text(
            "The list was made with a model or data that have problems. Use it with care.",
            "La lista se hizo con un modelo o datos con problemas. Úsela con cuidado.",
        ),
        "BACKFILLED": Text(
            "The list was made after that week. Do not call by it.",
            "La lista se hizo después de esa semana. No la use para llamar.",
        ),
    }[week.status].of(language)


def _shown(asked: str) -> str:
    """What was asked for in quotes, without the end that no id is long enough to have."""
    return repr(asked if len(asked) <= LONGEST_ID else f"{asked[:LONGEST_ID]}…")


def unknown_customer(week: Week, customer_id: str, language: Language) -> str:
    """What is said about a customer that the week does not hold; names what it does hold."""
    close = ", ".join(week.example_customers(customer_id))
    count = counted(len(week.customers), CUSTOMERS)
    return Text(
        f"{not_listed(week, customer_id, 'en')}, which has {count.en}; for example: {close}.",
        f"{not_listed(week, customer_id, 'es')}, que tiene {count.es}; por ejemplo: {close}.",
    ).of(language)


def not_listed(week: Week, customer_id: str, language: Language) -> str:
    """That the week does not hold the customer, without a full stop."""
    monday = day(week.week_start, language)
    return Text(
        f"Customer {_shown(customer_id)} is not in the list of the week of {monday}",
        f"El cliente {_shown(customer_id)} no está en la lista de la semana del {monday}",
    ).of(language)


def unknown_product(week: Week, customer_id: str, product_id: str, language: Language) -> str:
    """What is said about a product that the customer's list does not hold."""
    listed = [pair.product_id for pair in week.customers[customer_id]]
    some = ", ".join(listed[:5])
    return Text(
        f"Product {_shown(product_id)} is not among the {len(listed)} scored for customer "
        f"{customer_id!r}: a purchase is very unlikely. Scored are, for example: {some}.",
        f"El producto {_shown(product_id)} no está entre los {len(listed)} que se calcularon "
        f"para el cliente {customer_id!r}: lo más seguro es que no lo compre. "
        f"Están, por ejemplo: {some}.",
    ).of(language)


def nothing_published(language: Language) -> str:
    """What is said before the first week."""
    return Text(
        "No week is published yet. Make one with `purchase-assets run`.",
        "Todavía no hay ninguna semana publicada. Hágala con `purchase-assets run`.",
    ).of(language)
