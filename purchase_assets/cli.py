"""The command line: `purchase-assets`.

Commands stay thin: they read arguments, call what the graph calls, and print. Each topic is a
file in `purchase_assets.commands`.
"""

import os

import typer

from purchase_assets.commands import asking, files, models, running, samples
from purchase_assets.commands.output import one_line, refuse

app = typer.Typer(
    name="purchase-assets",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Weekly purchase forecasts with built-in data quality and drift monitoring.",
)
for topic in (running, files, models, asking, samples):
    app.add_typer(topic.app)


def main() -> None:
    """Entry point: anything a person can mend is one line and exit 2."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        app()
    except (ValueError, LookupError, OSError) as error:
        refuse(one_line(error))


if __name__ == "__main__":
    main()
