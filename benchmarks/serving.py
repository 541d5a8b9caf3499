"""Load on the server, on loopback: 50 requests a second, idle and while a model is being fitted.

python benchmarks/serving.py [--seconds 60] [--rate 50] [--customers 1500] [--same-priority]
"""

import argparse
import http.client
import json
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

PAIRS_PER_CUSTOMER = 14
WORKERS = 16

SERVER = """
import sys, uvicorn
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports

settings = Settings(_env_file=None, data=sys.argv[1])
app = create_app(Reports(settings.reports), settings)
uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
"""

TRAINING = """
import sys
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

dice = np.random.default_rng(7)
X = dice.normal(size=(200_000, 60))
y = X[:, 0] + dice.normal(size=len(X)) > 1
print("fitting", flush=True)

def train():
    while True:
        HistGradientBoostingClassifier(max_iter=100).fit(X, y)

if sys.argv[1] == "giving way":
    from purchase_assets.orchestration.priority import giving_way
    giving_way(train)
else:
    train()
"""


def fill(url: str, customers: int) -> list[tuple[str, str]]:
    """Publish one week; answers its pairs."""
    from purchase_assets.storage.reports import published_weeks
    from purchase_assets.storage.reports.database import Reports

    dice = random.Random(7)
    monday = date.today() - timedelta(days=date.today().weekday())
    rows = [
        {
            "week_start": monday,
            "window_start": monday,
            "window_end": monday + timedelta(days=6),
            "customer_id": str(250_000 + customer),
            "product_id": str(1300 + product),
            "probability": dice.random(),
            "will_buy": dice.random() > 0.7,
            "rank": rank,
            "weeks_bought_of_8": dice.randint(0, 8),
            "days_since_last": dice.randint(1, 90),
            "usual_gap_days": 7.5,
            "product_trend": 1.1,
            "source": "model",
            "model_version": "1",
            "data_through": monday - timedelta(days=1),
            "status": "FRESH",
            "scored_at": datetime(2025, 1, 13, 9),
        }
        for customer in range(customers)
        for rank, product in enumerate(dice.sample(range(114), PAIRS_PER_CUSTOMER), start=1)
    ]
    published_weeks.publish(Reports(url), rows)
    return [(str(row["customer_id"]), str(row["product_id"])) for row in rows]


@contextmanager
def process(*arguments: str) -> Any:
    running = subprocess.Popen([sys.executable, "-c", *arguments], stdout=subprocess.PIPE)
    try:
        yield running
    finally:
        running.terminate()
        running.wait(20)


def wait_until_served(port: int) -> None:
    for _ in range(300):
        try:
            if ask(port, "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"the server did not answer on port {port} within 60 s")


connections = threading.local()


def ask(port: int, path: str) -> tuple[int, float]:
    """Status and seconds of one request, on this thread's connection."""
    began = time.perf_counter()
    if not hasattr(connections, "open"):
        connections.open = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connections.open.request("GET", path)
        answer = connections.open.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException):
        connections.open.close()
        del connections.open
        raise
    return answer.status, time.perf_counter() - began


def paths(pairs: list[tuple[str, str]], count: int) -> list[str]:
    """What people ask: mostly lists, some single pairs, now and then a page of the week."""
    dice = random.Random(11)
    found = []
    for customer, product in dice.choices(pairs, k=count):
        kind = dice.random()
        if kind < 0.7:
            found.append(f"/api/v1/customers/{customer}/predictions")
        elif kind < 0.95:
            found.append(f"/api/v1/customers/{customer}/products/{product}")
        else:
            found.append("/api/v1/weeks/latest")
    return found


def load(port: int, pairs: list[tuple[str, str]], rate: int, seconds: int) -> dict[str, float]:
    """Send `rate` requests a second, each at its own moment whether or not others are done."""
    asked = paths(pairs, rate * seconds)
    began = time.perf_counter()

    def one(number: int) -> tuple[int, float]:
        moment = began + number / rate
        time.sleep(max(0.0, moment - time.perf_counter()))
        try:
            status, _ = ask(port, asked[number])
        except (OSError, http.client.HTTPException):
            status = 0
        # from the moment it was due, so that waiting for others counts
        return status, time.perf_counter() - moment

    with ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(one, range(len(asked))))
    times = sorted(1000 * spent for _, spent in answers)
    return {
        "requests": len(answers),
        "errors": sum(status != 200 for status, _ in answers),
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(0.95 * len(times))], 2),
        "p99_ms": round(times[int(0.99 * len(times))], 2),
        "max_ms": round(times[-1], 2),
    }


def memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def measure(rate: int, seconds: int, customers: int, training_gives_way: bool) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        pairs = fill(f"sqlite:///{folder}/reports.db", customers)
        port = free_port()
        with process(SERVER, folder, str(port)) as server:
            wait_until_served(port)
            load(port, pairs, rate, 5)
            before = memory_mb(server.pid)
            idle = load(port, pairs, rate, seconds)
            manner = "giving way" if training_gives_way else "same priority"
            with process(TRAINING, manner) as training:
                training.stdout.readline()
                busy = load(port, pairs, rate, seconds)
            return {
                "pairs": len(pairs),
                "idle": idle,
                "while_training": busy,
                "p95_ratio": round(busy["p95_ms"] / idle["p95_ms"], 2),
                "memory_mb_before": round(before, 1),
                "memory_mb_after": round(memory_mb(server.pid), 1),
            }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--customers", type=int, default=1500)
    parser.add_argument(
        "--same-priority", action="store_true", help="a training that does not give way"
    )
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    figures = measure(chosen.rate, chosen.seconds, chosen.customers, not chosen.same_priority)
    if chosen.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>18}: {value}")


if __name__ == "__main__":
    main()
