"""The server over planted reports, and a browser that looks at it."""

import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from purchase_assets.serving.app import create_app
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.attacks import ARGUMENTS, CHROMIUM
from purchase_assets_tests.in_browser import served
from purchase_assets_tests.planted import fill, make_project
from purchase_assets_tests.recording import Recording


@pytest.fixture(scope="session")
def showcase(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """One application for the tests that only look."""
    reports, settings = make_project(tmp_path_factory.mktemp("showcase"))
    fill(reports, settings)
    return create_app(reports, settings, Recording(reports))


@pytest.fixture
def actions(reports: Reports) -> Recording:
    return Recording(reports)


@dataclass(frozen=True)
class Stage:
    """One application for the tests that change something; each finds it as it was planted."""

    reports: Reports
    settings: Settings
    actions: Recording
    app: FastAPI
    client: TestClient


@pytest.fixture(scope="session")
def kept_stage(planted_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    folder = tmp_path_factory.mktemp("stage")
    shutil.copytree(planted_folder, folder, dirs_exist_ok=True)
    reports, settings = make_project(folder)
    actions = Recording(reports)
    app = create_app(reports, settings, actions)
    return Stage(reports, settings, actions, app, TestClient(app))


@pytest.fixture
def stage(kept_stage: Stage, planted_folder: Path) -> Stage:
    """A new application takes a second, the planted rows take none."""
    with (
        sqlite3.connect(planted_folder / "reports.db") as planted,
        sqlite3.connect(Path(kept_stage.settings.data) / "reports.db") as changed,
    ):
        planted.backup(changed)
    kept_stage.actions.begin()
    return kept_stage


@pytest.fixture(scope="session")
def address(showcase: FastAPI) -> Iterator[str]:
    """The pages over a database that no test changes."""
    with served(showcase) as address:
        yield address


@pytest.fixture(scope="session")
def kept_address(kept_stage: Stage) -> Iterator[str]:
    with served(kept_stage.app) as address:
        yield address


@pytest.fixture
def stage_address(kept_address: str, stage: Stage) -> str:
    """The pages of the stage."""
    return kept_address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One for a file: while it lives, nothing else in this process can begin an event loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def window(browser: Any) -> Any:
    """One for all its tests, since Gradio's files are loaded once into it."""
    return browser.new_context(permissions=["clipboard-read", "clipboard-write"])


@pytest.fixture
def page(window: Any) -> Iterator[Any]:
    """A tab that fails its test when it asks another machine or writes an error."""
    page = window.new_page()
    page.set_viewport_size({"width": 1200, "height": 900})
    strangers: list[str] = []
    errors: list[str] = []

    def requested(request: Any) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob") and url.hostname != "127.0.0.1":
            strangers.append(request.url)

    page.on("request", requested)
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.expected_errors = []
    page.set_default_timeout(30_000)
    yield page
    page.close()
    assert strangers == []
    assert [error for error in errors if error not in page.expected_errors] == []
