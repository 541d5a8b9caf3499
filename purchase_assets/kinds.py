"""Kinds of upload, and the verdicts on one: plain data that every room shares.

Members are texts, as the tables and the lake keep them; what a room needs to know of one is asked
of the member, never of its text.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Role(StrEnum):
    """What the holder of a key may do."""

    READ = "read"
    ACT = "act"
    """Also release, discard, mark as seen, withdraw, restore, roll back and retrain by hand."""

    @property
    def acts(self) -> bool:
        """Whether decisions are taken from the holder."""
        return self is Role.ACT


class Verdict(StrEnum):
    """What happens to an upload."""

    ACCEPTED = "ACCEPTED"
    PARTIAL = "PARTIAL"
    REJECTED = "REJECTED"
    DUPLICATE = "DUPLICATE"
    ENGINE_ERROR = "ENGINE_ERROR"
    WITHDRAWN = "WITHDRAWN"
    """Its rows were taken, and a person has taken them out again."""

    @property
    def taken(self) -> bool:
        """Whether rows of the upload are in the tables."""
        return self in (Verdict.ACCEPTED, Verdict.PARTIAL)

    @property
    def let_in(self) -> bool:
        """Whether what the upload holds is in the tables, by this upload or an earlier one."""
        return self.taken or self is Verdict.DUPLICATE

    @property
    def asking(self) -> bool:
        """Whether the upload waits for a corrected file, or for a person."""
        return not self.let_in and self is not Verdict.WITHDRAWN


TAKEN = tuple(verdict for verdict in Verdict if verdict.taken)
ASKING = tuple(verdict for verdict in Verdict if verdict.asking)


class Holds(StrEnum):
    """What the values of a column are."""

    ID = "id"
    NAME = "name"
    CATEGORY = "category"
    """A name out of few, so that a rare one close to a frequent one is a slip."""
    NUMBER = "number"
    DAY = "day"


@dataclass(frozen=True)
class Column:
    """A column of an upload; one that is not needed may be absent.

    Of one that is `asked_for` senders are told when it is.
    """

    name: str
    holds: Holds
    needed: bool = True
    asked_for: bool = True


class Kind(StrEnum):
    """What an upload is about.

    Attributes
    ----------
    columns : tuple of Column
        The canonical columns, in their order; none of a kind that nobody knows.
    key : str or None
        The column that identifies a row of a master table; None where every row counts.
    """

    columns: tuple[Column, ...]
    key: str | None

    def __new__(cls, name: str, key: str | None = None, columns: tuple[Column, ...] = ()) -> "Kind":
        """The text of a kind, with what is known of it."""
        kind = str.__new__(cls, name)
        kind._value_, kind.key, kind.columns = name, key, columns
        return kind

    TRANSACTIONS = (
        "transactions",
        None,
        (
            Column("customer_id", Holds.ID),
            Column("product_id", Holds.ID),
            Column("order_id", Holds.ID),
            Column("purchase_date", Holds.DAY),
            Column("items", Holds.NUMBER),
        ),
    )
    CUSTOMERS = (
        "customers",
        "customer_id",
        (
            Column("customer_id", Holds.ID),
            Column("customer_type", Holds.CATEGORY),
            Column("region_id", Holds.ID, needed=False),
            Column("zone_id", Holds.ID, needed=False),
            Column("latitude", Holds.NUMBER, needed=False),
            Column("longitude", Holds.NUMBER, needed=False),
            Column("deliveries_per_week", Holds.NUMBER, needed=False),
            Column("visits_per_week", Holds.NUMBER, needed=False),
            Column("customer_name", Holds.NAME, needed=False, asked_for=False),
        ),
    )
    PRODUCTS = (
        "products",
        "product_id",
        (
            Column("product_id", Holds.ID),
            Column("brand", Holds.NAME),  # brands differ by a digit, so none is taken for a slip
            Column("category", Holds.CATEGORY, needed=False),
            Column("sub_category", Holds.CATEGORY, needed=False),
            Column("segment", Holds.CATEGORY, needed=False),
            Column("package", Holds.CATEGORY, needed=False),
            Column("size", Holds.NUMBER, needed=False),
            Column("product_name", Holds.NAME, needed=False, asked_for=False),
        ),
    )
    UNKNOWN = ("unknown", None, ())

    @property
    def is_master(self) -> bool:
        """Whether a file holds the whole table, one row per key."""
        return self.key is not None

    @property
    def table(self) -> str:
        """The table of the lake that keeps the accepted rows."""
        return self.value

    @property
    def asset(self) -> str:
        """The asset that answers for uploads of this kind; sales' for what nobody knows."""
        return f"raw_{Kind.TRANSACTIONS if self is Kind.UNKNOWN else self}"

    @property
    def needed(self) -> tuple[str, ...]:
        """Columns without which an upload is refused."""
        return tuple(column.name for column in self.columns if column.needed)

    @property
    def optional(self) -> tuple[str, ...]:
        """Columns that may be absent."""
        return tuple(column.name for column in self.columns if not column.needed)

    def that_hold(self, *holds: Holds) -> tuple[str, ...]:
        """The columns with values of some sorts."""
        return tuple(column.name for column in self.columns if column.holds in holds)


KNOWN_KINDS = tuple(kind for kind in Kind if kind.columns)
MASTERS = tuple(kind for kind in Kind if kind.is_master)

FILE_NAMES = {
    Kind.TRANSACTIONS: ("transactions", "transacciones", "ventas", "batch"),
    Kind.CUSTOMERS: ("customers", "clientes"),
    Kind.PRODUCTS: ("products", "productos"),
}
"""How the names of files begin, in any case."""


def kind_of(file_name: str) -> Kind:
    """The kind of upload that a file's name announces.

    Only the last part of a path counts.
    """
    name = base_name(file_name)
    for kind, beginnings in FILE_NAMES.items():
        if re.match("|".join(beginnings), name, re.IGNORECASE):
            return kind
    return Kind.UNKNOWN


def base_name(file_name: str) -> str:
    """The last part of a path written for any operating system."""
    return PurePosixPath(str(file_name).replace("\\", "/")).name
