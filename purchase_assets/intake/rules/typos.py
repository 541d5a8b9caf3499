"""Rare category values that are a slip of the hand away from a frequent one."""

import pyarrow as pa
import pyarrow.compute as pc

from purchase_assets.intake.reading.columns import fold

_MUCH_RARER = 20
_LONG_ENOUGH = 5
_MOST_VALUES = 200


def typos(column: pa.ChunkedArray) -> set[str]:
    """Values that differ from one at least 20 times as frequent by case, accents or one letter.

    Short values and values with digits are compared by case and accents only.
    """
    entries = pc.value_counts(pc.drop_null(column)).to_pylist()
    counts = {entry["values"]: entry["counts"] for entry in entries}
    if len(counts) > _MOST_VALUES:
        return set()
    return {
        rare
        for rare, few in counts.items()
        if any(many >= _MUCH_RARER * few and _close(rare, usual) for usual, many in counts.items())
    }


def _close(one: str, other: str) -> bool:
    one, other = fold(one), fold(other)
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < _LONG_ENOUGH or any(c.isdigit() for c in one + other):
        return False
    if one in _slips(other) or other in _slips(one):
        return True
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


def _slips(word: str) -> set[str]:
    """`word` with one letter left out or two neighbours exchanged."""
    cuts = [(word[:place], word[place:]) for place in range(len(word))]
    dropped = {head + tail[1:] for head, tail in cuts}
    return dropped | {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
