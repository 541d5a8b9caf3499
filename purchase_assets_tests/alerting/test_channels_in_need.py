"""Channels that are down, slow or wrong, two who tell at once, and what the page says of it."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from fastapi.testclient import TestClient

from purchase_assets.alerting.alert import AlertKind
from purchase_assets.definitions import build_definitions
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.orchestration.telling import watching_the_daemon
from purchase_assets.project import Project
from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import now
from purchase_assets_tests.alerting.stories import STORIES, Told, a_world

DRIFT, REJECTED = AlertKind.DRIFT, AlertKind.REJECTED_UPLOAD


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with a_world(tmp_path) as world:
        yield world


def outcomes(told: Told) -> list[str]:
    """How far the webhook's messages have come."""
    return [one.outcome.value for one in told.said() if one.channel.startswith("json")]


def an_hour_passes(told: Told) -> None:
    told.change(tables.notifications, tried_at=now() - timedelta(hours=1, seconds=1))


def test_a_channel_that_is_down_is_tried_again_and_holds_nobody_up(told: Told) -> None:
    told.hook.refuses = True
    STORIES[REJECTED].begins(told)
    told.tick()
    STORIES[DRIFT].begins(told)
    told.tick()
    assert [one.title for one in told.mail.came] == [
        "transacciones_2025-02-02.csv was rejected",
        "the data have drifted",
    ]
    assert outcomes(told) == ["WAITING", "WAITING"]
    first, second = [one for one in told.said() if one.channel.startswith("json")]
    assert (first.tries, second.tries) == (1, 0)  # it rests, and no later message overtakes
    assert "503" in str(first.problem)
    told.hook.refuses = False
    an_hour_passes(told)
    told.tick()
    assert [one.title for one in told.hook.came] == [one.title for one in told.mail.came]
    assert outcomes(told) == ["SENT", "SENT"]


def test_a_channel_that_is_down_for_a_day_is_named_on_the_page(told: Told) -> None:
    told.hook.refuses = True
    STORIES[REJECTED].begins(told)
    told.tick()
    told.change(tables.notifications, noticed_at=now() - timedelta(days=1, seconds=1))
    an_hour_passes(told)
    told.tick()
    assert outcomes(told) == ["FAILED"]
    page = TestClient(create_app(told.world.project.reports, told.settings))
    shown = page.get("/monitoring?lang=en", headers={"Host": "localhost"}).text
    assert "not delivered" in shown
    assert "error=503" in shown
    assert f"127.0.0.1:{told.hook.url.split(':')[2].split('/')[0]}" in shown
    assert "/hook" not in shown  # a path may be a secret


def test_a_channel_that_never_answers_ends_within_seconds(told: Told) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        told.hook.url = f"json://127.0.0.1:{silent.getsockname()[1]}/hook"
        STORIES[REJECTED].begins(told)
        began = time.monotonic()
        told.tick()
        assert time.monotonic() - began < 30  # 4 s of patience, on a machine that may be busy
    assert outcomes(told) == ["WAITING"]
    assert len(told.mail.came) == 1


def test_two_who_tell_at_once_tell_once(told: Told) -> None:
    STORIES[REJECTED].begins(told)
    told.beat(now() - timedelta(minutes=20))
    with ThreadPoolExecutor(2) as both:
        for _ in range(3):
            looks = [both.submit(told.tick), both.submit(told.tick_of_the_server)]
            assert all(look.result(60) for look in looks)
    told.tell()
    titles = ["transacciones_2025-02-02.csv was rejected", "Dagster's daemon is silent"]
    assert sorted(one.title for one in told.hook.came) == sorted(titles)


def test_the_server_tells_of_a_dead_daemon_by_itself(told: Told) -> None:
    told.beat(now() - timedelta(minutes=20))
    project, hour_ago = told.world.project, now() - timedelta(hours=1)
    with watching_the_daemon(project, told.instance, every_s=0.05, since=hour_ago):
        ends = time.monotonic() + 60
        while not told.mail.came and time.monotonic() < ends:
            time.sleep(0.05)
    assert [one.title for one in told.mail.came] == ["Dagster's daemon is silent"]


def test_a_sensor_that_was_off_with_the_daemon_is_not_called_silent(told: Told) -> None:
    """After a night without a daemon the first look tells nothing."""
    told.look_of("new_uploads", now())
    hours_ago = now() - timedelta(hours=8)
    told.cursor = f"{hours_ago.isoformat()} {hours_ago.isoformat()}"
    told.instance.schedule_storage.wipe()
    told.look_of("new_uploads", hours_ago)
    told.tick()
    assert told.hook.came == []


def test_nothing_is_told_of_what_stood_long_before(told: Told) -> None:
    STORIES[REJECTED].begins(told)
    told.change_upload(judged_at=now() - timedelta(days=8))
    told.tell()
    assert told.hook.came == []


def test_messages_are_in_the_language_of_the_settings(tmp_path: Path) -> None:
    with a_world(tmp_path, language="es") as told:
        STORIES[DRIFT].begins(told)
        told.tell()
        (came,) = told.mail.came
    assert came.title == "los datos cambiaron (deriva)"
    assert came.text.startswith("Qué pasó: semana 2025-01-27: Deriva en items")


def test_without_channels_the_log_and_the_page_say_it(told: Told) -> None:
    told.hook.url = told.mail.url = ""
    STORIES[REJECTED].begins(told)
    told.tick()
    (one,) = told.said()
    assert (one.channel, one.outcome) == ("log", "SENT")


@pytest.mark.parametrize("url", ["nonsense://somewhere/s3cret", "mailto://", "s3cret"])
def test_a_wrong_url_ends_the_start_with_one_sentence(tmp_path: Path, url: str) -> None:
    settings = Settings(_env_file=None, data=str(tmp_path), notify=f"json://localhost {url}")
    with pytest.raises(PurchaseAssetsError) as refused:
        build_definitions(settings)
    assert "PURCHASE_ASSETS_NOTIFY" in str(refused.value)
    assert "s3cret" not in str(refused.value)
    with (
        dg.DagsterInstance.ephemeral() as instance,
        pytest.raises(PurchaseAssetsError),
        watching_the_daemon(Project(settings), instance),
    ):
        pass


def test_several_urls_are_divided_by_blanks_and_commas_and_never_shown() -> None:
    urls = "mailto://u:s3cret@host?to=a@b.c,d@e.f, json://host/s3cret\n slack://s3cret/B/C/"
    settings = Settings(_env_file=None, notify=urls)
    assert [one.get_secret_value().partition(":")[0] for one in settings.notify] == [
        "mailto",
        "json",
        "slack",
    ]
    assert settings.notify[0].get_secret_value().endswith("?to=a@b.c,d@e.f")
    assert "s3cret" not in repr(settings)
