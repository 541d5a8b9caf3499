"""Commands of `purchase-assets` in processes of their own, which have the libraries already.

A server that has imported them, and done nothing else, is forked for each command: it differs from
a fresh process in the seconds that imports take, and in nothing that a kill could show.
"""

import fcntl
import multiprocessing
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from purchase_assets import failpoints
from purchase_assets_tests.places import ROOT

PATIENCE_S = 1800
"""What waits for ever is a failure; a busy machine is none."""
PIPE_BYTES = 1 << 20
"""What a command may say before it has to wait, which nobody lets it."""
DIED = -signal.SIGKILL
"""The exit code of what was killed."""
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["purchase_assets_tests.faults.libraries"])


def environment(data: str, groups: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """All variables of a process that has a data folder and groups of settings."""
    told = {
        f"PURCHASE_ASSETS_{group}__{name}".upper(): str(value)
        for group, values in groups.items()
        for name, value in values.items()
    }
    places = {"PURCHASE_ASSETS_DATA": data, "DAGSTER_HOME": str(ROOT), "PYTHONPATH": str(ROOT)}
    return {**os.environ, **told, **places}


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str


class Command:
    """A command that has begun.

    Parameters
    ----------
    words : sequence of str
        Its arguments.
    environment : mapping
        All its variables.
    counted : Path, optional
        A file that is given the name of each failpoint that it passes.
    hinder : callable, optional
        Called in the process before it begins, such as to take a right from it.
    """

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        counted: Path | None = None,
        hinder: Callable[[], None] | None = None,
    ) -> None:
        self._said = tempfile.TemporaryDirectory()
        self._pipes = {name: _pipe(Path(self._said.name, name)) for name in ("out", "err")}
        process = SERVER.Process(
            target=_work, args=(list(words), dict(environment), self._said.name, counted, hinder)
        )
        process.start()
        self._process: ForkServerProcess = process

    def kill_after(self, seconds: float) -> None:
        """Let it work for so long at most."""
        self._process.join(seconds)
        self._process.kill()

    def end(self) -> Ended:
        """Wait for its end; one that does not come is a failure."""
        self._process.join(PATIENCE_S)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(30)
            raise TimeoutError(f"the command did not end within {PATIENCE_S} s")
        code = self._process.exitcode
        assert code is not None
        said = {name: _said(pipe) for name, pipe in self._pipes.items()}
        self._said.cleanup()
        return Ended(code, **said)


def _pipe(path: Path) -> int:
    """What a process can write to when no file has room; what it says there waits to be read."""
    os.mkfifo(path)
    pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    return pipe


def _said(pipe: int) -> str:
    """All that waits in a pipe."""
    parts = []
    with suppress(BlockingIOError):
        while part := os.read(pipe, PIPE_BYTES):
            parts.append(part)
    os.close(pipe)
    return b"".join(parts).decode(errors="replace")


def _work(
    words: list[str],
    environment: dict[str, str],
    said: str,
    counted: Path | None,
    hinder: Callable[[], None] | None,
) -> None:
    """What the forked process does."""
    for number, name in ((1, "out"), (2, "err")):
        file = os.open(f"{said}/{name}", os.O_WRONLY)
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["purchase-assets", *words]
    if counted is not None:
        _count_passings(counted)
    if hinder is not None:
        hinder()
    from purchase_assets.cli.main import main

    main()


def _count_passings(file: Path) -> None:
    """Write down each passing of a failpoint in this process."""
    file.touch()

    def passed(point: failpoints.Failpoint) -> None:
        with file.open("a") as open_file:
            open_file.write(f"{point}\n")

    before = failpoints.passing
    for module in list(sys.modules.values()):
        if vars(module).get("passing") is before:
            module.passing = passed  # type: ignore[attr-defined]
