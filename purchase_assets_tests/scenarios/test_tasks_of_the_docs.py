"""A new user's tasks, done with the very commands that the docs print."""

import csv
import json
import re
import shlex
import shutil
import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from typer.main import get_command

from purchase_assets.cli import output
from purchase_assets.cli.main import app, main
from purchase_assets.cli.open_project import open_operations, settle
from purchase_assets.definitions import build_definitions
from purchase_assets.project import Project
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.text import Text
from purchase_assets.workflows import promote_model, take_in
from purchase_assets.workflows.waiting_uploads import Waiting, as_path
from purchase_assets_tests.places import DOCS, ROOT
from purchase_assets_tests.scenarios.conftest import make_training_bare

ROWS_WITH_ANOTHER_UNIT = 3


def told(page: str, title: str) -> list[str]:
    """The commands that the docs print below a title."""
    text = (DOCS / page).read_text("utf-8")
    section = text.split(f"## {title}\n", 1)[1].split("\n## ")[0]
    return commands(section)


def commands(text: str) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line[2:] for line in "".join(blocks).splitlines() if line.startswith("$ ")]


def filled_in(command: str, words: dict[str, str]) -> list[str]:
    """The command's words with the capitals replaced."""
    found = [
        re.sub(r"\b[A-Z]{2,}\b", lambda name: words[name[0]], word) for word in shlex.split(command)
    ]
    assert found[0] in ("purchase-assets", "curl")
    return found


@pytest.fixture(scope="module")
def project(opened, tmp_path_factory):
    """Two champions, a rejected file, and one with rows set aside."""
    distributor = opened.copy(tmp_path_factory.mktemp("a new user"))
    with pytest.MonkeyPatch.context() as here:
        make_training_bare(here)
        here.chdir(ROOT)
        here.setenv("PURCHASE_ASSETS_DATA", distributor.settings.data)
        here.setenv("PURCHASE_ASSETS_LANGUAGE", "en")  # that of the docs
        for budget, value in {"THREADS": 1, "TRAINING_WINDOWS": 8, "SEARCH_CANDIDATES": 1}.items():
            here.setenv(f"PURCHASE_ASSETS_FORECAST__{budget}", str(value))
        here.setattr(output.screen, "width", 1000)  # no cell is folded
        project = Project(Settings())
        week = distributor.week(3)
        rejected = distributor.folder / "batch_rejected.csv"
        week.drop(columns="items").to_csv(rejected, index=False)
        shutil.copy(rejected, distributor.incoming)
        finish()
        retrain = build_definitions(Settings()).resolve_job_def("retrain")
        assert retrain.execute_in_process(instance=distributor.instance).success
        make_second_champion(project, distributor.today)
        mistyped = week.reset_index(drop=True)
        mistyped.loc[: ROWS_WITH_ANOTHER_UNIT - 1, "items"] = 100_000
        mistyped.to_csv(distributor.incoming / "batch_partial.csv", index=False)
        finish()
        yield project


def finish():
    ran = settle(Project(Settings()))
    assert all(run.success for run in ran), [run.error for run in ran]


def make_second_champion(project: Project, through: date) -> None:
    """Whatever the gate said of version 2, as when it had been promoted."""
    promote_model.promote(
        project,
        "2",
        kind="gate",
        by="gate",
        reason=Text.same("a better average precision"),
        data_through=through,
        figures={},
    )
    operations = open_operations()
    for version in ("1", "2"):  # so that Dagster knows as well
        operations.rollback(version, "Ana", "to and fro")


@pytest.fixture
def do(project, capsys, monkeypatch):
    """Runs a printed command; answers its exit code and what it printed."""

    def run(command: str, *more: str, **words: str) -> tuple[int, str]:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", [*filled_in(command, words), *more])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return run


@pytest.fixture(scope="module")
def server(project):
    return TestClient(create_app(project.reports, project.settings))


def upload_named(project: Project, name: str) -> dict:
    (found,) = project.reports.rows(
        sa.select(tables.uploads).where(tables.uploads.c.file_name == name)
    )
    return found


def any_pair(project: Project, **where) -> dict:
    newest = sa.select(sa.func.max(tables.weekly_predictions.c.week_start)).scalar_subquery()
    pairs = tables.weekly_predictions
    return project.reports.rows(
        sa.select(pairs)
        .where(pairs.c.week_start == newest, *(pairs.c[name] == is_ for name, is_ in where.items()))
        .order_by(pairs.c.customer_id, pairs.c.product_id)
    )[0]


def test_why_a_file_was_rejected(project, do):
    see, check, seen = told("runbook.md", "A file was rejected")
    code, printed = do(see)
    assert code == 0
    key = upload_named(project, "batch_rejected.csv")["key"]
    card = printed.split(f"{key}\n", 1)[1].split("transactions-")[0]
    assert "File: batch_rejected.csv" in card
    assert "REJECTED" in card
    assert "Column items is missing" in card
    code, printed = do(check, FILE=str(Path(project.settings.data).parent / "batch_rejected.csv"))
    assert code == 4
    assert "missing_column: Column items is missing" in printed
    code, printed = do(seen, KEY=key, NAME="Ana")
    assert (code, "(Ana): " in printed) == (0, True)


def test_good_rows_are_let_in_and_the_forecast_rests_on_them(project, do):
    key = upload_named(project, "batch_partial.csv")["key"]
    show, release, run = told("runbook.md", "Rows wait in quarantine")
    _, printed = do(show, "--json", KEY=key)
    waiting = json.loads(printed)
    assert len(waiting) == ROWS_WITH_ANOTHER_UNIT
    before = len(project.lake.read("transactions"))
    code, printed = do(release, KEY=key, NAME="Ana")
    assert (code, "3 rows" in printed) == (0, True)
    assert do(show, KEY=key) == (0, "No rows wait.\n")
    assert len(project.lake.read("transactions")) == before + ROWS_WITH_ANOTHER_UNIT
    code, printed = do(run, "--json")
    assert code == 0
    assert json.loads(printed)[0]["assets"] == ["daily_sales"]
    decided = project.reports.frame(tables.quarantine, upload_key=key)
    assert [who.endswith(" (Ana)") for who in set(decided["decided_by"])] == [True]


def test_will_this_customer_buy_this_product(project, do, server):
    pair = any_pair(project, will_buy=True)
    words = {"CUSTOMER": pair["customer_id"], "PRODUCT": pair["product_id"]}
    ask, curl = told("reports.md", "Will this customer buy this product this week?")
    code, printed = do(ask, **words)
    assert code == 0
    assert re.search(rf"^{pair['product_id']} .*Yes +.*of the last 8 weeks", printed, re.MULTILINE)
    answer = server.get(urlsplit(filled_in(curl, words)[-1]).path).json()
    assert answer["prediction"]["will_buy"] is True
    assert answer["prediction"]["reason"] in printed


def test_the_call_list_is_exported(project, server):
    pair = any_pair(project, will_buy=True)
    (curl,) = told("reports.md", "The call list as a file")
    *_, name, address = filled_in(curl, {"CUSTOMER": pair["customer_id"], "OTHER": "nobody"})
    assert name == "calls.csv"
    url = urlsplit(address)
    answer = server.get(f"{url.path}?{url.query}")
    rows = list(csv.DictReader(answer.content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert {row["Cliente"] for row in rows} == {pair["customer_id"]}
    assert pair["product_id"] in {row["Producto"] for row in rows}


def test_why_the_model_trained(project, do):
    (why,) = told("runbook.md", "A drift alarm: did the model train again, and why?")
    code, printed = do(why)
    assert code == 0
    (no,) = [line for line in printed.splitlines() if "batch_rejected.csv" in line]
    assert re.search(r"rejected_upload +No +Week \S+: batch_rejected.csv was rejected", no)
    assert "says nothing of the data" in no
    (yes,) = [line for line in printed.splitlines() if "first_model" in line]
    assert re.search(r"first_model +Yes +Week \S+: there is no model yet; .*Version 1", yes)


def test_a_model_is_rolled_back_and_the_week_follows(project, do):
    see, back = told("runbook.md", "Roll a model back")
    _, printed = do(see, "--json")
    now, *earlier = [row["model_version"] for row in json.loads(printed)]
    before = next(version for version in earlier if version != now)
    assert any_pair(project)["model_version"] == now
    code, printed = do(back, VERSION=before, NAME="Ana")
    assert (code, f"Version {before} is champion again" in printed) == (0, True)
    assert any_pair(project)["model_version"] == before
    assert promote_model.champion_version(project) == before


def test_the_files_that_were_taken_are_copied_out_to_be_replayed(project, do, tmp_path):
    copy, replay = told("runbook.md", "Replay the history")
    assert replay == "purchase-assets replay FOLDER"
    assert do(copy, FOLDER=str(tmp_path))[0] == 0
    groups = take_in.oldest_first(project, tmp_path)  # as `replay` finds them
    copied = {Waiting.at(as_path(path)).key for group in groups for path in group}
    taken = project.reports.rows(
        sa.select(tables.uploads.c.key).where(tables.uploads.c.verdict != "REJECTED")
    )
    assert copied == {row["key"] for row in taken}
    assert len(copied) == 4


PAGES = [
    *sorted(DOCS.glob("*.md")),
    ROOT / "deploy" / "README.md",
    *sorted(ROOT.glob("README*.md")),
]


def test_every_printed_command_parses():
    printed = [line for page in PAGES for line in commands(page.read_text("utf-8"))]
    ours = [line for line in printed if line.startswith("purchase-assets ")]
    assert len(ours) > 10
    for line in ours:
        command, words = get_command(app), shlex.split(line)[1:]
        while words and words[0] in getattr(command, "commands", {}):
            command, words = command.commands[words[0]], words[1:]
        assert not hasattr(command, "commands") or not words or words[0].startswith("-"), line
        command.make_context(None, words, resilient_parsing="--install-completion" in words)
