"""Whether to retrain, what becomes of a decision, and how far to trust what is published.

Pure functions. Time is counted in data weeks (the Monday of the newest accepted week), never on
the clock, so a replay of history decides as the real thing did. The guards stand in the order of
the code. Only the age of a published week looks at the calendar.

A cause is decided on once (`decide`). A training that was decided on is then asked for, tried again
or given up (`next_step`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, NamedTuple

from purchase_assets.settings import RetrainingSettings

Kind = Literal["first_model", "drift", "rejected_upload", "overdue"]

Status = Literal["FRESH", "STALE", "DEGRADED", "BACKFILLED"]
"""The last one is of a week that was forecast when it was over."""

Outcome = Literal["PROMOTED", "KEPT", "FAILED"]
"""What a training came to: a new champion, the same one, or nothing after its last attempt."""

Attempt = Literal["UNDER_WAY", "SUCCEEDED", "FAILED", "CANCELED"]
"""How far a run of a training has come."""

AUTOMATIC = frozenset({"drift", "rejected_upload", "overdue"})
"""Kinds that the guards hold back; a first model only waits for a free lane."""

MAX_ATTEMPTS = 3
"""Runs of one training, when each of them fails."""

WEEKS_BELOW_BASELINE = 2
"""Late-label scores below the baseline this many weeks running make the champion overdue."""

WEEKS_MISJUDGED = 2
"""So do this many weeks running with too many, or with too few, expected purchases."""


class Objection(NamedTuple):
    """Why something that happened is no reason to train, whatever the guards say."""

    code: str
    why_en: str
    why_es: str


NOT_READ = Objection(
    "not_read",
    "a file that cannot be read says nothing of the data",
    "un archivo que no se puede leer no dice nada de los datos",
)
NO_MODEL_YET = Objection(
    "no_model_yet",
    "the first model is still to come, and learns from the accepted sales",
    "el primer modelo aún está por venir, y aprende de las ventas aceptadas",
)


def answered_by(version: str) -> Objection:
    """The objection that a model was promoted after what happened."""
    return Objection(
        "answered",
        f"version {version}, promoted since, learnt from the accepted sales",
        f"la versión {version}, promovida después, aprendió de las ventas aceptadas",
    )


@dataclass(frozen=True)
class Cause:
    """Why something asks for a training.

    Attributes
    ----------
    kind : str
        first_model, drift, rejected_upload or overdue.
    id : str
        The same cause has the same id for ever: a week, an upload key.
    week : date
        Data week of the cause, a Monday.
    detail_en, detail_es : str
        What happened, without a full stop: "drift in product_trend (0.21 over 0.10)".
    objection : Objection or None
        Why it is no reason to train after all.
    file_name : str
        Of an upload, for the sentences.
    """

    kind: Kind
    id: str
    week: date
    detail_en: str
    detail_es: str
    objection: Objection | None = None
    file_name: str = ""


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
    sentence_en: str
    sentence_es: str


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
            cause, "same_cause", "it has caused a training before", "ya causó un entrenamiento"
        )
    # Several causes within the cool-down become one training: the first. A first model starts
    # none, since it is no answer to a cause.
    answers = [past for past in trainings if past.kind != "first_model"]
    newest = max(answers, key=lambda past: past.week, default=None)
    if guarded and newest and _weeks(newest.week, state.week) < settings.cool_down_weeks:
        return _no(cause, "cool_down", *_answered_by_training(newest, settings))
    automatic = [past.week for past in trainings if past.kind in AUTOMATIC]
    recent = sum(_weeks(week, state.week) < settings.budget_weeks for week in automatic)
    if guarded and recent >= settings.budget:
        return _no(
            cause,
            "budget",
            f"{recent} automatic trainings in {settings.budget_weeks} data weeks is the limit; "
            "a person decides now",
            f"{recent} entrenamientos automáticos en {settings.budget_weeks} semanas de datos es "
            "el límite; ahora decide una persona",
        )
    if state.busy:
        return _no(
            cause,
            "busy",
            "a training is already queued or running",
            "ya hay un entrenamiento en cola o en marcha",
        )
    return Decision(
        True,
        "retrain",
        f"Week {cause.week}: {cause.detail_en}; retraining.",
        f"Semana {cause.week}: {cause.detail_es}; se reentrena.",
    )


def _answered_by_training(training: PastDecision, settings: RetrainingSettings) -> tuple[str, str]:
    """What a cause within the cool-down is told: which training is its answer."""
    asked_en, asked_es = {
        "drift": (
            f"the drift of week {training.cause_id}",
            f"la deriva de la semana {training.cause_id}",
        ),
        "overdue": ("the overdue champion", "el modelo campeón vencido"),
    }.get(training.kind, (training.file_name or training.cause_id,) * 2)
    week, pause = training.week, settings.cool_down_weeks
    failed = training.outcome == "FAILED"
    return (
        f"the training that {asked_en} asked for in week {week} "
        f"{'has failed' if failed else 'answers it'}, and the pause is {pause} data week(s)",
        f"el entrenamiento que pidió {asked_es} en la semana {week} "
        f"{'falló' if failed else 'ya responde'}, y la pausa es de {pause} semana(s) de datos",
    )


@dataclass(frozen=True)
class Ask:
    """Start a run of the training; `attempt` counts from 0."""

    attempt: int


@dataclass(frozen=True)
class Wait:
    """Do nothing: no training was decided on, it is under way, or has ended."""


@dataclass(frozen=True)
class GiveUp:
    """The training came to nothing: what to write, in both languages."""

    sentence_en: str
    sentence_es: str


def next_step(
    cause: Cause, seen: RetrainingState, attempts: Sequence[Attempt]
) -> Ask | Wait | GiveUp:
    """What to do about a cause that has been decided on. Pure.

    Parameters
    ----------
    cause : Cause
        Any one; nothing is done about one that was refused.
    seen : RetrainingState
        With the decision on it.
    attempts : sequence of str
        How far the runs have come that this cause asked for, in any order.
    """
    waits_for_outcome = any(
        past.is_about(cause) and past.retrain and past.outcome is None for past in seen.decisions
    )
    if not waits_for_outcome or "UNDER_WAY" in attempts or "SUCCEEDED" in attempts:
        return Wait()
    if "CANCELED" in attempts:
        return GiveUp(
            "The training was canceled; the champion stays.",
            "El entrenamiento fue cancelado; sigue el modelo campeón.",
        )
    if len(attempts) >= MAX_ATTEMPTS:
        return GiveUp(
            f"The training failed {len(attempts)} times; the champion stays; look at its runs.",
            f"El entrenamiento falló {len(attempts)} veces; sigue el modelo campeón; vea sus "
            "corridas.",
        )
    return Wait() if seen.busy else Ask(len(attempts))


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
    age = _weeks(state.champion_week, state.week)
    unchallenged = min(age, _weeks(state.last_answer or date.min, state.week))
    if unchallenged > settings.max_model_age_weeks:
        return Cause(
            "overdue",
            f"age:{state.week}",
            state.week,
            f"the champion is {age} data weeks old, over {settings.max_model_age_weeks}",
            f"el modelo campeón tiene {age} semanas de datos, más de "
            f"{settings.max_model_age_weeks}",
        )
    if _loses_to_baseline(below_baseline):
        return Cause(
            "overdue",
            f"baseline:{state.week}",
            state.week,
            f"the champion scored below the recency baseline {WEEKS_BELOW_BASELINE} weeks running",
            f"el modelo campeón quedó bajo la referencia de recencia {WEEKS_BELOW_BASELINE} "
            "semanas seguidas",
        )
    side = sum(misjudged[-WEEKS_MISJUDGED:])
    if abs(side) == WEEKS_MISJUDGED:
        return Cause(
            "overdue",
            f"calibration:{state.week}",
            state.week,
            f"the champion expected far too {'many' if side > 0 else 'few'} purchases "
            f"{WEEKS_MISJUDGED} weeks running",
            f"el modelo campeón esperó {'muchas más' if side > 0 else 'muchas menos'} compras que "
            f"las reales {WEEKS_MISJUDGED} semanas seguidas",
        )
    return None


def publication_status(
    last_day: date, today: date, *, below_baseline: Sequence[bool], unanswered_drift: bool
) -> Status:
    """How far a published week can be trusted; it is published whatever the answer.

    Parameters
    ----------
    last_day : date
        Last day of the forecast window.
    today : date
        The current day in the configured time zone.
    below_baseline : sequence of bool
        As in `overdue_cause`, for all weeks that this champion forecast.
    unanswered_drift : bool
        Whether the data left the champion's reference and no training answered that: it was
        refused, or failed every time. A challenger that lost to the champion is an answer.

    Returns
    -------
    str
        DEGRADED when the model is in doubt: two weeks below the baseline, or unanswered drift.
        STALE when the days of the forecast are over: sales of the running week's eve are missing,
        or were refused. Else FRESH.
    """
    if _loses_to_baseline(below_baseline) or unanswered_drift:
        return "DEGRADED"
    return "STALE" if today > last_day else "FRESH"


def _loses_to_baseline(below_baseline: Sequence[bool]) -> bool:
    last = below_baseline[-WEEKS_BELOW_BASELINE:]
    return len(last) == WEEKS_BELOW_BASELINE and all(last)


def _no(cause: Cause, code: str, why_en: str, why_es: str) -> Decision:
    return Decision(
        False,
        code,
        f"Week {cause.week}: {cause.detail_en}; not retrained: {why_en}.",
        f"Semana {cause.week}: {cause.detail_es}; no se reentrena: {why_es}.",
    )


def _weeks(earlier: date, later: date) -> int:
    return (later - earlier).days // 7
