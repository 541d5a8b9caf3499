"""What a fault is, and how it writes its file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from purchase_assets.settings import QualitySettings
from purchase_assets_tests.intake.worlds import World

Injected = tuple[Path, np.ndarray | None]
"""The file, and the mask of its bad rows (None when the file as a whole is the matter)."""


@dataclass(frozen=True)
class Fault:
    """One way to be wrong, or to look wrong and be right."""

    name: str
    kind: str
    verdict: str
    rule: str | None
    inject: Callable[[World, Path, np.random.Generator], Injected]
    settings: QualitySettings


CATALOGUE: list[Fault] = []


def fault(
    verdict: str, rule: str | None = None, kind: str = "transactions", **limits: int
) -> Callable:
    """Register a fault; `limits` are the settings that it breaks, where those of all are large."""

    def register(inject: Callable) -> Callable:
        settings = QualitySettings(**limits)
        CATALOGUE.append(Fault(inject.__name__, kind, verdict, rule, inject, settings))
        return inject

    return register


def parquet(frame: pd.DataFrame, folder: Path, name: str = "batch.parquet") -> Injected:
    frame.to_parquet(folder / name, index=False)
    return folder / name, None


def text(content: str | bytes, folder: Path, name: str = "batch.csv") -> Injected:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path, None
