"""What the pictures of the pages are taken of: the pages over planted weeks, and a browser."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import uvicorn
from playwright.sync_api import sync_playwright

from purchase_assets.serving.app import create_app
from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports
from purchase_assets_tests.planted import PARTIAL, WEEK, fill, make_project
from purchase_assets_tests.recording import Recording
from purchase_assets_tests.rows import MOMENT, plant

DESKTOP, PHONE = {"width": 1200, "height": 900}, {"width": 390, "height": 844}
ODD_WEEK = WEEK - timedelta(weeks=4)


@dataclass
class Pages:
    """The running pages, their browser and the database behind them."""

    address: str
    browser: Any
    reports: Reports

    @contextmanager
    def tab(
        self, size: dict[str, int] = DESKTOP, scheme: Literal["light", "dark"] = "light"
    ) -> Iterator[Any]:
        """A new tab."""
        context = self.browser.new_context(viewport=size, color_scheme=scheme)
        page = context.new_page()
        page.set_default_timeout(15_000)
        yield page
        context.close()


@contextmanager
def pages() -> Iterator[Pages]:
    """The pages over three published weeks, with an odd one, a refused file and waiting rows."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with TemporaryDirectory() as folder:
        reports, settings = make_project(Path(folder))
        fill(reports, settings)
        odd = {"unit": "customer", "column": "latitude", "score": 42.0, "status": "ABOVE"}
        plant(reports, tables.drift_scores, week_start=ODD_WEEK, model_version="6", **odd)
        plant(reports, tables.drift_scores, week_start=WEEK, model_version="7")
        plant(reports, tables.tainted_models, model_version="5", upload_key=PARTIAL)
        for back in range(1, 8):
            plant(
                reports,
                tables.uploads,
                key=f"transactions-{back:012}",
                received_at=MOMENT - timedelta(weeks=back),
                rows=5200 - 90 * back if back != 3 else 66_909,
                last_day=WEEK - timedelta(days=1, weeks=back),
            )
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(reports, settings, Recording(reports)), port=0, log_level="warning"
            )
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(
                executable_path=found, args=["--no-sandbox", "--disable-gpu"]
            )
            yield Pages(f"http://127.0.0.1:{port}", chromium, reports)
            chromium.close()
        server.should_exit = True
        thread.join(10)
