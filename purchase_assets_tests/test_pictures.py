"""The docs' pictures: each is there, and each can be taken again."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]


def test_the_docs_show_exactly_the_pictures_that_are_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "docs"))  # as where the script is started
    shown = {
        Path(path).stem
        for page in PAGES
        for path in re.findall(r"images/\S+\.png", page.read_text())
    }
    story = runpy.run_path(str(ROOT / "docs" / "pictures.py"))["STORY"]
    assert shown == {name for taken in story.values() for name in taken}
    assert shown == {path.stem for path in (ROOT / "docs" / "images").glob("*.png")}
