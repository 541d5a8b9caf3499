"""Files that people read while they are written, wherever they lie."""

from pathlib import Path
from uuid import uuid4

import pytest
from upath import UPath

from purchase_assets.errors import Unavailable
from purchase_assets.storage.atomic_files import drafted, write_atomically


@pytest.fixture(params=["", "file://", "memory:/"])
def path(request, tmp_path: Path) -> UPath:
    """A file in a folder that is not there yet: local, by URL, and on another file system."""
    return UPath(f"{request.param}{tmp_path.as_posix()}/{uuid4()}") / "exports" / "list.csv"


def names(path: UPath) -> list[str]:
    return [entry.name for entry in path.parent.iterdir()]


def test_the_new_content_takes_the_place_of_the_old(path):
    for text in ("first", "añadido"):
        write_atomically(path, text)
        assert path.read_text(encoding="utf-8") == text
    assert names(path) == ["list.csv"]


def test_until_it_is_put_in_place_readers_see_the_old_content(path):
    write_atomically(path, "old")
    with drafted(path, "new") as put_in_place:
        assert path.read_text() == "old"
        put_in_place()
        assert path.read_text() == "new"
    assert names(path) == ["list.csv"]


def test_a_draft_that_is_not_wanted_leaves_nothing(path):
    write_atomically(path, "old")
    with pytest.raises(ZeroDivisionError), drafted(path, "new"):
        _ = 1 / 0
    assert path.read_text() == "old"
    assert names(path) == ["list.csv"]


def test_two_writers_do_not_mix_their_drafts(path):
    with drafted(path, "one") as first, drafted(path, "other") as second:
        second()
        first()
        assert path.read_text() == "one"
    assert names(path) == ["list.csv"]


def test_a_place_that_takes_no_files_is_named(tmp_path):
    (tmp_path / "exports").write_text("a file in its place")
    with pytest.raises(Unavailable, match=r"exports: .*; expected a path that can be used"):
        write_atomically(UPath(tmp_path) / "exports" / "list.csv", "new")
