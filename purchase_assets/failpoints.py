"""Failpoints: named places between two writes where a test lets the process die.

Unarmed, as everywhere but in tests, they do nothing. `PURCHASE_ASSETS_CRASH_AT="rows kept, verdict
not"` makes the process kill itself there by SIGKILL, which nothing can catch; with `:3` after the
name at the third passing.
"""

import os
import signal
from enum import StrEnum
from itertools import count

VARIABLE = "PURCHASE_ASSETS_CRASH_AT"


class Failpoint(StrEnum):
    """What has been written, and what not yet; each is passed at exactly one place."""

    UPLOAD_HALF_COPIED = "upload half copied"
    UPLOAD_UNNAMED = "upload copied, no name yet"
    UPLOAD_JUDGED = "upload judged, nothing kept"
    TABLE_HALF_WRITTEN = "lake table half written"
    TABLE_COMMITTED = "lake table committed"
    ROWS_KEPT = "rows kept, verdict not"
    VERDICT_KEPT = "verdict kept, file not archived"
    UPLOAD_ARCHIVED = "file archived, Dagster not told"
    SALES_SUMMED = "daily sales kept, Dagster not told"
    FEATURES_KEPT = "features kept, Dagster not told"
    PAIRS_WRITTEN = "pairs written, week not"
    LIST_IN_PLACE = "list in place, table not committed"
    WEEK_PUBLISHED = "week published, Dagster not told"
    DRIFT_KEPT = "drift kept, Dagster not told"
    DECISION_KEPT = "decision kept, training not asked for"
    TRAINING_SET_KEPT = "training set kept, Dagster not told"
    MODEL_FITTED = "model fitted, not registered"
    MODEL_REGISTERED = "model registered, not judged"
    CHAMPION_DECIDED = "champion decided, alias not set"
    CHAMPION_NAMED = "champion named, Dagster not told"
    SCORE_COMPUTED = "score computed, not kept"
    SCORE_KEPT = "score kept, Dagster not told"
    RELEASE_DECIDED = "release decided, rows not in the lake"
    RELEASE_DONE = "release done, Dagster not told"
    DISCARD_WRITTEN = "discard written, not committed"
    DISCARD_DONE = "discard done, Dagster not told"
    ROLLBACK_DONE = "rollback done, Dagster not told"
    MESSAGE_SENT = "message sent, not recorded"
    REVISION_APPLIED = "a revision applied, not committed"


_PASSED = count(1)


def passing(point: Failpoint) -> None:
    """Die here when armed for this point."""
    name, _, times = os.environ.get(VARIABLE, "").partition(":")
    if name and Failpoint(name) is point and next(_PASSED) == int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
