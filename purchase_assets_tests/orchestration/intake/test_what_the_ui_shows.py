"""A refused file is red in the Dagster UI until it is answered, whatever came before and after."""

import pytest

from purchase_assets.intake.rules.rule import Group
from purchase_assets_tests.graphql_ui import GREEN, RED, YELLOW
from purchase_assets_tests.orchestration.intake.dropped import Dropped, week, without_items

SALES = "raw_transactions"


def green_but(group: str = "", mark: tuple[str, str] = RED) -> dict:
    return {name: mark if name == group else GREEN for name in Group}


def test_healthy_files_are_green_and_say_what_was_checked(dropped: Dropped):
    for asset in ("raw_customers", "raw_products", SALES):
        assert dropped.ui.marks(asset) == green_but()
    _, _, said = dropped.ui.checks(SALES)["ranges"]
    assert "transacciones_historia.parquet" in said
    assert "rows checked, nothing wrong" in said


def test_a_first_file_that_is_refused_shows_before_anything_was_accepted(empty: Dropped):
    empty.drop("transacciones_sin_items.csv", without_items())
    empty.settle()

    assert empty.ui.marks(SALES) == green_but("schema")
    _, _, said = empty.ui.checks(SALES)["schema"]
    assert "transacciones_sin_items.csv (" in said
    assert "items" in said
    assert "corrected file" in said
    assert set(empty.ui.checks("raw_customers").values()) == {None}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("names", [("batch_a", "batch_b"), ("batch_b", "batch_a")])
def test_a_file_refused_beside_a_good_one_shows_in_any_order(
    dropped: Dropped, names: tuple[str, str], order: tuple[int, int]
):
    good, refused = names
    dropped.drop(f"{good}.csv", week())
    dropped.drop(f"{refused}.csv", without_items(first_order=700_000))
    runs = dropped.queue()
    assert len(runs) == 2

    for place in order:
        dropped.execute(runs[place])

    # before the sensor looks again
    assert dropped.ui.marks(SALES) == green_but("schema")
    dropped.tick()
    assert dropped.ui.marks(SALES) == green_but("schema")
    assert f"{refused}.csv" in dropped.ui.checks(SALES)["schema"][2]
    assert f"{good}.csv" in dropped.ui.checks(SALES)["ranges"][2]


def test_a_later_good_file_does_not_turn_it_green(dropped: Dropped):
    dropped.deliver("batch_without_items.csv", without_items())
    dropped.deliver("batch_later.csv", week(first_order=700_000))
    assert dropped.ui.marks(SALES) == green_but("schema")


def test_it_turns_green_when_the_corrected_file_comes(dropped: Dropped):
    dropped.deliver("batch_48.csv", without_items())
    corrected = dropped.deliver("batch_48_corregido.csv", week())

    assert dropped.ui.marks(SALES) == green_but()
    upload = dropped.upload("batch_48.csv")
    assert (upload.answer, upload.answered_by) == ("CORRECTED", corrected.key)


def test_it_turns_green_when_a_person_has_seen_it(dropped: Dropped):
    key = dropped.deliver("batch_48.csv", without_items()).key
    assert dropped.ui.marks(SALES)["schema"] == RED

    dropped.operations.seen(key, "Ana", "a test of the sender's")

    assert dropped.ui.marks(SALES) == green_but()
    upload = dropped.upload("batch_48.csv")
    assert (upload.answer, upload.answered_by) == ("SEEN", "Ana")


def test_what_a_dead_process_did_not_tell_is_told_at_the_next_look(dropped: Dropped):
    key = dropped.deliver("batch_48.csv", without_items()).key
    from purchase_assets.workflows import answer_refusals

    answer_refusals.seen(
        dropped.project, key, "Ana", "told to nobody"
    )  # Dagster does not hear of it

    assert dropped.ui.marks(SALES)["schema"] == RED
    dropped.tick()
    assert dropped.ui.marks(SALES)["schema"] == GREEN


def test_a_file_of_no_kind_shows_on_the_sales(dropped: Dropped):
    dropped.deliver("libro_semana.csv", week())
    assert dropped.ui.marks(SALES) == green_but("schema")
    assert "libro_semana.csv" in dropped.ui.checks(SALES)["schema"][2]

    renamed = dropped.deliver("transacciones_semana.csv", week())

    assert dropped.ui.marks(SALES) == green_but()
    assert dropped.upload("libro_semana.csv").answered_by == renamed.key


def test_rows_set_aside_beyond_the_usual_stay_yellow_while_they_wait(dropped: Dropped):
    key = dropped.deliver("batch_partial.csv", week(share_wrong=0.04)).key
    assert dropped.upload("batch_partial.csv").verdict == "PARTIAL"
    assert dropped.ui.marks(SALES) == green_but("completeness", YELLOW)

    dropped.deliver("batch_good.csv", week(first_order=700_000))
    assert dropped.ui.marks(SALES) == green_but("completeness", YELLOW)
    _, _, said = dropped.ui.checks(SALES)["completeness"]
    assert "batch_partial.csv" in said
    assert "4.0% of its rows" in said

    dropped.deliver("batch_refused.csv", without_items(first_order=800_000))
    assert dropped.ui.marks(SALES) == {**green_but("completeness", YELLOW), "schema": RED}

    dropped.operations.discard(key, None, "Ana", "no customer")
    assert dropped.ui.marks(SALES) == green_but("schema")


def test_the_ordinary_set_aside_of_a_week_is_green_and_said(dropped: Dropped):
    ordinary = week(share_wrong=0.01)
    repeated = ordinary.tail(11)
    dropped.deliver("batch_ordinary.csv", ordinary._append(repeated))

    assert dropped.upload("batch_ordinary.csv").verdict == "PARTIAL"
    assert dropped.ui.marks(SALES) == green_but()
    shown = dropped.ui.checks(SALES)
    assert "batch_ordinary.csv" in shown["completeness"][2]
    assert "No more than usual." in shown["completeness"][2]
    assert "11 rows" in shown["duplicates"][2]


def test_a_refused_content_that_is_taken_later_is_no_longer_red(dropped: Dropped, monkeypatch):
    dropped.deliver("batch_48.csv", week(share_wrong=0.08))
    assert dropped.ui.marks(SALES)["completeness"] == RED
    monkeypatch.setattr(dropped.project.settings.quality, "bad_row_share", 0.1)

    dropped.deliver("batch_48.csv", week(share_wrong=0.08))

    assert dropped.upload("batch_48.csv").verdict == "PARTIAL"
    assert dropped.ui.marks(SALES) == green_but("completeness", YELLOW)


def test_a_refused_file_leaves_no_partition_behind_and_may_come_again(dropped: Dropped):
    before = dropped.ui.partitions(SALES)["partitionKeys"]
    key = dropped.deliver("batch_48.csv", without_items()).key
    unknown = dropped.deliver("libro.csv", week()).key
    stats = dropped.ui.partitions(SALES)["partitionStats"]
    assert dropped.ui.partitions(SALES)["partitionKeys"] == before
    assert stats["numMaterialized"] == stats["numPartitions"]

    dropped.drop("batch_48.csv", without_items())
    runs = dropped.queue()
    assert [run.tags["purchase_assets/upload"] for run in runs] == [key]
    assert key in dropped.instance.get_dynamic_partitions("uploads")
    dropped.execute(*runs)
    dropped.tick()
    assert {key, unknown}.isdisjoint(dropped.instance.get_dynamic_partitions("uploads"))
    assert dropped.upload("batch_48.csv").attempts == 2
