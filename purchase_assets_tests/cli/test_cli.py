"""The command line: one clear line for every mistake, and nothing harmed."""

import hashlib
import json
import os
import shlex
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa
from typer.main import get_command

from purchase_assets.cli.main import app, main
from purchase_assets.samples.drift_scenarios import SCENARIOS
from purchase_assets.samples.faults import FAULTS
from purchase_assets.settings import QualitySettings
from purchase_assets.storage.reports import published_weeks, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.rows import plant, row


def purchase_assets(
    *arguments: str, data: Path, unprivileged: bool = False, **variables: str
) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own; `unprivileged` obeys rights, as root would not."""
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    return subprocess.run(
        [
            *(bound if unprivileged and os.geteuid() == 0 else ()),
            *(sys.executable, "-m", "purchase_assets.cli", *arguments),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=200,
        env={**os.environ, "PURCHASE_ASSETS_DATA": str(data), "COLUMNS": "200", **variables},
        check=False,
    )


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


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


def mistake(capsys, monkeypatch, data: Path, *arguments: str, **variables: str) -> str:
    """The one line that a wrong command ends with."""
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(data))
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["purchase-assets", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    printed = capsys.readouterr()
    assert ended.value.code == 2, printed.err
    assert len(printed.err.strip().splitlines()) == 1
    assert printed.err.startswith("purchase-assets: ")
    return printed.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nonsense", "No such command 'nonsense'; see purchase-assets --help"),
        ("run --nonsense", "No such option: --nonsense; see purchase-assets run --help"),
        ("run", "does not exist"),
        ("replay", "Missing argument 'DIR'"),
        ("replay nowhere", "is no folder"),
        ("replay docs/images", "holds no sales files"),
        ("backtest --data nowhere --window 2025-01-01:5", "is no folder"),
        ("backtest --data . --window soon", "FIRST_DAY:DAYS"),
        ("backtest --data . --window 2025-13-01:7", "expected a day such as"),
        ("backtest --data . --window 2025-01-01:0", "FIRST_DAY:DAYS"),
        ("sample-data --end tomorrow", "expected a day such as"),
        ("sample-data --weeks many", "a valid integer"),
        ("sample-data --customers 3", "greater than or equal to 10"),
        ("next-week", "only the sample has a next week"),
        ("next-week --fault nonsense", "expected one of these, give its name: missing-column"),
        ("next-week --drift nonsense", "expected one of these, give its name: no-change"),
        ("next-week --fault empty --drift growth", "expected one of them"),
        ("upload nothing.csv", "does not exist"),
        ("upload docs", "is no file"),
        ("ask", "Missing option '--customer'"),
        ("ask --customer 1 --lang fr", "is not one of 'en', 'es'"),
        ("ask --customer nobody", "Todavía no hay ninguna semana publicada"),
        ("models rollback 9 --by Ana --reason x", "never champion"),
        ("models rollback 9 --by Ana", "Missing option '--reason'"),
        ("quarantine release x --by Ana --reason x", "no row waits"),
        ("quarantine release x --by Ana --reason x --row one", "a valid integer"),
        ("serve --port 70000", "less than or equal to 65535"),
        ("serve --host 192.0.2.1", "expected an address of this machine"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(capsys, monkeypatch, data, arguments, said):
    monkeypatch.chdir(ROOT)
    data.mkdir()
    assert said in mistake(capsys, monkeypatch, data, *arguments.split())


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PURCHASE_ASSETS_FORECAST__THREADS", "two", "PURCHASE_ASSETS_FORECAST__THREADS='two'"),
        ("PURCHASE_ASSETS_TIME_ZONE", "moon", "is no time zone"),
        ("PURCHASE_ASSETS_COLUMN_NAMES", "{no json", 'field "column_names"'),
        ("PURCHASE_ASSETS_REPORTS_URL", "nonsense", "postgresql://user@host/name"),
        ("PURCHASE_ASSETS_REPORTS_URL", "mysql://host/name", "expected sqlite or postgresql"),
        ("PURCHASE_ASSETS_REPORTS_URL", "postgresql://127.0.0.1:1/x", "its server runs"),
    ],
)
def test_a_wrong_variable_is_named(capsys, monkeypatch, data, name, value, said):
    data.mkdir()
    assert said in mistake(capsys, monkeypatch, data, "uploads", **{name: value})


def test_a_data_folder_that_cannot_be_used_is_named(capsys, monkeypatch, data):
    data.write_text("a file in its place")
    for command in ("uploads", "sample-data", "ask --customer 1", "run"):
        assert str(data) in mistake(capsys, monkeypatch, data, *command.split())


def test_a_port_that_is_taken_is_named(capsys, monkeypatch, data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f":{port} cannot be listened on" in mistake(
            capsys, monkeypatch, data, "serve", "--port", port
        )


def test_a_database_that_another_program_holds_is_named(capsys, monkeypatch, data):
    data.mkdir()
    with closing(sqlite3.connect(data / "reports.db")) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        said = mistake(
            capsys,
            monkeypatch,
            data,
            "uploads",
            PURCHASE_ASSETS_REPORTS_URL=f"sqlite:///{data}/reports.db?timeout=0.1",
        )
    assert "database is locked" in said
    assert "no other program holds it" in said


def test_a_database_that_is_noise_is_to_be_restored(capsys, monkeypatch, data):
    data.mkdir()
    (data / "reports.db").write_bytes(b"noise " * 2000)
    said = mistake(capsys, monkeypatch, data, "uploads")
    assert "the reports database cannot be read (file is not a database)" in said
    assert "expected a SQLite database; restore it from a copy" in said


def test_a_champion_that_cannot_forecast_is_named_by_every_run(asked, data):
    (data / "incoming").mkdir(parents=True)
    reports = Reports(f"sqlite:///{data}/reports.db")
    plant(reports, tables.promotions, model_version="2")
    pair = row(tables.weekly_predictions, model_version="1", status="DEGRADED")
    published_weeks.publish(reports, [pair])

    ended = asked("run")

    assert ended.returncode == 1
    said = "week 2025-01-13 is DEGRADED and of model version 1, since version 2, the champion"
    assert said in ended.stderr
    assert "purchase-assets models rollback 1" in ended.stderr


def test_a_lake_that_is_noise_is_to_be_restored(capsys, monkeypatch, data):
    log = data / "lake" / "daily_sales" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_bytes(b"noise")
    said = mistake(capsys, monkeypatch, data, "drift", "false-alarms")
    assert "table 'daily_sales'" in said
    assert "restore it from a copy" in said


@pytest.mark.parametrize(
    "command",
    ["run", "sample-data", "uploads", "upload batch.csv"],
)
def test_a_data_folder_without_rights_is_named(data, tmp_path, sales, command):
    (data / "incoming").mkdir(parents=True)
    batch = tmp_path / "batch.csv"
    sales.to_csv(batch, index=False)
    for folder in (data / "incoming", data):
        folder.chmod(0o555)
    done = purchase_assets(
        *command.replace("batch.csv", str(batch)).split(), data=data, unprivileged=True
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    (said,) = [line for line in done.stderr.splitlines() if line.startswith("purchase-assets: ")]
    assert "; expected " in said


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


def commands(group=None, path=()):
    """Every command with its words, from the front door down."""
    for name, command in (group or get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_has_help_and_an_example_that_parses():
    for words, command in commands():
        example = command.help.partition("Example: ")[2]
        told = shlex.split(example)
        assert told[: len(words) + 1] == ["purchase-assets", *words], words
        command.make_context(words[-1], told[len(words) + 1 :])
        for option in command.params:
            assert getattr(option, "help", None), (words, option.name)


def test_every_command_that_reports_speaks_json():
    silent = {words for words, command in commands() if "as_json" not in names(command)}
    assert silent == {("serve",)}


def names(command):
    return {option.name for option in command.params}


def test_the_shell_completes_commands_and_values():
    """What bash would do with the script that it was given."""
    program = Path(sys.executable).with_name("purchase-assets")
    asked = """
eval "$(purchase-assets --show-completion)"
complete -p purchase-assets
press_tab() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
  _purchase_assets_completion purchase-assets; echo "${COMPREPLY[*]}"
}
press_tab purchase-assets nex
press_tab purchase-assets next-week --drift unit
press_tab purchase-assets next-week --fault miss
press_tab purchase-assets quarantine ""
"""
    done = subprocess.run(
        ["bash", "-c", asked],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        check=False,
    )
    registered, *completed = done.stdout.splitlines()
    assert registered.endswith("purchase-assets"), done.stderr
    assert completed == ["next-week", "unit-change", "missing-column", "list release discard"]


def test_help_lists_each_fault_and_drift_with_what_it_is():
    told = " ".join(get_command(app).commands["next-week"].help.split())
    for name, one in {**FAULTS, **SCENARIOS}.items():
        assert f"{name} {one.description}" in told


def test_sample_data_is_written_where_the_graph_looks(data, asked):
    done = purchase_assets(
        "sample-data", "--customers", "20", "--products", "8", "--weeks", "12", data=data
    )
    assert done.returncode == 0, done.stderr
    names = {path.name.split("_")[0] for path in (data / "incoming").iterdir()}
    assert names == {"clientes.parquet", "productos.parquet", "transacciones"}
    assert "nothing of" in asked("next-week").stderr  # none is taken in yet


def test_a_dry_run_gives_the_verdict_and_touches_nothing(data, tmp_path, sales):
    good, bad = tmp_path / "batch_a.csv", tmp_path / "batch_b.parquet"
    sales.to_csv(good, index=False)
    bad.write_bytes(b"PAR1 and then nothing of the kind")
    before = contents(tmp_path)
    done = purchase_assets(
        *("upload", "--dry-run", "--json", str(good), str(bad)), data=data, FORCE_COLOR="1"
    )
    assert "2/2 batch_b.parquet" in done.stderr  # the bar of a terminal, beside the JSON
    reports = json.loads(done.stdout)
    assert [report["verdict"] for report in reports] == ["ACCEPTED", "REJECTED"]
    assert done.returncode == 4
    assert reports[0]["rows"] == reports[0]["accepted"] + reports[0]["duplicates"] == 60
    assert reports[1]["reasons"][0]["message"]
    assert {key for key in before if not key.startswith("some data")} == set(before)
    assert not (data / "lake").exists()
    assert not (data / "incoming").exists()


def test_brackets_in_a_file_name_are_no_markup(asked, data, tmp_path, sales):
    path = tmp_path / "batch_[bold]x[red].csv"
    sales.to_csv(path, index=False)
    done = asked("upload", "--dry-run", str(path))
    assert done.returncode == 0
    assert f"ACCEPTED {path}: 60 filas" in done.stdout


def test_bad_files_leave_every_table_as_it_was(asked, data, tmp_path, sales):
    first = tmp_path / "batch_first.csv"
    sales.to_csv(first, index=False)
    assert asked("upload", str(first)).returncode == 0
    before = contents(data / "lake")

    unreadable, wrong, empty = (tmp_path / f"batch_{name}.csv" for name in ("x", "y", "z"))
    unreadable.write_bytes(b"\x00\x01\x02" * 100)
    sales.drop(columns="items").to_csv(wrong, index=False)
    empty.write_bytes(b"")
    done = asked("upload", "--json", str(unreadable), str(wrong), str(empty))
    assert done.returncode == 4, done.stderr
    assert [report["verdict"] for report in json.loads(done.stdout)] == ["REJECTED"] * 3
    assert "Traceback" not in done.stderr
    assert contents(data / "lake") == before

    foreseen = asked("upload", "--dry-run", "--json", str(first))
    again = asked("upload", "--json", str(first))
    assert (foreseen.returncode, foreseen.stdout) == (again.returncode, again.stdout)
    assert (again.returncode, json.loads(again.stdout)[0]["verdict"]) == (0, "DUPLICATE")
    listed = json.loads(asked("uploads", "--json").stdout)
    assert sorted(row["verdict"] for row in listed) == ["ACCEPTED", *["REJECTED"] * 3]

    (key, *_) = [row["key"] for row in listed if row["verdict"] == "REJECTED"]
    unsigned = asked(*("uploads", "seen", key, "--by", "", "--reason", ""))
    assert unsigned.returncode == 2
    assert unsigned.stderr.strip() == (
        "purchase-assets: the decision has no name and no reason; expected who decides, and why; "
        "give both"
    )
    seen = purchase_assets(
        *("uploads", "seen", key, "--by", "Ana", "--reason", "a test"), data=data
    )
    assert (seen.returncode, "(Ana): a test" in seen.stdout) == (0, True)
