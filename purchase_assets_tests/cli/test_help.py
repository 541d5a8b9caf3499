"""What a person can ask of the command line itself: help, examples, the shell's completion."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

from typer.main import get_command

from purchase_assets.cli import spanish
from purchase_assets.cli.main import app
from purchase_assets.samples.drift_scenarios import SCENARIOS
from purchase_assets.samples.faults import FAULTS


def commands(group=None, path=()):
    """Every command with its words, from the front door down."""
    for name, command in (group or get_command(app)).commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


def test_every_command_has_help_and_an_example_that_parses():
    for words, command in commands():
        example = command.help.partition("Example: ")[2]
        told = shlex.split(example)
        assert told[: len(words) + 1] == ["purchase-assets", *words], words
        command.make_context(words[-1], told[len(words) + 1 :])
        for option in command.params:
            assert getattr(option, "help", None), (words, option.name)


def test_every_command_that_reports_speaks_json():
    silent = {words for words, command in commands() if "as_json" not in names(command)}
    assert silent == {("serve",)}


def names(command):
    return {option.name for option in command.params}


def test_the_shell_completes_commands_and_values():
    """What bash would do with the script that it was given."""
    program = Path(sys.executable).with_name("purchase-assets")
    asked = """
eval "$(purchase-assets --show-completion)"
complete -p purchase-assets
press_tab() {
  COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
  _purchase_assets_completion purchase-assets; echo "${COMPREPLY[*]}"
}
press_tab purchase-assets next-week --drift unit
press_tab purchase-assets quarantine ""
"""
    done = subprocess.run(
        ["bash", "-c", asked],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PATH": f"{program.parent}:{os.environ['PATH']}"},
        check=False,
    )
    registered, *completed = done.stdout.splitlines()
    assert registered.endswith("purchase-assets"), done.stderr
    assert completed == ["unit-change", "list release discard"]


def test_help_lists_each_fault_and_drift_with_what_it_is():
    told = " ".join(get_command(app).commands["next-week"].help.split())
    for name, one in {**FAULTS, **SCENARIOS}.items():
        assert f"{name} {one.description}" in told


def test_all_help_is_there_in_spanish():
    tree = get_command(app)
    for command in [tree, *spanish.below(tree)]:
        texts = [command.help, command.epilog, *(getattr(p, "help", None) for p in command.params)]
        for text in filter(None, texts):
            for part in text.split("\n\n"):
                assert spanish.paragraphs(part) != part, f"no Spanish for {part!r}"
    listed = get_command(app).commands["next-week"].help.split("\n")
    for line in filter(spanish.NAMED.match, listed):
        assert spanish.paragraphs(f"\b\n{line}") != f"\b\n{line}", f"no Spanish for {line!r}"


def test_help_speaks_the_language_of_the_settings(asked):
    def told(spoken: str) -> str:
        ended = asked("next-week", "--help", PURCHASE_ASSETS_LANGUAGE=spoken, COLUMNS="200")
        return " ".join(ended.stdout.split())

    in_english, in_spanish = told("en"), told("es")
    assert "Example: purchase-assets next-week --fault missing-column" in in_english
    assert "Ejemplo: purchase-assets next-week --fault missing-column" in in_spanish
    assert "missing-column falta la columna items" in in_spanish
