"""A project and a Dagster instance in which events, runs and rows are planted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import dagster as dg
import sqlalchemy as sa
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)

from purchase_assets.definitions import build_definitions
from purchase_assets.kinds import Verdict
from purchase_assets.orchestration import sensors, training_sensors
from purchase_assets.orchestration.model_assets import CAUSE_TAG
from purchase_assets.orchestration.retry_window import Attempts
from purchase_assets.project import Project
from purchase_assets.storage.reports import published_weeks, tables
from purchase_assets.weeks import forecast_window, week_key
from purchase_assets.workflows import accepted_rows
from purchase_assets_tests.rows import plant, row

SUNDAY = date(2025, 1, 26)
WEEK = date(2025, 1, 20)
NEXT = "2025-01-27"
"""The week that follows the world's sales."""
PROMOTED = datetime(2025, 1, 21, 12)
LATER = datetime(2025, 1, 27, 8)
BY_NAME: dict[str, Any] = {
    sensor.name: sensor for sensor in (*sensors.SENSORS, *training_sensors.SENSORS)
}
Status = dg.DagsterRunStatus
ORIGIN = RemoteJobOrigin(
    RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "repository"), "retrain"
)
"""Where a queued run comes from; Dagster asks for it."""
FIRST, DRIFT, REJECTED, OVERDUE, WITHDRAWN, FORECAST = (
    "train_first_model",
    "retrain_on_drift",
    "retrain_on_rejected_upload",
    "retrain_when_overdue",
    "retrain_on_withdrawn_upload",
    "forecast_running_week",
)


def weeks_ago(count: int) -> date:
    return WEEK - timedelta(weeks=count)


@dataclass
class World:
    """A project and a Dagster instance with what a story plants in them."""

    project: Project
    instance: dg.DagsterInstance
    through: date | None = None

    def promote(self, version: str, through: date = SUNDAY, at: datetime = PROMOTED) -> None:
        self.plant(tables.promotions, model_version=version, data_through=through, promoted_at=at)
        self.materialize("trained_model")

    def plant(self, table: sa.Table, **values: Any) -> None:
        """One row, ordinary but for what is given."""
        plant(self.project.reports, table, **values)

    @cached_property
    def repository(self) -> dg.RepositoryDefinition:
        return build_definitions(self.project.settings).get_repository_def()

    def materialize(self, asset: str, partition: str | None = None, **metadata: str) -> None:
        self.instance.report_runless_asset_event(
            dg.AssetMaterialization(asset, partition=partition, metadata=metadata)
        )

    def sales(self, through: date = SUNDAY) -> None:
        """Sales were accepted, and what follows from them before any training."""
        self.accepted(through)
        self.forecast(through)

    def accepted(self, through: date = SUNDAY) -> None:
        self.through = through
        for asset in ("raw_customers", "raw_products"):
            self.materialize(asset)
        self.materialize(
            "daily_sales", data_through=through.isoformat(), uploads=self.accepted_rows()
        )

    def accepted_rows(self) -> str:
        """What daily_sales says of the uploads that it sums up."""
        return accepted_rows.fingerprint(accepted_rows.of_sales(self.project))

    def forecast(self, through: date = SUNDAY) -> None:
        week = week_key(forecast_window(through).end)
        for asset in ("cleaned_features", "weekly_predictions", "drift_report"):
            self.materialize(asset, week)

    def drift(self, week: date, verdict: str = "DRIFTED", version: str = "2") -> None:
        self.plant(
            tables.drift_scores,
            week_start=week,
            score=0.3,
            status="DRIFTED",
            verdict=verdict,
            sentence_en="Drift in items (0.30 over 0.10).",
            sentence_es="Deriva en items (0,30 sobre 0,10).",
            model_version=version,
        )

    def upload(
        self,
        key: str,
        verdict: str,
        quarantined: int = 0,
        at: datetime = LATER,
        name: str = "",
        broke: Mapping[str, int] = MappingProxyType({"volume": 0}),
        kind: str = "transactions",
    ) -> None:
        self.plant(
            tables.uploads,
            key=key,
            kind=kind,
            file_name=name or f"{key}.parquet",
            received_at=at,
            verdict=verdict,
            quarantined=quarantined,
            reasons=[
                {"rule": rule, "message_en": "", "message_es": "", "rows": rows}
                for rule, rows in broke.items()
            ],
        )
        if Verdict(verdict).taken and self.through:
            self.sales(self.through)

    def taint(self, version: str, key: str = "wrong") -> None:
        """A version had learnt from an upload that was withdrawn."""
        self.upload(key, "WITHDRAWN")
        self.plant(tables.tainted_models, model_version=version, upload_key=key)

    def score(self, week: date, f1: float, version: str = "2", calibration: float = 1.0) -> None:
        figures = {"f1": f1, "baseline_f1": 0.5, "calibration": calibration}
        common = {"week_start": week, "model_version": version, "scored_at": LATER}
        for metric, value in figures.items():
            self.plant(tables.prediction_scores, **common, metric=metric, value=value)

    def publish(self, week: date, status: str = "FRESH", at: datetime = LATER) -> None:
        pair = row(tables.weekly_predictions, week_start=week, status=status, scored_at=at)
        published_weeks.publish(self.project.reports, [pair])

    def decided(
        self,
        cause: str,
        cause_id: str,
        week: date = WEEK,
        retrain: bool = True,
        outcome: str | None = None,
    ) -> None:
        self.plant(
            tables.retraining_decisions,
            decided_at=LATER,
            cause=cause,
            cause_id=cause_id,
            week=week,
            retrain=retrain,
            reason_code="retrain" if retrain else "cool_down",
            outcome=outcome,
        )

    def run(
        self,
        status: Status,
        tag: str | None = None,
        job: str = "retrain",
        assets: Sequence[str] = (),
        partition: str | None = None,
        tags: Mapping[str, str] | None = None,
        hours_ago: int = 0,
    ) -> None:
        self.instance.run_storage.add_historical_run(
            dg.DagsterRun(
                job_name=job,
                run_id=str(uuid4()),
                status=status,
                asset_selection=frozenset(map(dg.AssetKey, assets)) or None,
                remote_job_origin=ORIGIN,
                tags={
                    **(tags or {}),
                    **({CAUSE_TAG: tag} if tag else {}),
                    **({"dagster/partition": partition} if partition else {}),
                },
            ),
            datetime.now(UTC) - timedelta(hours=hours_ago),
        )

    def finish(self, status: Status) -> None:
        """Let the only run that is under way end."""
        (run,) = self.instance.get_runs()
        self.instance.delete_run(run.run_id)
        self.instance.add_run(run.with_status(status))

    def look(self, sensor: str) -> Any:
        """What a tick gives."""
        context = dg.build_sensor_context(
            instance=self.instance,
            repository_def=self.repository,
            resources={"project": self.project, "attempts": Attempts()},
        )
        return BY_NAME[sensor](context)

    def tick(self, sensor: str) -> list[dg.RunRequest]:
        result = self.look(sensor)
        return [] if isinstance(result, dg.SkipReason) else list(result.run_requests or [])

    def causes(self, sensor: str) -> list[str]:
        """The causes of the runs that a tick asks for."""
        return [request.tags[CAUSE_TAG] for request in self.tick(sensor)]

    def forecasts(self) -> list[str | None]:
        """The weeks that a tick of the forecast asks for."""
        return [request.partition_key for request in self.tick(FORECAST)]

    def decisions(self) -> list[tuple]:
        rows = self.project.reports.rows(
            sa.select(tables.retraining_decisions).order_by(tables.retraining_decisions.c.id)
        )
        return [(row["cause_id"], row["reason_code"], row["outcome"]) for row in rows]

    def sentence(self, language: str = "en") -> str:
        """The newest decision."""
        column = tables.retraining_decisions.c[f"sentence_{language}"]
        newest = sa.select(column).order_by(tables.retraining_decisions.c.id.desc()).limit(1)
        return self.project.reports.rows(newest)[0][column.name]
