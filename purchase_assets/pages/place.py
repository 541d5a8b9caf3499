"""Where a page stands among the others: what the navigation on top of each is made of."""

from dataclasses import dataclass
from enum import StrEnum

from purchase_assets.text import Language


class Room(StrEnum):
    """The pages that the navigation leads to, and those below one of them."""

    CALLS = "calls"
    MONITORING = "monitoring"
    API = "api"
    BELOW_MONITORING = "below_monitoring"


@dataclass(frozen=True)
class Place:
    """A page's room, its language and the usual one of the site.

    Attributes
    ----------
    other : str or None
        Address of the same page in the other language; None where there is none.
    """

    room: Room
    language: Language
    usual: Language
    other: str | None = None

    @property
    def other_language(self) -> Language:
        """The language that the page is not in."""
        return "en" if self.language == "es" else "es"

    @property
    def calls(self) -> str:
        """Address of the page of calls in this language."""
        return calls_path(self.language, self.usual)

    @property
    def monitoring(self) -> str:
        """Address of the monitoring page in this language."""
        return f"/monitoring?lang={self.language}"

    def stored(self, folder: str, name: object) -> str:
        """Address of a stored page in this language."""
        return f"/{folder}/{stored_name(str(name), self.language, self.usual)}"


def calls_path(language: Language, usual: Language) -> str:
    """Address of the page of calls."""
    return "/" if language == usual else f"/{language}/"


def stored_name(name: str, language: Language, usual: Language) -> str:
    """Name of a stored page without its ending; the usual language has the plain one."""
    return name if language == usual else f"{name}.{language}"


def stored_place(name: str, language: Language, usual: Language) -> Place:
    """The place of a stored page: its other language is the file beside it."""
    other: Language = "en" if language == "es" else "es"
    beside = f"{stored_name(name, other, usual)}.html"
    return Place(Room.BELOW_MONITORING, language, usual, beside)
