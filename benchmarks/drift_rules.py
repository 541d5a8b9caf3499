"""The usual drift rules, computed by Evidently, for comparison with ours."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from purchase_assets.drift.detector import usable
from purchase_assets.drift.monitored_frames import COLUMNS, NUMERIC

Frames = dict[str, pd.DataFrame]


def usual_rules(reference: Frames, weeks: dict[str, list[Frames]]) -> dict:
    """Share of weeks flagged by what is usual, per kind of week."""
    rules: dict[str, Callable[[Frames], bool]] = {
        "Evidently preset, its defaults": lambda week: preset_flags(reference, week),
        "KS p < .05 on any numeric column": lambda week: any_column(reference, week, "ks"),
        "PSI > .2 on any column": lambda week: any_column(reference, week, "psi"),
    }
    return {
        rule: {name: float(np.mean([flags(week) for week in some])) for name, some in weeks.items()}
        for rule, flags in rules.items()
    }


def preset_flags(reference: Frames, week: Frames) -> bool:
    from evidently import Dataset, Report
    from evidently.presets import DataDriftPreset

    sides = (
        Dataset.from_pandas(
            pd.concat([frames["order_line"], frames["customer"], frames["product"]], axis=1)
            .drop(columns=["week", "shop"])
            .sample(5_000, replace=True, random_state=0, ignore_index=True)
        )
        for frames in (week, reference)
    )
    result = Report([DataDriftPreset()]).run(*sides).dict()
    return result["metrics"][0]["value"]["share"] >= 0.5


def any_column(reference: Frames, week: Frames, method: str) -> bool:
    from evidently.legacy.calculations import stattests
    from evidently.legacy.core import ColumnType

    for unit in COLUMNS.keys() & reference.keys():
        for column, kind in COLUMNS[unit].items():
            then, now = (usable(frames[unit], column, kind)[column] for frames in (reference, week))
            if then.empty or now.empty or (method == "ks" and kind != NUMERIC):
                continue
            sample = then.sample(min(len(then), 20_000), random_state=0)
            test = stattests.ks_stat_test if method == "ks" else stattests.psi_stat_test
            column_type = ColumnType.Numerical if kind == NUMERIC else ColumnType.Categorical
            score = test(sample, now, column_type, None).drift_score
            if score < 0.05 if method == "ks" else score > 0.2:
                return True
    return False
