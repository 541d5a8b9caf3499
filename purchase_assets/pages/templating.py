"""The Jinja environment of the pages: everything escaped, one style, words by language."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from purchase_assets.intake.rules.rule import Severity
from purchase_assets.kinds import Verdict
from purchase_assets.pages import labels, wording
from purchase_assets.pages.style import STYLE
from purchase_assets.text import ROWS, Language, counted, printable


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("purchase_assets.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "words": wording,
        "LABELS": labels.LABELS,
        "WORDS": labels.WORDS,
        "style": STYLE,
    }
    environment.filters["shown"] = _shown
    environment.tests["deciding"] = lambda severity: severity is Severity.ERROR
    environment.tests["asking"] = lambda verdict: Verdict(verdict).asking
    return environment


def _shown(value: object, longest: int = 60) -> str:
    """What somebody delivered, its control characters made visible and its end cut."""
    text = str(value)
    return printable(text if len(text) <= longest else f"{text[:longest]}…")


def render(template: str, language: Language, **context: Any) -> str:
    """The page or fragment `template` in `language`."""
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            label=lambda name: labels.label(name, language),
            word=lambda constant: labels.word(constant).of(language),
            count_rows=lambda count: counted(count, ROWS).of(language),
            **context,
        )
    )
