"""A backtest as one MLflow run beside the trainings."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from purchase_assets.storage.registry import Registry

KIND = "backtest"


def log_backtest(
    registry: Registry,
    rows: Sequence[Mapping[str, Any]],
    *,
    parameters: Mapping[str, Any],
    tags: Mapping[str, str],
) -> str:
    """Log the figures of each window, as steps of one metric, and their means; returns the name.

    Parameters
    ----------
    registry : Registry
        Where.
    rows : sequence of mapping
        `forecasting.backtest.backtest`, in the order of the windows.
    parameters, tags : mapping
        What the run is compared by, and found by.
    """
    client, (first, *_), last = registry.client, rows, rows[-1]
    name = f"backtest {first['window_start']} to {last['window_end']}"
    run_id = client.create_run(
        registry.experiment(), run_name=name, tags={"kind": KIND, **tags}
    ).info.run_id
    for key, value in parameters.items():
        client.log_param(run_id, key, value)
    figures = [key for key, value in first.items() if isinstance(value, int | float)]
    for step, row in enumerate(rows):
        day = datetime.combine(date.fromisoformat(row["window_start"]), datetime.min.time())
        for key in figures:
            moment = int(day.timestamp() * 1000)
            client.log_metric(run_id, f"window_{key}", row[key], timestamp=moment, step=step)
    for key in figures:
        client.log_metric(run_id, key, sum(row[key] for row in rows) / len(rows))
    client.log_text(run_id, _as_csv(rows), "windows.csv")
    client.set_terminated(run_id, "FINISHED")
    return name


def _as_csv(rows: Sequence[Mapping[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
