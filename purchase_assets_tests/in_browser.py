"""What the tests in a real browser share: a served application, and what axe finds on a page."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from fastapi import FastAPI

from purchase_assets_tests.attacks import CHROMIUM

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium here; install the package `chromium` to run this"
)
LANGUAGES = pytest.mark.parametrize("language", ["es", "en"])
CALL_PAGE = {"es": "/", "en": "/en/"}


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The address of a server in this process."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(10)


def accessible(page: Any) -> None:
    """Assert that axe finds nothing, with all that is folded opened."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == []


def opened(page: Any, address: str, language: str = "en", query: str = "") -> None:
    """Open the page of calls and wait until it answers."""
    page.goto(address + CALL_PAGE[language] + query)
    page.locator(".pa-week").wait_for()
    page.locator("#customer input[list=customers]").wait_for()
