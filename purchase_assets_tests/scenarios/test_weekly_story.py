"""The story of a distributor, week by week: which assets ran, and which did not."""

import pandas as pd
import sqlalchemy as sa

from purchase_assets.storage.reports import tables

WEEKLY = "cleaned_features+drift_report+weekly_predictions"
TRAINING = "trained_model+training_set"


def names(ran):
    return [assets for assets, _ in ran]


def test_each_step_computes_only_what_it_must(distributor):
    # first data: everything, once, in the order of the graph
    assert names(distributor.opening) == [
        "raw_customers",
        "raw_products",
        "raw_transactions",
        "daily_sales",
        TRAINING,
        WEEKLY,
    ]
    assert distributor.opening[-1] == (WEEKLY, "2026-10-05")

    # nothing new: nothing
    assert distributor.ran() == []

    # a new week: the forecast moves on and last week's is scored; no training
    distributor.drop("batch_1", distributor.week(3))
    ran = distributor.ran()
    assert names(ran) == ["raw_transactions", "daily_sales", WEEKLY, "prediction_scores"]
    assert ran[2:] == [(WEEKLY, "2026-10-12"), ("prediction_scores", "2026-10-05")]

    # the same content under another name: nothing, but the delivery is counted
    distributor.drop("batch_1_again", distributor.week(3))
    assert distributor.ran() == []
    rows = distributor.project.reports.rows(sa.select(tables.uploads.c.deliveries))
    assert sorted(row["deliveries"] for row in rows) == [1, 1, 1, 2]

    # the old week sent again, late, with pairs not seen before: what rests on them, and the old
    # week's score, again
    late = distributor.week(3).sample(60, random_state=1)
    late = late.assign(product_id=late["product_id"].to_numpy()[::-1], order_id=range(60))
    distributor.drop("batch_late", pd.concat([distributor.week(3), late]))
    ran = distributor.ran()
    assert ran[2:] == [
        ("cleaned_features", "2026-10-12"),
        ("prediction_scores", "2026-10-05"),
        ("drift_report+weekly_predictions", "2026-10-12"),
    ]
    assert names(ran)[:2] == ["raw_transactions", "daily_sales"]

    # one more line of pairs bought that day changes sales, but nothing that a forecast rests on
    again = distributor.week(3).head(40).assign(order_id=range(1000, 1040))
    distributor.drop("batch_more", pd.concat([distributor.week(3), again]))
    assert names(distributor.ran())[2:] == ["cleaned_features", "prediction_scores"]
    assert distributor.ran() == []


def test_half_written_and_unreadable_files_do_no_harm(empty):
    distributor = empty
    (distributor.incoming / ".hidden.parquet").write_bytes(b"x")
    (distributor.incoming / "batch.parquet.part").write_bytes(b"x")
    assert distributor.ran() == []
    (distributor.incoming / "batch_broken.parquet").write_bytes(b"not parquet at all")
    assert names(distributor.ran()) == ["raw_transactions"]
    (upload,) = distributor.project.reports.rows(sa.select(tables.uploads))
    assert upload["verdict"] == "REJECTED"
    assert not distributor.project.lake.exists("transactions")
