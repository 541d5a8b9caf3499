"""Commands in this process, which has imported the libraries already, over a folder of a test."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from purchase_assets.cli.main import main
from purchase_assets_tests.places import ROOT


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def asked(capsys, monkeypatch, data: Path) -> Callable[..., Ended]:
    """A command as it is typed, with variables."""
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(data))
    monkeypatch.chdir(ROOT)

    def run(*arguments: str, **variables: str) -> Ended:
        capsys.readouterr()
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["purchase-assets", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def mistake(asked) -> Callable[..., str]:
    """The one line that a wrong command ends with."""

    def run(*arguments: str, **variables: str) -> str:
        ended = asked(*arguments, **{"PURCHASE_ASSETS_LANGUAGE": "en", **variables})
        assert ended.returncode == 2, ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1
        assert ended.stderr.startswith("purchase-assets: ")
        return ended.stderr

    return run


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "some data"


@pytest.fixture
def sales() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": [1, 2, 3] * 20,
            "product_id": [7, 8] * 30,
            "order_id": range(60),
            "purchase_date": pd.date_range("2026-06-01", periods=60, freq="3h").normalize(),
            "items": [1.5, 2.0, -1.0] * 20,
        }
    )
