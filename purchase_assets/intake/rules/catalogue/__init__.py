"""Every rule of the upload gate, one record each.

A new rule is a record here, an expectation in `suites` (or a `Problem` that ends the reading) and
a fault in the tests' fault catalogue. Messages, verdicts, releases, asset checks and the tables of
docs/upload_rules.md follow from the record. Nothing heavy is imported here.
"""

from types import ModuleType

from purchase_assets.intake.rules.catalogue import (
    column_rules,
    file_rules,
    reading_rules,
    row_rules,
)
from purchase_assets.intake.rules.rule import Group, Rule, Scope, Severity
from purchase_assets.text import Text

ENGINE_ERROR = Rule(
    name="engine_error",
    group=Group.SCHEMA,
    scope=Scope.FILE,
    sentence=Text(
        "The check itself failed ({detail}); nothing was taken and nothing set aside; "
        "it is tried again, and the maintainers should look.",
        "La revisión misma falló ({detail}); no se tomó ni se apartó nada; "
        "se intentará de nuevo y los responsables deben revisarlo.",
    ),
    when="our code or Great Expectations raised",
    by_content=False,
)
"""No rule of the data: what is said when the gate itself failed."""


def _records(module: ModuleType) -> tuple[Rule, ...]:
    return tuple(each for each in vars(module).values() if isinstance(each, Rule))


READING = _records(reading_rules)
CHECKED = (*_records(column_rules), *_records(row_rules), *_records(file_rules))
"""The rules that an expectation finds out."""

RULES = {rule.name: rule for rule in (*READING, *CHECKED, ENGINE_ERROR)}


def group_of(rule: str) -> Group:
    """The group of a rule by its name; `schema` for one that is gone since it was stored."""
    return RULES[rule].group if rule in RULES else Group.SCHEMA


def is_noted(rule: str) -> bool:
    """Whether a rule by its name refuses nothing: its rows are taken, or were taken before."""
    return rule in RULES and RULES[rule].severity is Severity.WARN


def may_be_released(rule: str) -> bool:
    """Whether a row that broke a rule by its name may ever be let in as it was delivered."""
    return rule in RULES and (RULES[rule].releasable or RULES[rule].release is not None)


def released(rule: str) -> Text:
    """In words, whether it may be."""
    return RULES[rule].released if rule in RULES else Text("no", "no")
