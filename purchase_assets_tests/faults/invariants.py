"""What must hold whoever died: the stores agree, and people read what they would have read."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.intake.reading.upload_files import upload_key
from purchase_assets.kinds import KNOWN_KINDS, Kind
from purchase_assets.orchestration.describe import DATA_VERSION
from purchase_assets.orchestration.waiting import UNFINISHED
from purchase_assets.storage.lake import digest
from purchase_assets.workflows import needed_inputs
from purchase_assets_tests.faults.world import World

TIMES = {"id", "received_at", "judged_at", "answered_at", "decided_at", "scored_at", "promoted_at"}
TRIES = {"attempts", "deliveries"}
TABLES = (
    *("uploads", "quarantine", "promotions", "retraining_decisions"),
    *("weekly_predictions", "published_weeks", "prediction_scores", "drift_scores"),
)
LAKE = (*(kind.table for kind in KNOWN_KINDS), "daily_sales")
WITHOUT_A_MODEL = ("uploads", "quarantine", *LAKE)
"""Of the facts, those that do not rest on which model is champion."""


def facts(world: World) -> dict[str, Any]:
    """Everything that people read and what Dagster knows of it, without its times."""
    found: dict[str, Any] = {
        f"the table {table}": sorted(
            str({key: _rounded(row[key]) for key in sorted(row.keys() - TIMES - TRIES)})
            for row in world.rows(f"SELECT * FROM {table}")
        )
        for table in TABLES
    }
    exports = sorted((world.data / "exports").glob("*.csv"))
    found["the lists"] = {path.name: path.read_bytes() for path in exports}
    for name in LAKE:
        table = world.project.lake.read(name)
        kept = [column for column in table.column_names if column not in TIMES]
        found[f"the lake's {name}"] = digest(table.select(kept))
    found["what Dagster was told"] = _told(world)
    return found


def _rounded(value: Any) -> Any:
    """A figure without its last digits, which the order of a sum changes."""
    return float(f"{value:.10g}") if isinstance(value, float) else value


def without_a_model(name: str) -> bool:
    """Whether a fact rests on files alone."""
    return name.rpartition(" ")[2] in WITHOUT_A_MODEL


def _told(world: World) -> dict[str, Any]:
    """The newest data version of each asset that rests on files, partition by partition."""
    storage = world.instance.event_log_storage
    made = dg.DagsterEventType.ASSET_MATERIALIZATION
    sales, sums = dg.AssetKey(Kind.TRANSACTIONS.asset), dg.AssetKey("daily_sales")
    event = world.instance.get_latest_materialization_event(sums)
    summed = event.asset_materialization if event else None
    return {
        "sales": storage.get_latest_tags_by_partition(sales, made, [DATA_VERSION]),
        "sums": (summed.tags or {}).get(DATA_VERSION) if summed else None,
    }


def violations(world: World) -> list[str]:
    """What does not hold that must hold in every state at rest, one sentence each."""
    return [*_of_uploads(world), *_of_weeks(world), *_of_models(world), *_of_dagster(world)]


def _of_uploads(world: World) -> Iterator[str]:
    lines = world.project.lake.read("transactions", None)
    held: dict[str, list[int]] = {}
    for key, number in zip(
        lines["upload_key"].to_pylist(), lines["row_number"].to_pylist(), strict=True
    ):
        held.setdefault(key, []).append(number)
    known = {row["key"]: row for row in world.rows("SELECT * FROM uploads")}
    for key in held.keys() - known.keys():
        yield f"{key}: rows doubled: {len(held[key])} are in the lake and no upload has them"
    for key, row in known.items():
        aside = [
            one["row_number"]
            for one in world.rows(
                "SELECT row_number FROM quarantine WHERE status != 'RELEASED' "
                f"AND upload_key = '{key}'"
            )
        ]
        if key.startswith(Kind.TRANSACTIONS):
            numbers = held.get(key, [])
            if len(set(numbers)) < len(numbers) or len(numbers) > row["accepted"]:
                yield f"{key}: rows doubled: {row['accepted']} accepted, {len(numbers)} in the lake"
            if len(numbers) < row["accepted"]:
                yield f"{key}: rows lost: {row['accepted']} accepted, {len(numbers)} in the lake"
            if both := set(numbers).intersection(aside):
                yield f"{key}: rows doubled: {len(both)} are in the lake and set aside"
        whole = row["accepted"] + len(aside) + row["duplicates"]
        if row["verdict"] in ("ACCEPTED", "PARTIAL") and whole != row["rows"]:
            yield f"{key}: rows lost: {row['rows']} delivered, {whole} accounted for"
        archived = [*(world.data / "uploads" / key).iterdir()]
        if [upload_key(path, Kind(key.rpartition("-")[0])) for path in archived] != [key]:
            yield f"{key}: the archive does not hold what was delivered"
    waiting = [path.name for path in (world.data / "incoming").iterdir() if path.name[0] != "."]
    if waiting:
        yield f"{', '.join(waiting)} still waits"


def _of_weeks(world: World) -> Iterator[str]:
    weeks = world.rows("SELECT * FROM published_weeks ORDER BY week_start")
    for week in weeks:
        monday = week["week_start"]
        pairs = world.rows(f"SELECT * FROM weekly_predictions WHERE week_start = '{monday}'")
        chosen = {f"{row['customer_id']},{row['product_id']}" for row in pairs if row["will_buy"]}
        lines = (world.data / "exports" / f"predictions_{monday}.csv").read_text().split()[1:]
        if len(pairs) != week["pairs"] or len({row["model_version"] for row in pairs}) != 1:
            yield f"week {monday} is not whole"
        if set(lines) != chosen or len(lines) != len(chosen):
            yield f"week {monday}: its list is not what its table says"
    summed = digest(compute_daily_sales(needed_inputs.accepted_lines(world.project)))
    if summed != digest(world.project.lake.read("daily_sales").drop_columns("month")):
        yield "daily sales are not the sum of the accepted lines"
    (newest,) = world.rows("SELECT max(last_day) AS day FROM uploads WHERE accepted > 0")
    if not weeks or weeks[-1]["data_through"] != newest["day"]:
        yield f"the newest week does not know the sales up to {newest['day']}"


def _of_models(world: World) -> Iterator[str]:
    champions = world.rows("SELECT model_version FROM promotions ORDER BY id DESC")
    weeks = world.rows("SELECT model_version FROM published_weeks ORDER BY week_start DESC")
    named = {
        "promotions": champions[0]["model_version"] if champions else None,
        "table": weeks[0]["model_version"] if weeks else None,
        "alias": world.project.registry.champion(),
    }
    if len(set(named.values())) != 1:
        yield f"promotions, table and alias name different champions: {named}"
    decisions = world.rows("SELECT * FROM retraining_decisions WHERE retrain")
    for row in decisions:
        if row["outcome"] is None:
            yield f"a training was decided on and never came to an end: {row['sentence_en']}"
    gates = world.rows("SELECT model_version FROM promotions WHERE decided_by = 'gate'")
    told = " ".join(row["outcome_en"] or "" for row in decisions if row["outcome"] == "PROMOTED")
    for row in gates:
        if f"Version {row['model_version']}:" not in told:
            yield f"version {row['model_version']} was promoted and no decision says so"


def _of_dagster(world: World) -> Iterator[str]:
    for run in world.instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)):
        yield f"run {run.run_id} has no end"
    for held in world.instance.event_log_storage.get_concurrency_run_ids():
        yield f"run {held} still has a slot"


@dataclass
class Seen:
    """What a reader saw: how often it looked, versions of the lists, what was torn."""

    looks: int = 0
    lists: int = 0
    half_read: int = 0


TORN = """
SELECT count(*) FROM (
  SELECT w.week_start FROM published_weeks w
  LEFT JOIN weekly_predictions p ON p.week_start = w.week_start
  GROUP BY w.week_start, w.pairs, w.model_version, w.status
  HAVING count(p.product_id) != w.pairs OR min(p.model_version) != w.model_version
    OR max(p.model_version) != w.model_version OR min(p.status) != max(p.status)
    OR min(p.status) != w.status
  UNION ALL
  SELECT DISTINCT week_start FROM weekly_predictions
  WHERE week_start NOT IN (SELECT week_start FROM published_weeks)
)
"""
FIRST_LINE = b"customer_id,product_id"


@contextmanager
def read_all_the_while(world: World) -> Iterator[Seen]:
    """Look at the published weeks whenever they change, as reports do: by SQL and in the lists."""
    seen, over = Seen(), threading.Event()
    database = world.data / "reports.db"

    def look() -> None:
        before, at_rest, known = None, False, dict[Path, object]()
        while not over.wait(0.01):
            now = _written(database), _written(database.with_name("reports.db-wal"))
            # what is written becomes visible a moment later: looked at once more when it rests
            if now != before or not at_rest:
                at_rest, before = now == before, now
                torn = _torn_weeks(database)
                seen.looks += torn is not None
                seen.half_read += bool(torn)
            for path in (world.data / "exports").glob("predictions_*.csv"):
                if known.get(path) != (written := _written(path)):
                    known[path] = written
                    seen.lists += 1
                    seen.half_read += _is_torn(path.read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    try:
        yield seen
    finally:
        over.set()
        reader.join()


def _written(path: Path) -> object:
    """What changes with each write to a file; None without one."""
    with suppress(FileNotFoundError):
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns
    return None


def _torn_weeks(database: Path) -> int | None:
    """Weeks that are not whole; None while nothing is there or it is being made."""
    with (
        suppress(sqlite3.OperationalError),
        closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection,
    ):
        return connection.execute(TORN).fetchone()[0]
    return None


def _is_torn(content: bytes) -> bool:
    """Whether a list has no beginning, no end or half a line."""
    lines = content.splitlines()
    ends = content.endswith(b"\n") and all(line.count(b",") == 1 for line in lines)
    return not (ends and lines[0] == FIRST_LINE and len(set(lines)) == len(lines))
