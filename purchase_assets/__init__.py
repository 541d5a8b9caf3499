"""Weekly purchase forecasts as a Dagster asset graph with built-in data quality and drift."""

import gc
import importlib
import os
from typing import Any

__all__ = ("backtest", "champion", "features", "predictions", "sales")

# Every process-wide switch stands here: each is read once, when its library is imported.
for _name, _value in {
    # OpenMP's idle threads would spin and starve whatever else a small machine is doing: a fit on
    # two busy cores takes four times as long
    "OMP_WAIT_POLICY": "passive",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "GRADIO_ANALYTICS_ENABLED": "False",
    "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
}.items():
    os.environ.setdefault(_name, _value)
# after every 700 new objects Python looks for garbage, of which loading a library makes none: that
# was a quarter of the time until a command, a run or a server begins its work
gc.set_threshold(20_000, 20, 20)


def __getattr__(name: str) -> Any:
    """What data scientists call, of `python_api`; imported when it is first asked for."""
    if name in __all__:
        return getattr(importlib.import_module("purchase_assets.python_api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
