"""The Jinja environment of the pages: everything escaped, words by language."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from purchase_assets.kinds import Verdict
from purchase_assets.pages import labels, wording
from purchase_assets.text import Language


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("purchase_assets.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["words"] = wording
    environment.tests["asking"] = lambda verdict: Verdict(verdict).asking
    return environment


def render(template: str, language: Language, **context: Any) -> str:
    """The page or fragment `template` in `language`."""
    return (
        _environment()
        .get_template(template)
        .render(
            language=language,
            label=lambda name: labels.label(name, language),
            word=lambda constant: labels.word(constant, language),
            **context,
        )
    )
