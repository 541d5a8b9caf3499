"""What a rule of the upload gate is; the rules themselves stand in the catalogue beside this."""

from dataclasses import dataclass
from enum import StrEnum

from purchase_assets.text import Text


class Group(StrEnum):
    """The groups of rules, one asset check each, in the order in which a person reads them.

    Attributes
    ----------
    label : Text
        What the group is called.
    promise : str
        What is so when the check is green, for the Dagster UI.
    """

    label: Text
    promise: str

    def __new__(cls, name: str, label: Text = Text("", ""), promise: str = "") -> "Group":
        """The text of a group, with what is known of it."""
        group = str.__new__(cls, name)
        group._value_, group.label, group.promise = name, label, promise
        return group

    SCHEMA = (
        "schema",
        Text("columns", "columnas"),
        "The file can be read and has the columns it needs.",
    )
    COMPLETENESS = (
        "completeness",
        Text("completeness", "completitud"),
        "Needed values are there.",
    )
    KEYS = ("keys", Text("keys", "claves"), "Ids identify a row.")
    RANGES = ("ranges", Text("ranges", "rangos"), "Numbers are finite and plausible.")
    REFERENCES = (
        "references",
        Text("references", "referencias"),
        "Customers and products are known.",
    )
    DUPLICATES = (
        "duplicates",
        Text("duplicates", "duplicados"),
        "No line is delivered twice.",
    )
    VOLUME = (
        "volume",
        Text("volume", "volumen"),
        "The number of rows a day is like that of earlier files.",
    )
    DATES = (
        "dates",
        Text("dates", "fechas"),
        "Dates lie between the first week and today.",
    )


class Scope(StrEnum):
    """What a rule is about, and what is lost when it is broken."""

    FILE = "file"
    COLUMN = "column"
    ROW = "row"


class Severity(StrEnum):
    """Whether a broken rule decides on the file or the row, or is only noted."""

    ERROR = "ERROR"
    WARN = "WARN"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One rule of the gate: all there is to know of it but how it is found out.

    Attributes
    ----------
    name : str
        Short and stable: it is stored, shown and asked for.
    sentence : Text
        Found, expected, to do; of a row rule without the number of rows before it and the full
        stop behind it. Its places are filled with facts of the upload.
    when : str
        When it is broken, for docs/upload_rules.md; may name quality settings in braces.
    settings : tuple of str
        Quality settings that hold its limits.
    by_content : bool
        Whether breaking it says something of the data; else it tells how a file was exported.
    releasable : bool
        Whether a person may overrule it; else a value cannot be kept.
    release : Text or None
        What to say of a release beyond yes and no.
    """

    name: str
    group: Group
    scope: Scope
    severity: Severity = Severity.ERROR
    sentence: Text
    when: str
    settings: tuple[str, ...] = ()
    by_content: bool = True
    releasable: bool = False
    release: Text | None = None

    @property
    def released(self) -> Text:
        """Whether a row that broke it may be let in as it was delivered."""
        return self.release or (Text("yes", "sí") if self.releasable else Text("no", "no"))
