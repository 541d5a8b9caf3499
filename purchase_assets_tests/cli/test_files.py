"""Files from the command line: verdicts as foreseen, and every table as it was."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from purchase_assets_tests.places import ROOT


def contents(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_sample_data_is_written_where_the_graph_looks(data, asked):
    done = asked("sample-data", "--customers", "20", "--products", "8", "--weeks", "12")
    assert done.returncode == 0, done.stderr
    names = {path.name.split("_")[0] for path in (data / "incoming").iterdir()}
    assert names == {"clientes.parquet", "productos.parquet", "transacciones"}
    assert "todavía no entró nada" in asked("next-week").stderr  # none is taken in yet


def test_a_dry_run_gives_the_verdict_and_touches_nothing(data, tmp_path, sales):
    good, bad = tmp_path / "batch_a.csv", tmp_path / "batch_b.parquet"
    sales.to_csv(good, index=False)
    bad.write_bytes(b"PAR1 and then nothing of the kind")
    before = contents(tmp_path)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "purchase_assets.cli"),
            *("upload", "--dry-run", "--json", str(good), str(bad)),
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=200,
        env={**os.environ, "PURCHASE_ASSETS_DATA": str(data), "FORCE_COLOR": "1"},
        check=False,
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

    unreadable, wrong = (tmp_path / f"batch_{name}.csv" for name in ("x", "y"))
    unreadable.write_bytes(b"\x00\x01\x02" * 100)
    sales.drop(columns="items").to_csv(wrong, index=False)
    done = asked("upload", "--json", str(unreadable), str(wrong))
    assert done.returncode == 4, done.stderr
    assert [report["verdict"] for report in json.loads(done.stdout)] == ["REJECTED"] * 2
    assert "Traceback" not in done.stderr
    assert contents(data / "lake") == before

    foreseen = asked("upload", "--dry-run", "--json", str(first))
    again = asked("upload", "--json", str(first))
    assert (foreseen.returncode, foreseen.stdout) == (again.returncode, again.stdout)
    assert (again.returncode, json.loads(again.stdout)[0]["verdict"]) == (0, "DUPLICATE")
    listed = json.loads(asked("uploads", "--json").stdout)
    assert sorted(row["verdict"] for row in listed) == ["ACCEPTED", *["REJECTED"] * 2]

    (key, *_) = [row["key"] for row in listed if row["verdict"] == "REJECTED"]
    unsigned = asked(*("uploads", "seen", key, "--by", "", "--reason", ""))
    assert unsigned.returncode == 2
    assert unsigned.stderr.strip() == (
        "purchase-assets: la decisión no tiene nombre ni motivo; se esperaba quién decide, y por "
        "qué; indique ambos"
    )
    seen = asked("uploads", "seen", key, "--by", "Ana", "--reason", "a test")
    assert (seen.returncode, "(Ana): a test" in seen.stdout) == (0, True)
