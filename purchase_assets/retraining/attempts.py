"""The life of a training that was decided on: asked for, tried again or given up. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from purchase_assets.retraining.causes import Cause
from purchase_assets.retraining.guards import RetrainingState

Attempt = Literal["UNDER_WAY", "SUCCEEDED", "FAILED", "CANCELED"]
"""How far a run of a training has come."""

MAX_ATTEMPTS = 3
"""Runs of one training, when each of them fails."""


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
    cause: Cause, seen: RetrainingState, attempts: Sequence[Attempt], *, rests: bool = False
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
    rests : bool
        Whether it was tried often of late, so that it is not tried again just now.
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
    # without a first model there is nothing to fall back on: it is tried for ever
    if len(attempts) >= MAX_ATTEMPTS and cause.kind != "first_model":
        return GiveUp(
            f"The training failed {len(attempts)} times; the champion stays; look at its runs.",
            f"El entrenamiento falló {len(attempts)} veces; sigue el modelo campeón; vea sus "
            "corridas.",
        )
    return Wait() if seen.busy or rests else Ask(len(attempts))
