"""The same distributor several times over: what its first run and its next week cost.

    python benchmarks/scale.py [--times 1,10] [--data DIR] [--memory GB] [--json]

Customers and orders of DIR (without it, of the generated sample) are repeated under ids of their
own; products stay. The newest sales file is the week that follows the first run; no training is in
it. Said are seconds and CPU seconds of each step, the highest resident memory of the process with
its children while the step ran, and the lake's bytes. A run that needs more than `--memory` is
ended.
"""

import argparse
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROOT = Path(__file__).parents[1]
END, CUSTOMERS = date(2024, 12, 29), 1_500
APART = 10_000_000
"""Between the ids of two copies."""
LOOK_EVERY_S = 0.25
LONGEST_S = 4 * 3600
PARTS = ("first run", "weekly cycle")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--times", default="1,10")
    options.add_argument("--data", type=Path)
    options.add_argument("--memory", type=float, default=14.0)
    options.add_argument("--json", action="store_true")
    options.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        settle(chosen.child)
        return
    report: dict[str, Any] = {}
    for times in map(int, chosen.times.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            files = repeated(chosen.data or generated(Path(folder)), times, Path(folder) / "files")
            report[f"{times}x"] = measured(files, Path(folder) / "data", chosen.memory * 1e9)
    report["exponents"] = exponents(report)
    if chosen.json:
        print(json.dumps(report, indent=2))
        return
    for size, figures in report.items():
        for name, value in figures.items():
            print(f"{size:10} {name:50} {value:14,.2f}")


def generated(folder: Path) -> Path:
    """The files of the sample: its history, and one week more."""
    from purchase_assets.samples import generator

    sample = generator.generate(customers=CUSTOMERS, products=100, weeks=53, end=END)
    generator.write(sample, folder / "sample", split_weeks=1)
    return folder / "sample"


def repeated(source: Path, times: int, out: Path) -> list[Path]:
    """The files of a folder, customers and orders `times` times; the newest sales come last."""
    from purchase_assets.intake.reading.columns import map_columns
    from purchase_assets.kinds import Kind, kind_of

    out.mkdir(parents=True)
    newest: dict[Path, Any] = {}
    for path in sorted(source.iterdir()):
        kind = kind_of(path.name)
        if kind not in (*Kind,) or path.suffix not in (".parquet", ".csv", ".gz"):
            continue
        table = read(path)
        found = map_columns(table.column_names, kind, {}).found
        ids = [found[name] for name in ("customer_id", "order_id") if name in found]
        copies = 1 if kind is Kind.PRODUCTS else times
        copy = out / f"{path.name.partition('.')[0]}.parquet"
        with pq.ParquetWriter(copy, table.schema) as writer:
            for number in range(copies):
                writer.write_table(moved(table, ids, number))
        day = found.get("purchase_date")
        newest[copy] = (day is not None, str(pc.max(table[day])) if day else "")
    files = sorted(newest, key=lambda file: newest[file])
    if sum(sold for sold, _ in newest.values()) < 2:
        sys.exit(f"{source} needs two files of sales or more: the newest is the week to forecast")
    return files


def read(path: Path) -> pa.Table:
    """A file as it is, without what pandas calls an index."""
    frame = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    return pa.Table.from_pandas(frame, preserve_index=False)


def moved(table: pa.Table, ids: list[str], number: int) -> pa.Table:
    """A copy of the rows whose ids are those of other customers and orders."""
    for name in ids if number else ():
        column = table[name]
        if pa.types.is_integer(column.type):
            other = pc.add(column, pa.scalar(number * APART, column.type))
        else:
            other = pc.binary_join_element_wise(column.cast(pa.string()), f"{number}", "-")
        table = table.set_column(table.column_names.index(name), name, other)
    return table


def measured(files: list[Path], data: Path, most: float) -> dict[str, float]:
    """Figures of a first run on all files but the last, and of the cycle that the last begins."""
    incoming = data / "incoming"
    incoming.mkdir(parents=True)
    figures: dict[str, float] = {"lines": sum(map(rows, files))}
    for part, dropped in zip(PARTS, (files[:-1], files[-1:]), strict=True):
        for file in dropped:
            shutil.move(file, incoming / file.name)
        done = run_child(data, most)
        figures |= {f"{part}: {name}": value for name, value in done.items()}
        figures[f"{part}: lake MB"] = bytes_below(data / "lake") / 1e6
    return figures


def rows(file: Path) -> int:
    return pq.read_metadata(file).num_rows


def run_child(data: Path, most: float) -> dict[str, float]:
    """Seconds and memory of each step, in a process of its own."""
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, __file__, "--child", str(data)],
            stdout=said,
            stderr=errors,
            cwd=ROOT,
            start_new_session=True,
        )
        seen = watched(process, most)
        said.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            highest = max(look.held for look in seen) / 1e9
            sys.exit(f"ended at {highest:.1f} GB: {errors.read()[-2000:]}")
        told = json.loads(said.read().splitlines()[-1])
    found: dict[str, float] = {"seconds": told["seconds"], "CPU seconds": told["cpu"]}
    for name, spans in told["steps"].items():
        during = [[look for look in seen if begin <= look.at <= end] for begin, end in spans]
        found[f"{name} s"] = sum(end - begin for begin, end in spans)
        found[f"{name} CPU s"] = sum(some[-1].cpu - some[0].cpu for some in during if some)
        held = (look.held for some in during for look in some)
        found[f"{name} peak GB"] = max(held, default=math.nan) / 1e9
    return found | {"peak GB": max(look.held for look in seen) / 1e9}


class Look(NamedTuple):
    """What a process and its children held at a moment, and the CPU seconds they had used."""

    at: float
    held: int
    cpu: float


def watched(process: subprocess.Popen, most: float) -> list[Look]:
    """A process and its children, moment by moment; ended when they hold too much."""
    seen = []
    ends = time.time() + LONGEST_S
    while process.poll() is None:
        held = sum(map(resident, tree(process.pid)))
        seen.append(Look(time.time(), held, cpu_of(process.pid)))
        if held > most or time.time() > ends:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        time.sleep(LOOK_EVERY_S)
    return seen


def tree(pid: int) -> Iterator[int]:
    """A process and those that it has begun."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it has ended meanwhile
            continue
        for child in children:
            yield from tree(int(child))


def resident(pid: int) -> int:
    """Bytes that a process has in memory."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:  # it has ended meanwhile
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def cpu_of(pid: int) -> float:
    """CPU seconds of a process, and of its children that have ended."""
    try:
        numbers = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, numbers[11:15])) / os.sysconf("SC_CLK_TCK")


def bytes_below(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def exponents(report: dict[str, Any]) -> dict[str, float]:
    """How seconds grow with size, from the smallest to the largest: 1 is in proportion."""
    sizes = sorted(int(size[:-1]) for size in report)
    if len(sizes) < 2:
        return {}
    small, large = (report[f"{size}x"] for size in (sizes[0], sizes[-1]))
    by = math.log(sizes[-1] / sizes[0])
    return {
        name: math.log(large[name] / small[name]) / by
        for name in (f"{part}: {kind}" for part in PARTS for kind in ("seconds", "CPU seconds"))
    }


def settle(data: Path) -> None:
    """Let the graph come to rest, and say when each of its steps was."""
    from purchase_assets.definitions import build_definitions
    from purchase_assets.orchestration.driver import Unattended
    from purchase_assets.orchestration.instance import open_instance
    from purchase_assets.settings import Settings
    from purchase_assets.storage import incoming as folder_of_uploads

    folder_of_uploads.SETTLED_S = 0  # the files are dropped whole
    # the first model comes by itself; none after it within the measured cycle
    settings = Settings(data=str(data), retraining={"budget": 0})
    instance = open_instance(settings, ROOT)
    driver = Unattended(build_definitions(settings), instance)
    began, cpu = time.perf_counter(), cpu_seconds()
    ran = driver.settle()
    seconds, used = time.perf_counter() - began, cpu_seconds() - cpu
    if failed := [run.error for run in ran if not run.success]:
        sys.exit(f"runs failed: {failed}")
    steps: dict[str, list[tuple[float, float]]] = {}
    for run in ran:
        for step in instance.get_run_step_stats(run.run_id):
            steps.setdefault(step.step_key, []).append((step.start_time, step.end_time))
    print(json.dumps({"seconds": seconds, "cpu": used, "steps": steps}))


def cpu_seconds() -> float:
    """Of this process and of those that it has begun and that have ended."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    main()
