"""Whether to retrain: the guards around automatic training, in the order of the code.

Pure functions. Time is counted in data weeks (the Monday of the newest accepted week), never on
the clock, so a replay of history decides as the real thing did. A cause is decided on once; what
becomes of the training is in `attempts`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from purchase_assets.retraining.causes import Cause
from purchase_assets.settings import RetrainingSettings
from purchase_assets.text import DATA_WEEKS, Text, counted

Outcome = Literal["PROMOTED", "KEPT", "FAILED"]
"""What a training came to: a new champion, the same one, or nothing after its last attempt."""

AUTOMATIC = frozenset({"drift", "rejected_upload", "overdue", "tainted"})
"""Kinds that the guards hold back; a first model only waits for a free lane."""


@dataclass(frozen=True)
class PastDecision:
    """A decision taken earlier.

    Attributes
    ----------
    kind, cause_id : str
        The cause it was about.
    week : date
        Newest data week at the time, a Monday.
    retrain : bool
        Whether a training was asked for.
    outcome : str or None
        What that training came to; None while it goes on.
    file_name : str
        Of an upload, for the sentences.
    """

    kind: str
    cause_id: str
    week: date
    retrain: bool
    outcome: Outcome | None = None
    file_name: str = ""

    @property
    def answered(self) -> bool:
        """Whether that training came to a verdict of the gate, either way."""
        return self.outcome in ("PROMOTED", "KEPT")

    def is_about(self, cause: Cause) -> bool:
        """Whether it was taken on this very cause."""
        return (self.kind, self.cause_id) == (cause.kind, cause.id)


@dataclass(frozen=True)
class RetrainingState:
    """What the guards look at.

    Attributes
    ----------
    week : date
        Monday of the newest data week.
    champion_week : date or None
        Monday of the newest data week that the champion was trained on; None without a champion.
    busy : bool
        A training is queued or running.
    decisions : sequence of PastDecision
        In any order.
    """

    week: date
    champion_week: date | None
    busy: bool
    decisions: Sequence[PastDecision] = ()

    @property
    def last_answer(self) -> date | None:
        """Newest data week whose sales a gate has judged a challenger on."""
        return max((past.week for past in self.decisions if past.answered), default=None)

    def automatic_trainings(self, weeks: int) -> int:
        """How many the guards have let through in the last data weeks."""
        return sum(
            past.retrain and past.kind in AUTOMATIC and weeks_between(past.week, self.week) < weeks
            for past in self.decisions
        )

    def after(self, cause: Cause, decision: "Decision") -> "RetrainingState":
        """The same with one more decision."""
        taken = PastDecision(
            cause.kind, cause.id, self.week, decision.retrain, file_name=cause.file_name
        )
        return replace(self, decisions=[*self.decisions, taken])


@dataclass(frozen=True)
class Decision:
    """Retrain or not, with the guard that decided and one sentence for a person."""

    retrain: bool
    reason_code: str
    sentence: Text


def decide(cause: Cause, state: RetrainingState, settings: RetrainingSettings) -> Decision:
    """Decide on one cause. Pure: the same arguments give the same decision.

    Returns
    -------
    Decision
        `reason_code` is `retrain`, the cause's own objection, or the guard that said no:
        `same_cause`, `cool_down`, `budget` or `busy`. Only `busy` is no answer: the cause is
        asked again once the training under way has ended.
    """
    if cause.objection:
        return _no(cause, *cause.objection)
    guarded = cause.kind in AUTOMATIC
    trainings = [past for past in state.decisions if past.retrain]
    if guarded and any(past.is_about(cause) for past in trainings):
        return _no(
            cause,
            "same_cause",
            Text("it has caused a training before", "ya causó un entrenamiento"),
        )
    # Several causes within the cool-down become one training: the first. A first model starts
    # none, since it is no answer to a cause.
    answers = [past for past in trainings if past.kind != "first_model"]
    newest = max(answers, key=lambda past: past.week, default=None)
    if guarded and newest and weeks_between(newest.week, state.week) < settings.cool_down_weeks:
        return _no(cause, "cool_down", _answered_by_training(newest, settings))
    recent = state.automatic_trainings(settings.budget_weeks)
    if guarded and recent >= settings.budget:
        return _no(
            cause,
            "budget",
            Text(
                f"{recent} automatic trainings in {settings.budget_weeks} data weeks is the "
                "limit; a person decides now",
                f"{recent} entrenamientos automáticos en {settings.budget_weeks} semanas de datos "
                "es el límite; ahora decide una persona",
            ),
        )
    if state.busy:
        return _no(
            cause,
            "busy",
            Text(
                "a training is already queued or running",
                "ya hay un entrenamiento en cola o en marcha",
            ),
        )
    return Decision(
        True,
        "retrain",
        Text(
            f"Week {cause.week}: {cause.detail.en}; retraining.",
            f"Semana {cause.week}: {cause.detail.es}; se reentrena.",
        ),
    )


def _answered_by_training(training: PastDecision, settings: RetrainingSettings) -> Text:
    """What a cause within the cool-down is told: which training is its answer."""
    asked = {
        "drift": Text(
            f"the drift of week {training.cause_id}",
            f"la deriva de la semana {training.cause_id}",
        ),
        "overdue": Text("the overdue champion", "el modelo campeón vencido"),
        "tainted": Text("the tainted champion", "el modelo campeón contaminado"),
    }.get(training.kind, Text.same(training.file_name or training.cause_id))
    week, failed = training.week, training.outcome == "FAILED"
    pause = counted(settings.cool_down_weeks, DATA_WEEKS)
    return Text(
        f"the training that {asked.en} asked for in week {week} "
        f"{'has failed' if failed else 'answers it'}, and the pause is {pause.en}",
        f"el entrenamiento que pidió {asked.es} en la semana {week} "
        f"{'falló' if failed else 'ya responde'}, y la pausa es de {pause.es}",
    )


def _no(cause: Cause, code: str, why: Text) -> Decision:
    return Decision(
        False,
        code,
        Text(
            f"Week {cause.week}: {cause.detail.en}; not retrained: {why.en}.",
            f"Semana {cause.week}: {cause.detail.es}; no se reentrena: {why.es}.",
        ),
    )


def weeks_between(earlier: date, later: date) -> int:
    """Whole data weeks from one day to another."""
    return (later - earlier).days // 7
