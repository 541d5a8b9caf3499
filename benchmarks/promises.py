"""Whether what a list promises comes true: call lists and whole weeks of the past, counted.

    python benchmarks/promises.py [--data DIR] [--weeks 16] [--last 2024-12-23] [--kept FILE]

Past weeks are forecast as they would have been, by a model that is fitted once every four weeks.
From each, lists by capacity are drawn: 60 calls of a zone, 60 of a type, routes of random
customers. Their hits are promised and counted. Each week's interval knows the stray of the other
weeks only. `--kept` keeps the scored pairs, so that lists are counted anew in seconds.
"""

import argparse
import warnings
from datetime import date, timedelta
from pathlib import Path
from typing import Any

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
from purchase_assets.forecasting.quantities import usual_quantities
from purchase_assets.forecasting.volume import volume_factor
from purchase_assets.settings import ForecastSettings
from purchase_assets.weeks import Window

FIT_EVERY = 4
CALLS = 60
SETTINGS = ForecastSettings(threads=1)
KEPT = ("cutoff", "customer_id", "product_id", "probability", "will_buy", LABEL, WINDOW_PAIRS)


def scored_weeks(sales: Any, masters: dict[str, pd.DataFrame], weeks: list[date]) -> pd.DataFrame:
    """The pairs of each week as a model of before it forecast them, and what was bought."""
    days = days_of_sales(sales)
    windows = [Window(week - timedelta(days=1), 7) for week in weeks]
    begun = windows[::FIT_EVERY]
    learnt = {one: training_windows(one, days, SETTINGS.training_windows) for one in begun}
    needed = sorted({window for one in begun for window in learnt[one]} | set(windows))
    frame = feature_frame(sales, needed, with_labels=True, threads=SETTINGS.threads, **masters)
    found = []
    for place, window in enumerate(windows):
        if window in learnt:
            history = frame[frame["cutoff"].isin([past.cutoff for past in learnt[window]])]
            fitted = model.fit(history, model.PARAMETERS, seed=7, threads=SETTINGS.threads)
            missed = expected_missed_share(history)
        asked = frame[frame["cutoff"] == window.cutoff]
        scored = score_pairs(fitted, asked, history, SETTINGS, volume_factor(sales, window))
        items = usual_quantities(sales, window.cutoff, threads=SETTINGS.threads)
        scored = scored[list(KEPT)].merge(items, on=["customer_id", "product_id"], how="left")
        found.append(scored.assign(missed_share=missed))
        print(f"  {window.start} scored ({place + 1} of {len(windows)})", flush=True)
    return pd.concat(found, ignore_index=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--weeks", type=int, default=16)
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
    print(scored.shape)


if __name__ == "__main__":
    main()
