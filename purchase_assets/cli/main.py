"""The command line: `purchase-assets`.

Commands stay thin: they read arguments, call what the graph calls, and print. Each topic is a
file in `purchase_assets.cli`.
"""

import sys

import typer
from typer.main import get_command

from purchase_assets.cli import (
    ask,
    backup_commands,
    drift_commands,
    key_commands,
    model_commands,
    run_commands,
    sample_commands,
    spanish,
    upload_commands,
)
from purchase_assets.cli.output import language
from purchase_assets.cli.report_errors import end_with
from purchase_assets.storage.database_errors import explained_errors

app = typer.Typer(
    name="purchase-assets",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Weekly purchase forecasts with built-in data quality and drift monitoring.\n\n"
    "Example: purchase-assets sample-data && purchase-assets run",
    epilog="Exit: 0 done, 1 a run failed or the program has a fault, 2 something is to be mended "
    "(one line says what), 3 rows set aside, 4 a file rejected, 5 the check of a file failed.",
)
for topic in (
    run_commands,
    upload_commands,
    model_commands,
    drift_commands,
    ask,
    sample_commands,
    backup_commands,
    key_commands,
):
    app.add_typer(topic.app)


def main() -> None:
    """Entry point."""
    command = get_command(app)
    if language() == "es":
        spanish.translate_help(command)
    try:
        # the other databases tell of themselves where they are asked
        with explained_errors("Dagster's database", "PURCHASE_ASSETS_DAGSTER_STORAGE_URL"):
            sys.exit(command(prog_name="purchase-assets", standalone_mode=False))
    except Exception as error:  # noqa: BLE001 - each is told to the person, a fault with its trace
        end_with(error)
