"""Which later file answers a refused one."""

from datetime import date

import pytest

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.storage.reports.uploads import BrokenRule, Upload
from purchase_assets.text import Text
from purchase_assets.workflows.answer_refusals import corrects, seen, stem
from purchase_assets.workflows.signature import signed
from purchase_assets_tests.orchestration.intake.dropped import Dropped, without_items
from purchase_assets_tests.planted import an_upload

MONDAY, SUNDAY = date(2025, 1, 6), date(2025, 1, 12)


def upload(name: str, verdict: str = "ACCEPTED", kind: str = "transactions", **how) -> Upload:
    facts: dict = {
        "key": f"{kind}-{abs(hash(name + verdict)):012x}",
        "kind": kind,
        "file_name": name,
        "verdict": verdict,
        "first_day": MONDAY,
        "last_day": SUNDAY,
    }
    return an_upload(**facts | how)


def refused(name: str, rule: str = "volume", **how) -> Upload:
    return upload(name, "REJECTED", reasons=(BrokenRule(rule, Text("", ""), 0),), **how)


UNREAD = {"first_day": None, "last_day": None}


@pytest.mark.parametrize(
    "name",
    [
        "batch_48.csv",
        "Batch_48.PARQUET",
        "transacciones_48.csv.gz",
        "batch_48 (1).csv",
        "batch_48_v2.csv",
        "batch_48-corregido.csv",
        "batch_48_corrected (2).csv",
    ],
)
def test_the_same_name_in_another_writing_is_the_same_file(name: str):
    assert stem(name) == stem("batch_48.csv")
    assert corrects(upload(name), refused("batch_48.xlsx", **UNREAD))


@pytest.mark.parametrize("name", ["batch_47.csv", "batch_48_norte.csv", "batch.csv"])
def test_another_name_is_another_file(name: str):
    assert not corrects(upload(name), refused("batch_48.xlsx", **UNREAD))


def test_a_file_of_the_refused_days_answers_it_whatever_its_name():
    other = upload("batch_resent.csv", first_day=date(2025, 1, 1))
    assert corrects(other, refused("batch_48.csv"))
    half = upload("batch_resent.csv", last_day=date(2025, 1, 9))
    assert not corrects(half, refused("batch_48.csv"))


def test_next_week_under_the_same_name_does_not_answer_this_week():
    later = upload("batch.csv", first_day=date(2025, 1, 13), last_day=date(2025, 1, 19))
    assert not corrects(later, refused("batch.csv"))
    assert corrects(upload("batch.csv"), refused("batch.csv"))


def test_the_days_of_a_file_refused_for_its_dates_say_nothing():
    future = {"first_day": date(2052, 1, 1), "last_day": date(2052, 1, 7)}
    assert corrects(upload("batch_48_v2.csv"), refused("batch_48.csv", "future_date", **future))


def test_any_later_master_file_answers_one_of_its_kind():
    clients = upload("clientes_2.csv", kind="customers")
    assert corrects(clients, refused("clientes.xlsx", kind="customers", **UNREAD))
    assert not corrects(clients, refused("productos.xlsx", kind="products", **UNREAD))


def test_a_decision_needs_a_name_and_a_reason():
    assert signed(" Ana ", " seen ") == ("Ana", "seen")
    for by, reason, missing in (("", "x", "no name"), ("Ana", " ", "no reason")):
        with pytest.raises(PurchaseAssetsError, match=missing):
            signed(by, reason)


def test_only_a_refused_file_that_waits_can_be_marked_as_seen(dropped: Dropped):
    with pytest.raises(PurchaseAssetsError, match="no upload 'transactions-none'"):
        seen(dropped.project, "transactions-none", "Ana", "why not")
    taken = dropped.upload("transacciones_historia.parquet").key
    with pytest.raises(PurchaseAssetsError, match="is ACCEPTED; expected a refused file"):
        seen(dropped.project, taken, "Ana", "why not")
    key = dropped.deliver("batch_48.csv", without_items()).key
    assert seen(dropped.project, key, "Ana", "a test").endswith("seen by Ana: a test")
    with pytest.raises(PurchaseAssetsError, match="answered already"):
        seen(dropped.project, key, "Eva", "again")

    dropped.deliver("batch_48.csv", without_items())

    assert dropped.upload("batch_48.csv").answer is None  # who sends it again asks again
