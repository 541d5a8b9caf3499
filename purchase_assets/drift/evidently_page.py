"""Evidently's own picture of a week, as one HTML page."""

from collections.abc import Hashable
from typing import Any

import pandas as pd
from evidently import DataDefinition, Dataset, Report
from evidently.metrics import ValueDrift

from purchase_assets.drift.detector import Frames, usable
from purchase_assets.drift.monitored_frames import CATEGORICAL, COLUMNS

PICTURE_ROWS = 20_000
"""Evidently's HTML holds its data: more rows than this make pages of many megabytes."""


def evidently_page(reference: Frames, current: Frames, scores: pd.DataFrame) -> str:
    """Evidently's own HTML of the scored columns, sampled to `PICTURE_ROWS`, without a network.

    Parameters
    ----------
    reference, current : mapping of str to DataFrame
        From `monitored_frames`.
    scores : DataFrame
        From `column_scores`: the columns without a score are left out.

    Returns
    -------
    str
        Empty when no column has a score.
    """
    scored = scores[scores["score"].notna()].to_dict("records")
    if not scored:
        return ""
    kinds = {row["column"]: COLUMNS[row["unit"]][row["column"]] for row in scored}
    definition = DataDefinition(
        numerical_columns=[name for name, kind in kinds.items() if kind != CATEGORICAL],
        categorical_columns=[name for name, kind in kinds.items() if kind == CATEGORICAL],
    )
    report = Report(
        [
            ValueDrift(column=row["column"], method=row["method"], threshold=row["threshold"])
            for row in scored
        ]
    )
    snapshot = report.run(
        *(
            Dataset.from_pandas(_side_by_side(frames, scored), data_definition=definition)
            for frames in (current, reference)
        )
    )
    return snapshot.get_html_str(as_iframe=False)


def _side_by_side(frames: Frames, scored: list[dict[Hashable, Any]]) -> pd.DataFrame:
    """The scored columns of all units as one frame; the shorter ones end in nulls."""
    columns = []
    for row in scored:
        unit, column = row["unit"], row["column"]
        values = usable(frames[unit], column, COLUMNS[unit][column])[column]
        sample = values.sample(min(len(values), PICTURE_ROWS), random_state=0)
        if COLUMNS[unit][column] == CATEGORICAL:
            # Evidently writes categories into a script as they are, where `</script>` would end it
            sample = sample.astype(str).str.replace("<", "‹", regex=False)
        columns.append(sample.reset_index(drop=True))
    return pd.concat(columns, axis=1)
