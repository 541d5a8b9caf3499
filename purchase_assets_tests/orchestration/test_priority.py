"""Training gives way, and only training."""

import os
import sys
import threading

import pytest

from purchase_assets.orchestration import priority
from purchase_assets.orchestration.priority import giving_way

linux = pytest.mark.skipif(sys.platform != "linux", reason="a thread has a priority on Linux only")


def nice() -> int:
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


def in_a_thread_of_its_own() -> int:
    seen: list[int] = []
    thread = threading.Thread(target=lambda: seen.append(nice()))
    thread.start()
    thread.join()
    return seen[0]


@linux
def test_the_work_and_what_it_starts_give_way_and_nothing_else(monkeypatch):
    before = nice()
    monkeypatch.setattr(priority, "NICE", before + 3)
    assert giving_way(lambda: (nice(), in_a_thread_of_its_own())) == (before + 3,) * 2
    assert nice() == before


@linux
def test_what_gives_way_already_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(priority, "NICE", nice() - 1)
    assert giving_way(nice) == nice()


def test_an_error_reaches_who_waits():
    with pytest.raises(ZeroDivisionError):
        giving_way(lambda: 1 / 0)
