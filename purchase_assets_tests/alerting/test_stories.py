"""Each cause is told once, over real channels, and once more when it is over."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from purchase_assets.alerting.alert import AlertKind
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import now
from purchase_assets.workflows import tell_people
from purchase_assets_tests.alerting.stories import (
    COMMAND,
    PAGE,
    STORIES,
    Told,
    a_world,
    lived_through,
    page,
)


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with a_world(tmp_path) as world:
        yield world


def test_every_kind_has_a_story():
    assert set(STORIES) == set(AlertKind)


@pytest.mark.parametrize("kind", STORIES)
def test_a_cause_is_told_once_by_each_channel_and_once_when_it_is_over(kind: AlertKind) -> None:
    hook, mail = lived_through(kind)
    causes = 2 if kind is AlertKind.GIVEN_UP else 1  # its first failure was a cause of its own
    began, over = hook[:causes], hook[causes:]
    assert all(one.text.startswith("What happened: ") for one in began)
    assert all(one.text.startswith("It is over: ") for one in over)
    assert [one.title for one in over] == [f"Over: {one.title}" for one in began]
    assert [(one.title, one.text) for one in mail] == [(one.title, one.text) for one in hook]
    references = [one.reference for one in (*hook, *mail)]
    assert None not in references
    assert len(set(references)) == 4 * causes


@pytest.mark.parametrize("kind", STORIES)
def test_a_message_is_sent_once_though_its_sender_is_killed_before_it_notes_that(
    told: Told, kind: AlertKind
) -> None:
    for happens in (STORIES[kind].begins, STORIES[kind].ends):
        happens(told)
        told.die_telling(kind)  # the webhook has it, nobody noted that
        for _ in range(3):
            told.tell()
    both = [[one.title for one in inbox.came] for inbox in (told.hook, told.mail)]
    assert both[0] == both[1]
    assert len(set(both[0])) == len(both[0]) == (4 if kind is AlertKind.GIVEN_UP else 2)
    assert [one.outcome for one in told.said() if one.channel.startswith("json")].count(
        "UNCERTAIN"
    ) == 2


@pytest.mark.parametrize("kind", [AlertKind.DRIFT, AlertKind.RETRAINING, AlertKind.BUDGET_USED_UP])
def test_in_spanish_nothing_is_english_and_decimals_have_a_comma(
    tmp_path: Path, kind: AlertKind
) -> None:
    with a_world(tmp_path, "es") as told:
        for happens in (STORIES[kind].begins, STORIES[kind].ends):
            happens(told)
            told.tell()
        said = "\n".join(one.text for one in told.hook.came)
    assert said.startswith("Qué pasó: ")
    assert re.findall(r"\d\.\d\d\b", said) == []
    assert re.findall(r"[A-Z]{4,}|\b(?:Drift|over|week|the)\b", said) == []


def test_many_causes_at_once_are_told_over_several_looks(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_people, "BEGUN_AT_MOST", 2)
    for number in range(3):
        told.world.plant(
            tables.uploads,
            key=f"transactions-{number}",
            file_name=f"{number}.csv",
            received_at=now(),
            judged_at=now(),
            verdict="REJECTED",
        )
    assert [told.tick().split(",")[0] for _ in range(3)] == ["2 began", "1 began", "0 began"]
    assert len({one.title for one in told.hook.came}) == len(told.hook.came) == 3


def test_the_page_of_messages_is_what_is_received():
    assert PAGE.read_text("utf-8") == page(), f"messages have changed; if so meant: {COMMAND}"
