"""How the house is built; what imports what is import-linter's, in pyproject.toml."""

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from purchase_assets.kinds import Kind, Verdict
from purchase_assets_tests.places import ROOT

PACKAGE = ROOT / "purchase_assets"
MIGRATIONS = PACKAGE / "storage" / "reports" / "migrations"
PRIVATE = PACKAGE / "orchestration" / "private.py"

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 80
LATE_IMPORTS = 40
"""The wall: assets, sensors and commands import a workflow inside the function, few others do."""

ONE_TOOL_ONE_ROOM = {
    "great_expectations": "intake/rules/suites.py",
    "evidently": "drift/",
    "mlflow": "storage/registry.py",
    "skops": "storage/registry.py",
    "deltalake": "storage/lake.py",
    "gradio": "serving/",
    "apprise": "alerting/channels.py",
    "prometheus_client": "serving/metrics_page.py",
    "alembic": "storage/reports/migrations/",
}

WORDS = {each.value for each in (*Verdict, *Kind)}

Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom


@cache
def sources() -> dict[Path, ast.Module]:
    return {
        path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))
    }


def place(path: Path, node: ast.stmt | ast.expr) -> str:
    return f"{path.relative_to(ROOT)}:{node.lineno}"


def functions() -> Iterator[tuple[Path, Function]]:
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, Function):
                yield path, node


def imported() -> Iterator[tuple[Path, Import, str]]:
    """Every import of a module, by its full name."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((path, node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield path, node, node.module or ""


def test_no_two_modules_have_one_name():
    names = Counter(
        path.name
        for path in sources()
        if not path.name.startswith("__") and MIGRATIONS not in path.parents
    )
    assert [name for name, often in names.items() if often > 1] == []


def test_a_file_has_one_reason_to_be_opened():
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {str(path): found for path, found in lines.items() if found > LINES_OF_A_FILE} == {}


def test_a_function_fits_on_a_screen_or_two():
    long = {
        place(path, node): node.name
        for path, node in functions()
        if (node.end_lineno or 0) - node.lineno >= LINES_OF_A_FUNCTION
        and MIGRATIONS not in path.parents
    }
    assert long == {}


def test_late_imports_stand_at_the_wall():
    late = {
        place(path, inner)
        for path, node in functions()
        for inner in ast.walk(node)
        if isinstance(inner, Import)
    }
    assert len(late) <= LATE_IMPORTS, sorted(late)


def test_what_dagster_calls_private_has_one_door():
    through = {
        place(path, node)
        for path, node, module in imported()
        if module.startswith(("dagster._", "dagster_shared")) and path != PRIVATE
    }
    assert through == set()


@pytest.mark.parametrize(("tool", "room"), ONE_TOOL_ONE_ROOM.items())
def test_a_tool_has_one_room(tool: str, room: str):
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path, _, module in imported()
        if module.split(".")[0] == tool
    }
    assert users, f"nothing imports {tool}"
    assert {user for user in users if not user.startswith(room)} == set()


def test_verdicts_and_kinds_are_asked_not_compared_as_text():
    compared = {
        f"{place(path, node)}: {ast.unparse(node)}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        for part in ast.walk(side)
        if isinstance(part, ast.Constant) and part.value in WORDS
    }
    assert compared == set()
