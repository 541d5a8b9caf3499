"""What a person reads who materializes an asset before its inputs are there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from purchase_assets.definitions import build_definitions
from purchase_assets.project import Project
from purchase_assets.samples import generator
from purchase_assets.settings import Settings
from purchase_assets.workflows import waiting_uploads
from purchase_assets_tests.days import OnDay

SUNDAY = date(2026, 11, 15)
WEEK = "2026-11-16"
NO_SALES = "no order line has been accepted; expected accepted sales; drop a transactions file"


@dataclass
class Ops:
    """A person at the Dagster UI."""

    settings: Settings
    instance: dg.DagsterInstance

    def materialize(self, *assets: str, week: str | None = None) -> dg.ExecuteInProcessResult:
        definitions = build_definitions(self.settings)
        if week and not self.instance.has_dynamic_partition("weeks", week):
            self.instance.add_dynamic_partitions("weeks", [week])
            self.instance.add_dynamic_partitions("scored_weeks", [week])
        job = definitions.resolve_implicit_global_asset_job_def()
        chosen = job.get_subset(asset_selection={dg.AssetKey(name) for name in assets})
        return chosen.execute_in_process(
            instance=self.instance, partition_key=week, raise_on_error=False
        )

    def told(self, asset: str, week: str | None = None) -> str:
        """The one sentence with which the run of an asset fails."""
        result = self.materialize(asset, week=week)
        (failure,) = [one.step_failure_data for one in result.all_events if one.is_step_failure]
        assert failure.user_failure_data, failure.error
        assert set(failure.user_failure_data.metadata) == {"found", "expected", "to do"}
        assert failure.error.cause is None
        return failure.user_failure_data.description


@pytest.fixture(scope="module")
def ops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ops]:
    data = tmp_path_factory.mktemp("data")
    (data / "incoming").mkdir()
    settings = OnDay(
        day=date(2026, 11, 17),
        data=str(data),
        forecast={"training_windows": 4, "search_candidates": 1, "threads": 1},
    )
    with dg.DagsterInstance.ephemeral() as instance:
        yield Ops(settings, instance)


@pytest.mark.parametrize("asset", ["daily_sales", "training_set", "trained_model"])
def test_before_the_first_sales(ops, asset):
    assert ops.told(asset).startswith(NO_SALES)


@pytest.mark.parametrize(
    "asset", ["cleaned_features", "weekly_predictions", "drift_report", "prediction_scores"]
)
def test_a_week_before_the_first_sales(ops, asset):
    assert ops.told(asset, WEEK).startswith(NO_SALES)


def test_what_is_missing_is_named_until_all_is_there(ops):
    sample = generator.generate(customers=120, products=40, weeks=24, end=SUNDAY, seed=11)
    incoming = Path(ops.settings.data) / "incoming"
    for name in ("customers", "products", "transactions"):
        getattr(sample, name).to_parquet(incoming / f"{name}.parquet", index=False)
    for name in ("raw_customers", "raw_products"):
        assert ops.materialize(name).success
    (waiting,) = waiting_uploads.waiting(Project(ops.settings))
    ops.instance.add_dynamic_partitions("uploads", [waiting.key])
    assert ops.told("training_set").startswith(NO_SALES)
    assert ops.materialize("raw_transactions", week=waiting.key).success
    assert ops.told("training_set").startswith("there are no daily sales; expected")
    assert ops.materialize("daily_sales").success

    assert ops.told("trained_model") == (
        "there is no training set; expected labelled features of past weeks; run the job "
        "`retrain`, which makes it first"
    )
    assert ops.told("weekly_predictions", WEEK) == (
        f"week {WEEK} has no features; expected cleaned_features of {WEEK}; run the job `weekly` "
        f"with {WEEK}, or select cleaned_features as well"
    )
    assert ops.materialize("cleaned_features", week=WEEK).success
    no_model = (
        "there is no champion; expected a promoted model; run the job `retrain`, which makes one"
    )
    assert ops.told("weekly_predictions", WEEK) == no_model
    assert ops.materialize("training_set", "trained_model").success
    assert ops.told("drift_report", WEEK) == (
        f"week {WEEK} is not published; expected weekly_predictions of {WEEK}; run the job "
        f"`weekly` with {WEEK}, or select weekly_predictions as well"
    )
    assert ops.materialize("weekly_predictions", week=WEEK).success
    assert ops.materialize("drift_report", week=WEEK).success


@pytest.mark.parametrize("asset", ["cleaned_features", "weekly_predictions", "drift_report"])
def test_a_week_whose_file_has_not_come(ops, asset):
    assert ops.told(asset, "2026-11-23") == (
        "week 2026-11-23: sales are known to 2026-11-15, so the newest week that can be forecast "
        "is 2026-11-16; expected a week from 2026-06-08 to 2026-11-16; materialize "
        "cleaned_features with 2026-11-16, or drop a transactions file in the incoming folder, "
        "or run `purchase-assets upload FILE`"
    )


@pytest.mark.parametrize("asset", ["cleaned_features", "weekly_predictions", "drift_report"])
def test_a_week_before_the_sales_begin(ops, asset):
    said = ops.told(asset, "2026-06-01")
    assert said.startswith("week 2026-06-01: the first sales are of 2026-06-0")


@pytest.mark.parametrize(
    "asset", ["cleaned_features", "weekly_predictions", "drift_report", "prediction_scores"]
)
@pytest.mark.parametrize("key", ["2026-11-17", "next week"])
def test_a_partition_that_is_no_week(ops, asset, key):
    assert ops.told(asset, key).endswith(("choose 2026-11-16", "the partitions that are there"))


def test_a_week_without_a_score(ops):
    assert ops.told("prediction_scores", WEEK) == (
        f"week {WEEK} cannot be scored: sales are known to 2026-11-15; expected a published week "
        "that is over (there is none yet); drop a transactions file in the incoming folder, or "
        "run `purchase-assets upload FILE`"
    )
    assert ops.told("prediction_scores", "2026-11-09").startswith(
        "week 2026-11-09 cannot be scored: sales are known to 2026-11-15, and no forecast of "
        "2026-11-09 was published; expected a published week that is over (there is none yet);"
    )
