"""The drift detector's own record: `drift false-alarms`."""

import typer

from purchase_assets.cli.open_project import existing_project
from purchase_assets.cli.output import Json, long_work, print_json, print_rows, print_said, refuse
from purchase_assets.text import Text

app = typer.Typer()
drift = typer.Typer(help="The drift detector's own record.", no_args_is_help=True)
app.add_typer(drift, name="drift")


@drift.command("false-alarms")
def false_alarms(as_json: Json = False) -> None:
    """Replay the detector over the accepted weeks: how often it would have fired, and on what.

    The monitoring page shows the newest replay.

    Example: purchase-assets drift false-alarms
    """
    from purchase_assets.workflows.report_drift import replay

    project = existing_project()
    if not project.lake.exists("daily_sales"):
        refuse(
            Text(
                "no sales have been accepted yet; expected weeks to judge; "
                "run `purchase-assets run` first",
                "todavía no se aceptaron ventas; se esperaban semanas que juzgar; "
                "ejecute antes `purchase-assets run`",
            )
        )
    with long_work() as bar:
        task = bar.add_task("reading the accepted sales", total=1.0)
        rate = replay(
            project, lambda text, share: bar.update(task, description=text, completed=share)
        )
    flagged = [
        {"week": f"{week.week:%Y-%m-%d}", "sentence_en": week.verdict.sentence.en}
        for week in rate.flagged
    ]
    if as_json:
        print_json(
            {
                "weeks": len(rate.judged),
                "too_few_rows": len(rate.weeks) - len(rate.judged),
                "flagged": flagged,
                "share": rate.share,
                "columns": rate.columns,
            }
        )
        return
    print_said(
        f"{len(flagged)} of {len(rate.judged)} accepted weeks would have raised an alarm "
        f"({rate.share:.1%}); {len(rate.weeks) - len(rate.judged)} more have too few rows to say.",
        as_json,
    )
    if flagged:
        print_rows(flagged, as_json, Text.same(""))
