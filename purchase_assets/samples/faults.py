"""A week of the sample as it should not be sent: for demonstrations of the upload gate.

Each fault writes its file in place of the sound one. What the tests inject, and there is far more
of it, is their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from purchase_assets.kinds import Verdict


@dataclass(frozen=True)
class Fault:
    """One way to send a week wrongly.

    Attributes
    ----------
    description : str
        What is wrong, for a person.
    verdict : Verdict
        What the upload gate says of it.
    write : callable
        Writes the week with the fault to a path without suffix; returns the file.
    """

    description: str
    verdict: Verdict
    write: Callable[[pd.DataFrame, Path], Path]


def _parquet(week: pd.DataFrame, path: Path) -> Path:
    file = path.with_suffix(".parquet")
    week.to_parquet(file, index=False)
    return file


def _missing_column(week: pd.DataFrame, path: Path) -> Path:
    return _parquet(week.drop(columns="items"), path)


def _wrong_format(week: pd.DataFrame, path: Path) -> Path:
    file = path.with_suffix(".pdf")
    file.write_bytes(b"%PDF-1.7\n" + week.to_csv(index=False).encode())
    return file


def _empty(week: pd.DataFrame, path: Path) -> Path:
    return _parquet(week.head(0), path)


def _unreadable(week: pd.DataFrame, path: Path) -> Path:
    file = _parquet(week, path)
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    return file


def _ten_times(week: pd.DataFrame, path: Path) -> Path:
    return _parquet(week.assign(items=10 * week["items"]), path)


def _strangers(week: pd.DataFrame, path: Path) -> Path:
    strangers = week["customer_id"] % 5 == 0
    return _parquet(
        week.assign(customer_id=week["customer_id"].where(~strangers, week["customer_id"] + 10**7)),
        path,
    )


def _future(week: pd.DataFrame, path: Path) -> Path:
    return _parquet(week.assign(purchase_date=week["purchase_date"] + pd.Timedelta(weeks=8)), path)


def _bad_rows(week: pd.DataFrame, path: Path) -> Path:
    row = np.arange(len(week))
    items = week["items"].mask(row % 33 == 0)
    return _parquet(week.assign(items=items.mask(row == 77, 1_500.0)), path)


FAULTS = {
    "missing-column": Fault("the column items is missing", Verdict.REJECTED, _missing_column),
    "wrong-format": Fault("a PDF", Verdict.REJECTED, _wrong_format),
    "empty": Fault("a header and no rows", Verdict.REJECTED, _empty),
    "unreadable": Fault("the file breaks off in the middle", Verdict.REJECTED, _unreadable),
    "ten-times": Fault("all quantities are ten times as large", Verdict.REJECTED, _ten_times),
    "unknown-customers": Fault("a fifth of the customers is unknown", Verdict.REJECTED, _strangers),
    "future": Fault("dates eight weeks ahead", Verdict.REJECTED, _future),
    "bad-rows": Fault(
        "3 % of the lines have no items, one far too many", Verdict.PARTIAL, _bad_rows
    ),
}
"""Faults by name."""
