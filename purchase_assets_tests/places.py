"""Where the project's own files are."""

from pathlib import Path

TESTS = Path(__file__).parent
ROOT = TESTS.parent
"""The folder of dagster.yaml, docs and pyproject.toml."""
DOCS = ROOT / "docs"
