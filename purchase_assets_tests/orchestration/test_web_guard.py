"""Dagster's own web server, started as people start it, against pages of other sites."""

import html
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest

from purchase_assets.orchestration.instance import open_instance
from purchase_assets.settings import Settings
from purchase_assets_tests.attacks import ARGUMENTS, CHROMIUM, another_site, free_port
from purchase_assets_tests.places import ROOT

LAUNCH = """
mutation Launch($run: ExecutionParams!) {
  launchRun(executionParams: $run) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}"""
LOCATION = "purchase_assets.definitions"
ROLLBACK = {
    "selector": {
        "repositoryLocationName": LOCATION,
        "repositoryName": "__repository__",
        "jobName": "rollback",
    },
    "runConfigData": {
        "ops": {"roll_back": {"config": {"version": "1", "by": "another site", "reason": "csrf"}}}
    },
}


@dataclass
class Dagster:
    """A web server over an instance in which nobody runs what is launched."""

    url: str
    instance: dg.DagsterInstance

    def runs(self) -> int:
        return self.instance.get_runs_count()

    def post(self, query: str, **options: Any) -> httpx.Response:
        return httpx.post(f"{self.url}/graphql", json={"query": query}, timeout=30, **options)


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    folder = tmp_path_factory.mktemp("guarded")
    data, home = folder / "data", folder / "home"
    (data / "incoming").mkdir(parents=True)
    home.mkdir()
    shutil.copy(ROOT / "dagster.yaml", home)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(home),
        "PURCHASE_ASSETS_DATA": str(data),
        "PYTHONPATH": str(ROOT),
    }
    environment.pop("PURCHASE_ASSETS_ALLOWED_HOSTS", None)
    port = free_port()
    command = [sys.executable, "-m", "dagster_webserver", "--port", str(port)]
    command += ["-w", str(ROOT / "workspace.yaml")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=home, env=environment, stdout=log, stderr=log)
        try:
            instance = open_instance(Settings(_env_file=None, data=str(data)), home)
            with instance:
                dagster = Dagster(f"http://127.0.0.1:{port}", instance)
                _wait(dagster, process, folder / "log")
                yield dagster
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _wait(dagster: Dagster, process: subprocess.Popen, log: Path) -> None:
    for _ in range(400):
        assert process.poll() is None, log.read_text()
        try:
            if (
                "rollback"
                in dagster.post(
                    "{ repositoriesOrError { ... on RepositoryConnection "
                    "{ nodes { jobs { name } } } } }"
                ).text
            ):
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(log.read_text())


def _in_address(dagster: Dagster) -> httpx.URL:
    return httpx.URL(
        f"{dagster.url}/graphql",
        params={"query": LAUNCH, "variables": json.dumps({"run": ROLLBACK})},
    )


def test_no_run_is_launched_from_an_address(dagster: Dagster) -> None:
    foreign = {"Origin": "http://evil.example", "Host": "evil.example"}
    before = dagster.runs()
    for headers in ({}, {"Origin": "http://evil.example"}, foreign):
        for method in ("GET", "POST"):
            answer = httpx.request(method, _in_address(dagster), headers=headers, timeout=30)
            assert answer.status_code in (403, 405, 421), answer.text
    assert dagster.runs() == before


def test_a_page_of_another_site_or_under_another_name_is_refused(dagster: Dagster) -> None:
    ask = "{ version }"
    assert dagster.post(ask).json()["data"]["version"]
    assert dagster.post(ask, headers={"Origin": dagster.url}).status_code == 200
    for origin in ("http://evil.example", "null", "http://127.0.0.1:8000", "http://localhost:1"):
        assert dagster.post(ask, headers={"Origin": origin}).status_code == 403, origin
    for host in ("evil.example", "127.0.0.1.evil.example", "", "[::1"):
        assert dagster.post(ask, headers={"Host": host}).status_code in (400, 421), host
    for host in ("localhost:3000", "[::1]:3000"):
        assert dagster.post(ask, headers={"Host": host}).status_code == 200, host
    assert httpx.get(dagster.url, headers={"Host": "evil.example"}).status_code == 421


def test_no_other_site_listens_to_subscriptions(dagster: Dagster) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = dagster.url.replace("http", "ws") + "/graphql"
    ours: dict[str, Any] = {"subprotocols": ["graphql-ws"]}
    with connect(address, origin=dagster.url, **ours) as socket:
        socket.send('{"type": "connection_init"}')
        assert "connection_ack" in socket.recv(timeout=10)
    with (
        pytest.raises(InvalidStatus, match="403"),
        connect(address, origin="http://evil.example", **ours),
    ):
        pytest.fail("another site listens")


def test_it_cannot_be_framed_by_another_site(dagster: Dagster) -> None:
    answer = httpx.get(dagster.url)
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "script-src" in ",".join(answer.headers.get_list("Content-Security-Policy"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here; install the package `chromium` to run this")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def test_an_image_and_a_form_of_another_site_launch_nothing(browser: Any, dagster: Dagster) -> None:
    address = html.escape(str(_in_address(dagster)))
    attack = (
        f'<img src="{address}"><form method="post" enctype="text/plain" action="{address}">'
        "</form><script>onload = () => document.forms[0].submit()</script>"
    )
    before = dagster.runs()
    tab = browser.new_page()
    sent: list[str] = []
    tab.on("request", lambda one: sent.append(one.method) if "graphql" in one.url else None)
    with another_site(attack) as site:
        tab.goto(site)
        tab.wait_for_url("**/graphql*", timeout=15_000)
        tab.wait_for_timeout(500)
    tab.close()
    assert dagster.runs() == before
    assert sorted(sent) == ["GET", "POST"]


def test_people_work_in_the_ui_as_before(browser: Any, dagster: Dagster) -> None:
    """The graph is shown over HTTP and websocket, and a job is launched with its form."""
    tab = browser.new_page(viewport={"width": 1400, "height": 900})
    refused: list[str] = []
    sockets: list[str] = []
    tab.on(
        "response",
        lambda answer: refused.append(answer.url) if answer.status in (403, 405, 421) else None,
    )

    def opened(socket: Any) -> None:
        socket.on("framereceived", lambda frame: sockets.append(str(frame)))

    tab.on("websocket", opened)
    tab.goto(f"{dagster.url}/assets/weekly_predictions")
    tab.get_by_text("One row per scored pair").first.wait_for(timeout=60_000)
    before = dagster.runs()
    tab.goto(f"{dagster.url}/locations/{LOCATION}/jobs/housekeeping/playground")
    tab.get_by_role("button", name="Launch Run").click(timeout=60_000)
    tab.wait_for_url("**/runs/*", timeout=60_000)
    deadline = time.monotonic() + 20
    while not any('"data"' in frame for frame in sockets) and time.monotonic() < deadline:
        tab.wait_for_timeout(100)
    assert dagster.runs() == before + 1
    assert any('"data"' in frame for frame in sockets), sockets
    assert refused == []
    tab.close()
