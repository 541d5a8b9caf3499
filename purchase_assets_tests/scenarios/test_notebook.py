"""What data scientists read and do: the notebook of the docs, and a backtest in MLflow."""

import json
import sys

import pytest

from purchase_assets.cli.main import main
from purchase_assets_tests import notebook


@pytest.fixture
def here(opened, monkeypatch):
    """The opened distributor as the settings' project."""
    for name, value in {
        "DATA": opened.settings.data,
        "LANGUAGE": "en",
        "FORECAST__THREADS": "1",
        "FORECAST__TRAINING_WINDOWS": "8",
    }.items():
        monkeypatch.setenv(f"PURCHASE_ASSETS_{name}", value)
    return opened


def test_the_notebook_runs_and_keeps_its_outputs(here):
    kept = notebook.read()
    for cell, outputs in zip(notebook.code_cells(kept), notebook.run(kept), strict=True):
        assert [output["output_type"] for output in cell["outputs"]] == [
            output["output_type"] for output in outputs
        ], "run `python -m purchase_assets_tests.notebook`"
        for before, after in zip(cell["outputs"], outputs, strict=True):
            if "data" in after:  # figures differ in their last digits from machine to machine
                told = [output["data"]["text/plain"][0].split() for output in (before, after)]
                assert told[0] == told[1] or len(after["data"]["text/plain"]) == 1


def test_a_backtest_is_compared_in_mlflow(distributor, here, monkeypatch, capsys):
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", distributor.settings.data)
    monkeypatch.setattr(sys, "argv", ["purchase-assets", "backtest", "--log", "--json"])
    sys.argv += ["--window", "2026-09-21:7", "--window", "2026-09-28:7"]
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    printed = capsys.readouterr()
    rows = json.loads(printed.out)
    name = "backtest 2026-09-21 to 2026-10-04"
    assert f'Logged to MLflow as "{name}"' in printed.err

    registry = distributor.project.registry
    (run,) = registry.client.search_runs([registry.experiment()], f"attributes.run_name = '{name}'")
    assert run.info.status == "FINISHED"
    assert run.data.tags["kind"] == "backtest"
    assert run.data.params["training_windows"] == "8"
    assert run.data.metrics["f1"] == pytest.approx(sum(row["f1"] for row in rows) / 2)
    windows = registry.client.get_metric_history(run.info.run_id, "window_f1")
    assert [one.value for one in windows] == [row["f1"] for row in rows]
