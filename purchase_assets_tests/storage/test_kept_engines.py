"""A connection is kept for as long as its file is the one that lies there."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from purchase_assets.storage.kept_engines import KEPT_AT_MOST, KeptEngines


@pytest.fixture
def engines():
    kept = KeptEngines()
    yield kept
    kept.dispose()


def numbers(engines: KeptEngines, file: Path, new: int | None = None) -> list[int]:
    with engines.of(f"sqlite:///{file}").begin() as connection:
        connection.execute(sa.text("CREATE TABLE IF NOT EXISTS t (n INTEGER)"))
        if new is not None:
            connection.execute(sa.text("INSERT INTO t VALUES (:n)"), {"n": new})
        return [row.n for row in connection.execute(sa.text("SELECT n FROM t ORDER BY n"))]


def test_a_file_is_opened_once(engines, tmp_path):
    opened = []
    sa.event.listen(sa.engine.Engine, "connect", opened_one := lambda *_: opened.append(1))
    try:
        numbers(engines, tmp_path / "a.db", 0)  # which makes the file
        for number in range(1, 5):
            numbers(engines, tmp_path / "a.db", number)
    finally:
        sa.event.remove(sa.engine.Engine, "connect", opened_one)
    assert numbers(engines, tmp_path / "a.db") == [0, 1, 2, 3, 4]
    assert len(opened) == 2


def test_a_file_put_in_its_place_is_the_one_that_is_read(engines, tmp_path):
    numbers(engines, tmp_path / "a.db", 1)
    numbers(engines, tmp_path / "a.db", 2)
    numbers(engines, tmp_path / "b.db", 7)
    (tmp_path / "b.db").replace(tmp_path / "a.db")
    assert numbers(engines, tmp_path / "a.db", 8) == [7, 8]


def test_few_files_are_held_open(engines, tmp_path):
    for number in range(KEPT_AT_MOST + 5):
        numbers(engines, tmp_path / f"{number}.db", number)
    held = [path.readlink() for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]
    assert sum(path.parent == tmp_path for path in held) <= KEPT_AT_MOST
    assert numbers(engines, tmp_path / "0.db") == [0]
