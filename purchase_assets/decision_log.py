"""One JSON line per decision, for whoever collects the logs of services.

Dagster's processes and the page server write them to their standard error; a command has said it
to a person already.
"""

import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum

LOGGER = logging.getLogger("purchase_assets.decisions")
LOGGER.setLevel(logging.INFO)
LOGGER.propagate = False


class Decided(StrEnum):
    """What was decided."""

    VERDICT = "upload verdict"
    RELEASE = "rows released"
    DISCARD = "rows discarded"
    WITHDRAWAL = "upload withdrawn"
    RESTORE = "upload brought back"
    PUBLICATION = "week published"
    DRIFT = "drift verdict"
    RETRAINING = "retraining decision"
    OUTCOME = "retraining outcome"
    PROMOTION = "champion changed"
    NOTIFICATION = "people told"


class JsonLines(logging.Formatter):
    """A record as one line of JSON: when, which decision, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        facts = getattr(record, "facts", {})
        line = {"at": moment, "decision": record.getMessage(), **facts}
        return json.dumps(line, ensure_ascii=False, default=str)


def log(decided: Decided, **facts: object) -> None:
    """Write one line; a fact that is no JSON is written as text."""
    LOGGER.info(decided.value, extra={"facts": facts})


class _Stderr(logging.Handler):
    """Writes whole lines to whatever is standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def to_stderr() -> None:
    """Let this process write the lines."""
    if not LOGGER.handlers:
        handler = _Stderr()
        handler.setFormatter(JsonLines())
        LOGGER.addHandler(handler)
