"""Stories of a model: trained again from its record, and a file that somebody changed."""

from purchase_assets.assets.model import FORECASTING
from purchase_assets.workflows.reproduction import reproduce


def test_training_again_from_the_record_gives_the_same_predictions(watched):
    found = reproduce(watched.project, "1", code_version=FORECASTING, progress=lambda *_: None)
    assert found.same
    assert found.same_code
    assert found.rows == watched.project.lake.read("training_set").num_rows
