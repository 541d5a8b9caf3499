"""Names of the columns through which reading, facts and rules meet.

Beside the canonical columns a table of rows has one boolean column per fact that a rule judges; a
whole file has one row of numbers.
"""

QUOTES_CLOSE = "quotes_close"
CELLS_MATCH = "cells_match"

PURCHASE_DAY = "purchase_day"
"""Days since 1970; Great Expectations compares numbers at once, but dates one by one."""
COORDINATES_IN_ORDER = "coordinates_in_order"
NEW_IN_FILE = "new_in_file"
NEW_TO_HISTORY = "new_to_history"
ONE_VALUE_PER_KEY = "one_value_per_key"


CLASHES, UNUSABLE, EXTRA = "_clashes", "_unusable", "_extra"
"""How many columns are so; no delivered column has one of these names."""


def readable(column: str) -> str:
    """Whether what was delivered in `column` could be understood; True where nothing was."""
    return f"{column}_readable"


def finite(column: str) -> str:
    """Whether the number in `column` is none without end."""
    return f"{column}_finite"


def known(column: str) -> str:
    """Whether the id in `column` is in its master table."""
    return f"{column}_known"


def spelled(column: str) -> str:
    """Whether the category in `column` is no slip of a frequent one."""
    return f"{column}_spelled"


def unknown_share(column: str) -> str:
    """Part of the rows whose id in `column` is not in its master table."""
    return f"unknown_{column}_share"


def empty_share(column: str) -> str:
    """Part of the rows in which `column` is empty."""
    return f"{column}_empty_share"
