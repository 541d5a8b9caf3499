"""Commands in the process of the tests."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from purchase_assets.cli.main import main
from purchase_assets_tests.places import ROOT


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "some data"


@dataclass(frozen=True)
class Ended:
    """What a command left: its exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def asked(capsys, monkeypatch, data: Path) -> Callable[..., Ended]:
    """A command in this process, which has imported the libraries already."""
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(data))
    monkeypatch.chdir(ROOT)

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["purchase-assets", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(int(ended.value.code or 0), *capsys.readouterr())

    return run
