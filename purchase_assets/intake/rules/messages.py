"""What is said of a broken rule, of a group, and of a failure of ours, in both languages."""

from typing import Any

from purchase_assets.intake.rules.catalogue import ENGINE_ERROR
from purchase_assets.intake.rules.rule import Rule
from purchase_assets.text import ROWS, Noun, Text, counted, printable


def row_message(rule: Rule, /, **facts: Any) -> Text:
    """The sentence of one row that broke `rule`."""
    return fill(rule.sentence, facts).map(lambda words: f"{_capital(words)}.")


def rows_message(rule: Rule, rows: int, /, **facts: Any) -> Text:
    """The sentence of all the rows that broke `rule`."""
    said = {"rows": counted(rows, ROWS), "said": fill(rule.sentence, facts)}
    return Text.same("{rows}: {said}.").format(**said)


def engine_message(detail: str) -> Text:
    """The sentence of a failure of ours."""
    return fill(ENGINE_ERROR.sentence, {"detail": " ".join(detail.split())})


def group_passed(rows: int) -> Text:
    """The sentence of a group in which nothing is wrong."""
    checked = counted(rows, CHECKED)
    return Text(f"{checked.en}, nothing wrong.", f"{checked.es}, nada que corregir.")


CHECKED = Noun(Text("row checked", "fila revisada"), Text("rows checked", "filas revisadas"))

NOT_REACHED = Text(
    "Not evaluated: the file did not get this far.",
    "No se evaluó: el archivo no llegó a esta etapa.",
)
"""The sentence of a group that could not be evaluated."""

NOT_APPLICABLE = Text(
    "No rule applies to this file (no history or table to compare with yet).",
    "Ninguna regla se aplica a este archivo (aún no hay historia o tabla con que comparar).",
)
"""The sentence of a group without a rule for this file."""


def fill(sentence: Text, facts: dict[str, Any]) -> Text:
    """`sentence` with its facts; one that is a `Text` has a wording for each language."""
    return sentence.format(**{name: _fact(value) for name, value in facts.items()})


def _fact(value: Any) -> Any:
    if isinstance(value, Text):
        return value.map(printable)
    return printable(value) if isinstance(value, str) else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
