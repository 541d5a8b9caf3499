"""Who decides and why: asked of everyone who changes something."""

from typing import Annotated

import typer

By = Annotated[str, typer.Option(help="Your name.")]
Why = Annotated[str, typer.Option(help="Why.")]
