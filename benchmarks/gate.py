"""Does the gate keep worse models out and let better ones in?

Plants challengers on generated sales: one trained with a fifth of its labels shuffled (worse),
one that differs by its seed alone (equal), and a sound one against a champion with shuffled
labels (better). Every repetition draws the customers anew and trains both models again.

    python benchmarks/gate.py [--repetitions 100] [--customers 600]
"""

import argparse
import warnings
from datetime import date
from time import perf_counter

import numpy as np
import pandas as pd

from purchase_assets.forecasting.feature_frames import training_frame
from purchase_assets.forecasting.fit import fit_and_score, split
from purchase_assets.forecasting.judge_challenger import judge
from purchase_assets.forecasting.model import PARAMETERS
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.samples.generator import generate
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

SHUFFLED = 0.2
RECIPE = PARAMETERS | {"max_iter": 50, "max_leaf_nodes": 15, "boosters": 1, "networks": 0}
SETTINGS = ForecastSettings(training_windows=16)


def labelled_pairs(customers: int) -> pd.DataFrame:
    end = date(2024, 12, 29)
    sample = generate(customers=customers, products=60, weeks=45, end=end)
    masters = {
        "customers": sample.customers.astype({"customer_id": str}),
        "products": sample.products.astype({"product_id": str}),
    }
    sales = compute_daily_sales(sample.transactions)
    return training_frame(sales, Window(end, 7), SETTINGS, **masters)


def resampled(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """Customers drawn with replacement; copies become customers of their own."""
    ids = frame["customer_id"].unique()
    drawn = pd.DataFrame({"customer_id": random.choice(ids, len(ids))})
    drawn["copy"] = drawn.groupby("customer_id").cumcount().astype(str)
    rows = frame.merge(drawn, on="customer_id")
    rows["customer_id"] += "/" + rows.pop("copy")
    share = (
        rows.groupby("cutoff")["bought"].transform("sum")
        / frame.groupby("cutoff")["bought"].sum().reindex(rows["cutoff"]).to_numpy()
    )
    rows["window_pairs"] = (rows["window_pairs"] * share).round().astype(int)
    return rows


def shuffled(frame: pd.DataFrame, random: np.random.Generator) -> pd.DataFrame:
    """A fifth of the labels exchanged among each other."""
    labels = frame["bought"].to_numpy().copy()
    places = random.choice(len(labels), int(SHUFFLED * len(labels)), replace=False)
    labels[places] = labels[random.permutation(places)]
    return frame.assign(bought=labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=100)
    parser.add_argument("--customers", type=int, default=600)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    frame = labelled_pairs(asked.customers)
    begin = perf_counter()
    promoted: dict[str, int] = dict.fromkeys(("worse", "equal", "better"), 0)
    gains: dict[str, list[float]] = {name: [] for name in promoted}
    for seed in range(asked.repetitions):
        random = np.random.default_rng(seed)
        earlier, recent = split(resampled(frame, random))

        def forecast(rows: pd.DataFrame, model_seed: int, to=recent) -> pd.DataFrame:
            return fit_and_score(rows, to, RECIPE, SETTINGS, seed=model_seed)[1]

        sound = forecast(earlier, seed)
        spoilt = forecast(shuffled(earlier, random), seed)
        for name, challenger, champion in (
            ("worse", spoilt, sound),
            ("equal", forecast(earlier, seed + 10_000), sound),
            ("better", sound, spoilt),
        ):
            verdict = judge(challenger, champion, loads=True, seed=seed)
            promoted[name] += verdict.promote
            gains[name].append(verdict.figures["gain"])
        print(f"{seed + 1} of {asked.repetitions}: {promoted}", end="\r", flush=True)
    print(f"\n{len(frame):,} pairs, {perf_counter() - begin:.0f} s")
    print("challenger | promoted | mean gain in average precision")
    for name, count in promoted.items():
        print(f"{name} | {count} of {asked.repetitions} | {np.mean(gains[name]):+.2%}")


if __name__ == "__main__":
    main()
