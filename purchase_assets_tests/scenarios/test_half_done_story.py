"""What a dead process wrote and told nobody of is finished by the next run."""

import pytest

from purchase_assets_tests.killed import run_killed_after

WORKFLOWS = "purchase_assets.workflows"


@pytest.mark.parametrize(
    "step",
    [
        f"{WORKFLOWS}.take_in:_record",
        f"{WORKFLOWS}.take_in:archive",
        f"{WORKFLOWS}.sum_sales:sum_sales",
    ],
    ids=["row", "archive", "daily sales"],
)
def test_a_week_whose_run_died_before_dagster_was_told_is_forecast(distributor, step):
    distributor.drop("batch_3", distributor.week(3))
    run_killed_after(step, distributor.settings.data, distributor.today)

    ran = distributor.ran()

    (upload,) = distributor.rows("SELECT * FROM uploads WHERE file_name = 'batch_3.parquet'")
    assert (upload["verdict"], upload["deliveries"]) == ("ACCEPTED", 1)
    assert list(distributor.incoming.iterdir()) == []
    assert ("daily_sales", None) in ran
    (week,) = distributor.rows("SELECT DISTINCT week_start FROM latest_weekly_predictions")
    assert week["week_start"] == "2026-10-12"
    assert distributor.rows("SELECT * FROM prediction_scores WHERE week_start = '2026-10-05'")
    assert distributor.ran() == []
