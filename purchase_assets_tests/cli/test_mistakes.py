"""One clear line for every mistake, exit 2, and nothing harmed."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from purchase_assets.storage.reports import published_weeks, tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.places import ROOT
from purchase_assets_tests.rows import plant, row


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
        ("ask --customer nobody", "No week is published yet"),
        ("models rollback 9 --by Ana --reason x", "never champion"),
        ("models rollback 9 --by Ana", "Missing option '--reason'"),
        ("quarantine release x --by Ana --reason x", "no row waits"),
        ("quarantine release x --by Ana --reason x --row one", "a valid integer"),
        ("serve --port 70000", "less than or equal to 65535"),
        ("serve --host 192.0.2.1", "expected an address of this machine"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(mistake, data, arguments, said):
    data.mkdir()
    assert said in mistake(*arguments.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("nonsense", "No existe el comando 'nonsense'; vea purchase-assets --help"),
        (
            "sample-data --weeks many",
            "Valor no válido para '--weeks': se esperaba un número entero",
        ),
        ("serve --port 70000", "Valor no válido para '--port': se esperaba 65535 a lo más; vea"),
        ("ask", "Falta la opción '--customer'"),
        ("run", "no existe; se esperaba la carpeta de los archivos de ventas"),
        ("backtest --window soon", "se esperaba PRIMER_DÍA:DÍAS"),
        ("backtest --window 2025-01-01:5", "todavía no se aceptó ninguna línea de pedido"),
        (
            "models rollback 9 --by Ana --reason x",
            "la versión '9' nunca estuvo en uso; se",
        ),
        ("quarantine release x --by Ana --reason x", "no espera ninguna fila; se esperaba"),
        ("uploads seen x --by Ana --reason x", "no hay carga 'x'; se esperaba"),
        ("uploads withdraw x --by Ana --reason", "La opción '--reason' necesita un valor"),
        ("keys revoke Ana", "ninguna clave vigente se llama 'Ana'"),
        ("next-week", "solo ella tiene semana siguiente"),
    ],
)
def test_a_mistake_is_told_in_the_language_of_the_settings(mistake, data, arguments, said):
    data.mkdir()
    told = mistake(*arguments.split(), PURCHASE_ASSETS_LANGUAGE="es")
    assert said in told
    assert "expected" not in told


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
def test_a_wrong_variable_is_named(mistake, data, name, value, said):
    data.mkdir()
    assert said in mistake("uploads", **{name: value})


def test_a_data_folder_that_cannot_be_used_is_named(mistake, data):
    data.write_text("a file in its place")
    for command in ("uploads", "sample-data", "ask --customer 1", "run"):
        assert str(data) in mistake(*command.split())


def test_a_port_that_is_taken_is_named(mistake, data):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert f":{port} cannot be listened on" in mistake("serve", "--port", port)


def test_a_database_that_another_program_holds_is_named(mistake, data):
    data.mkdir()
    with closing(sqlite3.connect(data / "reports.db")) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        said = mistake(
            "uploads",
            PURCHASE_ASSETS_REPORTS_URL=f"sqlite:///{data}/reports.db?timeout=0.1",
        )
    assert "database is locked" in said
    assert "no other program holds it" in said


def test_a_database_that_is_noise_is_to_be_restored(mistake, data):
    data.mkdir()
    (data / "reports.db").write_bytes(b"noise " * 2000)
    said = mistake("uploads")
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


def test_a_lake_that_is_noise_is_to_be_restored(mistake, data):
    log = data / "lake" / "daily_sales" / "_delta_log"
    log.mkdir(parents=True)
    (log / "00000000000000000000.json").write_bytes(b"noise")
    said = mistake("drift", "false-alarms")
    assert "table 'daily_sales'" in said
    assert "restore it from a copy" in said


COMMANDS = ("run", "sample-data", "uploads", "upload batch.csv")
ALL_IN_TURN = """
import os, sys
from purchase_assets.cli.main import main
for command in sys.argv[1:]:
    sys.argv = ["purchase-assets", *command.split()]
    try:
        main()
    except SystemExit as ended:
        print(ended.code, flush=True)
"""
"""The commands, in one process that has imported the libraries once."""


def test_a_data_folder_without_rights_is_named(data: Path, tmp_path: Path, sales) -> None:
    (data / "incoming").mkdir(parents=True)
    batch = tmp_path / "batch.csv"
    sales.to_csv(batch, index=False)
    for folder in (data / "incoming", data):
        folder.chmod(0o555)
    obeys_rights = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    done = subprocess.run(
        [
            *(obeys_rights if os.geteuid() == 0 else ()),
            *(sys.executable, "-c", ALL_IN_TURN),
            *(command.replace("batch.csv", str(batch)) for command in COMMANDS),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=200,
        env={**os.environ, "PURCHASE_ASSETS_DATA": str(data), "PURCHASE_ASSETS_LANGUAGE": "en"},
        check=False,
    )
    assert done.stdout.split() == ["2"] * len(COMMANDS), done.stderr
    assert "Traceback" not in done.stderr
    said = [line for line in done.stderr.splitlines() if line.startswith("purchase-assets: ")]
    assert len(said) == len(COMMANDS)
    assert all("; expected " in line for line in said)
