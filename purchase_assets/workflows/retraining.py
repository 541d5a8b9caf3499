"""Causes to retrain, found in the reports tables, and the decision on each, kept as a row."""

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from purchase_assets.resources import Project
from purchase_assets.retraining import (
    Cause,
    Decision,
    PastDecision,
    RetrainingState,
    decide,
    overdue_cause,
)
from purchase_assets.storage import tables
from purchase_assets.storage.reports import Row, now
from purchase_assets.weeks import forecast_window, monday, shape
from purchase_assets.workflows import drift, promotion

DECISIONS = tables.retraining_decisions


def state(project: Project, through: date, *, busy: bool) -> RetrainingState:
    """What the guards look at, when sales are known up to `through`."""
    champion = promotion.last_promotion(project)
    return RetrainingState(
        week=monday(through),
        champion_week=monday(champion["data_through"]) if champion else None,
        busy=busy,
        decisions=[
            PastDecision(row["cause"], row["cause_id"], row["week"], row["retrain"])
            for row in project.reports.rows(sa.select(DECISIONS))
        ],
    )


def drift_causes(project: Project, seen: RetrainingState, through: date) -> Iterator[Cause]:
    """The newest week, when it drifted from the present champion's snapshot."""
    found = drift.newest_verdict(project)
    if (
        found
        and found["verdict"] == "DRIFTED"
        and found["model_version"] == promotion.champion_version(project)
    ):
        yield Cause(
            "drift",
            found["week_start"].isoformat(),
            found["week_start"],
            _clause(found["sentence_en"]),
            _clause(found["sentence_es"]),
        )


def rejected_upload_causes(
    project: Project, seen: RetrainingState, through: date
) -> Iterator[Cause]:
    """Uploads since the last promotion that were rejected or quarantined for too large a part."""
    champion = promotion.last_promotion(project)
    if champion is None:
        return
    uploads = tables.uploads.c
    rejected = project.reports.rows(
        sa.select(tables.uploads)
        .where(
            uploads.verdict.in_(["REJECTED", "PARTIAL"]),
            uploads.judged_at > champion["promoted_at"],
        )
        .order_by(uploads.judged_at, uploads.key)
    )
    for row in rejected:
        share = row["quarantined"] / max(row["rows"], 1)
        if row["verdict"] == "REJECTED":
            detail = (f"{row['file_name']} was rejected", f"{row['file_name']} fue rechazado")
        elif share > project.settings.retraining.partial_share:
            detail = (
                f"{share:.1%} of {row['file_name']} was quarantined",
                f"{share:.1%} de {row['file_name']} quedó en cuarentena",
            )
        else:
            continue
        yield Cause("rejected_upload", row["key"], seen.week, *detail)


def overdue_causes(project: Project, seen: RetrainingState, through: date) -> Iterator[Cause]:
    """No model yet, a window it was not made for, old age, or worse than the baseline."""
    champion = promotion.last_promotion(project)
    if champion is None:
        yield Cause(
            "first_model",
            f"first:{seen.week}",
            seen.week,
            "there is no model yet",
            "todavía no hay modelo",
        )
        return
    found = overdue_cause(seen, _below_baseline(project, champion), project.settings.retraining)
    if found:
        yield found
    window, trained = forecast_window(through), forecast_window(champion["data_through"])
    if shape(window) != shape(trained):
        yield Cause(
            "overdue",
            f"window:{seen.week}",
            seen.week,
            f"the champion was trained for {trained.horizon_days} days from a "
            f"{trained.start:%A}, the coming window has {window.horizon_days} from a "
            f"{window.start:%A}",
            f"el modelo campeón se entrenó para ventanas de {trained.horizon_days} días y la "
            f"próxima tiene {window.horizon_days}",
        )


def consider(project: Project, cause: Cause, seen: RetrainingState) -> Decision | None:
    """Decide on a cause and keep the decision; None when it was decided before.

    A cause that only had to wait for a running training is asked again.
    """
    if any((past.kind, past.cause_id) == (cause.kind, cause.id) for past in seen.decisions):
        return None
    decision = decide(cause, seen, project.settings.retraining)
    if decision.reason_code != "busy":
        project.reports.append(
            DECISIONS,
            {
                "decided_at": now(),
                "cause": cause.kind,
                "cause_id": cause.id,
                "week": seen.week,
                "retrain": decision.retrain,
                "reason_code": decision.reason_code,
                "sentence_en": decision.sentence_en,
                "sentence_es": decision.sentence_es,
                "outcome_en": None,
                "outcome_es": None,
            },
        )
    return decision


def conclude(project: Project, outcome_en: str, outcome_es: str) -> None:
    """Write what came of the trainings that were asked for and are not concluded yet."""
    with project.reports.transaction() as connection:
        connection.execute(
            DECISIONS.update()
            .where(DECISIONS.c.retrain, DECISIONS.c.outcome_en.is_(None))
            .values(outcome_en=outcome_en, outcome_es=outcome_es)
        )


def _below_baseline(project: Project, champion: Row) -> list[bool]:
    """Per week that this champion forecast and whose sales are known: below the baseline?"""
    scores = project.reports.frame(
        tables.prediction_scores, model_version=champion["model_version"]
    )
    if scores.empty:
        return []
    weeks = scores.pivot(index="week_start", columns="metric", values="value").sort_index()
    return (weeks["f1"] < weeks["baseline_f1"]).tolist()


def _clause(sentence: str) -> str:
    """A sentence as part of another one."""
    return sentence[:1].lower() + sentence[1:].rstrip(".")
