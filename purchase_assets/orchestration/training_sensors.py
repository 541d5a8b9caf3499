"""What asks for a training: no model yet, drift, refused uploads, an overdue champion.

The sensors only translate: what is a cause, what is decided on it and what becomes of it are in
`retraining` and `workflows.decide_retraining`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import dagster as dg

from purchase_assets.orchestration.attempts import Attempts, tried
from purchase_assets.orchestration.jobs import retrain
from purchase_assets.orchestration.model_assets import CAUSE_TAG
from purchase_assets.orchestration.sensors import newest_week_requests
from purchase_assets.orchestration.waiting import (
    UNFINISHED,
    UnderWay,
    changes_inputs,
    data_through,
    is_under_way,
    sales_wait,
    under_way,
)
from purchase_assets.project import Project
from purchase_assets.retraining.attempts import Ask, Attempt, GiveUp, next_step
from purchase_assets.retraining.causes import Cause
from purchase_assets.retraining.guards import RetrainingState
from purchase_assets.weeks import forecast_window, week_key
from purchase_assets.workflows import decide_retraining, promote_model
from purchase_assets.workflows.decide_retraining import consider, state

TRAINED = dg.AssetKey("trained_model")
Causes = Callable[[Project, RetrainingState, date], Iterator[Cause]]
ATTEMPTS: dict[dg.DagsterRunStatus, Attempt] = {
    **dict.fromkeys(UNFINISHED, "UNDER_WAY"),
    dg.DagsterRunStatus.SUCCESS: "SUCCEEDED",
    dg.DagsterRunStatus.FAILURE: "FAILED",
    dg.DagsterRunStatus.CANCELED: "CANCELED",
}


def _training_sensor(name: str, description: str, find: Causes) -> dg.SensorDefinition:
    """A sensor that asks for a training when `find` names a cause and the guards agree."""

    @dg.sensor(
        name=name,
        description=description,
        job=retrain,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(
        context: dg.SensorEvaluationContext,
        project: dg.ResourceParam[Project],
        attempts: dg.ResourceParam[Attempts],
    ) -> dg.SensorResult | dg.SkipReason:
        through = data_through(context.instance)
        if through is None:
            return dg.SkipReason("No sales have been accepted yet.")
        runs = under_way(context)
        if any(changes_inputs(run, made) for run, made in runs):
            return dg.SkipReason("Uploads are being taken in; a training waits for their sales.")
        if sales_wait(project, context.instance):
            return dg.SkipReason("New sales were accepted; a training waits for daily_sales.")
        if _is_still_to_be_forecast(context, project, attempts, runs, through):
            return dg.SkipReason("The weekly table comes first; a training waits for it.")
        busy = any(TRAINED in made for _, made in runs)
        seen = state(project, through, busy=busy)
        causes = find(project, seen, through)
        said, requests = _decide(context.instance, project, attempts, causes, seen)
        if requests:
            return dg.SensorResult(run_requests=requests)
        return dg.SkipReason(" ".join(said) or "No new cause to train.")

    return sensor


def _decide(
    instance: dg.DagsterInstance,
    project: Project,
    attempts: Attempts,
    causes: Iterator[Cause],
    seen: RetrainingState,
) -> tuple[list[str], list[dg.RunRequest]]:
    """The decision on each cause, and the run that follows from them."""
    said, requests = [], []
    for cause in causes:
        decision = consider(project, cause, seen)
        if decision is not None:
            said.append(decision.sentence_en)
            seen = seen.after(cause, decision)
        tag = f"{cause.kind}/{cause.id}"
        before = tried(instance, {CAUSE_TAG: tag})
        ways = [ATTEMPTS[record.dagster_run.status] for record in before]
        match next_step(cause, seen, ways, rests=not attempts.allow(before)):
            case Ask(attempt):
                requests.append(
                    dg.RunRequest(
                        run_key=f"{tag}:{attempt}", job_name=retrain.name, tags={CAUSE_TAG: tag}
                    )
                )
                seen = replace(seen, busy=True)
            case GiveUp() as why:
                decide_retraining.give_up(project, cause, why)
    return said, requests


def _is_still_to_be_forecast(
    context: dg.SensorEvaluationContext,
    project: Project,
    attempts: Attempts,
    runs: UnderWay,
    through: date,
) -> bool:
    """Whether the newest week waits for its table, so that a training has to wait, too.

    Not when there is no model to forecast with, nor when all attempts have failed.
    """
    week = week_key(forecast_window(through).end)
    if promote_model.champion_version(project) is None:
        return False
    if is_under_way(runs, week):
        return True
    table = dg.AssetKey("weekly_predictions")
    requests = newest_week_requests(context, project, attempts, week)
    return any(table in (request.asset_selection or ()) for request in requests)


SENSORS = [
    _training_sensor(
        "train_first_model",
        "Trains the first model once sales have been accepted.",
        decide_retraining.first_model_causes,
    ),
    _training_sensor(
        "retrain_on_drift",
        "Trains again when Evidently's scores say that the data has changed.",
        decide_retraining.drift_causes,
    ),
    _training_sensor(
        "retrain_on_rejected_upload",
        "Trains again on the accepted data when Great Expectations rejects an upload for what is "
        "in it, or sets an unusual part of it aside.",
        decide_retraining.rejected_upload_causes,
    ),
    _training_sensor(
        "retrain_when_overdue",
        "Trains again when the champion is old, loses to the baseline or was made for other days.",
        decide_retraining.overdue_causes,
    ),
]
