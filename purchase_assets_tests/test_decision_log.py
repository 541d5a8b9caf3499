"""Each decision is one line of JSON on the standard error of services; people are told in words."""

import ast
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from purchase_assets import decision_log
from purchase_assets.decision_log import Decided
from purchase_assets.project import Project
from purchase_assets.retraining.causes import Cause
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets.text import Text
from purchase_assets.workflows import decide_retraining, quarantine, withdraw_upload
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.planted import PARTIAL
from purchase_assets_tests.rows import plant

Lines = list[dict[str, Any]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What is logged, as it would be read."""
    written: Lines = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(json.loads(decision_log.JsonLines().format(record)))

    keeper = Keeper()
    decision_log.LOGGER.addHandler(keeper)
    yield written
    decision_log.LOGGER.removeHandler(keeper)


def test_every_decision_is_logged_somewhere() -> None:
    logged = {
        ast.unparse(node.args[0])
        for path in (ROOT / "purchase_assets").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "log" and node.args
    }
    assert logged == {f"Decided.{one.name}" for one in Decided}


def test_a_person_s_decisions_name_the_person(
    reports: Reports, settings: Settings, lines: Lines
) -> None:
    project = Project(settings)
    quarantine.discard(project, PARTIAL, [17, 230], "Ana", "a\n typing error")
    withdraw_upload.withdraw(project, PARTIAL, "Berta", "another branch's")
    discarded, withdrawn = lines
    assert discarded["decision"] == "rows discarded"
    assert (discarded["upload"], discarded["rows"], discarded["by"]) == (PARTIAL, [17, 230], "Ana")
    assert (withdrawn["decision"], withdrawn["by"]) == ("upload withdrawn", "Berta")


def test_a_decision_on_a_training_says_why(
    reports: Reports, settings: Settings, lines: Lines
) -> None:
    project, week = Project(settings), date(2025, 1, 6)
    plant(reports, tables.promotions, model_version="7")
    seen = decide_retraining.state(project, date(2025, 1, 12), busy=False)
    cause = Cause("drift", "2025-01-13", week, Text("drift in items", "deriva en items"))
    decision = decide_retraining.consider(project, cause, seen)
    assert decision is not None
    (line,) = lines
    assert line["decision"] == "retraining decision"
    assert (line["cause_id"], line["retrain"]) == ("2025-01-13", decision.retrain)
    assert line["sentence"] == decision.sentence.en


def test_a_command_speaks_in_words_even_into_a_file(tmp_path: Path) -> None:
    bad = tmp_path / "transacciones_mala.csv"
    bad.write_text("customer_id,product_id\n1,2\n")
    done = subprocess.run(
        [sys.executable, "-m", "purchase_assets.cli", "upload", str(bad)],
        env={**os.environ, "PURCHASE_ASSETS_DATA": str(tmp_path / "data")},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert f"REJECTED {bad}" in done.stdout
    assert [line for line in done.stderr.splitlines() if line.startswith("{")] == []
