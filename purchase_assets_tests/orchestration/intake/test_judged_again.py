"""What was taken stays taken: a file that is judged again loses neither rows nor decisions."""

import dagster as dg
import pytest

from purchase_assets.intake.rules import suites
from purchase_assets.kinds import Verdict
from purchase_assets.project import Project
from purchase_assets.storage.reports import quarantined_rows
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.orchestration.intake.dropped import WORLD, Dropped, absurd, week


def materialize(project: Dropped, key: str):
    """As a person does it in the UI."""
    job = project.definitions.resolve_implicit_global_asset_job_def().get_subset(
        asset_selection={dg.AssetKey("raw_transactions")}
    )
    return job.execute_in_process(
        instance=project.instance, partition_key=key, raise_on_error=False
    )


def stands(project: Dropped, name: str):
    """What is on record of an upload, and how many of its rows the lake has."""
    upload = project.upload(name)
    lines = project.project.lake.read("transactions").to_pandas()
    decided = quarantined_rows.decided(project.project.reports, upload.key)
    return (
        *(upload.verdict, upload.rows, upload.accepted, upload.quarantined, upload.duplicates),
        sorted((row.row_number, row.status, row.decided_by) for row in decided),
        int((lines.upload_key == upload.key).sum()),
    )


@pytest.fixture
def decided(dropped):
    """A file of which a person let in one row and closed another."""
    upload = dropped.deliver("batch_1.parquet", absurd())
    first, second = quarantined_rows.waiting(dropped.project.reports, upload.key)
    dropped.operations.release(upload.key, [first.row_number], "Ana", "a wedding")
    dropped.operations.discard(upload.key, [second.row_number], "Bob", "typed twice")
    return dropped


def with_quality(project: Dropped, **limits: float) -> Dropped:
    changed = Dropped(project.folder)
    changed.project = Project(OnDay(day=WORLD.today, data=str(project.folder), quality=limits))
    return changed


@pytest.mark.parametrize(
    "limits", [{"bad_row_share": 0.001}, {"volume_low": 30.0}, {"absurd_items_factor": 1e9}]
)
def test_other_limits_refuse_no_file_that_was_taken(decided, limits):
    before = stands(decided, "batch_1.parquet")
    again = with_quality(decided, **limits)

    assert materialize(again, again.upload("batch_1.parquet").key).success

    verdict, *rest = stands(again, "batch_1.parquet")
    assert verdict.taken
    assert rest == list(before[1:])
    page = (again.folder / "pages" / "uploads").glob(f"{again.upload('batch_1.parquet').key}.html")
    assert "batch_1.parquet" in next(page).read_text("utf-8")


def test_a_check_that_fails_takes_nothing_away(decided, monkeypatch):
    before, key = decided.upload("batch_1.parquet"), decided.upload("batch_1.parquet").key
    held = stands(decided, "batch_1.parquet")

    def fails(*_, **__):
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(suites, "run_suite", fails)
        assert not materialize(decided, key).success

    assert decided.upload("batch_1.parquet") == before
    assert stands(decided, "batch_1.parquet") == held


def test_a_file_that_ends_in_pq_can_be_judged_again(dropped):
    dropped.incoming.mkdir(exist_ok=True)
    week().to_parquet(dropped.incoming / "batch_1.pq", index=False)
    dropped.settle()
    before = stands(dropped, "batch_1.pq")
    assert before[0] is Verdict.ACCEPTED

    assert materialize(dropped, dropped.upload("batch_1.pq").key).success

    assert stands(dropped, "batch_1.pq") == before


def test_a_file_that_cannot_be_read_any_more_takes_nothing_away(decided):
    upload, held = decided.upload("batch_1.parquet"), stands(decided, "batch_1.parquet")
    (archived,) = (decided.folder / "uploads" / upload.key).iterdir()
    archived.write_bytes(b"no parquet")

    result = materialize(decided, upload.key)

    assert not result.success
    (failure,) = [event for event in result.all_events if event.is_step_failure]
    said = failure.step_failure_data.user_failure_data.description
    assert "judged again, is REJECTED" in said
    assert decided.upload("batch_1.parquet") == upload
    assert stands(decided, "batch_1.parquet") == held
