"""A fault of the program keeps its trace, and says whom to tell."""

import os
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import sqlalchemy as sa

from purchase_assets.cli.main import main
from purchase_assets.settings import QualitySettings
from purchase_assets.storage.reports.database import Reports


def fault(capsys, monkeypatch, data: Path, planted) -> str:
    """What `uploads` ends with when reading the table raises what is planted."""
    data.mkdir()
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(data))
    monkeypatch.setattr(sys, "argv", ["purchase-assets", "uploads"])
    monkeypatch.setattr(Reports, "rows", planted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    printed = capsys.readouterr().err
    assert printed.startswith("Traceback (most recent call last):")
    assert "this is a fault of the program, not of what you asked for" in printed
    assert f"the version ({version('purchase-assets')}) to those who maintain it" in printed
    return printed


@pytest.mark.parametrize(
    ("planted", "trace"),
    [
        (lambda *_: np.zeros(2) + np.zeros(3), "could not be broadcast together"),
        (lambda *_: {}["a fault"], "KeyError: 'a fault'"),
        (lambda *_: int("a"), "invalid literal for int()"),
        (lambda *_: pa.array(["a"]).cast(pa.int64()), "ArrowInvalid"),
        (lambda *_: os.read(99_999, 1), "Bad file descriptor"),
        (lambda *_: QualitySettings(bad_row_share=2), "bad_row_share"),
    ],
)
def test_our_own_faults_keep_their_trace(capsys, monkeypatch, data, planted, trace):
    assert trace in fault(capsys, monkeypatch, data, planted)


def test_a_wrong_query_is_our_own_fault(capsys, monkeypatch, data):
    def ask(reports, _):
        with reports.engine.connect() as connection:
            return connection.execute(sa.text("SELECT nothing_of_the_kind FROM uploads"))

    assert "no such column" in fault(capsys, monkeypatch, data, ask)
