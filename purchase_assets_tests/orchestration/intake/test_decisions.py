"""Release, discard, seen and rollback from the launchpad: signed, or one sentence and no change."""

from datetime import date, datetime

import pytest
import yaml

from purchase_assets.orchestration.driver import QUIET
from purchase_assets.storage.reports import tables
from purchase_assets_tests.graphql_ui import LAUNCHPAD
from purchase_assets_tests.orchestration.intake.dropped import Dropped, week, without_items
from purchase_assets_tests.rows import plant

OPS = {
    "release": "release_rows",
    "discard": "discard_rows",
    "seen": "mark_seen",
    "rollback": "roll_back",
}
SIGNED = {"by": "Ana", "reason": "a wedding"}
DESCRIBED = """
query($job: String!) {
  runConfigSchemaOrError(
    selector: {
      pipelineName: $job
      repositoryName: "__repository__"
      repositoryLocationName: "<<in_process>>"
    }
  ) {
    ... on RunConfigSchema {
      allConfigTypes { ... on CompositeConfigType { fields { name description } } }
    }
  }
}
"""


def launch(dropped: Dropped, job: str, config: dict) -> str:
    """Launch a job with what its launchpad holds; the sentence of its failure, or nothing."""
    result = dropped.definitions.resolve_job_def(job).execute_in_process(
        instance=dropped.instance, run_config={**config, **QUIET}, raise_on_error=False
    )
    failures = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert result.success is not bool(failures)
    for failure in failures:
        assert "PurchaseAssetsError" not in failure.error.to_string()
        return failure.user_failure_data.description
    return ""


def opening(dropped: Dropped, job: str) -> dict:
    shown = dropped.ui.ask(LAUNCHPAD, job=job)["runConfigSchemaOrError"]["rootDefaultYaml"]
    return yaml.safe_load(shown)


def promote(dropped: Dropped, version: str) -> None:
    plant(
        dropped.project.reports,
        tables.promotions,
        model_version=version,
        promoted_at=datetime(2025, 1, 1),
        data_through=date(2024, 12, 1),
    )


@pytest.mark.parametrize("job", OPS)
def test_a_launchpad_opens_with_an_example_that_changes_nothing(dropped: Dropped, job: str):
    promote(dropped, "1")
    config = opening(dropped, job)
    fields = config["ops"][OPS[job]]["config"]
    assert {"by", "reason"} < set(fields)
    types = dropped.ui.ask(DESCRIBED, job=job)["runConfigSchemaOrError"]["allConfigTypes"]
    told = {
        field["name"]: field["description"] for kind in types for field in kind.get("fields", [])
    }
    assert all(told[name] for name in fields)

    assert "still those of the example; expected who decides" in launch(dropped, job, config)
    config["ops"][OPS[job]]["config"] = {**fields, **SIGNED}
    assert launch(dropped, job, config)  # no such upload, no such version
    config["ops"][OPS[job]]["config"] = {**fields, "by": "", "reason": " "}
    assert "the decision has no name and no reason" in launch(dropped, job, config)


def test_a_refused_file_is_answered_from_the_launchpad(dropped: Dropped):
    key = dropped.deliver("batch_48.csv", without_items()).key
    config = {"ops": {"mark_seen": {"config": {"upload_key": key, **SIGNED}}}}
    assert launch(dropped, "seen", config) == ""
    assert dropped.upload("batch_48.csv").answered_by == "Ana"
    assert "answered already (SEEN by Ana)" in launch(dropped, "seen", config)


def test_rows_are_released_once(dropped: Dropped):
    wrong = week()
    wrong.loc[3, "items"] = 9e6
    key = dropped.deliver("batch_48.csv", wrong).key
    config = {"ops": {"release_rows": {"config": {"upload_key": key, **SIGNED}}}}
    assert launch(dropped, "release", config) == ""
    again = launch(dropped, "release", config)
    assert again.startswith(f"of upload {key!r} no row waits; expected rows that wait: none")


def test_the_present_champion_is_not_rolled_back_to(dropped: Dropped):
    promote(dropped, "1")
    promote(dropped, "2")
    config = {"ops": {"roll_back": {"config": {"version": "2", **SIGNED}}}}
    said = launch(dropped, "rollback", config)
    assert said.startswith("version 2 is the champion already; expected an earlier champion: 1")


def test_runs_carry_the_name_of_their_file(dropped: Dropped):
    dropped.drop("batch línea 48.csv", week())
    (run,) = dropped.queue()
    assert run.tags["purchase_assets/file"] == "batch línea 48.csv"
    dropped.execute(run)
    newest = dropped.instance.get_latest_materialization_event(run_asset(run))
    metadata = newest.asset_materialization.metadata
    assert metadata["file"].value == "batch línea 48.csv"
    assert metadata["what"].value.startswith("batch línea 48.csv: ")


def run_asset(run):
    (asset,) = run.asset_selection
    return asset
