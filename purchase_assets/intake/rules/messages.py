"""What is said of a broken rule, of a group, and of a failure of ours, in both languages."""

from typing import Any

from purchase_assets.intake.rules.catalogue import ENGINE_ERROR
from purchase_assets.intake.rules.rule import Rule
from purchase_assets.text import Text


def row_message(rule: Rule, /, **facts: Any) -> Text:
    """The sentence of one row that broke `rule`."""
    english, spanish = fill(rule.sentence, facts)
    return Text(f"{_capital(english)}.", f"{_capital(spanish)}.")


def rows_message(rule: Rule, rows: int, /, **facts: Any) -> Text:
    """The sentence of all the rows that broke `rule`."""
    english, spanish = fill(rule.sentence, facts)
    return Text(
        f"{rows:,} {'row' if rows == 1 else 'rows'}: {english}.",
        f"{rows:,} {'fila' if rows == 1 else 'filas'}: {spanish}.",
    )


def engine_message(detail: str) -> Text:
    """The sentence of a failure of ours."""
    return fill(ENGINE_ERROR.sentence, {"detail": " ".join(detail.split())})


def group_passed(rows: int) -> Text:
    """The sentence of a group in which nothing is wrong."""
    return Text(
        f"{rows:,} rows checked, nothing wrong.", f"{rows:,} filas revisadas, nada que corregir."
    )


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
    english, spanish = (
        template.format(**{name: _fact(value, place) for name, value in facts.items()})
        for place, template in enumerate(sentence)
    )
    return Text(english, spanish)


def _fact(value: Any, place: int) -> Any:
    value = value[place] if isinstance(value, Text) else value
    return printable(value) if isinstance(value, str) else value


def printable(text: str) -> str:
    """`text` with a mark for each character that no screen shows or no database takes."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
