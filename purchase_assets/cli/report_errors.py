"""What a command says when it cannot do its work, and the exit code that goes with it.

What a person can mend is one line and exit 2; everything else is a fault of the program, which
keeps its traceback and exits with 1.
"""

import sys
import traceback
from importlib.metadata import version
from typing import NoReturn

from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.exceptions import TyperException

from purchase_assets.cli import spanish
from purchase_assets.cli.output import EXIT_FAULT, EXIT_USAGE, refuse
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.settings import Settings, masked
from purchase_assets.text import Text


def end_with(error: Exception) -> NoReturn:
    """End the program as the error asks for."""
    if isinstance(error, TyperException):
        _refuse_usage(error)
    if isinstance(error, PurchaseAssetsError):
        refuse(error.text.map(masked))
    if isinstance(error, SettingsError):
        refuse(masked(f"{error} ({error.__cause__}); correct the variable or the .env file"))
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        refuse(_wrong_settings(error))
    _report_fault(error)


def _refuse_usage(error: TyperException) -> NoReturn:
    """A wrong argument; a command without its subcommand has shown its help already."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".").replace("Value error, ", "")
    if not message:
        raise SystemExit(EXIT_USAGE)
    command = context.command_path if context else "purchase-assets"
    refuse(
        Text(
            f"{message}; see {command} --help",
            f"{spanish.mistake(message)}; vea {command} --help",
        )
    )


def _wrong_settings(error: ValidationError) -> str:
    """The variables that cannot be read, each with its reason."""
    found = []
    for problem in error.errors():
        name = "__".join(str(part) for part in problem["loc"]).upper()
        reason = problem["msg"].removeprefix("Value error, ")
        found.append(f"PURCHASE_ASSETS_{name}={problem['input']!r}: {reason}")
    return masked("; ".join(found)) + "; correct the variable or the .env file"


def _report_fault(error: Exception) -> NoReturn:
    lines = "".join(traceback.format_exception(error))
    print(masked(lines), file=sys.stderr, end="")
    print(
        "purchase-assets: this is a fault of the program, not of what you asked for; send the "
        f"lines above, the command and the version ({version('purchase-assets')}) to those who "
        "maintain it",
        file=sys.stderr,
    )
    raise SystemExit(EXIT_FAULT)
