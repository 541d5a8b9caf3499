"""Takes the pictures of every page: desktop and phone, both languages, light and dark.

The pages are the real ones over planted weeks (`page_stage`), so that it takes a minute and not the
half hour of `pictures.py`. `python docs/page_pictures.py [PAGE ...]`, with the project's root on
PYTHONPATH. Needs Chromium and the packages of `make test`.
"""

import argparse
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from page_stage import DESKTOP, PHONE, Pages, pages
from PIL import Image

from purchase_assets.text import Language, Text
from purchase_assets_tests.planted import PARTIAL

FOLDER = Path(__file__).parent / "images" / "pages"
TALLEST = {"desktop": 1350, "phone": 1000}
KEPT_WIDTH, QUALITY = 760, 32
CALLS = Text("/en/", "/")
WHOM = Text("Whom to call", "A quién llamar")
MAKE = Text("Make the list", "Hacer la lista")


def customer(page: Any, address: str, language: Language) -> None:
    """A customer's list."""
    page.goto(f"{address}{CALLS.of(language)}?customer=254378")
    page.locator(".pa-card").first.wait_for()


def calls(page: Any, address: str, language: Language) -> None:
    """Today's calls of a zone."""
    page.goto(address + CALLS.of(language))
    page.locator(".pa-week").wait_for()
    page.get_by_role("tab", name=WHOM.of(language)).click()
    page.get_by_role("button", name=MAKE.of(language)).click()
    page.locator("ol.pa-calls").wait_for()


def monitoring(page: Any, address: str, language: Language) -> None:
    """Is all well, and what waits."""
    page.goto(f"{address}/monitoring?lang={language}")


def upload(page: Any, address: str, language: Language) -> None:
    """What became of a file."""
    page.goto(f"{address}/uploads/{PARTIAL}{Text('.en', '').of(language)}")


def drift(page: Any, address: str, language: Language) -> None:
    """A week that drifted."""
    page.goto(f"{address}/drift/2025-01-06{Text('.en', '').of(language)}")


PAGES: tuple[Callable[[Any, str, Language], None], ...] = (
    *(customer, calls, monitoring),
    *(upload, drift),
)


def shoot(stage: Pages, page: Any, names: list[str]) -> None:
    """Take each page in its eight looks."""
    for open_page in PAGES:
        if open_page.__name__ not in names:
            continue
        for language in ("es", "en"):
            open_page(page, stage.address, language)
            for device, size in (("desktop", DESKTOP), ("phone", PHONE)):
                page.set_viewport_size(size)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    page.wait_for_timeout(300)
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= size["width"], (open_page.__name__, device, wide)
                    taken = page.screenshot(full_page=True)
                    name = f"{open_page.__name__}-{device}-{language}-{scheme}.webp"
                    save(taken, FOLDER / name, TALLEST[device])
            page.set_viewport_size(DESKTOP)


def save(taken: bytes, path: Path, tallest: int) -> None:
    """Keep the upper part of a picture, small."""
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image = image.crop((0, 0, image.width, min(image.height, tallest)))
    image.thumbnail((KEPT_WIDTH, tallest))
    image.save(path, quality=QUALITY, method=6)


def main() -> None:
    """Take what is asked for."""
    known = [page.__name__ for page in PAGES]
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("names", nargs="*", metavar="PAGE", help=", ".join(known))
    chosen = options.parse_args().names or known
    if unknown := set(chosen) - set(known):
        options.error(f"{', '.join(sorted(unknown))}: no page; expected some of {known}")
    FOLDER.mkdir(exist_ok=True)
    with pages() as stage, stage.tab() as page:
        shoot(stage, page, chosen)


if __name__ == "__main__":
    main()
