"""The validation page of one upload: one HTML file per language that opens offline.

Everything that comes from an upload is escaped, and the page forbids itself every script and
every outside address.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from purchase_assets.intake.explain import READING_KEY
from purchase_assets.intake.judgement import Judgement
from purchase_assets.kinds import Holds, Kind, Verdict
from purchase_assets.pages.charts import histogram
from purchase_assets.pages.light_words import Level
from purchase_assets.pages.place import stored_place
from purchase_assets.pages.templating import render
from purchase_assets.text import Language, Text

_WORST = 25
"""Quarantined rows shown; the rest is in the quarantine list."""
_VALUES = 12
"""Values of a row shown."""

_LEVELS = {
    Verdict.PARTIAL: Level.LOOK,
    Verdict.REJECTED: Level.ACT,
    Verdict.ENGINE_ERROR: Level.ACT,
}


@dataclass(frozen=True)
class _Row:
    """A quarantined row as it is shown."""

    row_number: int
    rule: str
    message: Text
    original: list[tuple[str, Any]]


def validation_page(
    judgement: Judgement, sentence: Text, language: Language, usual: Language
) -> str:
    """The whole page as HTML text.

    Parameters
    ----------
    sentence : Text
        What is said of the upload in one sentence.
    usual : Language
        The site's language, whose page has the upload's own name.
    """
    return render(
        "upload.html",
        language,
        place=stored_place(judgement.key, language, usual),
        judgement=judgement,
        sentence=sentence,
        level=_LEVELS.get(judgement.verdict, Level.WELL),
        counts=[
            ("rows", judgement.rows),
            ("accepted", len(judgement.accepted)),
            ("quarantined", len(judgement.quarantined)),
            ("duplicates", judgement.duplicates),
            ("known_before", judgement.known_rows),
            ("unknown_customers", judgement.unknown_customers),
            ("unknown_products", judgement.unknown_products),
        ],
        worst=_worst_rows(judgement),
        columns=[_shown_column(column, judgement.kind) for column in judgement.profile],
    )


def _worst_rows(judgement: Judgement) -> list[_Row]:
    """The first rows of each rule in turn, so that no rule hides the others."""
    frame = judgement.quarantined.to_pandas()
    frame["turn"] = frame.groupby("rule").cumcount()
    worst = frame.sort_values(["turn", "row_number"]).head(_WORST)
    return [
        _Row(row["row_number"], row["rule"], Text(**row["message"]), _original(row["original"]))
        for row in worst.to_dict("records")
    ]


def _original(original: str) -> list[tuple[str, Any]]:
    values = json.loads(original)
    values.pop(READING_KEY, None)
    return [(name, "" if value is None else value) for name, value in values.items()][:_VALUES]


def _shown_column(column: Mapping[str, Any], kind: Kind) -> dict[str, Any]:
    """A column's profile with its picture, or with its commonest values and their bars.

    Which ids are the commonest says nothing.
    """
    top = [] if column["column"] in kind.that_hold(Holds.ID) else column.get("top", [])
    most = max((rows for _, rows in top), default=1)
    shown = {**column, "top": [(value, rows, round(100 * rows / most)) for value, rows in top]}
    if "heights" not in column:
        return {**shown, "picture": None}
    ends = {name: _end(column[name]) for name in ("minimum", "maximum")}
    return {**shown, **ends, "picture": histogram(column["column"], column["heights"])}


def _end(value: Any) -> str:
    return f"{value:,.4g}" if isinstance(value, float) else str(value)[:10]
