"""The command line: `purchase-assets`.

Commands stay thin: they read arguments, call what the graph calls, and print. Each topic is a
file in `purchase_assets.commands`.
"""

import sys

import typer
from pydantic import ValidationError
from typer.exceptions import TyperException

from purchase_assets.cli import (
    ask,
    drift_commands,
    model_commands,
    run_commands,
    sample_commands,
    upload_commands,
)
from purchase_assets.cli.mistakes import mendable, sentence, wrong_settings, wrong_usage
from purchase_assets.cli.output import refuse

app = typer.Typer(
    name="purchase-assets",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Weekly purchase forecasts with built-in data quality and drift monitoring.\n\n"
    "Example: purchase-assets sample-data && purchase-assets run",
    epilog="Exit: 0 done, 1 a run failed, 2 the request is wrong (one line says what), "
    "3 rows set aside, 4 a file rejected, 5 the check of a file failed.",
)
for topic in (run_commands, upload_commands, model_commands, drift_commands, ask, sample_commands):
    app.add_typer(topic.app)


def main() -> None:
    """Entry point: anything a person can mend is one line and exit 2."""
    try:
        sys.exit(app(prog_name="purchase-assets", standalone_mode=False))
    except TyperException as error:
        wrong_usage(error)
    except ValidationError as error:
        refuse(wrong_settings(error))
    except mendable() as error:
        refuse(sentence(error))
