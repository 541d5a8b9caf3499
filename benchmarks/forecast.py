"""What forecasting costs beside the bare minimum, and how it grows.

    python benchmarks/forecast.py [--data DIR | --customers 750] [--growth] [--retrain]

Ratios compare CPU seconds within this run, each the best of three after a warm-up:
features of one week against a hand-written DuckDB query of the same columns (checked equal),
training and scoring against the bare scikit-learn calls. 750 generated customers have 20,000 pairs
a week, as many as the 1,500 of a real distributor. `--growth` repeats the features at 1, 4 and 16
times a quarter of the customers; `--retrain` times a whole retraining, search included.
"""

import argparse
import resource
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from drift import load
from minimal_features import query
from threadpoolctl import threadpool_limits

from purchase_assets.forecasting import model
from purchase_assets.forecasting.feature_frames import feature_frame, training_frame
from purchase_assets.forecasting.features import KEYS, LABEL
from purchase_assets.forecasting.fit import train
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.forecasting.scoring import score
from purchase_assets.samples.generator import SampleData, generate
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

END = date(2024, 12, 29)
WINDOW = Window(END, 7)
SETTINGS = ForecastSettings()


def best(call: Callable[[], Any], clock: Callable[[], float] = process_time) -> tuple[float, Any]:
    """Shortest of three calls after one that is not counted, and the last result."""
    result, times = call(), []
    for _ in range(3):
        begin = clock()
        result = call()
        times.append(clock() - begin)
    return min(times), result


def made(customers: int) -> SampleData:
    return generate(customers=customers, products=110, weeks=52, end=END)


def tables(sample: SampleData) -> tuple[Any, dict[str, pd.DataFrame]]:
    masters = {
        "customers": sample.customers.astype({"customer_id": str}).rename(
            columns={
                "num_deliver_per_week": "deliveries_per_week",
                "Y": "latitude",
                "X": "longitude",
            }
        ),
        "products": sample.products.astype({"product_id": str}),
    }
    lines = sample.transactions.drop_duplicates().astype({"customer_id": str, "product_id": str})
    return compute_daily_sales(lines), masters


def minimal(sales: Any, masters: dict[str, pd.DataFrame]) -> pd.DataFrame:
    with duckdb.connect(config={"threads": SETTINGS.threads}) as connection:
        connection.register("daily_sales", sales)
        for name, table in masters.items():
            connection.register(name, table)
        return connection.sql(query(END, 7)).df()


def features(sales: Any, masters: dict[str, pd.DataFrame]) -> None:
    ours, frame = best(lambda: feature_frame(sales, [WINDOW], **masters))
    bare, expected = best(lambda: minimal(sales, masters))
    for name in frame.select_dtypes("number").columns:
        np.testing.assert_allclose(
            frame[name].astype("float64"), expected[name].astype("float64"), rtol=1e-3, atol=1e-5
        )
    print(f"features, {len(frame):,} pairs: {ours:.2f} s, minimal {bare:.2f} s, {ours / bare:.2f}x")


def fitting(sales: Any, masters: dict[str, pd.DataFrame]) -> None:
    settings = SETTINGS.model_copy(update={"training_windows": 3})
    rows = training_frame(sales, WINDOW, settings, **masters)
    numeric, categorical = model.feature_columns(rows)

    def bare_fit() -> None:
        members = model.build(numeric, categorical, model.PARAMETERS, 7, len(rows)).estimators
        with threadpool_limits(1):
            for _, member in members:
                member.fit(rows[[*KEYS, *numeric, *categorical]], rows[LABEL])

    threads = SETTINGS.threads
    bare, _ = best(bare_fit)
    ours, fitted = best(lambda: model.fit(rows, model.PARAMETERS, seed=7, threads=threads))
    print(f"training, {len(rows):,} rows: {ours:.2f} s, bare {bare:.2f} s, {ours / bare:.2f}x")
    asked = rows.sample(20_000, replace=len(rows) < 20_000, random_state=1)
    bare, _ = best(lambda: fitted.predict_proba(asked))
    ours, _ = best(lambda: score(fitted, asked, missed_share=0.1, threads=threads))
    elapsed, _ = best(lambda: score(fitted, asked, missed_share=0.1, threads=threads), perf_counter)
    print(f"scoring 20,000 pairs: {ours:.2f} s, bare {bare:.2f} s, {ours / bare:.2f}x")
    print(f"scoring 20,000 pairs, elapsed: {elapsed:.2f} s")


def growth(customers: int) -> None:
    sizes, times = [1, 4, 16], []
    for size in sizes:
        sales, masters = tables(made(size * customers // 4))
        seconds, frame = best(lambda s=sales, m=masters: feature_frame(s, [WINDOW], **m))
        times.append(seconds)
        print(f"{size}x: {len(frame):,} pairs, {seconds:.2f} s, peak {peak():.2f} GB")
    exponent = np.polyfit(np.log(sizes), np.log(times), 1)[0]
    print(f"growth exponent: {exponent:.2f}")


def step(message: str, share: float) -> None:
    print(f"  {message}: {share:.0%}, peak so far {peak():.2f} GB", flush=True)


def retraining(sales: Any, masters: dict[str, pd.DataFrame]) -> None:
    begin, cpu = perf_counter(), process_time()
    rows = training_frame(sales, WINDOW, SETTINGS, progress=step, **masters)
    trained = train(rows, SETTINGS, seed=7, progress=step)
    elapsed, used = perf_counter() - begin, process_time() - cpu
    print(
        f"retraining, {len(rows):,} rows, {len(trained.trials)} trials: {elapsed:.0f} s elapsed, "
        f"{used:.0f} CPU s, peak {peak():.2f} GB"
    )


def peak() -> float:
    """Largest resident memory of this process so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=750)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--retrain", action="store_true")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    sales, masters = tables(load(asked.data) if asked.data else made(asked.customers))
    if asked.retrain:  # first, so that the peak is its own
        retraining(sales, masters)
    features(sales, masters)
    fitting(sales, masters)
    if asked.growth:
        growth(asked.customers)


if __name__ == "__main__":
    main()
