"""A model's first question in a fresh process: does it load and answer?

Run as `python -m purchase_assets.workflows.fresh_process ARTIFACTS VERSION SAMPLE ANSWER`, with the
registry in `PURCHASE_ASSETS_MLFLOW_URI`: its password belongs in no process list.
"""

import os
import sys

import numpy as np
import pandas as pd

from purchase_assets.storage.registry import Registry


def main(uri: str, artifacts: str, version: str, sample: str, answer: str) -> None:
    """Load a version and write its probabilities for the sample."""
    registry = Registry(uri, artifacts)
    model = registry.load(registry.reference(version))
    np.save(answer, model.predict_proba(pd.read_parquet(sample))[:, 1])


if __name__ == "__main__":
    main(os.environ["PURCHASE_ASSETS_MLFLOW_URI"], *sys.argv[1:])
