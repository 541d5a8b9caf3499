"""When to train again: never, every week, or as the project decides, on the same replayed weeks.

    python benchmarks/policies.py [--data DIR] [--weeks N] [--json]

Every policy uses the same recipe (the project's own, but one booster alone and no search), every
known window and one seed, so two policies that train in the same week have the same model. Ours
asks the project's own detector, causes, guards and limits, with the probabilities that the models
gave, and the project's gate decides on each challenger.
"""

import argparse
import json
import sys
import warnings
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from drift import canonical, load

from purchase_assets.drift.detector import (
    REFERENCE_WEEKS,
    DriftVerdict,
    ReferenceColumn,
    column_scores,
    fit_reference,
    judge,
)
from purchase_assets.drift.monitored_frames import monitored_frames
from purchase_assets.drift.replay import NO_HISTORY
from purchase_assets.forecasting import metrics, model
from purchase_assets.forecasting.calibration import CALIBRATION_BOUNDS
from purchase_assets.forecasting.feature_frames import training_frame
from purchase_assets.forecasting.fit import HOLDOUT_WINDOWS, score_pairs
from purchase_assets.forecasting.judge_challenger import GateVerdict
from purchase_assets.forecasting.judge_challenger import judge as may_take_over
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.retraining.causes import Cause
from purchase_assets.retraining.guards import PastDecision, RetrainingState, decide
from purchase_assets.retraining.overdue import overdue_cause
from purchase_assets.samples.generator import SampleData
from purchase_assets.settings import DriftSettings, ForecastSettings, RetrainingSettings
from purchase_assets.weeks import Window
from purchase_assets.workflows.report_drift import FORECAST_WEEKS

RECIPE = model.PARAMETERS | {"boosters": 1, "networks": 0}
FORECAST = ForecastSettings(threads=1)
DRIFT, RETRAINING = DriftSettings(), RetrainingSettings()
FIRST_MODEL = 14
"""Labelled windows before the first model."""


class History:
    """Labelled features of every week, and the models fitted along it."""

    def __init__(self, sample: SampleData, weeks: int | None) -> None:
        lines = sample.transactions.drop_duplicates()
        lines = lines.astype({"customer_id": str, "product_id": str})
        self.customers = canonical(sample.customers).astype({"customer_id": str})
        self.products = sample.products.astype({"product_id": str})
        last = lines["purchase_date"].max().date()
        # the last cutoff is a Sunday: every window is a whole week
        end = Window(last - timedelta(days=(last.weekday() + 1) % 7), 7)
        self.frame = training_frame(
            compute_daily_sales(lines),
            end,
            ForecastSettings(training_windows=weeks or 200, threads=1),
            customers=self.customers,
            products=self.products,
        )
        day = lines["purchase_date"].dt.normalize()
        sunday = day + pd.to_timedelta(6 - day.dt.dayofweek, unit="D")
        self.lines = lines.assign(cutoff=sunday.dt.date)
        self.cutoffs: list[date] = sorted(self.frame["cutoff"].unique())

    def windows(self, first: int, last: int) -> pd.DataFrame:
        """The labelled pairs of the windows from `first` up to, not with, `last`."""
        return self.frame[self.frame["cutoff"].isin(self.cutoffs[first:last])]

    def learnt(self, at: int) -> tuple[int, int]:
        """The windows whose outcome is known at a cutoff: what a model of that day learns from."""
        return max(0, at - FORECAST.training_windows), at

    @cache  # noqa: B019
    def fitted(self, first: int, last: int) -> Any:
        return model.fit(self.windows(first, last), RECIPE, seed=7, threads=1)

    @cache  # noqa: B019
    def forecast(self, week: int, trained: int) -> pd.DataFrame:
        """The week from a cutoff on, as the model trained at another cutoff forecasts it."""
        learnt = self.learnt(trained)
        rows = self.windows(week, week + 1)
        return score_pairs(self.fitted(*learnt), rows, self.windows(*learnt), FORECAST)

    @cache  # noqa: B019
    def verdict_of_gate(self, challenger: int, champion: int) -> GateVerdict:
        """The gate's verdict, on the newest weeks before the challenger's cutoff.

        A champion that has seen them is refitted without them, as the project does: with one
        recipe and seed for all that is the challenger itself.
        """
        first, last = self.learnt(challenger)
        held = last - HOLDOUT_WINDOWS
        earlier, recent = self.windows(first, held), self.windows(held, last)
        new, old = (
            score_pairs(self.fitted(*learnt), recent, earlier, FORECAST)
            for learnt in (
                (first, held),
                self.learnt(champion) if champion <= held else (first, held),
            )
        )
        return may_take_over(new, old, loads=True)

    def reference(self, at: int, week: int) -> tuple[ReferenceColumn, ...]:
        """The detector's reference of the model trained at `at`, with its first forecasts."""
        known = self.cutoffs[max(0, at - REFERENCE_WEEKS) : at]
        pairs = self.frame[self.frame["cutoff"].isin(known)].sample(frac=0.1, random_state=0)
        days = self.cutoffs[max(0, at - REFERENCE_WEEKS + 1) : at + 1]
        first = [self.forecast(week, at) for week in range(at, week)][:FORECAST_WEEKS]
        forecasts = pd.concat(first) if len(first) == FORECAST_WEEKS else None
        frames = self._frames(self.lines["cutoff"].isin(days), pairs, forecasts)
        return fit_reference(frames, DRIFT)

    def verdict(self, week: int, trained: int, past: pd.DataFrame) -> DriftVerdict:
        reference = self.reference(trained, week)
        same = self.lines["cutoff"] == self.cutoffs[week]
        forecasts = self.forecast(week, trained)
        frames = self._frames(same, forecasts, forecasts)
        return judge(column_scores(reference, frames, DRIFT), past, DRIFT)

    def _frames(
        self, chosen: pd.Series, pairs: pd.DataFrame, forecasts: pd.DataFrame | None
    ) -> dict[str, pd.DataFrame]:
        return monitored_frames(
            self.lines[chosen],
            customers=self.customers,
            products=self.products,
            pairs=pairs,
            forecasts=forecasts,
        )


@dataclass
class Replay:
    """What a policy did: its trainings, and the figures of each week."""

    trained: list[str] = field(default_factory=list)
    kept: int = 0
    flagged: list[str] = field(default_factory=list)
    watched: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    weeks: list[dict[str, float]] = field(default_factory=list)
    scores: list[pd.DataFrame] = field(default_factory=list)

    def summary(self) -> dict:
        return {
            "mean_f1": round(float(np.mean([week["f1"] for week in self.weeks])), 4),
            "trainings": len(self.trained),
            "champion_kept": self.kept,
            "weeks": len(self.weeks),
        }

    def challenge(self, history: History, week: int, champion: int, why: str) -> int:
        """Train in a week and let the gate decide; returns when the champion was trained."""
        verdict = history.verdict_of_gate(week, champion)
        self.trained.append(f"{history.cutoffs[week]}: {why}: {verdict.reason.en}")
        self.kept += not verdict.promote
        return week if verdict.promote else champion


def fixed(history: History, *, every_week: bool) -> Replay:
    """Train every week, or only the first model."""
    found = Replay()
    for week in range(FIRST_MODEL, len(history.cutoffs)):
        trained = week if every_week else FIRST_MODEL
        if trained == week:
            found.trained.append(str(history.cutoffs[week]))
        found.weeks.append(metrics.evaluate(history.forecast(week, trained)))
    return found


def ours(history: History) -> Replay:
    """Train when the detector, the champion's age or its late-label scores ask and guards agree."""
    found = Replay()
    decisions: list[PastDecision] = []
    champion = FIRST_MODEL
    found.trained.append(f"{history.cutoffs[FIRST_MODEL]}: first model")
    past: list[pd.DataFrame] = []
    below: list[bool] = []
    misjudged: list[int] = []
    low, high = CALIBRATION_BOUNDS
    for week in range(FIRST_MODEL, len(history.cutoffs)):
        day = history.cutoffs[week]
        verdict = history.verdict(week, champion, pd.concat(past) if past else NO_HISTORY)
        found.scores.append(verdict.scores.assign(day=day, trained=history.cutoffs[champion]))
        past.append(verdict.scores.assign(week_start=day))
        monday = _monday(day)
        state = RetrainingState(monday, _monday(history.cutoffs[champion]), False, decisions)
        causes = [overdue_cause(state, below, RETRAINING, misjudged=misjudged)]
        if verdict.status == "DRIFTED":
            found.flagged.append(f"{day}: {verdict.sentence.en}")
            drifted = Cause("drift", str(day), monday, verdict.sentence)
            causes.insert(0, drifted)
        elif "watched" in verdict.sentence.en:
            found.watched.append(f"{day}: {verdict.sentence.en}")
        for cause in filter(None, causes):
            decision = decide(cause, state, RETRAINING)
            yes = decision.retrain  # here every training comes to a verdict
            decisions.append(
                PastDecision(cause.kind, cause.id, monday, yes, "KEPT" if yes else None)
            )
            if not yes:
                found.refused.append(decision.sentence.en)
                continue
            below, misjudged = [], []
            before = champion
            champion = found.challenge(history, week, before, cause.detail.en)
            if champion != before:
                past = []
        figures = metrics.evaluate(history.forecast(week, champion))
        found.weeks.append(figures)
        below.append(figures["f1"] < figures["baseline_f1"])
        misjudged.append(int(figures["calibration"] > high) - int(figures["calibration"] < low))
    return found


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the distributor's files")
    parser.add_argument("--weeks", type=int, help="newest weeks of history to use")
    parser.add_argument("--scores", type=Path, help="where every score goes, as CSV")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    history = History(load(options.data), options.weeks)
    mine = ours(history)
    if options.scores:
        pd.concat(mine.scores).to_csv(options.scores, index=False)
    replays = {
        "never": fixed(history, every_week=False),
        "weekly": fixed(history, every_week=True),
        "ours": mine,
    }
    result = {name: replay.summary() for name, replay in replays.items()}
    result["ours"] |= {
        "trained": mine.trained,
        "flagged": mine.flagged,
        "watched": mine.watched,
        "refused": mine.refused,
    }
    print(json.dumps(result, indent=None if options.json else 2))
    lost = result["weekly"]["mean_f1"] - result["ours"]["mean_f1"]
    ok = lost <= 0.003 and 2 * result["ours"]["trainings"] <= result["weekly"]["trainings"]
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
