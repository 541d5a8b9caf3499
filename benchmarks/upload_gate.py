"""How well and how fast the upload gate judges.

Faults are injected into a real week when the real data are there, else into a made-up one.
Run `python benchmarks/upload_gate.py --json`; `--rows 250000 5000000` chooses the sizes.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from purchase_assets.intake.judge_upload import judge  # noqa: E402
from purchase_assets.intake.judgement import Known  # noqa: E402
from purchase_assets.intake.reading.columns import SCHEMAS  # noqa: E402
from purchase_assets.kinds import Verdict  # noqa: E402
from purchase_assets.settings import QualitySettings  # noqa: E402
from purchase_assets_tests.intake.faults import CATALOGUE  # noqa: E402
from purchase_assets_tests.intake.worlds import (  # noqa: E402
    FIRST_WEEK,
    World,
    made_up_world,
    real_world,
)

SETTINGS = QualitySettings()
SEEDS = range(3)


def real_data() -> Path | None:
    """The folder of the real files, when this machine has it."""
    default = ROOT.parent / "shared" / "data" / "sodai"
    folder = Path(os.environ.get("PURCHASE_ASSETS_REAL_DATA", default))
    return folder if folder.is_dir() else None


def catalogue_scores(world: World) -> dict:
    """File-level recall, and row precision and recall per fault class."""
    missed, crashes, rows = [], 0, {}
    for fault in CATALOGUE:
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                path, bad = fault.inject(world, Path(folder), np.random.default_rng(seed))
                known = world.known() if fault.kind == "transactions" else world.known(taken=None)
                judgement = judge(path, fault.kind, known, fault.settings)
            crashes += judgement.verdict is Verdict.ENGINE_ERROR
            rules = {reason.rule for reason in judgement.reasons}
            if judgement.verdict.value != fault.verdict or (fault.rule and fault.rule not in rules):
                missed.append(f"{fault.name} (seed {seed}): {judgement.verdict.value} {rules}")
            if bad is not None:
                found = np.zeros(len(bad), bool)
                found[judgement.quarantined["row_number"].to_numpy() - 1] = True
                hits = rows.setdefault(fault.name, [0, 0, 0])
                hits[0] += int((found & bad).sum())
                hits[1] += int(found.sum())
                hits[2] += int(bad.sum())
    judged = len(CATALOGUE) * len(SEEDS)
    return {
        "faults": len(CATALOGUE),
        "files_judged": judged,
        "file_recall": 1 - len(missed) / judged,
        "missed": missed,
        "crashes": crashes,
        "rows": {
            name: {"precision": hit / max(found, 1), "recall": hit / bad}
            for name, (hit, found, bad) in rows.items()
        },
    }


def replayed_weeks(folder: Path) -> dict:
    """Verdicts on the weeks of 2024 fed in order, each judged by what came before it."""
    names = SCHEMAS["transactions"].names
    sales = pd.read_parquet(folder / "transacciones.parquet")[names]
    customers = pd.read_parquet(folder / "clientes.parquet").customer_id.astype(str).tolist()
    products = pd.read_parquet(folder / "productos.parquet").product_id.astype(str).tolist()
    taken, volumes, not_accepted = [], [], []
    weeks = sales.groupby(sales.purchase_date.dt.to_period("W-SUN").dt.start_time)
    for monday, week in weeks:
        history = pa.concat_tables(taken) if taken else None
        items = history["items"].to_pandas().abs().quantile(0.999) if taken else None
        known = Known(
            customer_ids=customers,
            product_ids=products,
            daily_volumes=volumes,
            items_p999=items,
            taken=history,
            today=(monday + pd.Timedelta(days=7)).date(),
            first_week=FIRST_WEEK,
        )
        with tempfile.TemporaryDirectory() as target:
            path = Path(target) / "batch.parquet"
            week.to_parquet(path)
            judgement = judge(path, "transactions", known, SETTINGS)
        if judgement.verdict is Verdict.ACCEPTED:
            taken.append(judgement.accepted.select(names))
            volumes.append(judgement.daily_volume)
        else:
            not_accepted.append(f"{monday.date()} {judgement.reasons[0].message.en}")
    return {"weeks": len(weeks), "not_accepted": not_accepted}


def large_file(world: World, rows: int, suffix: str) -> dict:
    """Seconds and peak memory of a fresh process that judges one large file."""
    copies = -(-rows // len(world.past))
    parts = [world.past.assign(order_id=world.past.order_id + n * 10**8) for n in range(copies)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"batch.{suffix}"
        sales = pd.concat(parts).head(rows)
        sales.to_parquet(path) if suffix == "parquet" else sales.to_csv(path, index=False)
        del parts, sales
        child = subprocess.run(
            [sys.executable, __file__, "--child", str(path)],
            capture_output=True,
            text=True,
            check=True,
        )
    return {"rows": rows, "format": suffix, **json.loads(child.stdout.splitlines()[-1])}


def judge_one(path: Path) -> dict:
    known = Known(today=date(2025, 1, 1), first_week=FIRST_WEEK)
    started = time.perf_counter()
    judgement = judge(path, "transactions", known, SETTINGS)
    return {
        "verdict": judgement.verdict.value,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(time.process_time(), 1),
        "peak_mb": peak_mb(),
    }


def peak_mb() -> int:
    """Peak memory of this process alone; ru_maxrss would count its parent's too."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) // 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--rows", type=int, nargs="*", default=[250_000, 5_000_000])
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(judge_one(options.child)))
        return
    folder = real_data()
    world = real_world(folder) if folder else made_up_world()
    result = {
        "data": "real" if folder else "made up",
        "catalogue": catalogue_scores(world),
        "replayed": replayed_weeks(folder) if folder else "the real data are not here",
        "large_files": [
            large_file(world, rows, suffix)
            for rows in options.rows
            for suffix in ("parquet", "csv")
        ],
    }
    if options.json:
        print(json.dumps(result, indent=2))
        return
    scores = result["catalogue"]
    print(f"{scores['faults']} faults on {result['data']} data, recall {scores['file_recall']:.3f}")
    print(*scores["missed"], sep="\n")
    print(f"replayed: {result['replayed']}")
    for large in result["large_files"]:
        print(large)


if __name__ == "__main__":
    main()
