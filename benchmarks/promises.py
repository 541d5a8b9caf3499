"""Whether what a list promises comes true: call lists and whole weeks of the past, counted.

    python benchmarks/promises.py [--data DIR] [--weeks 21] [--last 2024-12-23] [--kept FILE]

Past weeks are forecast as they would have been, by a model that is fitted once every four weeks.
From each, lists by capacity are made: 60 calls of a zone, 60 of a type, the most valuable first,
and routes of 60 random customers. Their hits are promised and counted; the list of the whole week
gives the stray that the bounds rest on. `--kept` keeps the scored pairs, so that lists are counted
anew in seconds.
"""

import argparse
import warnings
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from drift import load
from forecast import tables

from purchase_assets.forecasting import model
from purchase_assets.forecasting.feature_frames import (
    days_of_sales,
    feature_frame,
    training_windows,
)
from purchase_assets.forecasting.features import LABEL, WINDOW_PAIRS
from purchase_assets.forecasting.fit import expected_missed_share, score_pairs
from purchase_assets.forecasting.promise import promise, promise_of_week
from purchase_assets.forecasting.quantities import usual_quantities
from purchase_assets.forecasting.volume import volume_factor
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

FIT_EVERY, CALLS, ROUTES = 4, 60, 5
BY = {"zone_id": "zone", "customer_type": "type"}
SMALLEST = 30
"""Pairs of a list; fewer are no list by capacity."""
WHOLE = "the whole week"
SETTINGS = ForecastSettings(threads=1, training_windows=24)
KEPT = ("cutoff", "customer_id", "product_id", "probability", "will_buy", LABEL, WINDOW_PAIRS)


def scored_weeks(sales: Any, masters: dict[str, pd.DataFrame], weeks: list[date]) -> pd.DataFrame:
    """The pairs of each week as a model of before it forecast them, and what was bought."""
    days = days_of_sales(sales)
    windows = [Window(week - timedelta(days=1), 7) for week in weeks]
    begun = windows[::FIT_EVERY]
    learnt = {one: training_windows(one, days, SETTINGS.training_windows) for one in begun}
    needed = sorted({window for one in begun for window in learnt[one]} | set(windows))
    frame = feature_frame(sales, needed, with_labels=True, engine=SETTINGS.engine, **masters)
    found = []
    for place, window in enumerate(windows):
        if window in learnt:
            history = frame[frame["cutoff"].isin([past.cutoff for past in learnt[window]])]
            fitted = model.fit(history, model.PARAMETERS, seed=7, threads=SETTINGS.threads)
            missed = expected_missed_share(history)
        asked = frame[frame["cutoff"] == window.cutoff]
        scored = score_pairs(fitted, asked, history, SETTINGS, volume_factor(sales, window))
        items = usual_quantities(sales, window.cutoff, engine=SETTINGS.engine)
        scored = scored[list(KEPT)].merge(items, on=["customer_id", "product_id"], how="left")
        found.append(scored.assign(missed_share=missed))
        print(f"  {window.start} scored ({place + 1} of {len(windows)})", flush=True)
    return pd.concat(found, ignore_index=True)


def lists(week: pd.DataFrame, dice: np.random.Generator) -> Iterator[tuple[str, pd.DataFrame]]:
    """The lists that are made of one week, by their kind, each the pairs to offer."""
    chosen = week[week["will_buy"]]
    worth = chosen["probability"] * chosen["mean_items"].fillna(1)
    value = worth.groupby(chosen["customer_id"]).sum().sort_values(ascending=False)
    place = week.drop_duplicates("customer_id").set_index("customer_id").loc[value.index]
    for column, kind in BY.items():
        for known in sorted(place[column].dropna().unique()):
            calls = value.index[place[column] == known][:CALLS]
            yield f"{CALLS} calls of a {kind}", chosen[chosen["customer_id"].isin(calls)]
    for _ in range(ROUTES):
        calls = dice.choice(value.index.to_numpy(), CALLS, replace=False)
        yield f"a route of {CALLS} random customers", chosen[chosen["customer_id"].isin(calls)]
    yield WHOLE, chosen


def promised(scored: pd.DataFrame) -> pd.DataFrame:
    """One row per list: what it promises, what was counted, whether the bounds held."""
    dice, rows = np.random.default_rng(7), []
    for cutoff, week in scored.groupby("cutoff"):
        for kind, pairs in lists(week, dice):
            if len(pairs) < SMALLEST:
                continue
            made, hits = promise(pairs["probability"]), int(pairs[LABEL].sum())
            row = {"cutoff": cutoff, "kind": kind, "hits": hits, "expected": made.expected}
            row["kept"] = made.low <= hits <= made.high
            row["width"] = (made.high - made.low) / made.expected
            rows.append(row)
        whole = rows[-1]
        f1 = promise_of_week(week["probability"], week["will_buy"], week["missed_share"].iloc[0])
        true, pairs = week[WINDOW_PAIRS].iloc[0], week["will_buy"].sum()
        counted = 2 * whole["hits"] / (pairs + true)
        whole |= {"f1": counted, "expected_f1": f1["expected_f1"]}
        whole["f1_kept"] = float(f1["f1_low"] <= counted <= f1["f1_high"])
    return pd.DataFrame(rows)


def report(found: pd.DataFrame) -> None:
    print("| list | lists | promised | counted | ratio | bounds held | width |")
    print("|---|---|---|---|---|---|---|")
    for kind, rows in found.groupby("kind", sort=False):
        expected, hits = rows["expected"].mean(), rows["hits"].mean()
        print(
            f"| {kind} | {len(rows)} | {expected:.1f} | {hits:.1f} | {hits / expected:.3f} "
            f"| {rows['kept'].mean():.1%} | {rows['width'].median():.0%} |"
        )
    weeks = found[found["kind"] == WHOLE]
    strays = weeks["hits"] / weeks["expected"] - 1
    print(
        f"whole weeks: stray {np.sqrt((strays**2).mean()):.3f} (mean {strays.mean():+.3f}, "
        f"deviation {strays.std():.3f}), F1 {weeks['expected_f1'].mean():.4f} promised, "
        f"{weeks['f1'].mean():.4f} counted, bounds held in {weeks['f1_kept'].mean():.1%}"
    )
    print("  by week: " + ", ".join(f"{stray:+.2f}" for stray in strays))


def within_customers(scored: pd.DataFrame) -> float:
    """How many times the variance of independent pairs customers have, their week taken off."""
    chosen = scored[scored["will_buy"]]
    weeks = chosen.groupby("cutoff")[[LABEL, "probability"]].sum()
    factor = chosen["cutoff"].map(weeks[LABEL] / weeks["probability"])
    chance = (chosen["probability"] * factor).clip(upper=0.99)
    pairs = chosen.assign(chance=chance, alone=chance * (1 - chance))
    customers = pairs.groupby(["cutoff", "customer_id"])[[LABEL, "chance", "alone"]].sum()
    return float(((customers[LABEL] - customers["chance"]) ** 2).sum() / customers["alone"].sum())


def halves(scored: pd.DataFrame) -> None:
    """What the two constants would be on each half of the weeks."""
    cutoffs = np.array(sorted(scored["cutoff"].unique()))
    for name, part in zip(("first", "second"), np.array_split(cutoffs, 2), strict=True):
        weeks = scored[scored["cutoff"].isin(part)]
        chosen = weeks[weeks["will_buy"]].groupby("cutoff")[[LABEL, "probability"]].sum()
        stray = np.sqrt(((chosen[LABEL] / chosen["probability"] - 1) ** 2).mean())
        within = within_customers(weeks)
        print(f"  {name} {len(part)} weeks: stray {stray:.3f}, within customers {within:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--weeks", type=int, default=21)
    parser.add_argument("--last", type=date.fromisoformat, default=date(2024, 12, 23))
    parser.add_argument("--kept", type=Path)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    if asked.kept and asked.kept.exists():
        scored = pd.read_pickle(asked.kept)
    else:
        sales, masters = tables(load(asked.data))
        weeks = [asked.last - timedelta(weeks=back) for back in reversed(range(asked.weeks))]
        scored = scored_weeks(sales, masters, weeks)
        places = masters["customers"][["customer_id", "customer_type", "zone_id"]]
        scored = scored.merge(places.drop_duplicates("customer_id"), on="customer_id", how="left")
        if asked.kept:
            scored.to_pickle(asked.kept)
    report(promised(scored))
    halves(scored)


if __name__ == "__main__":
    main()
