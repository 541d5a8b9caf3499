"""The job that takes in what waits, when a person does not wait for the sensor."""

from purchase_assets.storage import incoming
from purchase_assets.workflows import waiting_uploads
from purchase_assets_tests.graphql_ui import GREEN, LAUNCHPAD, RED
from purchase_assets_tests.orchestration.intake.dropped import WORLD, Dropped, week, without_items

SALES = "raw_transactions"


def launch(dropped: Dropped, succeeds: bool = True) -> list[str]:
    """Launch the job as its launchpad opens; returns what its log told."""
    job = dropped.definitions.resolve_job_def("take_in")
    done = job.execute_in_process(instance=dropped.instance, raise_on_error=False)
    assert done.success == succeeds
    records = dropped.instance.all_logs(done.run_id)
    return [record.user_message for record in records if not record.is_dagster_event]


def test_it_opens_with_nothing_to_fill_in(empty: Dropped):
    schema = empty.ui.ask(LAUNCHPAD, job="take_in")["runConfigSchemaOrError"]
    assert schema["rootDefaultYaml"].strip() == "{}"


def test_nothing_waits(empty: Dropped):
    assert launch(empty)[-1] == "no complete file waits; nothing to take in"


def test_a_first_drop_is_taken_in_masters_first(empty: Dropped):
    empty.drop("transacciones_historia.parquet", WORLD.past)
    empty.drop("clientes.parquet", WORLD.customers)
    empty.drop("productos.parquet", WORLD.products)

    told = launch(empty)

    files = ["clientes.parquet", "productos.parquet", "transacciones_historia.parquet"]
    verdicts = [line for line in told if ": ACCEPTED: " in line]
    assert [line.split(":")[0] for line in verdicts] == files
    key = empty.upload(files[-1]).key
    assert empty.ui.partitions(SALES) == {
        "partitionKeys": [key],
        "partitionStats": {"numMaterialized": 1, "numPartitions": 1, "numFailed": 0},
    }
    for asset in ("raw_customers", "raw_products", SALES):
        assert set(empty.ui.marks(asset).values()) == {GREEN}
    assert list(empty.incoming.iterdir()) == []
    empty.tick()  # nothing is left for the sensor
    assert launch(empty)[-1] == "no complete file waits; nothing to take in"


def test_a_refused_and_a_repeated_file_say_so(dropped: Dropped):
    dropped.drop("batch_48.csv", without_items())
    dropped.drop("batch_again.parquet", WORLD.past)

    told = launch(dropped)

    assert any(line.startswith("batch_48.csv: REJECTED: ") for line in told)
    assert any(line.startswith("batch_again.parquet: DUPLICATE: ") for line in told)
    assert dropped.ui.marks(SALES)["schema"] == RED
    assert dropped.ui.partitions(SALES)["partitionStats"]["numPartitions"] == 1
    assert list(dropped.incoming.iterdir()) == []


def test_a_file_that_still_grows_is_left(dropped: Dropped, monkeypatch):
    dropped.drop("batch_48.csv", week())
    file = dropped.incoming / "batch_48.csv"
    monkeypatch.setattr(incoming, "SETTLED_S", 60)
    monkeypatch.setattr(waiting_uploads, "PATIENCE_S", 0)

    assert "batch_48.csv: still being written; the next look takes it" in launch(dropped)
    assert file.exists()


def test_what_the_engine_raised_fails_the_run_and_leaves_the_file(dropped: Dropped, monkeypatch):
    from purchase_assets.intake import judge_upload

    def broken(*_, **__):
        raise RuntimeError("planted")

    monkeypatch.setattr(judge_upload, "_judge", broken)
    dropped.drop("batch_48.csv", week())
    told = launch(dropped, succeeds=False)
    assert any(line.startswith("batch_48.csv: ENGINE_ERROR: ") for line in told)
    assert (dropped.incoming / "batch_48.csv").exists()
