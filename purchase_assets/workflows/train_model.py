"""From accepted sales to a champion: training set, challenger, record and gate."""

import os
import subprocess  # nosec B404
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from purchase_assets.code_versions import code_version
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.forecasting import judge_challenger
from purchase_assets.forecasting.card import model_card
from purchase_assets.forecasting.feature_frames import training_tables
from purchase_assets.forecasting.fit import Training, score_pairs, split, train
from purchase_assets.forecasting.judge_challenger import GateVerdict, judge
from purchase_assets.forecasting.training_pictures import pictures
from purchase_assets.kinds import MASTERS, Kind
from purchase_assets.progress import Progress
from purchase_assets.project import Project
from purchase_assets.storage.lake import Fingerprint
from purchase_assets.storage.model_reference import ModelReference, ModelRefused
from purchase_assets.storage.reports import tainted_models as tainted_in_reports
from purchase_assets.storage.training_run import LearntFrom, TrainingRun, Trial
from purchase_assets.text import Text
from purchase_assets.weeks import Window, forecast_window
from purchase_assets.workflows import (
    decide_retraining,
    forecast_week,
    promote_model,
    taint_models,
)

TABLE, SALES = "training_set", "daily_sales"
INPUTS = (*(kind.table for kind in MASTERS), SALES)
"""What the training set is computed from."""

SAMPLE_ROWS = 200
FRESH_PROCESS_SECONDS = 1800
"""It gives way like the training, so that a busy machine starves it for minutes."""
SAME_PROBABILITY = 1e-6
"""Sums taken in another order, by another number of threads, differ by less than this."""


@dataclass(frozen=True)
class Outcome:
    """What a training came to."""

    reference: ModelReference
    training: Training
    verdict: GateVerdict
    champion: str | None


@dataclass(frozen=True)
class TrainingSet:
    """The training set as it was kept.

    Attributes
    ----------
    cutoffs : list of date
        Of its windows, in order.
    version : str
        Fingerprint of the rows.
    """

    rows: int
    cutoffs: list[date]
    lake_version: int
    version: str


def make_training_set(project: Project, progress: Progress | None = None) -> TrainingSet:
    """Compute and keep the labelled features that a model for the coming window learns from."""
    window = forecast_window(forecast_week.data_through(project))
    made_of = {name: project.lake.version(name) for name in INPUTS if project.lake.exists(name)}
    kept = Fingerprint()
    cutoffs: dict[date, None] = {}

    def pieces() -> Iterator[pa.Table]:
        nonlocal kept
        kept = Fingerprint()
        for piece in training_tables(
            project.lake.dataset(SALES, made_of[SALES]),
            window,
            project.settings.forecast,
            progress=progress,
            **forecast_week.masters(project, made_of),
        ):
            kept.add(piece)
            cutoffs.update(dict.fromkeys(piece["cutoff"].unique().to_pylist()))
            yield piece

    version = project.lake.write(TABLE, pieces, made_of=made_of)
    passing(Failpoint.TRAINING_SET_KEPT)
    return TrainingSet(kept.rows, sorted(cutoffs), version, kept.digest)


def train_and_gate(project: Project, *, cause: str, progress: Progress | None = None) -> Outcome:
    """Train a challenger on the kept training set, register it, and promote it if it passes.

    The seed of the search is a new one each time, so that training again on the same data is
    not a repetition.
    """
    settings = project.settings.forecast
    frame = forecast_week.read_features(project, TABLE)
    through = forecast_week.data_through(project)
    seed = settings.seed + len(project.registry.versions())
    name = f"data through {through}"
    with project.registry.opened(name, {"cause": cause}) as run_id:
        training = train(frame, settings, seed=seed, progress=progress)
        passing(Failpoint.MODEL_FITTED)
        sample = frame.head(SAMPLE_ROWS)
        run = _training_run(project, training, frame, cause)
        reference = project.registry.register(run, name=name, within=run_id)
    passing(Failpoint.MODEL_REGISTERED)
    before = promote_model.champion(project)
    taint_models.follow(project)  # an upload may have been withdrawn in the meantime
    tainted = tainted_in_reports.by_version(project.reports)
    # one that learnt from withdrawn rows is no standard to be held to
    standard = before if before and before.version not in tainted else None
    verdict = judge(
        training.holdout,
        _champion_on_holdout(project, standard, frame, training) if standard else None,
        loads=answers_in_fresh_process(project, reference, training.model, sample),
    )
    if reference.version in tainted:
        files = ", ".join(taint.file_name for taint in tainted[reference.version])
        why = Text(
            f"Not promoted: it learnt from {files}, withdrawn while it trained.",
            f"No se promueve: aprendió de {files}, retirado mientras se entrenaba.",
        )
        verdict = replace(verdict, promote=False, reason=why)
    for tag, value in (
        ("gate", "promoted" if verdict.promote else "kept out"),
        ("gate_verdict", verdict.reason.en),
    ):
        project.registry.tag(reference.version, tag, value)
    if verdict.promote:
        promote_model.promote(
            project,
            reference.version,
            kind="gate" if before else "first",
            by="gate",
            reason=verdict.reason,
            data_through=through,
            figures=verdict.figures,
            answer=_told(reference, verdict),
        )
        passing(Failpoint.CHAMPION_NAMED)
    else:
        decide_retraining.conclude(project, "KEPT", _told(reference, verdict))
    return Outcome(reference, training, verdict, before.version if before else None)


def answers_in_fresh_process(
    project: Project, reference: ModelReference, model: Any, sample: pd.DataFrame
) -> bool:
    """Whether a new process loads the registered model and predicts as this one does."""
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "sample.parquet", Path(folder) / "answer.npy"
        sample.to_parquet(asked)
        # our own module in our own Python; no shell, and no argument from outside
        try:
            finished = subprocess.run(  # nosec B603
                [
                    sys.executable,
                    "-m",
                    "purchase_assets.workflows.fresh_process",
                    project.registry.artifacts,
                    reference.version,
                    str(asked),
                    str(answered),
                ],
                env={**os.environ, "PURCHASE_ASSETS_MLFLOW_URI": project.registry.uri},
                timeout=FRESH_PROCESS_SECONDS,
                capture_output=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        if finished.returncode != 0:
            return False
        here = model.predict_proba(sample)[:, 1]
        return bool(np.allclose(np.load(answered), here, rtol=0, atol=SAME_PROBABILITY))


def _champion_on_holdout(
    project: Project, champion: ModelReference, frame: pd.DataFrame, training: Training
) -> pd.DataFrame:
    """The champion's forecast of the held-out weeks.

    By the champion itself when it has not seen them and its file can be trusted, else by its
    recipe refitted without them.
    """
    settings = project.settings.forecast
    record = project.registry.record(champion.version)
    unseen = date.fromisoformat(record["data_through"]) <= training.holdout["cutoff"].min()
    if unseen and set(record["feature_names"]) <= set(frame):
        earlier, recent = split(frame)
        with suppress(ModelRefused):  # its recipe still stands in the record
            model = project.registry.load(champion)
            return score_pairs(model, recent, earlier, settings)
    return judge_challenger.holdout(frame, record["parameters"], settings, seed=record["seed"])


def _training_run(
    project: Project, training: Training, frame: pd.DataFrame, cause: str
) -> TrainingRun:
    """What MLflow is told of a training."""
    snapshot, through = _snapshot(project), forecast_week.data_through(project)
    card = model_card(training, data_through=str(through), snapshot=snapshot)
    record = _record(training, snapshot, forecast_window(through), cause)
    return TrainingRun(
        model=training.model,
        sample=frame.head(SAMPLE_ROWS),
        parameters={**training.parameters, "seed": training.seed},
        metrics=training.figures,
        record=record,
        figures=pictures(training, threads=project.settings.forecast.threads),
        texts={"model_card.md": card},
        trials=[
            Trial(trial.parameters, {"average_precision": trial.average_precision})
            for trial in training.trials
        ],
        tags={"cause": cause, "code_version": record["code_version"]},
        learnt_from=LearntFrom(TABLE, f"{project.lake.root}/{TABLE}", snapshot[TABLE], len(frame)),
        description=card,
    )


def _told(reference: ModelReference, verdict: GateVerdict) -> Text:
    return Text("Version {version}: {reason}", "Versión {version}: {reason}").format(
        version=reference.version, reason=verdict.reason
    )


def _snapshot(project: Project) -> dict[str, int]:
    """Versions of the tables that the kept training set rests on, and its own."""
    lake, lines = project.lake, Kind.TRANSACTIONS.table
    newest = {name: lake.version(name) for name in (lines, *INPUTS, TABLE) if lake.exists(name)}
    used = newest | lake.made_of(TABLE, newest[TABLE])
    return used | lake.made_of(SALES, used[SALES])


def _record(
    training: Training, snapshot: Mapping[str, int], window: Window, cause: str
) -> dict[str, Any]:
    return {
        "parameters": training.parameters,
        "seed": training.seed,
        "missed_share": training.missed_share,
        "figures": training.figures,
        "slices": training.slices,
        "feature_names": training.feature_names,
        "data_through": window.cutoff.isoformat(),
        "window": window.shape._asdict(),
        "snapshot": snapshot,
        "code_version": code_version(train_and_gate),
        "cause": cause,
    }
