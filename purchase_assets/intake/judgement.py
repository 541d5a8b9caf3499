"""What the gate knows before an upload, and what it says about it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from purchase_assets.intake.reading.columns import SCHEMAS
from purchase_assets.intake.rules.rule import Group, Severity
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.text import Text

QUARANTINE_SCHEMA = pa.schema(
    [
        ("row_number", pa.int64()),
        ("rule", pa.string()),
        ("message", pa.struct({language: pa.string() for language in Text._fields})),
        ("original", pa.string()),
    ]
)
"""One row per quarantined row; `original` is JSON of the delivered texts by column."""


@dataclass(frozen=True)
class Reason:
    """One thing that is wrong, or worth knowing, with its sentence.

    Attributes
    ----------
    rule : str
        Short stable name of the rule that was broken.
    rows : int
        Rows that broke it; 0 for a rule about the file as a whole.
    severity : Severity
        Whether it decided the verdict.
    """

    rule: str
    message: Text
    rows: int
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class GroupResult:
    """The outcome of one expectation group; `evaluated` and `failed` count rows."""

    group: Group
    passed: bool
    severity: Severity
    evaluated: int
    failed: int
    message: Text


@dataclass(frozen=True)
class Known:
    """What earlier accepted uploads taught.

    Attributes
    ----------
    customer_ids, product_ids : collection of str or None
        Ids of the master tables; None while a table does not exist.
    daily_volumes : sequence of float
        `Judgement.daily_volume` of the last comparable files, oldest first.
    items_p999 : float or None
        99.9th percentile of abs(items) over accepted lines.
    taken : pyarrow Table or Dataset or None
        Lines taken before, in canonical columns. Transactions: every accepted line.
        Customers and products: the current row of each, so that an older value sent again
        wins again.
    today : date
        The current day in the configured time zone; later dates are in the future.
    first_week : date
        The Monday before which no date is plausible.
    """

    customer_ids: Collection[str] | None = None
    product_ids: Collection[str] | None = None
    daily_volumes: Collection[float] = ()
    items_p999: float | None = None
    taken: Any = None
    today: date = date.max
    first_week: date = date.min

    @property
    def ids(self) -> dict[str, Collection[str]]:
        """The known ids by the column that holds them, of the master tables that exist."""
        given = {"customer_id": self.customer_ids, "product_id": self.product_ids}
        return {column: ids for column, ids in given.items() if ids is not None}


@dataclass(frozen=True)
class Judgement:
    """The verdict on one upload and everything it rests on.

    accepted + quarantined + duplicates == rows for ACCEPTED, PARTIAL and DUPLICATE. For
    REJECTED and ENGINE_ERROR nothing is taken: both tables are empty and `duplicates` is 0,
    while `rows` still says how many were read (0 when none could be).

    Attributes
    ----------
    accepted : pyarrow.Table
        Canonical columns and `row_number` (int64, 1 = first row after the header).
    quarantined : pyarrow.Table
        `QUARANTINE_SCHEMA`.
    duplicates, known_rows : int
        Exact duplicates dropped, and those among them that an earlier upload delivered.
    unknown_customers, unknown_products : int
        Distinct ids that are not in the master tables.
    daily_volume : float or None
        Rows per day covered, exact duplicates within the file left out.
    profile : tuple of dict
        One summary per canonical column, for the page.
    """

    kind: Kind
    key: str
    file_name: str
    verdict: Verdict
    rows: int
    accepted: pa.Table
    quarantined: pa.Table
    duplicates: int = 0
    known_rows: int = 0
    reasons: tuple[Reason, ...] = ()
    groups: tuple[GroupResult, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    unknown_customers: int = 0
    unknown_products: int = 0
    daily_volume: float | None = None
    profile: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)


def accepted_schema(kind: Kind) -> pa.Schema:
    """Canonical columns of `kind` and the row number."""
    return SCHEMAS.get(kind, pa.schema([])).append(pa.field("row_number", pa.int64()))
