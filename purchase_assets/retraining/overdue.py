"""When a champion has stood for too long, or late labels speak against it. Pure."""

from collections.abc import Sequence
from datetime import date

from purchase_assets.retraining.causes import Cause
from purchase_assets.retraining.guards import RetrainingState, weeks_between
from purchase_assets.settings import RetrainingSettings
from purchase_assets.text import Text

WEEKS_BELOW_BASELINE = 2
"""Late-label scores below the baseline this many weeks running make the champion overdue."""

WEEKS_MISJUDGED = 2
"""So do this many weeks running with too many, or with too few, expected purchases."""


def overdue_cause(
    state: RetrainingState,
    below_baseline: Sequence[bool],
    settings: RetrainingSettings,
    *,
    misjudged: Sequence[int] = (),
) -> Cause | None:
    """The champion's age or late-label scores as a cause, or None.

    A challenger that lost is an answer, too: age and weeks count from then on, else a champion
    that nothing beats would be challenged every week.

    Parameters
    ----------
    state : RetrainingState
        With the champion's week.
    below_baseline : sequence of bool
        One per week after `state.last_answer` whose sales are known and that this champion
        forecast, oldest first: was its score below the recency baseline's on the same week?
    settings : RetrainingSettings
        `max_model_age_weeks`: how long a champion may stand unchallenged.
    misjudged : sequence of int
        For the same weeks: 1 when it expected more purchases than the gate would accept of a
        challenger, -1 when fewer, else 0. A model that learnt from odd weeks keeps their level
        for as long as it is champion, and neither its order of the pairs nor drift shows it.
    """
    if state.champion_week is None:
        return None
    age = weeks_between(state.champion_week, state.week)
    unchallenged = min(age, weeks_between(state.last_answer or date.min, state.week))
    if unchallenged > settings.max_model_age_weeks:
        return Cause(
            "overdue",
            f"age:{state.week}",
            state.week,
            Text(
                f"the champion is {age} data weeks old, over {settings.max_model_age_weeks}",
                f"el modelo campeón tiene {age} semanas de datos, más de "
                f"{settings.max_model_age_weeks}",
            ),
        )
    if loses_to_baseline(below_baseline):
        return Cause(
            "overdue",
            f"baseline:{state.week}",
            state.week,
            Text(
                "the champion scored below the recency baseline "
                f"{WEEKS_BELOW_BASELINE} weeks running",
                f"el modelo campeón quedó bajo la referencia de recencia {WEEKS_BELOW_BASELINE} "
                "semanas seguidas",
            ),
        )
    side = sum(misjudged[-WEEKS_MISJUDGED:])
    if abs(side) == WEEKS_MISJUDGED:
        return Cause(
            "overdue",
            f"calibration:{state.week}",
            state.week,
            Text(
                f"the champion expected far too {'many' if side > 0 else 'few'} purchases "
                f"{WEEKS_MISJUDGED} weeks running",
                f"el modelo campeón esperó {'muchas más' if side > 0 else 'muchas menos'} compras "
                f"que las reales {WEEKS_MISJUDGED} semanas seguidas",
            ),
        )
    return None


def loses_to_baseline(below_baseline: Sequence[bool]) -> bool:
    """Whether the newest weeks were all worse than the recency baseline."""
    last = below_baseline[-WEEKS_BELOW_BASELINE:]
    return len(last) == WEEKS_BELOW_BASELINE and all(last)
