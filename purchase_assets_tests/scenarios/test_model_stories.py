"""Stories of a model: trained again from its record, and a file that somebody changed."""

from datetime import date

from purchase_assets.assets.model import FORECASTING
from purchase_assets.weeks import Window
from purchase_assets.workflows.backtesting import backtest_files
from purchase_assets.workflows.reproduction import reproduce


def test_training_again_from_the_record_gives_the_same_predictions(watched):
    found = reproduce(watched.project, "1", code_version=FORECASTING, progress=lambda *_: None)
    assert found.same
    assert found.same_code
    assert found.rows == watched.project.lake.read("training_set").num_rows


def test_a_transactions_file_alone_is_enough_and_what_lacks_is_said(watched, tmp_path):
    watched.world.past.to_parquet(tmp_path / "transactions.parquet", index=False)
    said = []
    [row] = backtest_files(
        tmp_path,
        [Window(date(2024, 11, 24), 7)],
        watched.settings,
        progress=lambda *_: None,
        say=said.append,
    )
    assert row["f1"] > row["baseline_f1"]
    assert [sentence.split(":")[0] for sentence in said] == [
        "No customers table",
        "No products table",
    ]
