"""The notebook of docs/, run cell by cell: `python -m purchase_assets_tests.notebook`.

It is run on a small distributor, as its test does, and its outputs are kept in the file.
"""

import ast
import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from purchase_assets.storage import incoming
from purchase_assets_tests.places import DOCS
from purchase_assets_tests.scenarios.conftest import Distributor, make_sample, open_distributor

NOTEBOOK = DOCS / "data_scientists.ipynb"


def read() -> dict[str, Any]:
    return json.loads(NOTEBOOK.read_text("utf-8"))


def run(notebook: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """The outputs of each code cell, all in one namespace, as Jupyter would keep them."""
    names: dict[str, Any] = {"__name__": "__main__"}
    for number, cell in enumerate(code_cells(notebook), start=1):
        printed, tree = io.StringIO(), ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(printed):
            exec(compile(tree, f"cell {number}", "exec"), names)  # our own file
            asked = ast.Expression(last.value) if isinstance(last, ast.Expr) else None
            shown = eval(compile(asked, f"cell {number}", "eval"), names) if asked else None
        yield _outputs(printed.getvalue(), shown, number)


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _outputs(printed: str, shown: Any, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if printed:
        lines = printed.splitlines(keepends=True)
        found.append({"output_type": "stream", "name": "stdout", "text": lines})
    if shown is not None:
        data = {"text/plain": repr(shown).splitlines(keepends=True)}
        if hasattr(shown, "to_html"):
            data["text/html"] = shown.to_html(border=0).splitlines(keepends=True)
        found.append(
            {
                "output_type": "execute_result",
                "execution_count": number,
                "metadata": {},
                "data": data,
            }
        )
    return found


def main() -> None:
    incoming.SETTLED_S = 0  # whole files are dropped
    notebook = read()
    with tempfile.TemporaryDirectory() as folder:
        sample = make_sample()
        open_distributor(Path(folder), sample)
        os.environ["PURCHASE_ASSETS_DATA"] = Distributor(Path(folder), sample).settings.data
        for number, outputs in enumerate(run(notebook)):
            code_cells(notebook)[number] |= {"outputs": outputs, "execution_count": number + 1}
    NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
