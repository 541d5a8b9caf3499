"""Four weeks on the topology of `make team`, with every process killed once in the middle.

Real PostgreSQL, MLflow, code server over gRPC, Dagster's web server and daemon, pages, and Caddy in
front; only the sensors look every few seconds. A week arrives; while a run of it is under way one
or two processes are killed and started again by the supervisor; the week's table must come all the
same. Somebody asks for the pages all the while.

Run as `python benchmarks/team.py [--weeks N] [--customers N] [--json]`. Needs Debian's packages
postgresql and caddy.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from purchase_assets_tests.running_team import (  # noqa: E402
    MISSING,
    hurried,
    running_team,
    story,
)

KILLED = (("code", "pages"), ("postgres",), ("daemon", "mlflow"), ("webserver", "caddy"))
"""Which processes die in which week."""
PATIENCE_S = 1800


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--weeks", type=int, default=4)
    options.add_argument("--customers", type=int, default=300)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    if MISSING:
        raise SystemExit(f"missing: {' '.join(MISSING)}; run: apt-get install {' '.join(MISSING)}")
    sample = {"customers": chosen.customers, "products": 40, "weeks": 40}
    # below /var/tmp or /tmp: PostgreSQL's own user must reach its folder
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        began = time.monotonic()
        listed = ["--file", str(hurried(Path(folder)))]
        with running_team(Path(folder) / "state", sample, *listed) as team:
            team.until("the team is well", team.is_well)
            well_s = time.monotonic() - began
            team.until("the first table", team.week, PATIENCE_S)
            report = {
                "well s": round(well_s, 1),
                "first table s": round(time.monotonic() - began, 1),
                **story(team, KILLED[: chosen.weeks]),
            }
    if chosen.json:
        print(json.dumps(report, indent=2))
        return
    for name, value in report.items():
        print(f"{name:16} {value}")


if __name__ == "__main__":
    main()
