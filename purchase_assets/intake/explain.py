"""From outcomes to words: reasons of the file, results of the groups, reasons of the rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from purchase_assets.intake.examples import WHOLE_ROW, Identity
from purchase_assets.intake.judgement import QUARANTINE_SCHEMA, GroupResult, Known, Reason
from purchase_assets.intake.reading.columns import Columns
from purchase_assets.intake.reading.sources import Source
from purchase_assets.intake.reading.values import Dialect
from purchase_assets.intake.rules import messages
from purchase_assets.intake.rules.catalogue import column_rules
from purchase_assets.intake.rules.rule import Group, Rule, Severity
from purchase_assets.intake.rules.suites import Outcome
from purchase_assets.kinds import Kind
from purchase_assets.settings import QualitySettings
from purchase_assets.text import Text

READING_KEY = "_reading"
"""Entry of an original row that keeps how its file wrote numbers and dates."""


@dataclass(frozen=True)
class RowReason:
    """A broken row rule and the positions of the rows that broke it."""

    rule: Rule
    column: str | None
    positions: np.ndarray
    message: Text


@dataclass(frozen=True)
class Explanation:
    """All the words about one upload."""

    reasons: tuple[Reason, ...]
    groups: tuple[GroupResult, ...]
    row_reasons: tuple[RowReason, ...]


def explain(
    outcomes: Sequence[Outcome],
    rows: int,
    columns: Columns,
    known: Known,
    settings: QualitySettings,
    facts: Mapping[str, Any],
    examples: Mapping[Identity, Text] | None = None,
) -> Explanation:
    """Put into words what the suites said about a file of `rows` rows.

    Parameters
    ----------
    facts : mapping
        Numbers and texts that sentences mention.
    examples : mapping, optional
        Sentences to add, by broken rule.
    """
    words = _words(columns, known, settings, facts)
    failed = [o for o in outcomes if not o.success and not o.raised]
    reasons: dict[Identity, Reason] = {}
    for outcome in sorted(failed, key=_weight):
        identity = _identity(outcome)
        if identity not in reasons and (outcome.decides or columns.found):
            reasons[identity] = _reason(outcome, words, (examples or {}).get(identity))
    return Explanation(
        reasons=tuple(reasons.values()),
        groups=tuple(_group(group, outcomes, reasons, rows) for group in Group),
        row_reasons=tuple(
            RowReason(
                o.rule, o.column, o.failed, messages.row_message(o.rule, **words, column=o.column)
            )
            for o in outcomes
            if o.is_of_rows and o.decides and len(o.failed)
        ),
    )


def _weight(outcome: Outcome) -> tuple[bool, bool, int]:
    """Errors before warnings, the file before its rows, many rows before few."""
    return not outcome.decides, outcome.is_of_rows, -len(outcome.failed)


def _identity(outcome: Outcome) -> Identity:
    """What is said once: missing columns together, other rules column by column."""
    alike = outcome.rule in (column_rules.MISSING_COLUMN, column_rules.ABSENT_COLUMN)
    return outcome.rule, None if alike else outcome.column


def _reason(outcome: Outcome, words: Mapping[str, Any], example: Text | None) -> Reason:
    words = {**words, "column": outcome.column}
    count = len(outcome.failed)
    if outcome.is_of_rows:
        message = messages.rows_message(outcome.rule, count, **words)
    else:
        message = messages.fill(_sentence(outcome.rule, words), words)
    said = Text.joined([message, *([example] if example else [])])
    return Reason(outcome.rule.name, said, count, outcome.severity)


def _sentence(rule: Rule, words: Mapping[str, Any]) -> Text:
    """The rule's own sentence, or the one for several columns, or for no table at all."""
    if rule is not column_rules.MISSING_COLUMN:
        return rule.sentence
    if "look" in words:
        return column_rules.NO_COLUMNS
    return column_rules.MISSING_COLUMNS if ", " in words["missing"] else rule.sentence


def _words(
    columns: Columns, known: Known, settings: QualitySettings, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything a sentence may mention."""
    kind_columns = [*columns.found, *columns.clashes, *columns.missing]
    return {
        **facts,
        "bad_row_limit": settings.bad_row_share,
        "unknown_limit": settings.unknown_reference_share,
        "one_customer_limit": settings.one_customer_share,
        "items_p999": known.items_p999 or 0,
        "today": known.today,
        "first_week": known.first_week,
        "needed": ", ".join(c for c in kind_columns if any(c in kind.needed for kind in Kind)),
        "missing": listing(columns.missing),
        "absent": listing(columns.absent),
        "delivered": listing([*columns.found.values(), *columns.extra]),
        "extra": listing(columns.extra),
        "clashes": "; ".join(f"{ours}: {listing(c)}" for ours, c in columns.clashes.items()),
    }


def listing(names: Any) -> str:
    """At most eight names, none of them long."""
    shown = [str(name)[:60] for name in names]
    return ", ".join(shown[:8]) + (f" (+{len(shown) - 8})" if len(shown) > 8 else "")


def _group(
    group: Group,
    outcomes: Sequence[Outcome],
    reasons: Mapping[Identity, Reason],
    rows: int,
) -> GroupResult:
    members = [o for o in outcomes if o.rule.group is group]
    if not members:
        reached = any(o.is_of_rows for o in outcomes)
        message = messages.NOT_APPLICABLE if reached else messages.NOT_REACHED
        return GroupResult(group, reached, Severity.WARN, 0, 0, message)
    failed = [o for o in members if not o.success]
    if not failed:
        return GroupResult(group, True, Severity.ERROR, rows, 0, messages.group_passed(rows))
    broken = dict.fromkeys(_identity(o) for o in failed)
    said = [reasons[identity] for identity in broken if identity in reasons]
    return GroupResult(
        group,
        False,
        Severity.ERROR if any(o.decides for o in failed) else Severity.WARN,
        rows,
        len(np.unique(np.concatenate([o.failed for o in failed]))),
        Text.joined(reason.message for reason in said),
    )


def quarantine_table(
    bad: np.ndarray,
    row_reasons: Sequence[RowReason],
    row_numbers: np.ndarray,
    originals: Sequence[str],
) -> pa.Table:
    """The rows at the `bad` positions, each filed under the first rule it broke.

    Parameters
    ----------
    bad, row_numbers : ndarray of int64, shape (bad rows,)
        Positions among the judged rows, and numbers in the delivered file.
    originals : sequence of str
        Their delivered texts as JSON.
    """
    broken: dict[int, list[RowReason]] = {int(position): [] for position in bad}
    for reason in row_reasons:
        for position in reason.positions.tolist():
            broken[position].append(reason)
    said = [_most_telling(broken[int(position)]) for position in bad]
    return pa.table(
        [
            row_numbers,
            [reasons[0].rule.name for reasons in said],
            [Text.joined(reason.message for reason in reasons)._asdict() for reasons in said],
            list(originals),
        ],
        schema=QUARANTINE_SCHEMA,
    )


def originals_as_json(source: Source, row_numbers: np.ndarray, dialect: Dialect) -> list[str]:
    """The delivered texts of some rows, with how the file wrote numbers and dates."""
    reading = {} if dialect == Dialect() else {READING_KEY: dialect.as_text()}
    return [
        json.dumps({**row, **reading}, ensure_ascii=False) for row in source.originals(row_numbers)
    ]


def _most_telling(reasons: Sequence[RowReason]) -> list[RowReason]:
    """The first reason for each column: what cannot be read is also missing, say it once."""
    if reasons[0].rule in WHOLE_ROW:
        return [reasons[0]]
    return list({reason.column: reason for reason in reversed(reasons)}.values())[::-1]
