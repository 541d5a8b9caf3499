"""The docs' pictures: each is there, and each can be taken again."""

import re
import runpy
from itertools import product
from pathlib import Path

import pytest

from purchase_assets_tests.places import DOCS, ROOT

PAGES = [*ROOT.glob("README*.md"), *DOCS.glob("*.md")]


def test_the_docs_show_exactly_the_pictures_that_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(DOCS))  # as where the script is started
    shown = {
        Path(path).stem
        for page in PAGES
        for path in re.findall(r"images/\S+\.png", page.read_text())
    }
    story = runpy.run_path(str(DOCS / "pictures.py"))["STORY"]
    assert shown == {name for taken in story.values() for name in taken}
    assert shown == {path.stem for path in (DOCS / "images").glob("*.png")}


def test_the_docs_show_every_page_in_all_its_looks() -> None:
    taken = {path.name for path in (DOCS / "images" / "pages").iterdir()}
    looks = product(("desktop", "phone"), ("es", "en"), ("light", "dark"))
    pages = {name.partition("-")[0] for name in taken}
    assert taken == {f"{page}-{'-'.join(look)}.webp" for page, look in product(pages, [*looks])}
    shown = {
        name for page in PAGES for name in re.findall(r"images/pages/(\S+\.webp)", page.read_text())
    }
    assert shown == taken
