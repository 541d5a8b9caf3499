"""Causes to retrain, found in the reports tables, and the decision on each, kept as a row."""

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime

from purchase_assets.decision_log import Decided, log
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.forecasting.calibration import misjudged
from purchase_assets.intake.refusals import is_by_content
from purchase_assets.intake.rules.usual import REMEMBERED, beyond_usual
from purchase_assets.kinds import Verdict
from purchase_assets.project import Project
from purchase_assets.retraining.attempts import GiveUp
from purchase_assets.retraining.causes import (
    NO_MODEL_YET,
    NOT_READ,
    Cause,
    Objection,
    answered_by,
)
from purchase_assets.retraining.guards import (
    Decision,
    Outcome,
    PastDecision,
    RetrainingState,
    decide,
)
from purchase_assets.retraining.overdue import overdue_cause
from purchase_assets.storage.reports import (
    drift_scores,
    prediction_scores,
    promotions,
    retraining_decisions,
    tainted_models,
    uploads,
)
from purchase_assets.storage.reports.drift_scores import DriftScore
from purchase_assets.storage.reports.promotions import Promotion
from purchase_assets.storage.reports.uploads import TakenUpload, Upload
from purchase_assets.text import Text
from purchase_assets.weeks import Window, forecast_window, monday
from purchase_assets.workflows import promote_model

LATE = ("f1", "baseline_f1", "calibration")
Late = dict[date, dict[str, float]]
"""Late-label figures by week, oldest first; nan where one is unknown."""


def state(project: Project, through: date, *, busy: bool) -> RetrainingState:
    """What the guards look at, when sales are known up to `through`."""
    champion = promotions.newest(project.reports)
    names = retraining_decisions.file_names(project.reports)
    return RetrainingState(
        week=monday(through),
        champion_week=monday(champion.data_through) if champion else None,
        busy=busy,
        decisions=[
            PastDecision(
                past.cause,
                past.cause_id,
                past.week,
                past.retrain,
                past.outcome,
                names.get(past.cause_id, ""),
            )
            for past in retraining_decisions.in_order(project.reports)
        ],
    )


def drift_causes(project: Project, seen: RetrainingState, through: date) -> Iterator[Cause]:
    """The newest week, when it drifted from the present champion's snapshot."""
    found = newest_drift(project)
    if found:
        yield Cause(
            "drift",
            found.week_start.isoformat(),
            found.week_start,
            found.sentence.map(_clause),
        )


def newest_drift(project: Project) -> DriftScore | None:
    """The newest week's verdict when it says that the data left the champion's snapshot."""
    found = drift_scores.newest(project.reports)
    champion = promote_model.champion_version(project)
    if found and found.verdict == "DRIFTED" and found.model_version == champion:
        return found
    return None


def rejected_upload_causes(
    project: Project, seen: RetrainingState, through: date
) -> Iterator[Cause]:
    """Uploads that were rejected, or quarantined for an unusually large part, oldest first.

    Those whose decision is final are left out.
    """
    champion = promotions.newest(project.reports)
    taken, tolerated = uploads.taken(project.reports), project.settings.retraining.partial_share
    for row in uploads.undecided(project.reports):
        if row.verdict is Verdict.REJECTED:
            detail = Text(f"{row.file_name} was rejected", f"{row.file_name} fue rechazado")
        elif _unusual_share(row, taken, tolerated):
            detail = Text(
                "{share:.1%} of {name} was quarantined",
                "{share:.1%} de {name} quedó en cuarentena",
            ).format(share=_share(row), name=row.file_name)
        else:
            continue
        objection = _objection(row, champion)
        yield Cause("rejected_upload", row.key, seen.week, detail, objection, row.file_name)


def _objection(upload: Upload, champion: Promotion | None) -> Objection | None:
    """Why an upload that was not taken whole is no reason to train."""
    broken = {reason.rule: reason.rows for reason in upload.reasons}
    if upload.verdict is Verdict.REJECTED and not is_by_content(broken):
        return NOT_READ
    if champion is None:
        return NO_MODEL_YET
    if upload.judged_at <= champion.promoted_at:
        return answered_by(champion.model_version)
    return None


def _unusual_share(upload: Upload, taken: Sequence[TakenUpload], tolerated: float) -> bool:
    """Whether more of an upload was set aside than is tolerated and than of its sender's files."""
    earlier = [
        _share(row) for row in taken if row.kind == upload.kind and _arrival(row) < _arrival(upload)
    ]
    return beyond_usual(_share(upload), earlier[-REMEMBERED:], tolerated)


def _arrival(upload: Upload | TakenUpload) -> tuple[datetime, str]:
    return upload.received_at, upload.key


def _share(upload: Upload | TakenUpload) -> float:
    """The part of an upload's rows that was set aside."""
    return upload.quarantined / max(upload.rows, 1)


def first_model_causes(project: Project, seen: RetrainingState, through: date) -> Iterator[Cause]:
    """No model yet."""
    if promote_model.champion_version(project) is None:
        yield Cause(
            "first_model",
            f"first:{seen.week}",
            seen.week,
            Text("there is no model yet", "todavía no hay modelo"),
        )


def overdue_causes(project: Project, seen: RetrainingState, through: date) -> Iterator[Cause]:
    """A window that the champion was not made for, old age, or what late labels say."""
    champion = promotions.newest(project.reports)
    if champion is None:
        return
    known = late_scores(project, champion)
    if seen.last_answer:
        known = {week: one for week, one in known.items() if week > seen.last_answer}
    found = overdue_cause(
        seen,
        below_baseline(known),
        project.settings.retraining,
        misjudged=[misjudged(figures["calibration"]) for figures in known.values()],
    )
    if found:
        yield found
    window, trained = forecast_window(through), forecast_window(champion.data_through)
    if _days(window) != _days(trained):
        yield Cause(
            "overdue",
            f"window:{seen.week}",
            seen.week,
            Text(
                f"the champion was trained for {trained.horizon_days} days from a "
                f"{trained.start:%A}, the coming window has {window.horizon_days} from a "
                f"{window.start:%A}",
                f"el modelo campeón se entrenó para ventanas de {trained.horizon_days} días y la "
                f"próxima tiene {window.horizon_days}",
            ),
        )


def _days(window: Window) -> tuple[int, int]:
    """What a champion must share with the coming window.

    The cutoff may differ: a week without Sunday sales is known a day less.
    """
    return window.start.weekday(), window.horizon_days


def tainted_champion_causes(
    project: Project, seen: RetrainingState, through: date
) -> Iterator[Cause]:
    """The champion had learnt from an upload that was withdrawn; asked anew each data week."""
    champion = promote_model.champion_version(project)
    taints = tainted_models.by_version(project.reports).get(champion or "", [])
    if taints:
        files = ", ".join(taint.file_name for taint in taints)
        yield Cause(
            "tainted",
            f"{champion}:{seen.week}",
            seen.week,
            Text(
                f"the champion, version {champion}, had learnt from {files}, since withdrawn",
                f"el modelo campeón, versión {champion}, había aprendido de {files}, retirado "
                "después",
            ),
        )


def consider(project: Project, cause: Cause, seen: RetrainingState) -> Decision | None:
    """Decide on a cause and keep the decision; None when it was decided before.

    A cause that only had to wait for a running training is asked again.
    """
    if any(past.is_about(cause) for past in seen.decisions):
        return None
    decision = decide(cause, seen, project.settings.retraining)
    if decision.reason_code != "busy":
        retraining_decisions.add(
            project.reports,
            cause=cause.kind,
            cause_id=cause.id,
            week=seen.week,
            retrain=decision.retrain,
            reason_code=decision.reason_code,
            sentence=decision.sentence,
        )
        log(
            Decided.RETRAINING,
            cause=cause.kind,
            cause_id=cause.id,
            retrain=decision.retrain,
            reason_code=decision.reason_code,
            sentence=decision.sentence.en,
        )
        passing(Failpoint.DECISION_KEPT)
    return decision


def conclude(project: Project, outcome: Outcome, text: Text) -> None:
    """Write what came of the trainings that were asked for and are not concluded yet."""
    with project.reports.transaction() as transaction:
        retraining_decisions.conclude(transaction, outcome, text)
    log(Decided.OUTCOME, outcome=outcome, sentence=text.en)


def give_up(project: Project, cause: Cause, why: GiveUp) -> None:
    """Write that the training that a cause asked for came to nothing."""
    own = (cause.kind, cause.id)
    with project.reports.transaction() as transaction:
        retraining_decisions.conclude(transaction, "FAILED", why.sentence, about=own)
    log(Decided.OUTCOME, outcome="FAILED", sentence=why.sentence.en, cause_id=cause.id)


def late_scores(project: Project, champion: Promotion) -> Late:
    """Figures of the weeks that this champion forecast and whose sales are known, in order."""
    known: Late = {}
    for score in prediction_scores.of_model(project.reports, champion.model_version):
        figures = known.setdefault(score.week_start, dict.fromkeys(LATE, math.nan))
        if score.metric in LATE and score.value is not None:
            figures[score.metric] = score.value
    return known


def below_baseline(known: Late) -> list[bool]:
    """Week by week, whether the recency baseline was better."""
    return [figures["f1"] < figures["baseline_f1"] for figures in known.values()]


def _clause(sentence: str) -> str:
    """A sentence as part of another one."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
