"""An accepted upload taken out again, and brought back: rows, neighbours, checks and words."""

import json
import re

import pandas as pd
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from purchase_assets.cli.main import main
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Role
from purchase_assets.orchestration.driver import QUIET, Unattended
from purchase_assets.serving.app import create_app
from purchase_assets.storage.reports import (
    access_keys,
    quarantined_rows,
    tables,
    uploads,
    withdrawals,
)
from purchase_assets.workflows import taint_models, take_in
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.orchestration.intake.dropped import WORLD, Dropped, week
from purchase_assets_tests.places import ROOT

SIGNED = ("Ana", "another branch's sales")


def rows(dropped: Dropped, key: str | None = None) -> int:
    lines = dropped.project.lake.read("transactions").to_pandas()
    return len(lines if key is None else lines[lines["upload_key"] == key])


def version(dropped: Dropped, key: str) -> str | None:
    return dropped.operations._version_of("raw_transactions", key)


def command(dropped: Dropped, monkeypatch, capsys, *arguments: str) -> tuple[int, str]:
    """Exit code and words of the command line."""
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", str(dropped.folder))
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("sys.argv", ["purchase-assets", *arguments])
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


def test_a_withdrawn_upload_leaves_the_tables_and_comes_back(dropped: Dropped):
    taken = dropped.deliver("batch_48.csv", week())
    before, lake = rows(dropped), dropped.project.lake.version("transactions")

    said = dropped.operations.withdraw(taken.key, *SIGNED)

    assert said == f"{taken.accepted} rows of batch_48.csv ({taken.key}) withdrawn by Ana."
    assert rows(dropped) == before - taken.accepted
    assert dropped.project.lake.read("transactions", lake).num_rows == before
    assert uploads.find(dropped.project.reports, taken.key).verdict == "WITHDRAWN"
    assert version(dropped, taken.key) == f"{taken.key}/0"
    decided = withdrawals.newest(dropped.project.reports, taken.key)
    assert (decided.withdrawn_by, decided.reason, decided.done) == (*SIGNED, True)

    said = dropped.operations.restore(taken.key, "Eva", "right after all")

    assert said == f"{taken.accepted} rows of batch_48.csv ({taken.key}) brought back by Eva."
    assert rows(dropped) == before
    back = uploads.find(dropped.project.reports, taken.key)
    assert (back.verdict, back.accepted) == ("ACCEPTED", taken.accepted)
    assert version(dropped, taken.key) == f"{taken.key}/{taken.accepted}"
    decided = withdrawals.newest(dropped.project.reports, taken.key)
    assert (decided.restored_by, decided.restore_reason) == ("Eva", "right after all")
    assert (decided.withdrawn_by, decided.done) == ("Ana", True)


@pytest.mark.parametrize(
    ("step", "where", "done"),
    [
        ("delete", "lake", False),
        ("delete", "lake", True),
        ("take_in", take_in, True),
        ("follow", taint_models, True),
        ("_tell_of_sales", "operations", True),
        ("finish", withdrawals, True),
    ],
)
def test_what_broke_off_anywhere_is_finished_by_the_same_command(
    dropped: Dropped, monkeypatch, step, where, done
):
    first = dropped.deliver("batch_48.csv", week())
    again = pd.concat([week(), week(first_order=900_000)[:20]])
    repeat = dropped.deliver("batch_48_more.csv", again)
    assert (repeat.accepted, repeat.known_rows) == (20, len(week()))
    everything = rows(dropped)
    place = {"lake": type(dropped.project.lake), "operations": type(dropped.operations)}
    place = place.get(where, where)
    ordinary = getattr(place, step)

    def dies(*arguments, **more):
        if done:
            ordinary(*arguments, **more)
        raise KeyboardInterrupt

    for change in (dropped.operations.withdraw, dropped.operations.restore):
        with monkeypatch.context() as patch:
            patch.setattr(place, step, dies)
            if (step, change.__name__) != ("delete", "restore"):
                with pytest.raises(KeyboardInterrupt):
                    change(first.key, *SIGNED)
        if withdrawals.unfinished(dropped.project.reports):
            change(first.key, *SIGNED)  # the same command
        elif (step, done) != ("finish", True):
            change(first.key, *SIGNED)
        # what the other had delivered first counts as new of this one, whichever holds it
        assert rows(dropped) == everything
        held = {one.key: rows(dropped, one.key) for one in uploads.newest(dropped.project.reports)}
        for upload in uploads.newest(dropped.project.reports):
            if upload.verdict.taken and not upload.kind.is_master:
                assert held[upload.key] == upload.accepted
                assert version(dropped, upload.key) in (f"{upload.key}/{upload.accepted}", None)
        assert withdrawals.unfinished(dropped.project.reports) == []
    assert rows(dropped, repeat.key) == len(week()) + 20


def test_sending_it_again_says_who_withdrew_it_when_and_how_it_comes_back(
    dropped: Dropped, monkeypatch, capsys
):
    taken = dropped.deliver("batch_48.csv", week())
    dropped.operations.withdraw(taken.key, *SIGNED)
    day = withdrawals.newest(dropped.project.reports, taken.key).withdrawn_at.date()
    told = (
        f"batch_48.csv was withdrawn on {day} by Ana (another branch's sales); nothing of it is "
        f"taken; to bring it back: purchase-assets uploads restore {taken.key} --by NAME "
        "--reason TEXT"
    )
    file = dropped.folder.parent / "batch_again.csv"
    week().to_csv(file, index=False)
    for how in ([], ["--dry-run"]):
        code, said = command(dropped, monkeypatch, capsys, "upload", "--json", *how, str(file))
        (report,) = json.loads(said)
        assert code == 4
        assert report["verdict"] == "WITHDRAWN"
        (reason,) = report["reasons"]
        assert (reason["rule"], reason["message"]) == ("withdrawn", told)

    dropped.drop("batch_again.csv", week())
    driver = Unattended(dropped.definitions, dropped.instance)
    said = []
    for _ in range(3):
        assert list(driver._round()) == []
        said.append(driver.skips["new_uploads"])
    assert told in said
    assert not list(dropped.incoming.iterdir())

    dropped.drop("batch_third.csv", week())
    assert (
        dropped.definitions.resolve_job_def("take_in")
        .execute_in_process(instance=dropped.instance, run_config=QUIET)
        .success
    )
    again = uploads.find(dropped.project.reports, taken.key)
    assert (again.verdict, again.deliveries) == ("WITHDRAWN", taken.deliveries + 2)
    assert rows(dropped, taken.key) == 0

    with pytest.raises(PurchaseAssetsError, match="was withdrawn on"):
        take_in.take_in(dropped.project, take_in.Waiting.at(take_in.as_path(file), taken.key))


def test_what_cannot_be_withdrawn_is_said_in_one_sentence(dropped: Dropped):
    history = dropped.upload("transacciones_historia.parquet")
    clients = dropped.upload("clientes.parquet")
    taken = dropped.deliver("batch_48.csv", week())
    change = dropped.operations
    for key, why in (
        (clients.key, "is a customers file, of which the newest value of each id counts"),
        ("transactions-none", "no upload 'transactions-none'"),
    ):
        with pytest.raises(PurchaseAssetsError, match=why):
            change.withdraw(key, *SIGNED)
    with pytest.raises(PurchaseAssetsError, match="is ACCEPTED and not withdrawn"):
        change.restore(taken.key, *SIGNED)
    with pytest.raises(PurchaseAssetsError, match="no reason"):
        change.withdraw(taken.key, "Ana", " ")
    change.withdraw(taken.key, *SIGNED)
    with pytest.raises(PurchaseAssetsError, match="was withdrawn already, Ana, "):
        change.withdraw(taken.key, *SIGNED)
    with pytest.raises(PurchaseAssetsError, match="the only sales that are accepted"):
        change.withdraw(history.key, *SIGNED)


def test_the_rows_that_it_has_set_aside_wait_for_nobody_until_it_is_back(dropped: Dropped):
    partial = dropped.deliver("batch_48.csv", week(share_wrong=0.05))
    waiting = quarantined_rows.waiting(dropped.project.reports, partial.key)
    assert len(waiting) == partial.quarantined > 0

    dropped.operations.withdraw(partial.key, *SIGNED)

    assert quarantined_rows.waiting(dropped.project.reports) == []
    with pytest.raises(PurchaseAssetsError, match="waits"):
        dropped.operations.release(partial.key, None, *SIGNED)
    dropped.operations.restore(partial.key, *SIGNED)
    assert quarantined_rows.waiting(dropped.project.reports, partial.key) == waiting


def test_the_jobs_and_the_command_line_do_the_same(dropped: Dropped, monkeypatch, capsys):
    taken = dropped.deliver("batch_48.csv", week())

    def start(job: str, op: str, by: str = "Ana") -> bool:
        config = {"upload_key": taken.key, "by": by, "reason": "seen"}
        return (
            dropped.definitions.resolve_job_def(job)
            .execute_in_process(
                instance=dropped.instance,
                run_config={"ops": {op: {"config": config}}, **QUIET},
                raise_on_error=False,
            )
            .success
        )

    assert not start("withdraw", "withdraw_upload", by="Your name")
    assert start("withdraw", "withdraw_upload")
    assert rows(dropped, taken.key) == 0
    assert start("restore", "restore_upload")
    assert rows(dropped, taken.key) == taken.accepted

    signed = ("--by", "Ana", "--reason", "seen")
    code, said = command(dropped, monkeypatch, capsys, "uploads", "withdraw", taken.key, *signed)
    assert (code, "(Ana)" in said) == (0, True)
    assert "The table follows with `purchase-assets run`." in said
    assert rows(dropped, taken.key) == 0
    code, said = command(dropped, monkeypatch, capsys, "uploads", "restore", taken.key, *signed)
    assert (code, "(Ana)" in said) == (0, True)
    assert rows(dropped, taken.key) == taken.accepted
    kept = dropped.project.reports.rows(sa.select(tables.withdrawals))
    assert len(kept) == 2


def test_the_monitoring_page_withdraws_and_brings_back(dropped: Dropped):
    taken = dropped.deliver("batch_48.csv", week())
    key = access_keys.add(dropped.project.reports, "Ana", Role.ACT, by="test")
    settings = OnDay(day=WORLD.today, data=str(dropped.folder))
    app = create_app(dropped.project.reports, settings, dropped.operations)
    page = TestClient(app)
    form = {"lang": "en", "upload_key": taken.key, "by": "Ana", "reason": "seen", "api_key": key}
    shown = page.get("/monitoring?lang=en").text
    assert (shown.count('id="withdraw"'), shown.count('id="restore"')) == (1, 0)
    offered = shown[shown.index('id="withdraw"') :]
    assert f'<option value="{taken.key}">batch_48.csv' in offered
    assert '<option value="customers-' not in offered

    assert page.post("/monitoring/withdraw", data={**form, "api_key": "no"}).status_code == 401
    assert page.post("/monitoring/withdraw", data={**form, "reason": " "}).status_code == 422
    done = page.post("/monitoring/withdraw", data=form)

    assert done.status_code == 200
    assert "File withdrawn." in done.text
    assert f"{taken.accepted} rows of batch_48.csv" in done.text
    assert ">WITHDRAWN<" in done.text
    assert re.search(r"Ana, \d{4}-\d\d-\d\d \d\d:\d\d: seen", done.text)
    assert ">RETIRADO<" in page.get("/monitoring?lang=es").text
    assert page.post("/monitoring/withdraw", data=form).status_code == 409
    assert 'id="restore"' in done.text
    assert "File brought back." in page.post("/monitoring/restore", data=form).text
    assert rows(dropped, taken.key) == taken.accepted


def test_the_checks_of_the_sales_stay_green(dropped: Dropped):
    taken = dropped.deliver("batch_48.csv", week())
    dropped.operations.withdraw(taken.key, *SIGNED)
    dropped.settle()
    checks = dropped.ui.checks("raw_transactions")
    assert checks
    assert {check and check[0] for check in checks.values()} == {"SUCCEEDED"}, checks
