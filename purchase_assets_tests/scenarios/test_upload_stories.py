"""Stories of uploads, through the real sensors and jobs: nothing wrong gets in, nothing is lost."""

from pathlib import Path

import numpy as np
import pandas as pd
import sqlalchemy as sa

from purchase_assets.intake.reading.upload_files import upload_key
from purchase_assets.settings import QualitySettings
from purchase_assets.storage.reports import tables, uploads
from purchase_assets.workflows import waiting_uploads
from purchase_assets_tests.intake.faults import CATALOGUE
from purchase_assets_tests.scenarios.watched import Watched

REFUSED = [
    fault
    for fault in CATALOGUE
    if fault.verdict == "REJECTED" and fault.settings == QualitySettings()
]


def test_every_refused_file_leaves_everything_as_it_was(watched, tmp_path):
    before = watched.look()
    keys = set()
    for number, fault in enumerate(REFUSED):
        folder = tmp_path / str(number)
        folder.mkdir()
        path, _ = fault.inject(watched.world, folder, np.random.default_rng(3))
        keys.add(upload_key(path, fault.kind))
        path.rename(watched.incoming / f"{path.name.split('.')[0]}_{number}_{path.name}")

    ran = watched.settle()

    assert {run.assets for run in ran} == {("raw_customers",), ("raw_transactions",)}
    assert all(run.success for run in ran), [run.error for run in ran if not run.success]
    verdicts = [row["verdict"] for row in watched.project.reports.rows(sa.select(tables.uploads))]
    assert verdicts.count("REJECTED") == len(keys)  # some share their content
    assert len(watched.seen) == len(REFUSED) + 1
    for look in watched.seen:
        assert look == before


def test_a_backlog_of_oddly_named_files_drains_in_order_without_loss(watched, tmp_path):
    week = watched.world.week
    names = [
        "batch 1 con espacios",
        "batch 2 \u00f1and\u00fa \u65e5\u672c \U0001f964",
        "batch 3 line\nbreak\r",
        "batch 4 ..\\..\\etc\\batch 4",  # the last part of a path is the name
        "batch 5 ;rm -rf $HOME `id` 'x' \"y\" %s {0}",
        "batch 6 <script>alert(1)</script>".replace("/", "\u2215"),
        "batch 7 " + "long" * 60,
    ]
    for number, name in enumerate(names, start=1):
        orders = week["order_id"] + number * 10**9
        week.assign(order_id=orders).to_csv(tmp_path / f"{name}.csv", index=False)
        waiting_uploads.deliver(watched.project, tmp_path / f"{name}.csv")
    before = watched.project.lake.read("transactions").num_rows

    ran = watched.settle()

    assert all(run.success for run in ran), [run.error for run in ran if not run.success]
    uploads = tables.uploads.c
    taken = watched.project.reports.rows(
        sa.select(tables.uploads)
        .where(uploads.file_name.startswith("batch "), uploads.verdict == "ACCEPTED")
        .order_by(uploads.judged_at)
    )
    shown = [name.split("\\")[-1].translate({10: 0xFFFD, 13: 0xFFFD}) for name in names]
    assert [row["file_name"] for row in taken] == [f"{name}.csv" for name in shown]
    assert [row["accepted"] for row in taken] == [len(week)] * len(names)
    assert watched.project.lake.read("transactions").num_rows == before + len(week) * len(names)
    assert list(watched.incoming.iterdir()) == []
    archive = Path(watched.settings.data) / "uploads"
    assert all((archive / row["key"] / "content.csv").is_file() for row in taken)


def decide(watched: Watched, job: str, op: str, key: str, row_numbers: list[int]) -> None:
    rows = {"upload_key": key, "row_numbers": row_numbers, "by": "Ana", "reason": "seen"}
    result = watched.definitions.resolve_job_def(job).execute_in_process(
        instance=watched.instance, run_config={"ops": {op: {"config": rows}}}
    )
    assert result.success


def test_released_rows_flow_on_as_if_right_at_first_and_discarded_ones_never(watched):
    week = watched.world.week.assign(order_id=watched.world.week["order_id"] + 10**11)
    wrong = week.astype({"items": float}).reset_index(drop=True)
    wrong.loc[[3, 5, 8], "items"] = 9e6
    key = watched.deliver("batch_absurd", wrong)
    assert uploads.find(watched.project.reports, key).verdict == "PARTIAL"
    assert 4 not in set(watched.lines(key)["row_number"])

    decide(watched, "release", "release_rows", key, [4, 6])
    decide(watched, "discard", "discard_rows", key, [9])

    assert ("daily_sales",) in watched.done()
    lines = watched.lines(key)
    assert lines["row_number"].tolist() == [n for n in range(1, len(week) + 1) if n != 9]
    assert lines["items"].tolist() == wrong["items"].drop(8).tolist()
    rows = tables.quarantine.c
    kept = watched.project.reports.rows(
        sa.select(tables.quarantine).where(rows.upload_key == key).order_by(rows.row_number)
    )
    assert [(row["row_number"], row["status"], row["decided_by"]) for row in kept] == [
        *((4, "RELEASED", "Ana"), (6, "RELEASED", "Ana"), (9, "DISCARDED", "Ana"))
    ]
    daily = watched.project.lake.read("daily_sales").to_pandas()
    assert daily["items_bought"].nlargest(2).min() >= 9e6
    assert watched.done() == []


def test_a_week_sent_again_adds_only_what_is_new(watched):
    week = watched.world.week.assign(order_id=watched.world.week["order_id"] + 10**12)
    watched.deliver("batch_first", week.iloc[:-20])
    key = watched.deliver("batch_corrected", week)

    upload = uploads.find(watched.project.reports, key)
    assert (upload.verdict, upload.accepted) == ("ACCEPTED", 20)
    assert upload.known_rows == upload.duplicates == len(week) - 20
    assert len(watched.lines(key)) == 20


def test_sales_of_an_unknown_customer_are_flagged_and_heal_when_it_arrives(watched):
    week = watched.world.week.assign(order_id=watched.world.week["order_id"] + 10**13)
    newcomer = week["customer_id"].mask(week["customer_id"] == week["customer_id"][0], 987654)
    key = watched.deliver("batch_newcomer", week.assign(customer_id=newcomer))
    upload = uploads.find(watched.project.reports, key)
    assert upload.verdict == "ACCEPTED"
    assert "unknown_customer" in {reason.rule for reason in upload.reasons}

    def customer_type() -> str:
        features = watched.project.lake.read("cleaned_features").to_pandas()
        newest = features[features["week_start"] == features["week_start"].max()]
        (found,) = newest.loc[newest["customer_id"] == "987654", "customer_type"].unique()
        return str(found)

    assert customer_type() == "unknown"
    customers = watched.world.customers
    known = customers.head(1).assign(customer_id=987654, customer_type="MAYORISTA")
    watched.deliver("clientes_more", pd.concat([customers, known]))
    assert customer_type() == "MAYORISTA"
