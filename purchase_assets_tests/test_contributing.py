"""What CONTRIBUTING.md names is there, and the modules that other pages name."""

import re
from importlib import import_module
from typing import Any

import pytest

from purchase_assets_tests.places import DOCS, ROOT, TESTS

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
QUOTED = sorted(set(re.findall(r"`([^`\n]+)`", PAGE)))
PATHS = [
    word for word in QUOTED if re.fullmatch(r"[\w./-]+/|[\w./-]+\.(py|md|json|toml)|\.ci/run", word)
]
NAMES = [word for word in QUOTED if re.fullmatch(r"[a-z_]+(\.\w+)+", word) and word not in PATHS]
MODULES = re.findall(r"python -m ([\w.]+)", PAGE)
WAYS = ("The way of an upload's rows, from file to table", "From a drift cause to a decision")


def named(name: str) -> Any:
    """What a dotted name of the package stands for: a module, or something in one."""
    module, _, attributes = name.partition(".")
    found: Any = import_module(f"purchase_assets.{module}")
    for attribute in filter(None, attributes.split(".")):
        if not hasattr(found, attribute):
            import_module(f"{found.__name__}.{attribute}")
        found = getattr(found, attribute)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_name_can_be_imported(name: str):
    assert named(name) is not None


@pytest.mark.parametrize("path", PATHS)
def test_a_path_exists(path: str):
    rooms = (ROOT, ROOT / "purchase_assets", ROOT / "purchase_assets_tests")
    assert any((room / path).exists() for room in rooms)


@pytest.mark.parametrize("link", re.findall(r"\]\(([\w./]+)[)#]", PAGE))
def test_a_link_leads_somewhere(link: str):
    assert (ROOT / link).is_file()


@pytest.mark.parametrize("module", MODULES)
def test_a_command_can_be_run(module: str):
    assert import_module(module).__doc__


@pytest.mark.parametrize("title", WAYS)
def test_each_way_has_ten_steps_that_name_where(title: str):
    section = PAGE.split(f"## {title}\n", 1)[1].split("\n## ")[0]
    steps = re.findall(r"^\d+\. .*$", section, re.MULTILINE)
    assert len(steps) == 10
    assert all(any(f"`{name}`" in step for name in NAMES) for step in steps)


def test_every_room_is_on_the_map():
    package = ROOT / "purchase_assets"
    rooms = [path.name for path in package.iterdir() if (path / "__init__.py").is_file()]
    assert {room for room in rooms if f"| `purchase_assets/{room}/` |" not in PAGE} == set()


def test_every_target_that_is_named_is_made():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make (\w+)`", PAGE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_modules_that_the_docs_name_are_there():
    rooms = (ROOT / "purchase_assets", TESTS, ROOT / "benchmarks", ROOT / "deploy", DOCS)
    modules = [path.as_posix() for room in rooms for path in room.rglob("*.py")]
    pages = [*DOCS.glob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("*/README.md")]
    gone = {
        f"{page.name}: {name}"
        for page in pages
        for name in re.findall(r"[\w/]+\.py\b", page.read_text(encoding="utf-8"))
        if not any(module.endswith(f"/{name}") for module in modules)
    }
    assert gone == set()
