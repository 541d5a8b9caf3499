"""CSV exports that a spreadsheet opens without running anything."""

import pandas as pd

_FORMULA = r"^(\s*[=+\-@\t\r])"


def escape_formulas(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy of `frame` whose texts no spreadsheet takes for a formula.

    Texts that begin with ``= + - @``, a tab or a carriage return get a leading apostrophe,
    as OWASP advises against CSV injection. Numbers stay numbers; negative numbers written as
    text stay too.
    """
    safe = frame.copy()
    for name in safe.columns:
        column = safe[name]
        if column.dtype == object or isinstance(column.dtype, pd.StringDtype | pd.CategoricalDtype):
            safe[name] = column.map(_escaped)
    return safe.rename(columns=_escaped)


def _escaped(value: object) -> object:
    if not isinstance(value, str) or not value.lstrip().startswith(("=", "+", "-", "@", "\t")):
        return f"'{value}" if isinstance(value, str) and value[:1] in "\t\r" and value else value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
