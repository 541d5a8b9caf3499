"""The upload gate: one file in, one verdict out.

`judge` reads a file in pieces, lets the suites speak, and takes the verdict from one pure
function. It never raises for bad data.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from purchase_assets.intake import fact_columns
from purchase_assets.intake.examples import Identity, find_examples
from purchase_assets.intake.explain import (
    Explanation,
    explain,
    listing,
    originals_as_json,
    quarantine_table,
)
from purchase_assets.intake.judgement import (
    QUARANTINE_SCHEMA,
    GroupResult,
    Judgement,
    Known,
    Reason,
    accepted_schema,
)
from purchase_assets.intake.profile import column_profile
from purchase_assets.intake.reading.appearance import appearance
from purchase_assets.intake.reading.columns import SCHEMAS, Columns, map_columns
from purchase_assets.intake.reading.lines import read_lines, usable_type
from purchase_assets.intake.reading.problems import Problem, ReadingError
from purchase_assets.intake.reading.sources import PIECE_ROWS, Source, open_source
from purchase_assets.intake.reading.upload_files import snapshot, upload_key
from purchase_assets.intake.rules import messages, suites, upload_facts
from purchase_assets.intake.rules.catalogue import ENGINE_ERROR, RULES
from purchase_assets.intake.rules.rule import Group, Severity
from purchase_assets.intake.rules.suites import Outcome
from purchase_assets.intake.verdicts import bad_rows, repeated_rows, said_once, verdict_of
from purchase_assets.kinds import Kind, Verdict, base_name
from purchase_assets.settings import QualitySettings
from purchase_assets.text import Text


def judge(
    path: Any,
    kind: Kind | str,
    known: Known,
    settings: QualitySettings,
    column_names: Mapping[str, str] | None = None,
    *,
    key: str | None = None,
    file_name: str | None = None,
) -> Judgement:
    """The verdict on one upload; touches nothing.

    Parameters
    ----------
    path : pathlib.Path or upath.UPath
        The file, on any fsspec file system.
    kind : Kind or str
        What the file is about, or the name of that (see `kinds.kind_of`).
    known : Known
        What earlier uploads taught.
    column_names : mapping, optional
        Delivered column name -> canonical name.
    key : str, optional
        The upload's key when it is known already.
    file_name : str, optional
        The sender's name of the file where it lies under another one.

    Returns
    -------
    Judgement
        With ENGINE_ERROR when the gate itself failed, never an exception.
    """
    kind = Kind(kind)
    blank = _nothing_taken(kind, key or "", file_name or base_name(path.name))
    try:
        blank = replace(blank, key=key or upload_key(path, kind))
        if kind is Kind.UNKNOWN:
            raise ReadingError(Problem.UNKNOWN_KIND, name=blank.file_name[-60:])
        with snapshot(path, settings) as copy:
            source = open_source(copy, kind, column_names or {}, settings)
            return _judge(source, blank, known, settings, column_names or {})
    except ReadingError as error:
        rule = RULES[error.problem]
        reason = Reason(rule.name, messages.fill(rule.sentence, error.facts), 0)
        return replace(
            blank,
            verdict=Verdict.REJECTED,
            reasons=(reason,),
            groups=_unread(reason, rule.group),
        )
    except Exception as error:  # noqa: BLE001  whatever our code or the engine raised is a verdict
        return _engine_error(blank, f"{type(error).__name__}: {error}")


def _judge(
    source: Source,
    blank: Judgement,
    known: Known,
    settings: QualitySettings,
    column_names: Mapping[str, str],
) -> Judgement:
    kind = blank.kind
    columns = map_columns(source.columns, kind, column_names)
    unusable = _unusable(source, columns, kind)
    outcomes = _check_columns(columns, kind, unusable)
    numbers = _declared_volume(source, columns, known, settings)
    outcomes += _check_file(numbers, settings)
    table = None
    examples: dict[Identity, Text] = {}
    if verdict_of(outcomes, 0) is Verdict.ACCEPTED:
        lines = read_lines(source, columns, kind, settings)
        limits = upload_facts.row_limits(lines.table, known, settings)
        table, more = _check_rows(lines.table, kind, known, limits)
        outcomes += more
        bad = bad_rows(outcomes)
        numbers = upload_facts.file_facts(table, columns.found, bad, known, settings) | limits
        outcomes += _check_file(numbers, settings)
        examples = find_examples(outcomes, table, source, columns.found)
    rows = source.count_rows() if table is None else len(table)
    words = {**numbers, "unusable": listing(unusable)}
    if not columns.found and (look := appearance(source.beginning, kind, column_names)):
        words |= {"look": look[0], "remedy": look[1]}
    explanation = explain(outcomes, rows, columns, known, settings, words, examples)
    verdict = verdict_of(outcomes, rows)
    if verdict is Verdict.ENGINE_ERROR:
        raised = next(outcome.raised for outcome in outcomes if outcome.raised)
        return _engine_error(replace(blank, rows=rows), raised)
    judgement = _described(replace(blank, verdict=verdict, rows=rows), explanation, table, numbers)
    if verdict is Verdict.REJECTED or table is None:
        return judgement
    return _taken(judgement, table, outcomes, explanation, source, lines.dialect)


def _unusable(source: Source, columns: Columns, kind: Kind) -> list[str]:
    """Delivered columns whose type cannot become what it should, with that type."""
    return [
        f"{delivered} ({source.types[delivered]})"
        for name, delivered in columns.found.items()
        if not usable_type(source.types[delivered], name, SCHEMAS[kind])
    ]


def _check_columns(columns: Columns, kind: Kind, unusable: Sequence[str]) -> list[Outcome]:
    frame = pd.DataFrame(
        {
            **{name: [True] for name in (*columns.found, *columns.clashes)},
            fact_columns.CLASHES: [len(columns.clashes)],
            fact_columns.EXTRA: [len(columns.extra)],
            fact_columns.UNUSABLE: [len(unusable)],
        }
    )
    return suites.run_suite(frame, suites.column_expectations(kind))


def _declared_volume(
    source: Source, columns: Columns, known: Known, settings: QualitySettings
) -> dict[str, float]:
    """Facts that refuse a file of absurdly many rows before they are read."""
    if source.declared_rows is None or "purchase_date" not in columns.found:
        return {}
    days = source.declared_days(columns.found["purchase_date"])
    return upload_facts.declared_volume(source.declared_rows, days, known, settings)


def _check_file(numbers: Mapping[str, float], settings: QualitySettings) -> list[Outcome]:
    if not numbers:
        return []
    frame = pd.DataFrame([numbers], index=pd.RangeIndex(1))
    return suites.run_suite(frame, suites.file_expectations(numbers, settings))


def _check_rows(
    table: pa.Table, kind: Kind, known: Known, limits: Mapping[str, float]
) -> tuple[pa.Table, list[Outcome]]:
    """The rows with all their facts, and what the row rules say about them."""
    table = upload_facts.add_facts(table, kind, known)
    outcomes = said_once(_in_pieces(table, lambda: suites.row_expectations(kind, known, limits)))
    table = upload_facts.add_repeats(table, kind, bad_rows(outcomes), known)
    return table, outcomes + _in_pieces(table, lambda: suites.repeat_expectations(kind))


def _in_pieces(table: pa.Table, expectations: Callable[[], Sequence[Any]]) -> list[Outcome]:
    """Run a suite piece by piece, so that a large file needs little memory."""
    total: list[Outcome] = []
    for start in range(0, len(table), PIECE_ROWS):
        piece = table.slice(start, PIECE_ROWS).to_pandas()
        found = [
            replace(outcome, failed=outcome.failed + start)
            for outcome in suites.run_suite(piece, expectations())
        ]
        total = [_joined(*pair) for pair in zip(total, found, strict=True)] if total else found
    return total


def _joined(first: Outcome, second: Outcome) -> Outcome:
    return replace(
        first,
        success=first.success and second.success,
        evaluated=first.evaluated + second.evaluated,
        failed=np.concatenate([first.failed, second.failed]),
        raised=first.raised or second.raised,
    )


def _described(
    judgement: Judgement,
    explanation: Explanation,
    table: pa.Table | None,
    numbers: Mapping[str, float],
) -> Judgement:
    judgement = replace(judgement, reasons=explanation.reasons, groups=explanation.groups)
    if table is None:
        return judgement
    first, last = upload_facts.first_and_last(table)
    return replace(
        judgement,
        first_day=first,
        last_day=last,
        daily_volume=numbers.get("daily_volume"),
        unknown_customers=upload_facts.unknown_ids(table, "customer_id"),
        unknown_products=upload_facts.unknown_ids(table, "product_id"),
        profile=column_profile(table, judgement.kind),
    )


def _taken(
    judgement: Judgement,
    table: pa.Table,
    outcomes: Sequence[Outcome],
    explanation: Explanation,
    source: Source,
    dialect: Any,
) -> Judgement:
    bad, repeated = bad_rows(outcomes), repeated_rows(outcomes)
    keep = np.ones(len(table), bool)
    keep[bad] = False
    # a day that nobody believes is no day on which sales are known
    first, last = upload_facts.first_and_last(table.filter(pa.array(keep)))
    keep[repeated] = False
    known_rows = ~table[fact_columns.NEW_TO_HISTORY].to_numpy(zero_copy_only=False)
    known_rows[bad] = False
    return replace(
        judgement,
        accepted=table.select(accepted_schema(judgement.kind).names).filter(pa.array(keep)),
        quarantined=quarantine_table(
            bad,
            explanation.row_reasons,
            bad + 1,
            originals_as_json(source, bad + 1, dialect) if len(bad) else [],
        ),
        duplicates=len(repeated),
        first_day=first,
        last_day=last,
        known_rows=int(known_rows.sum()),
    )


def _nothing_taken(kind: Kind, key: str, file_name: str) -> Judgement:
    return Judgement(
        kind=kind,
        key=key,
        file_name=file_name,
        verdict=Verdict.REJECTED,
        rows=0,
        accepted=accepted_schema(kind).empty_table(),
        quarantined=QUARANTINE_SCHEMA.empty_table(),
    )


def _engine_error(blank: Judgement, detail: str) -> Judgement:
    reason = Reason(ENGINE_ERROR.name, messages.engine_message(detail[:300]), 0)
    return replace(
        blank, verdict=Verdict.ENGINE_ERROR, reasons=(reason,), groups=_unread(reason, None)
    )


def _unread(reason: Reason, at: Group | None) -> tuple[GroupResult, ...]:
    """Every group of a file that could not be judged; the one `at` which it ended says why."""
    return tuple(
        GroupResult(group, False, Severity.ERROR, 0, 0, reason.message)
        if group is at
        else GroupResult(group, False, Severity.WARN, 0, 0, messages.NOT_REACHED)
        for group in Group
    )
