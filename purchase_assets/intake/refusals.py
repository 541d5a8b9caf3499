"""What a refused upload says of the data: nothing, when it could not even be read.

A file that is in the wrong format, has lost a column or holds cells that cannot be converted tells
how it was exported, not how the world has changed. Every rule of the gate stands in exactly one of
these sets.
"""

from collections.abc import Mapping

NOT_READ = frozenset(
    {
        *("empty_file", "unknown_kind", "unknown_format", "wrong_format", "not_gzip", "bomb"),
        *("too_large", "too_many_rows", "unreadable", "unknown_encoding", "no_rows"),
        *("ambiguous_dates", "mixed_dates", "zoned_dates", "ambiguous_numbers", "mixed_numbers"),
        *("missing_column", "clashing_columns", "column_type"),
    }
)
"""The whole file could not be read as a table of its kind."""

CELLS_NOT_READ = frozenset(
    {"row_shape", "unclosed_quote", "unusable_text", "unreadable_number", "unreadable_date"}
)
"""Rows whose cells could not be read."""

WRONG_ROWS = frozenset(
    {
        *("not_finite", "missing_value", "future_date", "before_first_week", "absurd_items"),
        *("conflicting_key", "swapped_coordinates", "impossible_coordinate"),
        *("impossible_number", "category_typo"),
    }
)
"""Rows that could be read and hold wrong values."""

TOO_MANY_BAD_ROWS = frozenset({"bad_rows"})
"""The sum of the two: what most of those rows break decides."""

WRONG_FILE = frozenset(
    {
        *("unknown_customers", "unknown_products", "one_customer", "volume", "shared_orders"),
        *("dates_out_of_calendar", "quantity_scale", "no_sales"),
    }
)
"""The file could be read, and what it holds as a whole is not like what came before."""

NOTES = frozenset(
    {
        *("absent_column", "extra_columns", "mostly_empty", "unknown_customer", "unknown_product"),
        *("repeated_in_file", "already_taken", "engine_error"),
    }
)
"""Refuse nothing."""


def is_by_content(broken: Mapping[str, int]) -> bool:
    """Whether an upload was refused for what is in it, so that it says something of the data.

    Parameters
    ----------
    broken : mapping of str to int
        The rules it broke, each with the number of rows; 0 for a rule about the whole file.
    """
    rules = set(broken)
    if rules & NOT_READ:
        return False
    if rules & TOO_MANY_BAD_ROWS:
        unread, wrong = _most(broken, CELLS_NOT_READ), _most(broken, WRONG_ROWS)
        if unread and unread >= wrong:  # a cell that cannot be read counts as empty, too
            return False
    return True


def _most(broken: Mapping[str, int], rules: frozenset[str]) -> int:
    return max((rows for rule, rows in broken.items() if rule in rules), default=0)
