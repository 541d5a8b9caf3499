"""An asset's code version: what its function runs within this package, and nothing else.

The source is read, not run: loading the graph must not import what the functions import late.
From a function every name that it uses is followed to where the package defines it, and on from
there. Comments, docstrings, annotations and layout do not count. Methods are followed through the
class that a function names (`Window(...)`), not through an argument: how a table is stored
(`project.lake.write`) says nothing of what is in it.
"""

import ast
import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = "purchase_assets"
ROOT = Path(__file__).parent

LEFT_OUT = tuple(
    f"{PACKAGE}.{name}"
    for name in ("orchestration", "storage", "decision_log", "failpoints", "code_versions")
)
"""How Dagster is told, how rows are kept, what is logged: followed by nobody, since it changes no
content."""

Place = tuple[str, str]
"""A module and a name of its top level; the name is empty for the module itself."""


@cache
def code_version(function: Callable) -> str:
    """Fingerprint of all that an asset's function uses within the package, worked out once."""
    content = hashlib.sha256()
    for name, syntax in sorted(used(function).items()):
        content.update(f"{name}={syntax}\n".encode())
    return content.hexdigest()[:12]


def used(function: Callable) -> dict[str, str]:
    """What a function rests on: syntax by `module:name`; not the function itself."""
    module = _Module.of(function.__module__)
    line = inspect.unwrap(function).__code__.co_firstlineno
    waiting = list(module.places(module.function_at(line)))
    found: dict[str, str] = {}
    while waiting:
        home, name = waiting.pop()
        left_out = home.startswith(LEFT_OUT)
        if f"{home}:{name}" in found or (left_out and home != function.__module__):
            continue
        defined = _Module.of(home).definition(name)
        if defined is None:
            continue
        syntax, places = defined
        found[f"{home}:{name}"] = "" if left_out else syntax  # a helper beside the asset
        waiting += places
    return found


def forget() -> None:
    """Read the sources anew the next time."""
    code_version.cache_clear()
    _Module.of.cache_clear()


class _Module:
    """The top level of one module of the package, as its source says, without what does not run."""

    def __init__(self, name: str) -> None:
        self.name = name
        path = ROOT.joinpath(*name.split(".")[1:])
        self.path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        self.tree = ast.parse(self.path.read_text(encoding="utf-8"))
        self.defined = {target: node for node in self.tree.body for target in _targets(node)}
        self.imported = dict(_imports(self.tree.body))
        self._definitions: dict[str, tuple[str, list[Place]]] = {}

    @staticmethod
    @cache
    def of(name: str) -> "_Module":
        """The module of a name; each is read once."""
        return _Module(name)

    def definition(self, name: str) -> tuple[str, list[Place]] | None:
        """What a name of the top level is defined as, and where the names that it uses are.

        Worked out once: ten assets use most of it, and each process that loads the graph waits.
        """
        if name in self.defined and name not in self._definitions:
            node = _Plain().visit(self.defined[name])
            self._definitions[name] = ast.dump(node), list(self.places(node))
        return self._definitions.get(name)

    def function_at(self, line: int) -> ast.AST:
        """The function whose first line, decorators included, is `line`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                if first == line:
                    return _Plain().visit(node)
        raise LookupError(f"no function begins at line {line} of {self.path}")

    def places(self, node: ast.AST) -> Iterator[Place]:
        """Where the names that a piece of this module uses are defined."""
        parts = list(_run(node))
        imported = {**self.imported, **dict(_imports(parts))}
        for part in parts:
            if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                module, name = imported.get(part.value.id, ("", ""))
                if module and not name:
                    yield module, part.attr
            elif isinstance(part, ast.Name) and part.id in imported:
                yield imported[part.id]
            elif isinstance(part, ast.Name) and part.id in self.defined:
                yield self.name, part.id


class _Plain(ast.NodeTransformer):
    """Leaves out what does not run: docstrings and annotations."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        node.annotation = ast.Constant(None)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._without_docstring(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._without_docstring(node)

    def _without_docstring(self, node: ast.FunctionDef | ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.body = [part for part in node.body if not _is_text(part)] or [ast.Pass()]
        return node


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All parts of a definition but its decorators: those of an asset name other assets."""
    decorators = {id(one) for one in getattr(node, "decorator_list", ())}
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += [child for child in ast.iter_child_nodes(part) if id(child) not in decorators]


def _is_text(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _targets(node: ast.stmt) -> Iterator[str]:
    """The names that a statement of the top level defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            yield from (part.id for part in ast.walk(target) if isinstance(part, ast.Name))


def _imports(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, Place]]:
    """Names that imports of the package bind, and what they stand for."""
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE:
            for alias in node.names:
                yield alias.asname or alias.name, _place(str(node.module), alias.name)


def _place(module: str, name: str) -> Place:
    inner = ROOT.joinpath(*module.split(".")[1:], name)
    if inner.is_dir() or inner.with_suffix(".py").exists():
        return f"{module}.{name}", ""
    return module, name
