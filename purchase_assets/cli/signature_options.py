"""Who decides and why: asked of everyone who changes something."""

import os
import pwd
from typing import Annotated

import typer

from purchase_assets.workflows.signature import named


def system_user() -> str:
    """Who runs the command, as the operating system knows them; no variable can say otherwise."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:  # in a container without that user
        return f"user {number}"


def _beside_the_user(typed: str) -> str:
    return named(system_user(), typed) if typed.strip() else typed


By = Annotated[
    str,
    typer.Option(help="Your name; kept beside that of the user.", callback=_beside_the_user),
]
Why = Annotated[str, typer.Option(help="Why.")]
