"""A wording of the tables: a column for each language, one `Text` in a record."""

from collections.abc import Mapping
from typing import Any

from purchase_assets.text import Text

COLUMNS = {
    "title": ("title_en", "title_es"),
    "message": ("message_en", "message_es"),
    "sentence": ("sentence_en", "sentence_es"),
    "outcome_text": ("outcome_en", "outcome_es"),
    "reason": ("reason", "reason_es"),
}
"""Field of a record -> its columns, or its keys in what a table keeps as JSON."""


def to_fields(columns: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table, or an entry of its JSON, by the names that its record has."""
    fields = dict(columns)
    for name, (english, spanish) in COLUMNS.items():
        if spanish in fields:
            said = fields.pop(english), fields.pop(spanish)
            fields[name] = None if said == (None, None) else Text(*said)
    return fields


def to_columns(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A record's fields, and those of the records within it, by the names that tables have."""
    columns: dict[str, Any] = {}
    for name, value in fields.items():
        if name in COLUMNS:
            columns |= zip(COLUMNS[name], value or (None, None), strict=True)
        elif isinstance(value, tuple | list):
            columns[name] = [to_columns(one) if isinstance(one, Mapping) else one for one in value]
        else:
            columns[name] = value
    return columns
