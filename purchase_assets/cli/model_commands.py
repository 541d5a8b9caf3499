"""Model versions, why they trained, how good they are: `models`, `decisions`, `backtest`."""

from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from purchase_assets.cli.open_project import (
    existing_project,
    exit_on_failure,
    open_operations,
    open_project,
    settle,
)
from purchase_assets.cli.output import (
    Json,
    language,
    long_work,
    notes,
    parse_day,
    print_json,
    print_records,
    print_rows,
    print_said,
    refuse,
)
from purchase_assets.cli.signature_options import By, Why
from purchase_assets.pages.labels import label
from purchase_assets.storage.reports import promotions, retraining_decisions, tainted_models
from purchase_assets.storage.reports.two_languages import to_columns
from purchase_assets.text import Text
from purchase_assets.weeks import Window

NO_DECISION = Text("No decision yet.", "Todavía no hay decisiones.")
LOGGED = Text('Logged to MLflow as "{run}".', "Registrado en MLflow como «{run}».")
NO_MODEL = Text("No model yet.", "Todavía no hay modelo.")

app = typer.Typer()
models = typer.Typer(help="Model versions and who became champion when.")
app.add_typer(models, name="models")


@app.command()
def decisions(as_json: Json = False) -> None:
    """List the decisions on retraining, newest first, each with its sentence.

    Example: purchase-assets decisions
    """
    print_records(
        retraining_decisions.newest_first(existing_project().reports),
        {
            "decided_at": "when",
            "cause": "cause",
            "retrain": "retrained",
            "sentence": "decision",
            "outcome_text": "outcome",
        },
        as_json,
        NO_DECISION,
    )


@models.callback(invoke_without_command=True)
def list_models(context: typer.Context, as_json: Json = False) -> None:
    """List the champions, newest first: which model forecasts, since when and why.

    Example: purchase-assets models
    """
    if context.invoked_subcommand is not None:
        return
    reports = existing_project().reports
    tainted = tainted_models.by_version(reports)
    made = promotions.newest_first(reports)
    files = {
        one.model_version: [taint.upload_key for taint in tainted.get(one.model_version, [])]
        for one in made
    }
    if as_json:
        print_json(
            [{**to_columns(asdict(one)), "tainted_by": files[one.model_version]} for one in made]
        )
        return
    spoken = language()
    rows = [
        {
            label("version", spoken): one.model_version,
            label("when", spoken): one.promoted_at,
            label("kind", spoken): one.kind,
            label("by", spoken): one.decided_by,
            label("trained_through", spoken): one.data_through,
            label("reason", spoken): one.reason.of(spoken),
            label("tainted_by", spoken): ", ".join(files[one.model_version]),
        }
        for one in made
    ]
    print_rows(rows, as_json, NO_MODEL)


def _known_versions(incomplete: str) -> list[str]:
    made = promotions.newest_first(existing_project().reports)
    known = dict.fromkeys(promotion.model_version for promotion in made)
    return [version for version in known if version.startswith(incomplete)]


@models.command("rollback")
def models_rollback(
    version: Annotated[
        str, typer.Argument(help="Version, as `models` shows it.", autocompletion=_known_versions)
    ],
    by: By,
    reason: Why,
    as_json: Json = False,
) -> None:
    """Make an earlier champion champion again and forecast the running week again.

    Example: purchase-assets models rollback 3 --by Ana --reason "version 4 forgets new products"
    """
    operations = open_operations()
    said = operations.rollback(version, by, reason)
    ran = settle(operations.project)
    print_said(said, as_json)
    exit_on_failure(operations.project, ran)


@models.command("reproduce")
def models_reproduce(
    version: Annotated[
        str, typer.Argument(help="Version, as MLflow shows it.", autocompletion=_known_versions)
    ],
    as_json: Json = False,
) -> None:
    """Train again from a version's record and compare the predictions; exit 1 if they differ.

    Example: purchase-assets models reproduce 3
    """
    from purchase_assets.workflows.reproduce_model import reproduce

    project = existing_project()
    with long_work() as bar:
        task = bar.add_task("reading the record", total=1.0)
        found = reproduce(
            project,
            version,
            progress=lambda text, share: bar.update(task, description=text, completed=share),
        )
    if as_json:
        print_json({**asdict(found), "same": found.same})
    else:
        code = "the same code" if found.same_code else "other code than then"
        print_said(
            f"Version {found.version}, trained again on {found.rows} rows with {code}: predictions "
            f"{'are the same' if found.same else 'differ'} "
            f"(largest difference {found.largest_difference:.1e}).",
            as_json,
        )
    if not found.same:
        raise typer.Exit(1)


@app.command()
def backtest(
    window: Annotated[
        list[str], typer.Option(metavar="FIRST_DAY:DAYS", help="Window to forecast; repeatable.")
    ],
    data: Annotated[
        Path | None, typer.Option(help="Folder of sales files; the project's own if left out.")
    ] = None,
    log: Annotated[
        bool, typer.Option("--log", help="Log the figures to MLflow, as a run to compare.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Walk forward: train before each window, forecast it, compare with what was bought.

    On the project's own sales, or on files; writes nothing of the project's data.

    Example: purchase-assets backtest --window 2025-01-06:7 --window 2025-01-13:7
    """
    from purchase_assets.workflows import backtest_files as tests

    windows = [_window(text) for text in window]
    project = open_project() if data else existing_project()
    with long_work() as bar:
        task = bar.add_task("reading sales", total=1.0)

        def progress(text: str, share: float) -> None:
            bar.update(task, description=text, completed=share)

        if data:
            rows = tests.backtest_files(data, windows, project.settings, progress, _remark)
        else:
            rows = tests.backtest_project(project, windows, progress)
    print_rows(rows if as_json else tests.with_mean(rows), as_json, NO_MODEL)
    if log:
        _remark(LOGGED.format(run=tests.log_backtest(project, rows, data)))


def _remark(text: Text) -> None:
    notes.print(text.of(language()), style="yellow", highlight=False, markup=False)


def _window(text: str) -> Window:
    first, _, days = text.partition(":")
    if not days.isdigit() or int(days) < 1:
        refuse(
            Text(
                f"--window {text!r}; expected FIRST_DAY:DAYS such as 2025-01-06:7",
                f"--window {text!r}; se esperaba PRIMER_DÍA:DÍAS como 2025-01-06:7",
            )
        )
    return Window(parse_day(first, "--window") - timedelta(days=1), int(days))
