"""Real databases, empty: SQLite and PostgreSQL."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa


def postgres_program(name: str) -> str | None:
    """Where a program of PostgreSQL is: Debian keeps the server's off the path."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(debian[-1]) if debian else shutil.which(name)


class PostgresServer:
    """A real server on a free port of loopback, over an empty cluster of its own."""

    def __init__(self) -> None:
        initdb, server = postgres_program("initdb"), postgres_program("postgres")
        if not initdb or not server:
            pytest.skip("no PostgreSQL server here; install the package `postgresql` to run this")
        # the server refuses to run as root; Debian's package makes this user
        root = os.getuid() == 0
        self.who: dict[str, Any] = {"user": "postgres", "group": "postgres"} if root else {}
        self.folder = Path(tempfile.mkdtemp(prefix="purchase_assets_pg_"))
        if root:
            shutil.chown(self.folder, "postgres", "postgres")
        data = self.folder / "data"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        make = [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-N", "-E", "UTF8"]
        subprocess.run(
            make, check=True, capture_output=True, cwd=self.folder, timeout=60, **self.who
        )
        self.run = [server, "-D", str(data), "-p", str(self.port)]
        self.run += ["-c", "listen_addresses=127.0.0.1"]
        self.run += ["-c", "unix_socket_directories=", "-c", "fsync=off"]
        self.url = f"postgresql+psycopg2://postgres@127.0.0.1:{self.port}"

    def start(self) -> None:
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.run, stdout=log, stderr=log, cwd=self.folder, **self.who
            )

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # a fast shutdown; SIGTERM waits for clients
        self.process.wait(timeout=30)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL of a real server that lives as long as the tests."""
    server = PostgresServer()
    server.start()
    try:
        _wait_for(server.port)
        yield server.url
    finally:
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture
def postgres_of_its_own() -> Iterator[PostgresServer]:
    """A server that a test may stop and start again."""
    server = PostgresServer()
    server.start()
    try:
        _wait_for(server.port)
        yield server
    finally:
        server.stop()
        shutil.rmtree(server.folder)


def _wait_for(port: int) -> None:
    engine = sa.create_engine(f"postgresql+psycopg2://postgres@127.0.0.1:{port}/postgres")
    for _ in range(150):
        try:
            engine.connect().close()
        except sa.exc.OperationalError:
            time.sleep(0.1)
        else:
            engine.dispose()
            return
    raise TimeoutError(f"PostgreSQL did not answer on port {port} within 15 s")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/reports.db"
        return
    server = request.getfixturevalue("postgres_server")
    admin = sa.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS reports WITH (FORCE)"))
        connection.execute(sa.text("CREATE DATABASE reports"))
    admin.dispose()
    yield f"{server}/reports"
