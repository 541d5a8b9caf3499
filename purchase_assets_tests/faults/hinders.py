"""What the world around does to a process: each is called in it, before or while it works."""

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import mlflow.store.db.utils

from purchase_assets import failpoints
from purchase_assets.failpoints import Failpoint

CAPABILITIES_V3 = 0x20080522


def no_room_from(point: Failpoint) -> None:
    """Let every file that is written from a point on meet the end of its room (EFBIG)."""
    _at(point, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))


def rights_hold() -> None:
    """Let the rights of files hold for root, too."""
    kernel = ctypes.CDLL(None, use_errno=True)
    header, none = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0), (ctypes.c_uint32 * 6)()
    if kernel.capset(header, none):
        raise OSError(ctypes.get_errno(), "the process could not give its rights away")


def tried_once() -> None:
    """Let MLflow ask for its database once; it would ask for 100 seconds."""
    mlflow.store.db.utils.MAX_RETRY_COUNT = 1


def ends_at(point: Failpoint, process: int) -> None:
    """Let a server that was started beside end at a point, and be gone when it is passed."""

    def end() -> None:
        os.kill(process, signal.SIGQUIT)  # PostgreSQL waits for nobody then
        with suppress(FileNotFoundError):
            while ") Z " not in Path(f"/proc/{process}/stat").read_text():
                pass

    _at(point, end)


def _at(point: Failpoint, act: Callable[[], None]) -> None:
    """Act in this process whenever a failpoint is passed."""

    def passed(passed_point: Failpoint) -> None:
        if passed_point is point:
            act()

    before = failpoints.passing
    for module in list(sys.modules.values()):
        if vars(module).get("passing") is before:
            module.passing = passed  # type: ignore[attr-defined]
