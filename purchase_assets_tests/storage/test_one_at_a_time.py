"""The lock of a kind of work: one holder, named to those who wait, gone with its process."""

import os
import signal
import subprocess
import sys

import pytest

from purchase_assets.errors import Conflict
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.one_at_a_time import is_held, one_at_a_time

HOLDER = """
import sys, time
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.one_at_a_time import one_at_a_time

with one_at_a_time(Reports(sys.argv[1]), "intake", "the intake of batch.csv", patience_s=0):
    print("held", flush=True)
    time.sleep(120)
"""


def test_it_is_held_by_one_and_dies_with_it(database_url: str):
    reports, told = Reports(database_url), []
    held = [sys.executable, "-c", HOLDER, database_url]
    with subprocess.Popen(held, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(Conflict) as refused,
            one_at_a_time(reports, "intake", "me", patience_s=0.5, tell=told.append),
        ):
            pytest.fail("held twice")
        named = f"the intake of batch.csv (process {other.pid} on "
        assert str(refused.value).startswith(named)
        assert told[0].startswith(f"waiting for {named}")
        assert is_held(reports, "intake")
        with one_at_a_time(reports, "other work", "me", patience_s=0):
            pass  # of another kind
        os.kill(other.pid, signal.SIGKILL)
        with one_at_a_time(reports, "intake", "me", patience_s=20):
            pass
        assert not is_held(reports, "intake")


def test_two_threads_of_one_process_are_two(database_url: str):
    reports = Reports(database_url)
    with (
        one_at_a_time(reports, "intake", "Ana", patience_s=0),
        pytest.raises(Conflict, match="Ana"),
        one_at_a_time(reports, "intake", "Bob", patience_s=0),
    ):
        pytest.fail("held twice")
    with one_at_a_time(reports, "intake", "Bob", patience_s=0):
        pass
