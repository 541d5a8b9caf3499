"""Long computations give way to people who wait for an answer on the same machine."""

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")

NICE = 10


def giving_way(work: Callable[[], Result]) -> Result:
    """Run `work` in a thread of a lower priority and wait for its result.

    On Linux a priority belongs to a thread and the threads it starts, so the rest of the process
    keeps its own; elsewhere nothing changes.
    """
    done: Future[Result] = Future()

    def run() -> None:
        if sys.platform == "linux":
            lower = max(NICE, os.getpriority(os.PRIO_PROCESS, 0))
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), lower)
        try:
            done.set_result(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            done.set_exception(error)

    # no pool: when the waiting is interrupted, nothing must wait for the work to end
    threading.Thread(target=run, name="giving way", daemon=True).start()
    return done.result()
