"""The detector's own record: how often it would have fired over accepted history, and on what."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from purchase_assets.drift.detector import DriftVerdict, Frames, column_scores, fit_reference, judge
from purchase_assets.progress import Progress
from purchase_assets.settings import DriftSettings

FIRST_REFERENCE_WEEKS = 12
"""Weeks of history before the first verdict, as a first champion would have."""


@dataclass(frozen=True)
class ReplayedWeek:
    """One week's verdict, and the last week of the reference it was judged against."""

    week: pd.Timestamp
    reference_through: pd.Timestamp
    verdict: DriftVerdict


@dataclass(frozen=True)
class FalseAlarmRate:
    """How often the detector fired on history that people accepted.

    Attributes
    ----------
    weeks : tuple of ReplayedWeek
        Every week after the first reference, oldest first.
    """

    weeks: tuple[ReplayedWeek, ...]

    @property
    def judged(self) -> tuple[ReplayedWeek, ...]:
        """The weeks with enough rows for a verdict."""
        return tuple(week for week in self.weeks if week.verdict.status != "INSUFFICIENT")

    @property
    def flagged(self) -> tuple[ReplayedWeek, ...]:
        """The weeks with the verdict DRIFTED."""
        return tuple(week for week in self.weeks if week.verdict.status == "DRIFTED")

    @property
    def share(self) -> float:
        """Flagged weeks over judged weeks; 0 when no week could be judged."""
        return len(self.flagged) / len(self.judged) if self.judged else 0.0

    @property
    def columns(self) -> dict[str, int]:
        """How many weeks each column was flagged, most often first."""
        names = [column.column for week in self.flagged for column in week.verdict.drifted]
        return dict(Counter(names).most_common())


def false_alarm_rate(
    history: Frames,
    settings: DriftSettings,
    *,
    max_model_age_weeks: int,
    progress: Progress | None = None,
) -> FalseAlarmRate:
    """Judge every week of the history as it would have been judged at the time.

    The first reference is the first `FIRST_REFERENCE_WEEKS` weeks; it moves up to the judged week
    after an alarm or when it is `max_model_age_weeks` old, as retraining would move it.

    Parameters
    ----------
    history : mapping of str to DataFrame
        From `monitored_frames`, of all accepted weeks.
    progress : callable, optional
        Called with a message and the share of work done.
    """
    weeks = np.sort(history["order_line"]["week"].unique())
    judged: list[ReplayedWeek] = []
    past: list[pd.DataFrame] = []
    through, reference = FIRST_REFERENCE_WEEKS - 1, None
    for position in range(FIRST_REFERENCE_WEEKS, len(weeks)):
        if progress:
            progress(f"week {weeks[position]:.10}", position / len(weeks))
        if reference is None:
            reference = fit_reference(_until(history, weeks[through]), settings)
        scores = column_scores(reference, _only(history, weeks[position]), settings)
        verdict = judge(scores, pd.concat(past) if past else NO_HISTORY, settings)
        past.append(verdict.scores.assign(week_start=weeks[position]))
        judged.append(
            ReplayedWeek(pd.Timestamp(weeks[position]), pd.Timestamp(weeks[through]), verdict)
        )
        if verdict.status == "DRIFTED" or position - through >= max_model_age_weeks:
            through, reference, past = position, None, []
    return FalseAlarmRate(tuple(judged))


NO_HISTORY = pd.DataFrame(columns=["week_start", "unit", "column", "score", "threshold"])
"""Scores of a reference that has judged no week yet."""


def _until(frames: Frames, week: np.datetime64) -> Frames:
    return {unit: frame[frame["week"] <= week] for unit, frame in frames.items()}


def _only(frames: Frames, week: np.datetime64) -> Frames:
    return {unit: frame[frame["week"] == week] for unit, frame in frames.items()}
