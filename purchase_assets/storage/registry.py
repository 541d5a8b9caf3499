"""The model registry: MLflow lives here only.

Models are kept in skops format and loaded only when the file's sha256 is the one recorded at
registration, with our own list of trusted types, never the file's.

MLflow writes down where artifacts lie as absolute paths, which are wrong once the data folder is
copied or moved. What is read is therefore looked up below the folder of today, and what is written
belongs to an experiment that lies there.
"""

import hashlib
import json
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import mlflow.sklearn
import sklearn as scikit
import skops
import skops.io
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import Dataset, DatasetInput, InputTag, ViewType
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from skops.io.exceptions import UntrustedTypesFoundException
from upath import UPath

from purchase_assets.errors import NotFound, files_usable
from purchase_assets.storage.atomic_files import put_where_nothing_is
from purchase_assets.storage.database_errors import explained_errors
from purchase_assets.storage.model_reference import ModelReference, ModelRefused
from purchase_assets.storage.training_run import LearntFrom, TrainingRun
from purchase_assets.storage.trusted_types import TRUSTED_TYPES
from purchase_assets.text import Text

MODEL = "purchase_forecast"
CHAMPION = "champion"
EXPERIMENT = "weekly forecast"
MODEL_FILE = "model.skops"
RECORD_FILE = "record.json"
NO_SUCH_VERSION = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
"""MLflow's codes for a version that is not there and for one that is no number."""


@dataclass(frozen=True)
class Registry:
    """MLflow tracking and model registry behind one URI."""

    uri: str
    artifacts: str

    @cached_property
    def client(self) -> MlflowClient:
        """The MLflow client; a database that is not there yet is made."""
        for name in ("alembic", "mlflow.store.db.utils"):
            logging.getLogger(name).setLevel(logging.WARNING)

        if self.uri.startswith("sqlite:///"):
            place = Path(self.uri.removeprefix("sqlite:///").partition("?")[0])
            with files_usable(place.parent):
                place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                _make_database(place)
        with _explained():
            return MlflowClient(tracking_uri=self.uri)

    def begin(self) -> None:
        """Make the database's tables where there are none."""
        self.client.search_registered_models(max_results=1)

    @contextmanager
    def opened(self, name: str, tags: Mapping[str, str] | None = None) -> Iterator[str]:
        """An MLflow run, begun before the work, so that a fit that fails is seen as FAILED.

        One that a killed process left open is ended as FAILED, too: one training runs at a time.
        """
        experiment = self.experiment()
        for left in self.client.search_runs([experiment], "attributes.status = 'RUNNING'"):
            self.client.set_terminated(left.info.run_id, "FAILED")
        run_id = self.client.create_run(
            experiment, run_name=name, tags=dict(tags or {})
        ).info.run_id
        with self._closing(run_id):
            yield run_id

    def register(self, run: TrainingRun, *, name: str, within: str | None = None) -> ModelReference:
        """Log a training and register its model as a new version.

        Parameters
        ----------
        run : TrainingRun
            The fitted model and its record.
        name : str
            Name of the MLflow run.
        within : str, optional
            The run that `opened` began; without it one is opened here.
        """
        with nullcontext(within) if within else self.opened(name) as run_id:
            self._log(run_id, run)
            with self._fluent(run_id) as sklearn:
                info = sklearn.log_model(
                    run.model,
                    name="model",
                    serialization_format="skops",
                    skops_trusted_types=list(TRUSTED_TYPES),
                    signature=infer_signature(
                        run.sample, run.model.predict_proba(run.sample)[:, 1]
                    ),
                    pip_requirements=[
                        f"scikit-learn=={scikit.__version__}",
                        f"skops=={skops.__version__}",
                    ],
                    pyfunc_predict_fn="predict_proba",
                )
                sha256 = _sha256(self._model_folder(info.model_id) / MODEL_FILE)
                self._ensure_model()
                version = self.client.create_model_version(
                    MODEL,
                    source=info.model_uri,
                    run_id=run_id,
                    model_id=info.model_id,
                    tags={**run.tags, "sha256": sha256, "model_id": info.model_id},
                    description=run.description,
                )
                self.client.set_tag(run_id, "model_version", version.version)
        return ModelReference(str(version.version), run_id, sha256)

    def reference(self, version: str) -> ModelReference:
        """The registered version; NotFound that says which exist."""
        try:
            with _explained():
                found = self.client.get_model_version(MODEL, str(version))
        except MlflowException as error:
            if error.error_code not in NO_SUCH_VERSION:
                raise
            known = ", ".join(self.versions())
            raise NotFound(
                Text(
                    f"model version {version!r} does not exist",
                    f"la versión {version!r} del modelo no existe",
                ),
                Text(
                    f"one of the registered versions: {known or 'none'}",
                    f"una de las registradas: {known or 'ninguna'}",
                ),
                Text(
                    "give one of them, or restore MLflow's database from a copy",
                    "indique una de ellas, o restaure la base de MLflow desde una copia",
                ),
            ) from None
        return ModelReference(str(found.version), str(found.run_id), found.tags["sha256"])

    def versions(self) -> list[str]:
        """Registered versions, oldest first."""
        if not self._begun:
            return []
        found = self.client.search_model_versions(f"name = '{MODEL}'")
        return [str(version) for version in sorted(int(entry.version) for entry in found)]

    def load(self, reference: ModelReference) -> Any:
        """The fitted estimator of a version.

        Raises
        ------
        ModelRefused
            When the file is gone, differs from what was registered, or holds foreign types.
        """
        what = f"model version {reference.version}"
        try:
            tags = self.client.get_model_version(MODEL, reference.version).tags
            content = (self._model_folder(tags["model_id"]) / MODEL_FILE).read_bytes()
        except (OSError, MlflowException) as error:
            raise ModelRefused(
                f"{what} cannot be read ({error})",
                f"its {MODEL_FILE}",
                "restore the file or roll back to another version",
            ) from error
        found = hashlib.sha256(content).hexdigest()
        if found != reference.sha256:
            raise ModelRefused(
                f"the file of {what} was changed: its sha256 is {found[:12]}",
                f"{reference.sha256[:12]}, as registered",
                "restore it or roll back to another version",
            )
        try:
            return skops.io.loads(content, trusted=list(TRUSTED_TYPES))
        except UntrustedTypesFoundException as error:
            raise ModelRefused(
                f"{what} holds types that are not trusted ({error})",
                "a model of this project",
                "roll back to another version",
            ) from error

    def record(self, version: str) -> dict[str, Any]:
        """What was recorded of the training that made a version.

        Raises
        ------
        ModelRefused
            When the record is gone.
        """
        run = self.client.get_run(self.reference(version).run_id).info
        artifact = f"{self._present(run.artifact_uri, run.experiment_id)}/{RECORD_FILE}"
        try:
            return json.loads(self._download(artifact).read_text(encoding="utf-8"))
        except (OSError, MlflowException) as error:
            raise ModelRefused(
                f"the record of model version {version} cannot be read ({error})",
                f"the {RECORD_FILE} that its training left there",
                "restore the data folder from a copy or roll back to another version",
            ) from error

    def tag(self, version: str, name: str, value: str | None) -> None:
        """Give a version and its run a tag, or take it away; one that is as wanted stays."""
        found = self.client.get_model_version(MODEL, version)
        known, run_id = found.tags.get(name), str(found.run_id)
        if value is None and known is not None:
            self.client.delete_model_version_tag(MODEL, version, name)
            self.client.set_tag(run_id, name, "")
        elif value is not None and known != value:
            self.client.set_model_version_tag(MODEL, version, name, value)
            self.client.set_tag(run_id, name, value)

    def set_champion(self, version: str) -> None:
        """Point the alias `champion` at a version."""
        self.client.set_registered_model_alias(MODEL, CHAMPION, version)

    def champion(self) -> str | None:
        """The version that bears the alias `champion`, or None."""
        try:
            with _explained():
                return str(self.client.get_model_version_by_alias(MODEL, CHAMPION).version)
        except MlflowException as error:
            if error.error_code not in NO_SUCH_VERSION:
                raise
            return None

    def _log(self, run_id: str, run: TrainingRun) -> None:
        for key, text in run.tags.items():
            self.client.set_tag(run_id, key, text)
        if run.learnt_from:
            self.client.log_inputs(run_id, [_dataset_input(run.learnt_from)])
        for key, value in run.parameters.items():
            self.client.log_param(run_id, key, value)
        for key, value in run.metrics.items():
            self.client.log_metric(run_id, key, float(value))
        for name, figure in run.figures.items():
            self.client.log_figure(run_id, figure, f"pictures/{name}")
        for name, text in run.texts.items():
            self.client.log_text(run_id, text, name)
        self.client.log_text(run_id, json.dumps(run.record, indent=2, default=str), RECORD_FILE)
        experiment = self.client.get_run(run_id).info.experiment_id
        for number, trial in enumerate(run.trials, start=1):
            child = self.client.create_run(
                experiment,
                run_name=f"trial {number}",
                tags={"mlflow.parentRunId": run_id},
            ).info.run_id
            with self._closing(child):
                for key, value in trial.parameters.items():
                    self.client.log_param(child, key, value)
                for key, value in trial.metrics.items():
                    self.client.log_metric(child, key, float(value))

    @contextmanager
    def _closing(self, run_id: str) -> Iterator[None]:
        """End a run as FINISHED, or as FAILED when its body raises."""
        try:
            yield
        except BaseException:
            self.client.set_terminated(run_id, "FAILED")
            raise
        self.client.set_terminated(run_id, "FINISHED")

    @contextmanager
    def _fluent(self, run_id: str) -> Iterator[Any]:
        """Make a run active: MLflow logs and finds models by process-wide state only."""
        logging.getLogger("mlflow").setLevel(logging.WARNING)
        before = mlflow.get_tracking_uri()
        mlflow.set_tracking_uri(self.uri)
        try:
            with mlflow.start_run(run_id=run_id):
                yield mlflow.sklearn
        finally:
            mlflow.set_tracking_uri(before)

    def experiment(self) -> str:
        """The experiment whose artifacts lie in this registry's folder, made where there is none.

        An experiment's place cannot be changed, so a data folder that was copied or moved goes on
        in a new experiment and never writes where it was before.
        """
        known = self.client.search_experiments(
            ViewType.ALL, filter_string=f"name LIKE '{EXPERIMENT}%'"
        )
        for experiment in known:
            if experiment.lifecycle_stage == "active" and _same_place(
                experiment.artifact_location, self.artifacts
            ):
                return experiment.experiment_id
        if not known:
            return self.client.create_experiment(EXPERIMENT, artifact_location=self.artifacts)
        return self.client.create_experiment(
            f"{EXPERIMENT} {len(known) + 1}",
            artifact_location=self.artifacts,
            tags={
                "mlflow.note.content": f"Trainings since the data folder lies where it is now; "
                f"earlier ones: {', '.join(sorted(one.name for one in known))}."
            },
        )

    def _present(self, uri: str, experiment_id: str) -> str:
        """Where an artifact lies today: below this registry's folder, as it was below its own."""
        written = self.client.get_experiment(experiment_id).artifact_location.rstrip("/")
        if not uri.startswith(f"{written}/"):
            return uri
        return self.artifacts.rstrip("/") + uri.removeprefix(written)

    @property
    def _begun(self) -> bool:
        """Whether there is a database; to make one only to find it empty takes seconds."""
        place = self.uri.removeprefix("sqlite:///")
        return place == self.uri or Path(place).exists()

    def _ensure_model(self) -> None:
        if not self.client.search_registered_models(f"name = '{MODEL}'"):
            self.client.create_registered_model(
                MODEL, description="Chance that a customer buys a product in the coming week."
            )

    def _model_folder(self, model_id: str) -> Path:
        model = self.client.get_logged_model(model_id)
        return self._download(self._present(model.artifact_location, model.experiment_id))

    def _download(self, uri: str) -> Path:
        if "://" not in uri:
            return Path(uri)
        # a folder that the system clears
        target = tempfile.mkdtemp()
        return Path(download_artifacts(artifact_uri=uri, tracking_uri=self.uri, dst_path=target))


def _dataset_input(learnt_from: LearntFrom) -> DatasetInput:
    source = {"path": learnt_from.place, "delta_table_version": learnt_from.version}
    dataset = Dataset(
        name=learnt_from.name,
        digest=f"version {learnt_from.version}",
        source_type="delta_table",
        source=json.dumps(source),
        profile=json.dumps({"num_rows": learnt_from.rows}),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])


def _explained() -> AbstractContextManager[None]:
    return explained_errors("MLflow's database", "PURCHASE_ASSETS_MLFLOW_URI")


def _make_database(place: Path) -> None:
    """Let MLflow make its tables beside the place; a process that dies meanwhile leaves no half."""
    draft = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        with _explained():
            MlflowClient(tracking_uri=f"sqlite:///{draft}").search_registered_models(max_results=1)
        put_where_nothing_is(UPath(draft), UPath(place))
    finally:
        draft.unlink(missing_ok=True)


def _same_place(one: str, other: str) -> bool:
    if "://" in one or "://" in other:
        return one.rstrip("/") == other.rstrip("/")
    return os.path.realpath(one) == os.path.realpath(other)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
