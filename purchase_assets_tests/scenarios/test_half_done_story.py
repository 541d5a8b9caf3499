"""A change of champion that died before Dagster was told of it still reaches the table."""

import hashlib

import pytest

from purchase_assets.workflows import promote_model, reconcile, train_model
from purchase_assets_tests.killed import run_killed


def forecast_by(distributor):
    (week,) = distributor.rows("SELECT DISTINCT model_version FROM latest_weekly_predictions")
    return week["model_version"]


@pytest.mark.usefixtures("bare_training")
def test_a_promotion_and_a_rollback_that_died_are_ended(distributor):
    project = distributor.project
    train_model.make_training_set(project)
    second = train_model.train_and_gate(project, cause="a test").reference.version
    if promote_model.champion_version(project) != second:
        promote_model.promote(
            project,
            second,
            kind="gate",
            by="gate",
            reason="a test",
            data_through=distributor.today,
            figures={},
        )
    assert forecast_by(distributor) == "1"

    assert distributor.ran()  # Dagster was told of neither the training nor the promotion

    assert forecast_by(distributor) == second
    assert distributor.ran() == []

    again = ["rollback", "1", "Ana", "it misses much"]
    step = "after purchase_assets.workflows.promote_model:rollback"
    run_killed(step, distributor.settings.data, distributor.today, again)
    assert "the week, of version 2, is forecast again" in promote_model.rollback(
        project, "1", by="Ana", reason="it misses much"
    )

    assert distributor.ran()

    assert forecast_by(distributor) == "1"
    assert project.registry.champion() == "1"
    assert distributor.ran() == []
    assert reconcile.unused_champion(project) is None

    for file in (distributor.folder / "the data" / "mlflow").rglob("model.skops"):
        if hashlib.sha256(file.read_bytes()).hexdigest() == project.registry.reference("1").sha256:
            file.write_bytes(b"cut")
    distributor.drop("batch_3", distributor.week(3))
    assert distributor.ran()
    said = str(reconcile.unused_champion(project))
    assert "is DEGRADED and of model version 2, since version 1, the champion" in said
    assert "purchase-assets models rollback 2" in said
