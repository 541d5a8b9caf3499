"""What the command line prints: on narrow screens and in pipes, in the language of the settings."""

import sys

import pytest
from rich.console import Console

from purchase_assets.cli import (
    ask,
    model_commands,
    output,
    run_commands,
    sample_commands,
    upload_commands,
)
from purchase_assets.cli.main import main
from purchase_assets.text import Text
from purchase_assets_tests.planted import PARTIAL, REFUSED, fill, make_project

ENGLISH = (" the ", "File:", "Rows:", "When", "Explanation", "Product", "Chance", "week")


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """What a command prints on a screen of some columns, in a language."""
    reports, settings = make_project(tmp_path)
    fill(reports, settings)
    monkeypatch.setenv("PURCHASE_ASSETS_DATA", settings.data)

    def run(*arguments: str, width: int = 80, language: str = "es") -> str:
        monkeypatch.setenv("PURCHASE_ASSETS_LANGUAGE", language)
        console = Console(width=width)
        for module in (ask, model_commands, output, run_commands, sample_commands, upload_commands):
            if hasattr(module, "screen"):
                monkeypatch.setattr(module, "screen", console)
        monkeypatch.setattr(sys, "argv", ["purchase-assets", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    return run


@pytest.mark.parametrize("width", [40, 60, 80])
def test_what_people_type_again_is_never_cut(said, width):
    for words, key in (
        (("uploads",), REFUSED),
        (("uploads",), PARTIAL),
        (("quarantine", "list"), PARTIAL),
    ):
        lines = said(*words, width=width).splitlines()
        assert key in lines  # a line of its own
    assert "7 " in said("models", width=width)


def test_a_table_keeps_its_first_column_whole(monkeypatch, capsys):
    monkeypatch.setattr(output, "screen", Console(width=60))
    key = "transactions-da1296aabbcc"
    rows = [{"key": key, "file_name": "transacciones_2026.parquet", "message": "long " * 40}]
    output.print_rows(rows, as_json=False, empty=Text.same(""))
    assert key in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [("uploads",), ("quarantine", "list"), ("models",), ("decisions",)]
)
def test_the_language_is_the_one_of_the_settings(said, words):
    spanish, english = said(*words), said(*words, language="en")
    assert spanish != english
    found = [word for word in ENGLISH if word in spanish]
    assert found == []


def test_ask_speaks_the_language_of_the_settings(said):
    assert "Comprará" in said("ask", "--customer", "254000")
    assert "Will buy" in said("ask", "--customer", "254000", language="en")
    assert "Will buy" in said("ask", "--customer", "254000", "--lang", "en")


@pytest.mark.parametrize(("language", "row"), [("en", "1,338  0.250"), ("es", "1.338  0,250")])
def test_numbers_are_written_as_the_language_writes_them(monkeypatch, capsys, language, row):
    monkeypatch.setenv("PURCHASE_ASSETS_LANGUAGE", language)
    monkeypatch.setattr(output, "screen", Console(width=60))
    output.print_rows([{"rows": 1338, "share": 0.25}], as_json=False, empty=Text.same(""))
    assert row in capsys.readouterr().out
