"""What can be the matter with a file that cannot be read as an upload."""

from enum import StrEnum
from typing import Any


class Problem(StrEnum):
    """The one thing that ends the reading of a file."""

    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_FORMAT = "unknown_format"
    WRONG_FORMAT = "wrong_format"
    EMPTY_FILE = "empty_file"
    UNREADABLE = "unreadable"
    UNKNOWN_ENCODING = "unknown_encoding"
    NOT_GZIP = "not_gzip"
    BOMB = "bomb"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    PASSWORD = "password"  # the name of a problem  # nosec B105
    SEVERAL_SHEETS = "several_sheets"
    NO_FORMULA_VALUES = "no_formula_values"
    AMBIGUOUS_DATES = "ambiguous_dates"
    MIXED_DATES = "mixed_dates"
    ZONED_DATES = "zoned_dates"
    AMBIGUOUS_NUMBERS = "ambiguous_numbers"
    MIXED_NUMBERS = "mixed_numbers"


class ReadingError(Exception):
    """A file that cannot be read as an upload.

    Attributes
    ----------
    problem : Problem
        What is wrong.
    facts : dict
        What was found, for a sentence; a `Text` where it differs by language.
    """

    def __init__(self, problem: Problem, **facts: Any) -> None:
        self.problem, self.facts = problem, facts
        super().__init__(f"{problem} ({facts})")
