"""The help and the usage errors of the command line in Spanish, by what they are in English.

Help stands in English beside each command, as Typer reads it; a test holds that all of it is here.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer import rich_utils

HELP = dict(
    pair.split("\n")
    for pair in Path(__file__).with_name("help.es.txt").read_text("utf-8").strip().split("\n\n")
)
"""A paragraph of help in English, and in Spanish; the file holds them line below line."""
EXAMPLE = "Example: "
NAMED = re.compile(r"^(  [\w-]+ +)(.+)$")
"""A line of a list in the help: a name and what it is."""
MISTAKES = (
    (r"No such command (.+)", r"No existe el comando \1"),
    (r"No such option: (.+)", r"No existe la opción: \1"),
    (r"Missing option (.+)", r"Falta la opción \1"),
    (r"Missing argument (.+)", r"Falta el argumento \1"),
    (r"Got unexpected extra arguments? \((.+)\)", r"Sobra: \1"),
    (r"Option (.+) requires an argument", r"La opción \1 necesita un valor"),
    (r"Invalid value for (.+?): ", r"Valor no válido para \1: "),
    (r"Input should be a valid integer.*", "se esperaba un número entero"),
    (r"Input should be less than or equal to (\S+)", r"se esperaba \1 a lo más"),
    (r"Input should be greater than or equal to (\S+)", r"se esperaba \1 a lo menos"),
    (r"is not one of", "no es uno de"),
    (r"Did you mean", "¿Quiso decir"),
)
"""What Typer says of wrong arguments, as patterns."""


def translate_help(command: Any) -> None:
    """Put the help of a command, and of all below it, in Spanish."""
    rich_utils.OPTIONS_PANEL_TITLE = "Opciones"
    rich_utils.ARGUMENTS_PANEL_TITLE = "Argumentos"
    rich_utils.COMMANDS_PANEL_TITLE = "Comandos"
    rich_utils.REQUIRED_LONG_STRING = "[obligatorio]"
    rich_utils.DEFAULT_STRING = "[si se omite: {}]"
    for one in [command, *below(command)]:
        one.help, one.epilog = (text and paragraphs(text) for text in (one.help, one.epilog))
        for parameter in one.params:
            if getattr(parameter, "help", None):
                parameter.help = paragraphs(parameter.help)


def below(command: Any) -> Iterator[Any]:
    """The commands of a group, and those of its groups."""
    for one in getattr(command, "commands", {}).values():
        yield one
        yield from below(one)


def paragraphs(text: str) -> str:
    """A text in Spanish, paragraph by paragraph; what is not known stays as it is."""
    return "\n\n".join(_paragraph(part) for part in text.split("\n\n"))


def _paragraph(text: str) -> str:
    if text.startswith(EXAMPLE):
        return f"Ejemplo: {text.removeprefix(EXAMPLE)}"
    if text.startswith("\b"):  # a list, whose lines stay as they are
        return "\n".join(map(_line, text.split("\n")))
    return HELP.get(" ".join(text.split()), text)


def _line(text: str) -> str:
    named = NAMED.match(text)
    return named[1] + HELP.get(named[2], named[2]) if named else HELP.get(text, text)


def mistake(message: str) -> str:
    """What Typer says of a wrong argument, in Spanish as far as it is known."""
    for pattern, said in MISTAKES:
        message = re.sub(pattern, said, message)
    return message
