"""The command line: one clear line for every mistake, and nothing harmed."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[1]


def purchase_assets(*arguments: str, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "purchase_assets.cli", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=200,
        env={**os.environ, "PURCHASE_ASSETS_DATA": str(data), "COLUMNS": "200"},
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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "does not exist"),
        (["replay", "nowhere"], "is no folder"),
        (["backtest", "--data", "nowhere", "--window", "2025-01-01:5"], "is no folder"),
        (["backtest", "--data", ".", "--window", "soon"], "FIRST_DAY:DAYS"),
        (["sample-data", "--end", "tomorrow"], "expected a day such as"),
        (["upload", "nothing.csv"], "does not exist"),
        (["ask", "--customer", "nobody"], "nothing on customer"),
        (["models", "rollback", "9", "--by", "Ana", "--reason", "x"], "never champion"),
        (["quarantine", "release", "x", "--by", "Ana", "--reason", "x"], "do not wait"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(data, arguments, said):
    done = purchase_assets(*arguments, data=data)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr + done.stdout


def test_a_wrong_argument_is_exit_2(data):
    assert purchase_assets("run", "--nonsense", data=data).returncode == 2


def test_sample_data_is_written_where_the_graph_looks(data):
    done = purchase_assets(
        "sample-data", "--customers", "20", "--products", "8", "--weeks", "12", data=data
    )
    assert done.returncode == 0, done.stderr
    names = {path.name.split("_")[0] for path in (data / "incoming").iterdir()}
    assert names == {"clientes.parquet", "productos.parquet", "transacciones"}


def test_a_dry_run_gives_the_verdict_and_touches_nothing(data, tmp_path, sales):
    good, bad = tmp_path / "batch_a.csv", tmp_path / "batch_b.parquet"
    sales.to_csv(good, index=False)
    bad.write_bytes(b"PAR1 and then nothing of the kind")
    before = contents(tmp_path)
    done = purchase_assets("upload", "--dry-run", "--json", str(good), str(bad), data=data)
    reports = json.loads(done.stdout)
    assert [report["verdict"] for report in reports] == ["ACCEPTED", "REJECTED"]
    assert done.returncode == 4
    assert reports[0]["rows"] == reports[0]["accepted"] + reports[0]["duplicates"] == 60
    assert reports[1]["reasons"][0]["message"]
    assert {key for key in before if not key.startswith("some data")} == set(before)
    assert not (data / "lake").exists()
    assert not (data / "incoming").exists()


def test_bad_files_leave_every_table_as_it_was(data, tmp_path, sales):
    first = tmp_path / "batch_first.csv"
    sales.to_csv(first, index=False)
    assert purchase_assets("upload", str(first), data=data).returncode == 0
    before = contents(data / "lake")

    unreadable, wrong, empty = (tmp_path / f"batch_{name}.csv" for name in ("x", "y", "z"))
    unreadable.write_bytes(b"\x00\x01\x02" * 100)
    sales.drop(columns="items").to_csv(wrong, index=False)
    empty.write_bytes(b"")
    done = purchase_assets("upload", "--json", str(unreadable), str(wrong), str(empty), data=data)
    assert done.returncode == 4, done.stderr
    assert [report["verdict"] for report in json.loads(done.stdout)] == ["REJECTED"] * 3
    assert "Traceback" not in done.stderr
    assert contents(data / "lake") == before

    again = purchase_assets("upload", "--json", str(first), data=data)
    assert (again.returncode, json.loads(again.stdout)[0]["verdict"]) == (0, "DUPLICATE")
    listed = json.loads(purchase_assets("uploads", "--json", data=data).stdout)
    assert sorted(row["verdict"] for row in listed) == ["ACCEPTED", *["REJECTED"] * 3]
