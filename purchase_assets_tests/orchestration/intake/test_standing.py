"""What a check group stands at, as a pure function of the uploads."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from purchase_assets.intake.rules.rule import Group
from purchase_assets.kinds import Kind
from purchase_assets.storage.reports.uploads import BrokenRule, Upload
from purchase_assets.text import Text
from purchase_assets.workflows.upload_standing import Delivered, standing
from purchase_assets_tests.planted import an_upload

ZONE = ZoneInfo("America/Santiago")


def upload(number: int, verdict: str = "ACCEPTED", rows: int = 1000, **broken: int) -> Upload:
    """An upload and how many rows broke each rule; the higher the number, the newer."""
    return an_upload(
        key=f"transactions-{number}",
        file_name=f"batch_{number}.csv",
        received_at=datetime(2025, 1, number, 2),
        verdict=verdict,
        rows=rows,
        reasons=tuple(
            BrokenRule(rule, Text(f"{rule}.", f"{rule}!"), count) for rule, count in broken.items()
        ),
    )


def ask(group: str, refused=(), let_in=(), waiting=()):
    rules = {row.key: frozenset(reason.rule for reason in row.reasons) for row in waiting}
    return standing(Group(group), Delivered(refused, let_in, rules), 0.02, ZONE)


def test_refused_files_come_before_all_and_three_are_named():
    refused = [upload(number, "REJECTED", volume=0) for number in (9, 8, 7, 6, 5)]
    found = ask("volume", refused, [upload(10)])
    assert (found.passed, found.severity) == (False, "ERROR")
    assert (
        "batch_9.csv (2025-01-08) was refused: volume." in found.message.en
    )  # the sender's own day
    assert "batch_6.csv" not in found.message.en
    assert found.message.en.endswith("And 2 more.")
    assert found.message.es.endswith("Y 2 más.")
    assert ask("ranges", refused, [upload(10)]).passed


def test_what_a_refused_file_only_notes_is_not_why_it_was_refused():
    refused = [upload(9, "REJECTED", volume=0, unknown_customer=500, extra_columns=0)]
    assert ask("references", refused, [upload(8)]).passed
    assert ask("schema", refused, [upload(8)]).passed


def test_a_check_that_failed_itself_is_an_error_of_the_file():
    found = ask("schema", [upload(9, "ENGINE_ERROR", engine_error=0)])
    assert (found.passed, found.severity) == (False, "ERROR")
    assert "batch_9.csv (2025-01-08) was not judged" in found.message.en


def test_a_share_beyond_the_usual_warns_while_its_rows_wait():
    odd = upload(8, "PARTIAL", missing_value=30)
    let_in = [upload(9), odd, upload(7)]
    found = ask("completeness", (), let_in, [odd])
    assert (found.passed, found.severity) == (False, "WARN")
    assert "3.0% of its rows, where at most 2.0% is usual; they wait" in found.message.en
    assert ask("completeness", (), let_in).passed  # decided


def test_a_share_that_is_usual_for_the_sender_is_green():
    weeks = [upload(number, "PARTIAL", missing_value=150) for number in range(9, 1, -1)]
    found = ask("completeness", (), weeks[:-1], weeks[:-2])
    assert found.passed
    assert "No more than usual." in found.message.en
    assert not ask(
        "completeness",
        (),
        [upload(10, "PARTIAL", missing_value=300), *weeks],
        [upload(10, "PARTIAL", missing_value=300)],
    ).passed


def test_repetitions_count_for_the_newest_file_alone():
    odd = upload(8, repeated_in_file=100)
    assert not ask("duplicates", (), [odd, upload(7)]).passed
    assert ask("duplicates", (), [upload(9), odd, upload(7)]).passed


def test_master_files_repeat_what_was_delivered_before():
    whole = replace(upload(9, already_taken=999), kind=Kind.CUSTOMERS)
    assert ask("duplicates", (), [whole]).passed


def test_columns_that_never_come_are_no_news_and_those_nobody_needs_are_none_at_all():
    lacking = [upload(number, absent_column=0) for number in (9, 8, 7)]
    assert ask("schema", (), lacking).passed
    assert not ask("schema", (), lacking[-1:]).passed
    assert ask("schema", (), [upload(9, extra_columns=0)]).passed


def test_before_the_first_file_nothing_is_claimed():
    found = ask("ranges", [upload(9, "REJECTED", volume=0)])
    assert found.passed
    assert found.message.en == "No file of this kind has been taken yet."
