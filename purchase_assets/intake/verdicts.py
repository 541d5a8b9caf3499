"""The verdict: one pure function over what the suites said."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from purchase_assets.intake.rules.catalogue.row_rules import (
    ALREADY_TAKEN,
    MISSING_VALUE,
    REPEATED_IN_FILE,
)
from purchase_assets.intake.rules.suites import Outcome
from purchase_assets.kinds import Verdict


def verdict_of(outcomes: Sequence[Outcome], rows: int) -> Verdict:
    """The one verdict on a file of `rows` rows.

    An engine exception comes first: it proves nothing about the file. Then a broken rule
    about the columns or the file as a whole; then rows set aside; then rows that all came
    before.
    """
    if any(outcome.raised for outcome in outcomes):
        return Verdict.ENGINE_ERROR
    if any(o.decides and not o.is_of_rows and not o.success for o in outcomes):
        return Verdict.REJECTED
    if len(bad_rows(outcomes)):
        return Verdict.PARTIAL
    if rows and len(repeated_rows(outcomes)) == rows:
        return Verdict.DUPLICATE
    return Verdict.ACCEPTED


def said_once(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same outcomes, `missing_value` only for cells about which no other rule has spoken.

    What cannot be read is null too, and is not missing.
    """
    once = []
    for outcome in outcomes:
        if outcome.rule is MISSING_VALUE and len(outcome.failed):
            others = [
                o.failed
                for o in outcomes
                if o.is_of_rows and o.decides and o.rule is not MISSING_VALUE
                if o.column in (outcome.column, None)
            ]
            failed = np.setdiff1d(outcome.failed, _union(others))
            outcome = replace(outcome, failed=failed, success=not len(failed))
        once.append(outcome)
    return once


def bad_rows(outcomes: Sequence[Outcome]) -> np.ndarray:
    """Ascending positions of the rows that broke a row rule."""
    return _union([o.failed for o in outcomes if o.is_of_rows and o.decides])


def repeated_rows(outcomes: Sequence[Outcome]) -> np.ndarray:
    """Ascending positions of the exact duplicates, rows that broke a rule left out."""
    repeated = _union([o.failed for o in outcomes if o.rule in (REPEATED_IN_FILE, ALREADY_TAKEN)])
    return np.setdiff1d(repeated, bad_rows(outcomes))


def _union(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.unique(np.concatenate([np.array([], np.int64), *parts]))
