"""From an error to the one line that a person can act on."""

from typing import NoReturn

from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, OperationalError
from typer.exceptions import TyperException

from purchase_assets.cli.output import EXIT_USAGE, refuse
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.settings import masked


def mendable() -> tuple[type[Exception], ...]:
    """The errors whose message a person can act on; any other is a fault of ours."""
    return (
        PurchaseAssetsError,
        ValueError,
        LookupError,
        OSError,
        ArgumentError,
        OperationalError,
    )


def sentence(error: Exception) -> str:
    """What was found, what was expected and what to do, without anybody's password."""
    return masked(_sentence(error))


def _sentence(error: Exception) -> str:
    if isinstance(error, KeyError | IndexError):
        raise error  # ours write LookupError; these are faults
    if isinstance(error, OperationalError):
        return (
            f"a database does not do what it was asked ({error.orig}); expected one that answers "
            "and can be written; see that its server runs or its file is writable, that no other "
            "program holds it, and what the PURCHASE_ASSETS_..._URL variables say"
        )
    if isinstance(error, ArgumentError):
        return (
            f"{error}; expected a database such as postgresql://user@host/name; "
            "correct PURCHASE_ASSETS_REPORTS_URL"
        )
    if isinstance(error, OSError) and error.filename and error.strerror:
        return (
            f"{error.filename}: {error.strerror.lower()}; expected a path that can be used; "
            "correct it or its rights, or set PURCHASE_ASSETS_DATA to another data folder"
        )
    return str(error)


def wrong_usage(error: TyperException) -> NoReturn:
    """A wrong argument; a command without its subcommand has shown its help already."""
    context = getattr(error, "ctx", None)
    message = error.format_message().rstrip(".").replace("Value error, ", "")
    if not message:
        raise SystemExit(EXIT_USAGE)
    command = context.command_path if context else "purchase-assets"
    refuse(f"{message}; see {command} --help")


def wrong_settings(error: ValidationError) -> str:
    """The variables that cannot be read, each with its reason."""
    found = []
    for problem in error.errors():
        name = "__".join(str(part) for part in problem["loc"]).upper()
        reason = problem["msg"].removeprefix("Value error, ")
        found.append(f"PURCHASE_ASSETS_{name}={problem['input']!r}: {reason}")
    return masked("; ".join(found)) + "; correct the variable or the .env file"
