"""What the pages and the API say about a pair, a week and its age, in Spanish and English."""

from datetime import date
from typing import Literal

from purchase_assets.storage.reports.snapshot import LONGEST_ID, Prediction, Week

Language = Literal["es", "en"]

# upper ends of the chance classes; the last class has none
CHANCES: dict[Language, list[tuple[float, str]]] = {
    "es": [
        (0.05, "muy poco probable"),
        (0.20, "poco probable"),
        (0.45, "posible"),
        (0.70, "probable"),
        (0.90, "muy probable"),
        (1.01, "casi seguro"),
    ],
    "en": [
        (0.05, "very unlikely"),
        (0.20, "unlikely"),
        (0.45, "possible"),
        (0.70, "likely"),
        (0.90, "very likely"),
        (1.01, "almost certain"),
    ],
}

MONTHS: dict[Language, tuple[str, ...]] = {
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}

TREND_WORTH_SAYING = 0.25
"""A product's buyers are said to rise or fall when they moved by at least this share: half of all
pairs stay within 15 % from one month to the next."""


def chance_in_words(probability: float, language: Language) -> str:
    """The chance as a word that a person would use."""
    return next(words for end, words in CHANCES[language] if probability < end)


def percent(probability: float, language: Language) -> str:
    """The chance as a whole percentage, never 0 or 100: the model is not certain of anything."""
    number = min(99, max(1, round(100 * probability)))
    return f"{number} %" if language == "es" else f"{number}%"


def yes_or_no(will_buy: bool, language: Language) -> str:
    """The forecast's answer."""
    return {"es": ("No", "Sí"), "en": ("No", "Yes")}[language][will_buy]


def day(value: date, language: Language) -> str:
    """A day as it is written out."""
    month = MONTHS[language][value.month - 1]
    of = " de " if language == "es" else " "
    return f"{value.day}{of}{month}{of}{value.year}"


def short_day(value: date, language: Language) -> str:
    """A day below a picture."""
    return f"{value.day} {MONTHS[language][value.month - 1][:3]}"


def reason(pair: Prediction, language: Language) -> str:
    """Why the pair has its chance, counted up to the last day of sales known."""
    if pair.source == "popular":
        parts = [
            {
                "es": "cliente sin historia: de lo más vendido entre clientes de su tipo",
                "en": "no history yet: a best seller among customers of this type",
            }[language]
        ]
    else:
        parts = [_weeks(pair.weeks_bought_of_8, language)]
        parts += _last_time(pair.days_since_last, language)
        parts += _usual_gap(pair.usual_gap_days, language)
    return "; ".join(parts + _trend(pair.product_trend, language))


def _weeks(weeks: int, language: Language) -> str:
    if weeks == 0:
        return {
            "es": "no compró en las últimas 8 semanas",
            "en": "not bought in the last 8 weeks",
        }[language]
    return {
        "es": f"compró en {weeks} de las últimas 8 semanas",
        "en": f"bought {weeks} of the last 8 weeks",
    }[language]


def _last_time(days: int | None, language: Language) -> list[str]:
    if days is None:
        return []
    if days == 0:
        return [
            {
                "es": "última vez el último día con ventas",
                "en": "last time on the last day with sales",
            }[language]
        ]
    return [
        {
            "es": f"última vez hace {days} {'día' if days == 1 else 'días'}",
            "en": f"last time {days} {'day' if days == 1 else 'days'} ago",
        }[language]
    ]


def _usual_gap(days: float | None, language: Language) -> list[str]:
    if days is None:
        return []
    whole = max(1, round(days))
    if whole == 1:
        return [{"es": "suele comprar cada día", "en": "usually every day"}[language]]
    return [
        {"es": f"suele comprar cada {whole} días", "en": f"usually every {whole} days"}[language]
    ]


def _trend(trend: float | None, language: Language) -> list[str]:
    if trend is None or abs(trend - 1) < TREND_WORTH_SAYING:
        return []
    change = round(100 * (trend - 1))
    if change > 200:
        return [
            {
                "es": "muchos más compradores que hace un mes entre clientes de su tipo",
                "en": "far more buyers than a month ago among customers of this type",
            }[language]
        ]
    return [
        {
            "es": f"{'sube' if change > 0 else 'baja'} entre clientes de su tipo "
            f"({change:+d} % de compradores en un mes)",
            "en": f"{'rising' if change > 0 else 'falling'} among customers of this type "
            f"({change:+d}% buyers in a month)",
        }[language]
    ]


def age(week: Week, today: date, language: Language) -> str:
    """How old the sales behind the week are."""
    days = week.days_old(today)
    through = day(week.data_through, language)
    if language == "es":
        ago = "hoy" if days == 0 else f"hace {days} {'día' if days == 1 else 'días'}"
        return f"Ventas conocidas hasta el {through} ({ago})."
    ago = "today" if days == 0 else f"{days} {'day' if days == 1 else 'days'} ago"
    return f"Sales known up to {through} ({ago})."


def window(week: Week, language: Language) -> str:
    """The days that are forecast."""
    first, last = day(week.window_start, language), day(week.window_end, language)
    return {"es": f"Del {first} al {last}", "en": f"From {first} to {last}"}[language]


def warning(week: Week, today: date, language: Language) -> str | None:
    """What a person should know before trusting the week, or None."""
    if week.is_over(today):
        last = day(week.window_end, language)
        return {
            "es": f"Esta lista era para los días hasta el {last}, que ya pasaron. "
            "Pida al equipo de datos la de esta semana.",
            "en": f"This list was for the days up to {last}, which are over. "
            "Ask the data team for this week's.",
        }[language]
    if week.status == "FRESH":
        return None
    return {
        "STALE": {
            "es": "La lista es vieja: faltan ventas recientes. Úsela con cuidado.",
            "en": "The list is old: recent sales are missing. Use it with care.",
        },
        "DEGRADED": {
            "es": "La lista se hizo con un modelo o datos con problemas. Úsela con cuidado.",
            "en": "The list was made with a model or data that have problems. Use it with care.",
        },
        "BACKFILLED": {
            "es": "La lista se hizo después de esa semana. No la use para llamar.",
            "en": "The list was made after that week. Do not call by it.",
        },
    }[week.status][language]


def _shown(asked: str) -> str:
    """What was asked for in quotes, without the end that no id is long enough to have."""
    return repr(asked if len(asked) <= LONGEST_ID else f"{asked[:LONGEST_ID]}…")


def unknown_customer(week: Week, customer_id: str, language: Language) -> str:
    """What is said about a customer that the week does not hold; names what it does hold."""
    close = ", ".join(week.example_customers(customer_id))
    count = len(week.customers)
    return {
        "es": f"{not_listed(week, customer_id, 'es')}, que tiene {count} clientes; "
        f"por ejemplo: {close}.",
        "en": f"{not_listed(week, customer_id, 'en')}, which has {count} customers; "
        f"for example: {close}.",
    }[language]


def not_listed(week: Week, customer_id: str, language: Language) -> str:
    """That the week does not hold the customer, without a full stop."""
    monday = day(week.week_start, language)
    return {
        "es": f"El cliente {_shown(customer_id)} no está en la lista de la semana del {monday}",
        "en": f"Customer {_shown(customer_id)} is not in the list of the week of {monday}",
    }[language]


def unknown_product(week: Week, customer_id: str, product_id: str, language: Language) -> str:
    """What is said about a product that the customer's list does not hold."""
    listed = [pair.product_id for pair in week.customers[customer_id]]
    some = ", ".join(listed[:5])
    return {
        "es": f"El producto {_shown(product_id)} no está entre los {len(listed)} que se calcularon "
        f"para el cliente {customer_id!r}: lo más seguro es que no lo compre. "
        f"Están, por ejemplo: {some}.",
        "en": f"Product {_shown(product_id)} is not among the {len(listed)} scored for customer "
        f"{customer_id!r}: a purchase is very unlikely. Scored are, for example: {some}.",
    }[language]


def nothing_published(language: Language) -> str:
    """What is said before the first week."""
    return {
        "es": "Todavía no hay ninguna semana publicada. Hágala con `purchase-assets run`.",
        "en": "No week is published yet. Make one with `purchase-assets run`.",
    }[language]
