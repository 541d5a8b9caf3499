"""What one training leaves in MLflow, as the registry is given it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Trial:
    """One set of hyper-parameters that a search tried, and what came of it."""

    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class LearntFrom:
    """A table's version that a model was fitted on, as MLflow's dataset input."""

    name: str
    place: str
    version: int
    rows: int


@dataclass(frozen=True)
class TrainingRun:
    """What one training leaves in MLflow; the description is the model version's."""

    model: Any
    sample: pd.DataFrame
    parameters: Mapping[str, Any]
    metrics: Mapping[str, float]
    record: Mapping[str, Any]
    figures: Mapping[str, Figure] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    trials: Sequence[Trial] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    learnt_from: LearntFrom | None = None
    description: str = ""
