"""Quarantined rows once more: what a person may let in, and what nobody can.

A release waives judgement (an absurd quantity that is real after all), never what the
tables cannot hold (no key, no date, no number).
"""

import json
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from purchase_assets.intake.explain import READING_KEY, explain, quarantine_table
from purchase_assets.intake.judgement import QUARANTINE_SCHEMA, Known, accepted_schema
from purchase_assets.intake.reading.columns import Columns, map_columns
from purchase_assets.intake.reading.lines import canonical
from purchase_assets.intake.reading.sources import Piece
from purchase_assets.intake.reading.values import Dialect
from purchase_assets.intake.rules import suites, upload_facts
from purchase_assets.intake.rules.catalogue.row_rules import ROW_SHAPE, UNCLOSED_QUOTE
from purchase_assets.intake.rules.rule import Severity
from purchase_assets.intake.rules.suites import Outcome
from purchase_assets.intake.verdicts import bad_rows, said_once
from purchase_assets.kinds import Kind
from purchase_assets.settings import QualitySettings


def revalidate(
    rows: pa.Table,
    kind: Kind | str,
    known: Known,
    settings: QualitySettings,
    *,
    column_names: Mapping[str, str] | None = None,
) -> tuple[pa.Table, pa.Table]:
    """Judge quarantined rows again, by themselves.

    Parameters
    ----------
    rows : pyarrow.Table
        As in `Judgement.quarantined`, of one upload.
    known : Known
        What is accepted by now.
    column_names : mapping, optional
        The column names of the settings, as at the upload.

    Returns
    -------
    accepted : pyarrow.Table
        Canonical columns and the `row_number` that each row had in its file.
    still_bad : pyarrow.Table
        As `rows`, with the rule each row breaks now; a row that came in by another way
        meanwhile is here as ``already_taken``.

    Raises
    ------
    RuntimeError
        The engine failed; nothing is known about the rows.
    """
    kind = Kind(kind)
    if not len(rows):
        return accepted_schema(kind).empty_table(), QUARANTINE_SCHEMA.empty_table()
    table, columns = _read_again(rows, kind, column_names or {}, settings)
    limits = upload_facts.row_limits(table, known, settings)
    table, outcomes = _outcomes(table, kind, known, limits)
    explanation = explain(outcomes, len(table), columns, known, settings, limits)
    bad = bad_rows(outcomes)
    good = np.setdiff1d(np.arange(len(table)), bad)
    still_bad = quarantine_table(
        bad,
        explanation.row_reasons,
        rows["row_number"].take(bad).to_numpy(),
        rows["original"].take(bad).to_pylist(),
    )
    return table.select(accepted_schema(kind).names).take(good), still_bad


def _read_again(
    rows: pa.Table, kind: Kind, column_names: Mapping[str, str], settings: QualitySettings
) -> tuple[pa.Table, Columns]:
    originals = [json.loads(text) for text in rows["original"].to_pylist()]
    dialect = Dialect.from_text(originals[0].get(READING_KEY) or Dialect().as_text())
    names = list(dict.fromkeys(n for row in originals for n in row if n != READING_KEY))
    texts = [pa.array([row.get(name) for row in originals], pa.string()) for name in names]
    rules = np.array(rows["rule"].to_pylist())
    columns = map_columns(names, kind, column_names)
    piece = Piece(
        pa.table(texts, names=names),
        cells_match=rules != ROW_SHAPE.name,
        quotes_close=rules != UNCLOSED_QUOTE.name,
    )
    table = canonical(piece, columns.found, kind, dialect, settings, 0)
    place = table.column_names.index("row_number")
    return table.set_column(place, "row_number", rows["row_number"]), columns


def _outcomes(
    table: pa.Table, kind: Kind, known: Known, limits: Mapping[str, float]
) -> tuple[pa.Table, list[Outcome]]:
    """The rows that still break a rule; a repetition counts as one here."""
    table = upload_facts.add_facts(table, kind, known)
    said = said_once(
        suites.run_suite(table.to_pandas(), suites.row_expectations(kind, known, limits))
    )
    kept = [o for o in said if o.decides and not o.rule.releasable]
    table = upload_facts.add_repeats(table, kind, bad_rows(kept), known)
    again = suites.run_suite(table.to_pandas(), suites.repeat_expectations(kind))
    raised = [outcome.raised for outcome in (*said, *again) if outcome.raised]
    if raised:
        raise RuntimeError(f"the check itself failed ({raised[0]}); no row was released; try again")
    return table, kept + [replace(outcome, severity=Severity.ERROR) for outcome in again]
