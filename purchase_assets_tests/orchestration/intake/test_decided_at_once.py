"""Two people decide on the same rows at once: one of them does, and the other is told."""

import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from purchase_assets.errors import Conflict
from purchase_assets.project import Project
from purchase_assets.storage.reports import quarantined_rows
from purchase_assets.workflows import quarantine
from purchase_assets_tests.orchestration.intake.dropped import Dropped, week

Decide = Callable[[Project, str, list[int] | None, str, str], str]


@pytest.mark.parametrize("other", [quarantine.release, quarantine.discard])
def test_rows_are_decided_on_once(dropped: Dropped, monkeypatch, other: Decide):
    wrong = week()
    wrong.loc[[3, 7], "items"] = 9e6
    before = dropped.deliver("batch_48.csv", wrong)
    # both have seen the rows wait before either decides, unless one is held back
    both = threading.Barrier(2, timeout=2)
    seen = quarantined_rows.waiting

    def seen_by_both(*arguments, **options):
        rows = seen(*arguments, **options)
        with suppress(threading.BrokenBarrierError):
            both.wait()
        return rows

    monkeypatch.setattr(quarantined_rows, "waiting", seen_by_both)
    said: dict[str, str] = {}

    def decide(by: str, how: Decide) -> None:
        try:
            said[by] = how(Project(dropped.project.settings), before.key, None, by, "a wedding")
        except Conflict as error:
            said[by] = f"refused: {error}"

    people = [
        threading.Thread(target=decide, args=person)
        for person in (("Ana", quarantine.release), ("Bob", other))
    ]
    for person in people:
        person.start()
    for person in people:
        person.join()

    (told,) = [sentence for sentence in said.values() if sentence.startswith("refused: ")]
    assert "wait" in told
    (winner,) = {
        row.decided_by for row in quarantined_rows.decided(dropped.project.reports, before.key)
    }
    assert not said[winner].startswith("refused")
    released = 2 if "released" in said[winner] else 0
    assert dropped.upload("batch_48.csv").accepted == before.accepted + released
    keys = dropped.project.lake.read("transactions")["upload_key"].to_pylist()
    assert keys.count(before.key) == before.accepted + released
