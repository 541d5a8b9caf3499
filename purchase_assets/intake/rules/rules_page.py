"""The tables of docs/upload_rules.md, written from the kinds of upload and the rules' records.

`python -m purchase_assets.intake.rules.rules_page docs/upload_rules.md` writes them anew, each
between its marks; the words around them are written by hand.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

from purchase_assets.intake.rules.catalogue import CHECKED, READING
from purchase_assets.intake.rules.rule import Rule, Scope, Severity
from purchase_assets.kinds import FILE_NAMES
from purchase_assets.settings import QualitySettings

PREFIX = "PURCHASE_ASSETS_QUALITY__"


def with_tables(page: str) -> str:
    """The page with each table that it marks as the code has it now."""
    tables = {
        "kinds": _kinds(),
        "file rules": _rules([*READING, *_deciding(Scope.COLUMN), *_deciding(Scope.FILE)]),
        "row rules": _rules(_deciding(Scope.ROW), released=True),
        "notes": _rules([rule for rule in CHECKED if rule.severity is Severity.WARN]),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name}, from the code -->\n", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        _, found, after = rest.partition(end)
        assert found, f"the page has no place for the table of {name}"
        page = f"{before}{begin}{table}\n{end}{after}"
    return page


def _kinds() -> str:
    rows = ["| kind | name begins with (any case) | needed columns | optional columns |"]
    rows.append("|---|---|---|---|")
    rows += [
        f"| {kind} | {_code(names)} | {', '.join(kind.needed)} | {', '.join(kind.optional)} |"
        for kind, names in FILE_NAMES.items()
    ]
    return "\n".join(rows)


def _deciding(scope: Scope) -> list[Rule]:
    errors = (rule for rule in CHECKED if rule.severity is Severity.ERROR)
    return [rule for rule in errors if rule.scope is scope]


def _rules(rules: Iterable[Rule], *, released: bool = False) -> str:
    names = [
        "rule",
        "check",
        "when",
        *(["can be released"] if released else []),
        f"setting (`{PREFIX}...`)",
    ]
    rows = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    rows += [f"| {' | '.join(_cells(rule, released))} |" for rule in rules]
    return "\n".join(rows)


def _cells(rule: Rule, released: bool) -> list[str]:
    when = rule.when.format(**QualitySettings().model_dump())
    settings = _code(name.upper() for name in rule.settings)
    return [f"`{rule.name}`", rule.group, when, *([rule.released.en] if released else []), settings]


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
