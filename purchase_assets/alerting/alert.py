"""What needs a person: one alert per cause, and the two messages that it comes to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from purchase_assets.text import Text


class AlertKind(StrEnum):
    """What people are told of."""

    REJECTED_UPLOAD = "rejected_upload"
    PARTIAL_UPLOAD = "partial_upload"
    ENGINE_ERROR = "engine_error"
    FAILED_RUN = "failed_run"
    GIVEN_UP = "given_up"
    NO_FILE = "no_file"
    SILENT_DAEMON = "silent_daemon"
    SILENT_SENSOR = "silent_sensor"
    STALE_TABLE = "stale_table"
    DEGRADED_TABLE = "degraded_table"
    DRIFT = "drift"
    RETRAINING = "retraining"
    BUDGET_USED_UP = "budget_used_up"
    TAINTED_CHAMPION = "tainted_champion"


TELLER = "tell_people"
"""The sensor that tells."""
OF_THE_SERVER = frozenset({AlertKind.SILENT_DAEMON})
"""Looked for by the page server, since a dead daemon tells nothing; the daemon looks for the
others, so that each cause has one teller."""
OF_THE_DAEMON = frozenset(AlertKind) - OF_THE_SERVER

HAPPENED = Text("What happened: {}", "Qué pasó: {}")
DECIDED = Text("What was decided: {}", "Qué se decidió: {}")
MEND = Text("To mend it: {}", "Para arreglarlo: {}")
MORE = Text("More: {}", "Más: {}")
OVER = Text("Over: {}", "Resuelto: {}")
HOW_OVER = Text("It is over: {}", "Ya pasó: {}")


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A cause that is present.

    Attributes
    ----------
    about : str
        Which one of its kind; the same as long as the cause lasts.
    title, happened, decided, mend : Text
        Its subject in a few words, what happened, what was decided by itself, and the command
        that mends it.
    since : datetime or None
        When it began, naive UTC, where that is known.
    ended : Text or None
        How it ended, of one that was over before anybody looked.
    """

    kind: AlertKind
    about: str
    title: Text
    happened: Text
    decided: Text
    mend: Text
    since: datetime | None = None
    ended: Text | None = None

    @property
    def cause(self) -> str:
        """What tells it from every other."""
        return f"{self.kind}/{self.about}"

    def message(self, more: str) -> Text:
        """What people are told of it; `more` is the address of the page that says more."""
        parts = [
            _said(HAPPENED, self.happened),
            _said(DECIDED, self.decided),
            *([_said(HOW_OVER, self.ended)] if self.ended else []),
            _said(MEND, self.mend),
            _said(MORE, Text.same(more)),
        ]
        return Text.joined(parts, between="\n")


def title_when_over(title: Text) -> Text:
    """The subject of the second message."""
    return _said(OVER, title)


def message_when_over(how: Text, more: str) -> Text:
    """The second message, which says how a cause ended."""
    return Text.joined([_said(HOW_OVER, how), _said(MORE, Text.same(more))], between="\n")


def _said(frame: Text, what: Text) -> Text:
    return Text(frame.en.format(what.en), frame.es.format(what.es))
