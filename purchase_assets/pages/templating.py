"""The pages' templates and what every one of them may use."""

import re
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from purchase_assets.intake.rules.catalogue import released
from purchase_assets.intake.rules.rule import Severity
from purchase_assets.kinds import Verdict
from purchase_assets.pages import constants, labels, wording
from purchase_assets.pages.style import STYLE
from purchase_assets.text import ROWS, Language, Text, counted, printable


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("purchase_assets.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"words": wording, "style": STYLE, "released": released}
    environment.filters |= {
        "shown": _shown,
        "local": _local,
        "label_in": labels.label,
        "labelled": _labelled,
        "commands": _commands,
        "capitalised": wording.capitalised,
    }
    environment.tests["deciding"] = lambda severity: severity is Severity.ERROR
    environment.tests["asking"] = lambda verdict: Verdict(verdict).asking
    return environment


def _shown(value: object, longest: int = 60) -> str:
    """What somebody delivered, its control characters made visible and its end cut."""
    text = str(value)
    return printable(text if len(text) <= longest else f"{text[:longest]}…")


@pass_context
def _local(context: Context, moment: Any) -> str:
    """A moment of the tables in the configured time zone."""
    return f"{context['settings'].local(moment):%Y-%m-%d %H:%M}"


def _labelled(rows: Markup, header: list[str]) -> Markup:
    """A table's rows, each cell with its column's name: a phone shows them one below the other.

    What is delivered is escaped before, so that `<td` is always the template's own.
    """
    names = [f'<td data-label="{escape(name)}"' for name in header]

    def named(row: str) -> str:
        cells = iter(names)
        return re.sub(r"<td(?=[ >])", lambda _: next(cells, "<td"), row)

    return Markup("<tr".join(map(named, re.split(r"<tr(?=[ >])", rows))))  # nosec B704


def _commands(sentence: str) -> Markup:
    """A sentence with what stands between backticks as code."""
    parts = sentence.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if place % 2 else part
        for place, part in enumerate(parts)
    )


def render(template: str, language: Language, **context: Any) -> str:
    """The page or fragment `template` in `language`."""

    def said(text: Text) -> str:
        return text.of(language)

    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            label=lambda name: labels.label(name, language),
            word=lambda constant: constants.word(constant).of(language),
            said=said,
            count_rows=lambda count: said(counted(count, ROWS)),
            number=lambda value, places=3: wording.decimal(value, places, language),
            **context,
        )
    )
