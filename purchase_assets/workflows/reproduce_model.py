"""Training again from the record of a model version, to see that it gives the same model."""

from dataclasses import dataclass

import numpy as np

from purchase_assets.code_versions import code_version
from purchase_assets.errors import NotFound, Unavailable
from purchase_assets.forecasting import model
from purchase_assets.progress import Progress
from purchase_assets.project import Project
from purchase_assets.workflows import forecast_week, train_model


@dataclass(frozen=True)
class Reproduction:
    """How a model trained from the record compares with the registered one.

    Attributes
    ----------
    version : str
    rows : int
        Rows of the training snapshot; both models predict them all.
    largest_difference : float
        Of their probabilities.
    same_code : bool
        Whether the forecasting code is the one that trained the version.
    """

    version: str
    rows: int
    largest_difference: float
    same_code: bool

    @property
    def same(self) -> bool:
        """Whether the predictions are the same."""
        return self.largest_difference <= train_model.SAME_PROBABILITY


def reproduce(project: Project, version: str, *, progress: Progress) -> Reproduction:
    """Fit the recorded recipe with the recorded seed on the recorded snapshot, and compare.

    Raises
    ------
    PurchaseAssetsError
        When there is no such version, or the lake no longer holds its snapshot.
    """
    threads = project.settings.forecast.threads
    reference = project.registry.reference(version)
    record = project.registry.record(version)
    registered = project.registry.load(reference)
    snapshot = record["snapshot"][train_model.TABLE]
    progress(f"reading version {snapshot} of {train_model.TABLE}", 0.0)
    try:
        frame = forecast_week.read_features(project, train_model.TABLE, version=snapshot)
    except (NotFound, Unavailable) as error:
        raise type(error)(
            f"version {snapshot} of {train_model.TABLE} cannot be read ({error.found})",
            f"the snapshot that model {version} was trained on, since without it nothing can be "
            "compared",
            "restore the lake from a copy, or choose a newer version",
        ) from error
    progress(f"fitting on {len(frame)} rows", 0.1)
    again = model.fit(frame, record["parameters"], seed=record["seed"], threads=threads)
    progress("comparing predictions", 0.8)
    difference = np.abs(
        model.predict(again, frame, threads=threads)
        - model.predict(registered, frame, threads=threads)
    )
    return Reproduction(
        version=reference.version,
        rows=len(frame),
        largest_difference=float(difference.max()),
        same_code=record["code_version"] == code_version(train_model.train_and_gate),
    )
