"""The weekly partitions as the Dagster UI lists them: the weeks that exist, the newest last."""

from purchase_assets.definitions import build_definitions
from purchase_assets_tests.graphql_ui import Ui

WEEKLY = ("cleaned_features", "weekly_predictions", "drift_report")


def partitions(distributor, asset):
    """The keys, and whether all of them are made."""
    ui = Ui(build_definitions(distributor.settings), distributor.instance)
    seen = ui.partitions(asset)
    stats = seen["partitionStats"]
    complete = stats["numMaterialized"] == stats["numPartitions"] == len(seen["partitionKeys"])
    return seen["partitionKeys"], complete and not stats["numFailed"]


def test_only_weeks_that_exist_are_partitions(distributor):
    for asset in WEEKLY:
        assert partitions(distributor, asset) == (["2026-10-05"], True)
    assert partitions(distributor, "prediction_scores") == ([], True)

    distributor.drop("batch_1", distributor.week(3))
    distributor.ran()
    for asset in WEEKLY:
        assert partitions(distributor, asset) == (["2026-10-05", "2026-10-12"], True)
    assert partitions(distributor, "prediction_scores") == (["2026-10-05"], True)


def test_keys_that_were_lost_come_back_in_their_order(distributor):
    distributor.drop("batch_1", distributor.week(3))
    distributor.ran()
    distributor.instance.delete_dynamic_partition("weeks", "2026-10-05")
    distributor.instance.delete_dynamic_partition("scored_weeks", "2026-10-05")
    assert partitions(distributor, "weekly_predictions") == (["2026-10-12"], True)
    assert distributor.ran() == []
    assert partitions(distributor, "weekly_predictions") == (["2026-10-05", "2026-10-12"], True)
    assert partitions(distributor, "prediction_scores") == (["2026-10-05"], True)


def test_a_key_that_a_person_adds_stays_when_it_is_a_week_that_can_be_made(distributor):
    added = ["2026-09-28", "2026-10-06", "next week", "2026-10-12", "2020-01-06"]
    distributor.instance.add_dynamic_partitions("weeks", added)
    assert distributor.ran() == []
    keys, _ = partitions(distributor, "weekly_predictions")
    assert keys == ["2026-09-28", "2026-10-05"]
