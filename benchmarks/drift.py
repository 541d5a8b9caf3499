"""How well the drift detector tells faults from ordinary weeks, beside three usual rules.

    python benchmarks/drift.py [--data DIR] [--json] [--picture docs/drift-power.svg]

Null weeks are the reference's own with their customers drawn anew, since the lines of one
customer are not independent. A draw is three weeks in a row, judged as the project judges them.
What real change from week to week does is told by the replay and the benign scenarios.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from drift_rules import usual_rules

from purchase_assets.drift.detector import (
    REFERENCE_WEEKS,
    ReferenceColumn,
    column_scores,
    fit_reference,
    judge,
)
from purchase_assets.drift.monitored_frames import COLUMNS, monitored_frames
from purchase_assets.drift.replay import NO_HISTORY, false_alarm_rate
from purchase_assets.forecasting.feature_frames import feature_frame
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.samples.drift_scenarios import SCENARIOS, simulate
from purchase_assets.samples.generator import SampleData, generate
from purchase_assets.settings import DriftSettings, RetrainingSettings
from purchase_assets.weeks import Window

SETTINGS = DriftSettings()
SEVERITIES = (0.01, 0.02, 0.05, 0.10, 0.20, 0.50)
Frames = dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Data:
    """Canonical tables of the whole history, and its weeks."""

    lines: pd.DataFrame
    customers: pd.DataFrame
    products: pd.DataFrame
    pairs: pd.DataFrame
    weeks: list[pd.Timestamp]

    def frames(self, lines: pd.DataFrame, pairs: pd.DataFrame) -> Frames:
        return monitored_frames(
            lines, customers=self.customers, products=self.products, pairs=pairs
        )

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> Frames:
        return self.frames(
            self.lines[self.lines["week"].between(first, last)],
            self.pairs[self.pairs["week"].between(first, last)],
        )


def canonical(customers: pd.DataFrame) -> pd.DataFrame:
    return customers.rename(
        columns={
            "num_deliver_per_week": "deliveries_per_week",
            "num_visit_per_week": "visits_per_week",
        }
    )


def load(folder: Path | None) -> SampleData:
    if folder is None:
        return generate(customers=600, products=80, weeks=60, end=date(2025, 3, 2))
    sales = pd.concat(
        [pd.read_parquet(path) for path in sorted(folder.glob("transacciones*.parquet"))]
    )
    return SampleData(
        sales,
        pd.read_parquet(folder / "clientes.parquet"),
        pd.read_parquet(folder / "productos.parquet"),
    )


def prepare(sample: SampleData) -> Data:
    lines = sample.transactions.drop_duplicates().astype({"customer_id": str, "product_id": str})
    products = sample.products.astype({"product_id": str})
    customers = canonical(sample.customers).astype({"customer_id": str})
    lines["week"] = lines["purchase_date"].dt.to_period("W").dt.start_time
    counts = lines.groupby("week")["purchase_date"].max().dt.dayofweek
    weeks = list(counts.index[counts >= 5])
    windows = [Window((week - timedelta(days=1)).date(), 7) for week in weeks[4:]]
    pairs = feature_frame(
        compute_daily_sales(lines),
        windows,
        customers=customers,
        products=products,
        engine={"threads": 1},
    )[["cutoff", "customer_id", *COLUMNS["pair"]]]
    # The pairs of a week are those seen from its eve.
    pairs["cutoff"] = pd.to_datetime(pairs["cutoff"]) + pd.Timedelta(days=1)
    return Data(lines, customers, products, pairs.assign(week=pairs["cutoff"]), weeks)


class NullWeeks:
    """Ordinary weeks: some of the reference's own in a row, with their customers drawn anew.

    The customers are drawn once per draw, so the weeks of a draw depend on each other as real
    ones do.
    """

    def __init__(self, data: Data, weeks: list[pd.Timestamp], rng: np.random.Generator) -> None:
        self.data, self.rng = data, rng
        self.tables = [
            tuple(
                (part, part.groupby("customer_id").indices)
                for part in (
                    table[table["week"] == week].reset_index(drop=True)
                    for table in (data.lines, data.pairs)
                )
            )
            for week in weeks
        ]

    def draw(self, weeks: int, fault: "Fault | None" = None, share: float = 0.0) -> list[Frames]:
        first = self.rng.integers(len(self.tables) - weeks + 1)
        everyone = self.data.customers["customer_id"].to_numpy()
        drawn = self.rng.choice(everyone, len(everyone))
        return [self._week(tables, drawn, fault, share) for tables in self.tables[first:][:weeks]]

    def _week(
        self, tables: tuple, drawn: np.ndarray, fault: "Fault | None", share: float
    ) -> Frames:
        (lines, line_rows), (pairs, pair_rows) = tables
        nobody = np.array([], dtype=int)
        picked = [line_rows.get(customer, nobody) for customer in drawn]
        copy = np.repeat(np.arange(len(drawn)), [len(rows) for rows in picked])
        lines = lines.iloc[np.concatenate(picked)].reset_index(drop=True)
        # A customer drawn twice is two customers: its orders are no duplicates.
        lines = lines.assign(order_id=lines["order_id"] + copy * 100_000_000)
        if fault and fault.on_lines:
            lines = lines.assign(items=fault.change(self.rng, lines["items"], share))
        pairs = pairs.iloc[np.concatenate([pair_rows.get(c, nobody) for c in drawn])]
        frames = self.data.frames(lines, pairs)
        if fault and not fault.on_lines:
            products = frames["product"]
            changed = fault.change(self.rng, products[fault.column], share)
            frames["product"] = products.assign(**{fault.column: changed})
        return frames


Change = Callable[[np.random.Generator, pd.Series, float], pd.Series]


@dataclass(frozen=True)
class Fault:
    """A change of one column: on the order lines, or on what the products say of them."""

    column: str
    severity: float
    change: Change

    @property
    def on_lines(self) -> bool:
        return self.column == "items"


def _some(rng: np.random.Generator, values: pd.Series, share: float) -> np.ndarray:
    return rng.random(len(values)) < share


FAULTS = {
    "unseen category on 5 % of rows": Fault(
        "brand", 0.05, lambda rng, v, share: v.mask(_some(rng, v, share), "Brand NEW")
    ),
    "items x10 on 5 % of rows": Fault(
        "items", 0.05, lambda rng, v, share: v.mask(_some(rng, v, share), 10 * v)
    ),
    "size x1000 on 1 % of rows": Fault(
        "size", 0.01, lambda rng, v, share: v.mask(_some(rng, v, share), 1000 * v)
    ),
    "top category collapsed on 50 % of its rows": Fault(
        "brand",
        0.50,
        lambda rng, v, share: v.mask((v == v.mode()[0]) & _some(rng, v, share), "other"),
    ),
    "mean of items shifted by 0.5 sd": Fault(
        "items", 0.50, lambda rng, v, share: v + share * v.std()
    ),
}


def verdicts(
    reference: tuple[ReferenceColumn, ...], weeks: list[Frames]
) -> list[tuple[bool, bool]]:
    """Per week of a draw: is any column above its threshold, and is the verdict DRIFTED?"""
    past: list[pd.DataFrame] = []
    found = []
    for number, frames in enumerate(weeks):
        verdict = judge(
            column_scores(reference, frames, SETTINGS),
            pd.concat(past) if past else NO_HISTORY,
            SETTINGS,
        )
        past.append(verdict.scores.assign(week_start=number))
        above = verdict.scores["score"] > verdict.scores["threshold"]
        found.append((bool(above.any()), verdict.status == "DRIFTED"))
    return found


def null_rates(reference: tuple[ReferenceColumn, ...], null: NullWeeks, draws: int) -> dict:
    found = [verdicts(reference, null.draw(3)) for _ in range(draws)]
    return {
        "draws": draws,
        "false_alarms": float(np.mean([any(alarm for _, alarm in draw) for draw in found])),
        "weeks_above_once": float(np.mean([above for draw in found for above, _ in draw])),
    }


def power(
    reference: tuple[ReferenceColumn, ...],
    null: NullWeeks,
    fault: Fault,
    severity: float,
    draws: int,
) -> dict:
    """Share of draws with an alarm within 2 weeks of the fault's first, and the weeks it took."""
    delays = []
    for _ in range(draws):
        weeks = verdicts(reference, null.draw(2, fault, severity))
        alarms = [number for number, (_, alarm) in enumerate(weeks, start=1) if alarm]
        delays.append(alarms[0] if alarms else np.inf)
    caught = [delay for delay in delays if np.isfinite(delay)]
    return {
        "power": len(caught) / draws,
        "longest_delay_weeks": max(caught, default=None),
        "draws": draws,
    }


def benign(reference: tuple[ReferenceColumn, ...], sample: SampleData, seeds: int) -> dict:
    """Alarms of the scenarios that are business as usual, three weeks each."""
    alarms = {}
    for name, scenario in SCENARIOS.items():
        if not scenario.is_drift:
            alarms[name] = sum(
                any(alarm for _, alarm in verdicts(reference, weeks))
                for weeks in (
                    [_scenario_frames(week) for week in simulate(name, sample, weeks=3, seed=seed)]
                    for seed in range(seeds)
                )
            )
    return {"runs_each": seeds, "alarms": alarms}


def _scenario_frames(week: SampleData) -> Frames:
    return monitored_frames(
        week.transactions, customers=canonical(week.customers), products=week.products
    )


def speed(reference: Frames, week: Frames) -> dict:
    """A week of 100,000 rows in every unit, the reference fitted anew."""
    large = {
        unit: frame.sample(100_000, replace=True, random_state=0, ignore_index=True)
        for unit, frame in week.items()
    }
    column_scores(week, week, SETTINGS)  # imports are not what is measured
    begin = time.perf_counter()
    column_scores(reference, large, SETTINGS)
    return {
        "rows": 100_000,
        "seconds": round(time.perf_counter() - begin, 2),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def replayed(data: Data) -> dict:
    rate = false_alarm_rate(
        data.between(data.weeks[0], data.weeks[-1]),
        SETTINGS,
        max_model_age_weeks=RetrainingSettings().max_model_age_weeks,
    )
    return {
        "weeks": len(rate.weeks),
        "flagged": [f"{week.week:%Y-%m-%d}: {week.verdict.sentence.en}" for week in rate.flagged],
        "share": rate.share,
    }


def draw_curve(curve: dict[str, list[float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 4.5))
    for name, values in curve.items():
        axes.plot([100 * s for s in SEVERITIES], values, marker="o", label=name.split(" on ")[0])
    axes.set(
        xscale="log",
        xlabel="severity: % of rows (mean shift: % of a standard deviation)",
        ylabel="alarms within 2 weeks",
        title="What the drift detector sees",
    )
    axes.set_xticks([100 * s for s in SEVERITIES], [f"{100 * s:g}" for s in SEVERITIES])
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


def measure(sample: SampleData, draws: int, picture: Path | None) -> dict:
    data = prepare(sample)
    weeks = data.weeks[-REFERENCE_WEEKS:]
    reference_frames = data.between(weeks[0], weeks[-1])
    reference = fit_reference(reference_frames, SETTINGS)
    null = NullWeeks(data, weeks, np.random.default_rng(7))
    # A process of its own, so that the peak memory is the detector's.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
        measured = fresh.submit(speed, reference_frames, null.draw(1)[0]).result()
    few = max(draws // 20, 1)
    result = {
        "speed": measured,
        "null": null_rates(reference, null, draws),
        "power": {
            name: power(reference, null, fault, fault.severity, max(draws // 4, 1))
            for name, fault in FAULTS.items()
        },
        "benign": benign(reference, sample, seeds=5),
        "usual_rules": usual_rules(
            reference_frames,
            {"no fault": [null.draw(1)[0] for _ in range(few)]}
            | {
                name: [null.draw(1, fault, fault.severity)[0] for _ in range(few)]
                for name, fault in FAULTS.items()
            },
        ),
        "replay": replayed(data),
    }
    if picture:
        curve = {
            name: [
                power(reference, null, fault, severity, max(draws // 20, 1))["power"]
                for severity in SEVERITIES
            ]
            for name, fault in FAULTS.items()
        }
        draw_curve(curve, picture)
        result["severity_curve"] = {"severities": SEVERITIES, **curve}
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the distributor's files")
    parser.add_argument("--draws", type=int, default=400, help="null draws of three weeks")
    parser.add_argument("--picture", type=Path, help="where the severity curve goes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    result = measure(load(options.data), options.draws, options.picture)
    print(json.dumps(result, indent=None if options.json else 2))
    ok = (
        result["null"]["false_alarms"] <= 0.05
        and all(
            fault["power"] >= 0.95 and fault["longest_delay_weeks"] <= 2
            for fault in result["power"].values()
        )
        and not any(result["benign"]["alarms"].values())
        and result["speed"]["seconds"] <= 10
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
