"""Which group a broken rule belongs to, and whether it decides on rows or only notes them.

The suites say it of each expectation; an upload's record keeps the rule alone.
"""

GROUPS = {
    "schema": "The file can be read and has the columns it needs.",
    "completeness": "Needed values are there.",
    "keys": "Ids identify a row.",
    "ranges": "Numbers are finite and plausible.",
    "references": "Customers and products are known.",
    "duplicates": "No line is delivered twice.",
    "volume": "The number of rows a day is like that of earlier files.",
    "dates": "Dates lie between the first week and today.",
}
"""The expectation groups with what each holds, in the order in which a person reads them."""

_RULES = {
    "completeness": ("missing_value", "no_rows", "bad_rows", "mostly_empty"),
    "keys": ("unusable_text", "conflicting_key", "shared_orders"),
    "ranges": (
        "unreadable_number",
        "not_finite",
        "absurd_items",
        "swapped_coordinates",
        "impossible_coordinate",
        "impossible_number",
        "category_typo",
        "quantity_scale",
    ),
    "references": (
        "unknown_customer",
        "unknown_product",
        "unknown_customers",
        "unknown_products",
    ),
    "duplicates": ("repeated_in_file", "already_taken"),
    "volume": ("one_customer", "volume"),
    "dates": ("unreadable_date", "future_date", "before_first_week", "dates_out_of_calendar"),
}
_GROUP = {rule: group for group, rules in _RULES.items() for rule in rules}

NOTED = frozenset(
    {
        "absent_column",
        "extra_columns",
        "mostly_empty",
        "unknown_customer",
        "unknown_product",
        "repeated_in_file",
        "already_taken",
    }
)
"""Rules that refuse nothing: their rows are taken, or were taken before."""


def group_of(rule: str) -> str:
    """The group of a rule; what is about the file or its columns is `schema`."""
    return _GROUP.get(rule, "schema")
