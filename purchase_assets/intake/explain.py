"""From outcomes to words: reasons of the file, results of the groups, reasons of the rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from purchase_assets.intake.examples import Identity
from purchase_assets.intake.judgement import QUARANTINE_SCHEMA, GroupResult, Known, Reason
from purchase_assets.intake.reading.columns import NEEDED, Columns
from purchase_assets.intake.reading.sources import Source
from purchase_assets.intake.reading.values import Dialect
from purchase_assets.intake.rules import messages
from purchase_assets.intake.rules.groups import GROUPS
from purchase_assets.intake.rules.suites import Outcome
from purchase_assets.settings import QualitySettings

READING_KEY = "_reading"
"""Entry of an original row that keeps how its file wrote numbers and dates."""


@dataclass(frozen=True)
class RowReason:
    """A broken row rule and the positions of the rows that broke it."""

    rule: str
    column: str | None
    positions: np.ndarray
    message_en: str
    message_es: str


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
    examples: Mapping[Identity, messages.Sentence] | None = None,
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
        if identity not in reasons and not (outcome.severity == "WARN" and not columns.found):
            reasons[identity] = _reason(outcome, words, (examples or {}).get(identity))
    return Explanation(
        reasons=tuple(reasons.values()),
        groups=tuple(_group(group, outcomes, reasons, rows) for group in GROUPS),
        row_reasons=tuple(
            RowReason(
                o.rule,
                o.column,
                o.failed,
                *messages.row_message(o.rule, **words, column=o.column),
            )
            for o in outcomes
            if o.scope == "row" and o.severity == "ERROR" and len(o.failed)
        ),
    )


def _weight(outcome: Outcome) -> tuple[bool, bool, int]:
    """Errors before warnings, the file before its rows, many rows before few."""
    return outcome.severity != "ERROR", outcome.scope == "row", -len(outcome.failed)


def _identity(outcome: Outcome) -> Identity:
    """What is said once: missing columns together, other rules column by column."""
    alike = outcome.rule in ("missing_column", "absent_column")
    return outcome.rule, None if alike else outcome.column


def _reason(
    outcome: Outcome, words: Mapping[str, Any], example: messages.Sentence | None
) -> Reason:
    words = {**words, "column": outcome.column}
    count = len(outcome.failed)
    if outcome.scope == "row":
        sentence = messages.rows_message(outcome.rule, count, **words)
    else:
        sentence = messages.file_message(_sentence_name(outcome.rule, words), **words)
    english, spanish = (
        " ".join(parts) for parts in zip(sentence, *([example] if example else []), strict=True)
    )
    return Reason(outcome.rule, english, spanish, count, outcome.severity)


def _sentence_name(rule: str, words: Mapping[str, Any]) -> str:
    if rule != "missing_column":
        return rule
    if "look" in words:
        return "no_columns"
    return "missing_columns" if ", " in words["missing"] else "missing_column"


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
        "needed": ", ".join(c for c in kind_columns if any(c in n for n in NEEDED.values())),
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
    group: str,
    outcomes: Sequence[Outcome],
    reasons: Mapping[Identity, Reason],
    rows: int,
) -> GroupResult:
    members = [o for o in outcomes if o.group == group]
    if not members:
        reached = any(o.scope == "row" for o in outcomes)
        sentence = messages.group_not_applicable() if reached else messages.group_not_reached()
        return GroupResult(group, reached, "WARN", 0, 0, *sentence)
    failed = [o for o in members if not o.success]
    positions = [o.failed for o in failed] or [np.array([], np.int64)]
    count = len(np.unique(np.concatenate(positions)))
    if not failed:
        return GroupResult(group, True, "ERROR", rows, 0, *messages.group_passed(group, rows))
    said = list({id(r): r for o in failed if (r := reasons.get(_identity(o)))}.values())
    return GroupResult(
        group,
        False,
        "ERROR" if any(o.severity == "ERROR" for o in failed) else "WARN",
        rows,
        count,
        " ".join(reason.message_en for reason in said),
        " ".join(reason.message_es for reason in said),
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
            [reasons[0].rule for reasons in said],
            [" ".join(reason.message_en for reason in reasons) for reasons in said],
            [" ".join(reason.message_es for reason in reasons) for reasons in said],
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
    if reasons[0].rule in ("row_shape", "unclosed_quote"):
        return [reasons[0]]
    return list({reason.column: reason for reason in reversed(reasons)}.values())[::-1]
