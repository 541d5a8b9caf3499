"""The command line: `purchase-assets`.

Commands stay thin: they read arguments, call what the graph calls, and print.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from purchase_assets.settings import Settings

if TYPE_CHECKING:
    from purchase_assets.operations import Operations
    from purchase_assets.resources import Project
    from purchase_assets.unattended import Ran
    from purchase_assets.weeks import Window

EXIT_USAGE = 2
EXIT_BY_VERDICT = {"ACCEPTED": 0, "DUPLICATE": 0, "PARTIAL": 3, "REJECTED": 4, "ENGINE_ERROR": 5}
TABLE_ROWS = 10

app = typer.Typer(
    name="purchase-assets",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Weekly purchase forecasts with built-in data quality and drift monitoring.",
)
quarantine_app = typer.Typer(no_args_is_help=True, help="Rows that were set aside.")
models_app = typer.Typer(help="Model versions and who became champion when.")
app.add_typer(quarantine_app, name="quarantine")
app.add_typer(models_app, name="models")
screen = Console()
notes = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def main() -> None:
    """Entry point: anything a person can mend is one line and exit 2."""
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    try:
        app()
    except (ValueError, LookupError, OSError) as error:
        _refuse(_one_line(error))


@app.command("sample-data")
def sample_data(
    out: Annotated[
        Path | None, typer.Option(help="Folder; the incoming folder if left out.")
    ] = None,
    customers: Annotated[int, typer.Option(min=10)] = 300,
    products: Annotated[int, typer.Option(min=5)] = 60,
    weeks: Annotated[int, typer.Option(min=12)] = 60,
    end: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD; last Sunday if left out.")] = "",
    seed: int = 7,
) -> None:
    """Write sales files of a made-up distributor.

    Example: purchase-assets sample-data --out /tmp/demo --customers 100 --weeks 40
    """
    from purchase_assets import sample_data as maker

    settings = Settings()
    last = _day(end, "--end") if end else maker.last_complete_week(settings.today())
    sample = maker.generate(
        customers=customers, products=products, weeks=weeks, end=last, seed=seed
    )
    folder = out or Path(settings.data) / "incoming"
    for path in maker.write(sample, folder):
        screen.print(f"{path}", highlight=False, soft_wrap=True)


@app.command("simulate-drift")
def simulate_drift(
    scenario: Annotated[str, typer.Argument(help="Name of the scenario; `list` lists them.")],
    out: Annotated[Path, typer.Option(help="Folder for the files.")],
    weeks: Annotated[int, typer.Option(min=1)] = 2,
    end: Annotated[str, typer.Option(help="Last day of the ordinary history.")] = "",
    seed: int = 7,
) -> None:
    """Write an ordinary history and the weeks after it, changed in a way that has a name.

    The history ends `weeks` weeks before the last complete week, so that the changed weeks are
    no future.

    Example: purchase-assets simulate-drift unit-change --out ~/demo
    """
    from purchase_assets import sample_data as maker
    from purchase_assets.sample_drift import SCENARIOS, simulate

    if scenario not in SCENARIOS:
        known = "; ".join(f"{name}: {one.description}" for name, one in SCENARIOS.items())
        _refuse(f"{scenario!r} is no scenario; expected one of: {known}")
    today = Settings().today()
    last = _day(end, "--end") if end else maker.last_complete_week(today) - timedelta(weeks=weeks)
    history = maker.generate(end=last, seed=seed)
    paths = maker.write(history, out / "0-history")
    for number, week in enumerate(simulate(scenario, history, weeks=weeks, seed=seed), start=1):
        paths += maker.write(week, out / f"{number}-{scenario}")
    for path in paths:
        screen.print(f"{path}", highlight=False, soft_wrap=True)


@app.command()
def run(as_json: Json = False) -> None:
    """Take in what waits, train if there is no model yet, and forecast.

    Example: purchase-assets run
    """
    project = _project()
    _need_incoming(project)
    ran = _settle(project)
    if as_json:
        _print_json([_ran_row(entry) for entry in ran])
    else:
        _report(project, ran)
    _exit_on_failure(ran)


@app.command()
def replay(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of sales files.")],
    as_json: Json = False,
) -> None:
    """Feed the files of DIR, oldest first, one by one through the same sensors.

    Example: purchase-assets replay ~/history
    """
    from purchase_assets.workflows import intake

    if not folder.is_dir():
        _refuse(f"{folder} is no folder; expected a folder with sales files; give its path")
    project = _project()
    ran: list[Ran] = []
    files = intake.oldest_first(project, folder)
    if not files:
        _refuse(f"{folder} holds no sales files; expected Parquet or CSV files; give another")
    for group in files:
        for path in group:
            notes.print(f"[bold]{path.name}[/bold]")
            intake.deliver(project, path)
        ran += _settle(project)
    if as_json:
        _print_json([_ran_row(entry) for entry in ran])
    else:
        _report(project, ran)
    _exit_on_failure(ran)


@app.command()
def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Files to take in.")],
    dry_run: Annotated[bool, typer.Option(help="Only say what the verdict would be.")] = False,
    as_json: Json = False,
) -> None:
    """Judge files and take in what is right; exit 0 accepted, 3 partial, 4 rejected, 5 error.

    Example: purchase-assets upload --dry-run ~/batch_2025-01-06.csv
    """
    from purchase_assets.workflows import intake

    project = _project()
    reports = []
    for file in files:
        if not file.is_file():
            _refuse(f"{file} does not exist or is no file; expected a Parquet or CSV file")
        entry = intake.Waiting(
            intake.key_of(intake.as_path(file)), intake.kind_of(file.name), intake.as_path(file)
        )
        if not dry_run:
            report = _take_in(project, entry)
        else:
            report = intake.report(intake.examine(project, entry))
        reports.append({**report, "file": str(file)})
    if as_json:
        _print_json(reports)
    else:
        for report in reports:
            _print_verdict(report)
    raise typer.Exit(max(EXIT_BY_VERDICT[report["verdict"]] for report in reports))


@app.command()
def uploads(as_json: Json = False) -> None:
    """List the uploads and their verdicts, newest first."""
    more = ", received_at, judged_at, kind, known_rows, deliveries, message_en, message_es"
    rows = _project().reports.rows(
        "SELECT key, file_name, verdict, rows, accepted, quarantined, duplicates, first_day, "
        f"last_day{more if as_json else ''} FROM uploads ORDER BY received_at DESC, key"
    )
    _print_rows(rows, as_json, "No uploads yet; drop files in the incoming folder and run.")


@quarantine_app.command("list")
def quarantine_list(
    key: Annotated[str, typer.Option(help="Only this upload.")] = "", as_json: Json = False
) -> None:
    """List the rows that wait for a decision."""
    rows = _project().reports.rows(
        "SELECT upload_key, row_number, rule, message_en, original FROM quarantine "
        "WHERE status = 'WAITING' AND (:key = '' OR upload_key = :key) "
        "ORDER BY upload_key, row_number",
        key=key,
    )
    _print_rows(rows, as_json, "No rows wait.")


Key = Annotated[str, typer.Argument(metavar="UPLOAD_KEY", help="Upload, as `uploads` shows it.")]
Numbers = Annotated[list[int] | None, typer.Option("--row", help="Row number; all if left out.")]
By = Annotated[str, typer.Option(help="Your name.")]
Why = Annotated[str, typer.Option(help="Why.")]


@quarantine_app.command("release")
def quarantine_release(key: Key, by: By, reason: Why, row: Numbers = None) -> None:
    """Validate rows again and take them in.

    Example: purchase-assets quarantine release KEY --row 17 --by Ana --reason "a wedding"
    """
    screen.print(_operations().release(key, row, by, reason), soft_wrap=True)


@quarantine_app.command("discard")
def quarantine_discard(key: Key, by: By, reason: Why, row: Numbers = None) -> None:
    """Close rows for good; they stay on record."""
    screen.print(_operations().discard(key, row, by, reason), soft_wrap=True)


@app.command()
def decisions(as_json: Json = False) -> None:
    """List the decisions on retraining, newest first, each with its sentence."""
    rows = _project().reports.rows(
        "SELECT decided_at, cause, retrain, reason_code, sentence_en, outcome_en "
        "FROM retraining_decisions ORDER BY id DESC"
    )
    _print_rows(rows, as_json, "No decision yet.")


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context, as_json: Json = False) -> None:
    """List the champions, newest first."""
    if context.invoked_subcommand is None:
        rows = _project().reports.rows(
            "SELECT promoted_at, model_version, previous_version, kind, decided_by, "
            "data_through, reason FROM promotions ORDER BY id DESC"
        )
        _print_rows(rows, as_json, "No model yet.")


@models_app.command("rollback")
def models_rollback(
    version: Annotated[str, typer.Argument(help="Version, as `models` shows it.")],
    by: By,
    reason: Why,
) -> None:
    """Make an earlier champion champion again and forecast the running week again.

    Example: purchase-assets models rollback 3 --by Ana --reason "version 4 forgets new products"
    """
    operations = _operations()
    screen.print(operations.rollback(version, by, reason), soft_wrap=True)
    _exit_on_failure(_settle(operations.project))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
) -> None:
    """Serve the operator page, the monitoring page and the API."""
    import uvicorn

    from purchase_assets.serving.app import create_app

    operations = _operations()
    project = operations.project
    uvicorn.run(
        create_app(project.reports, project.settings, operations),
        host=host,
        port=port,
        log_level="warning",
    )


@app.command()
def ask(
    customer: Annotated[str, typer.Option(help="Customer id.")],
    product: Annotated[str, typer.Option(help="Product id; all of the list if left out.")] = "",
    as_json: Json = False,
) -> None:
    """Say what a customer will probably buy in the newest forecast week.

    Example: purchase-assets ask --customer 245976 --product 1304
    """
    rows = _project().reports.rows(
        "SELECT week_start, window_start, window_end, customer_id, product_id, probability, "
        "will_buy, rank, weeks_bought_of_8, days_since_last, usual_gap_days, source, "
        "model_version, data_through, status FROM latest_weekly_predictions "
        "WHERE customer_id = :customer AND (:product = '' OR product_id = :product) "
        "ORDER BY rank",
        customer=customer,
        product=product,
    )
    if not rows:
        what = f"customer {customer!r}" + (f" and product {product!r}" if product else "")
        _refuse(
            f"the newest forecast has nothing on {what}; expected ids as in the sales files; "
            "see `purchase-assets uploads` for what was taken in"
        )
    _print_rows(rows, as_json, "")


@app.command()
def backtest(
    data: Annotated[Path, typer.Option(help="Folder of sales files.")],
    window: Annotated[
        list[str], typer.Option(metavar="FIRST_DAY:DAYS", help="Window to forecast; repeatable.")
    ],
    as_json: Json = False,
) -> None:
    """Walk forward over files: train before each window, forecast it, compare.

    Touches nothing of the project's data.

    Example: purchase-assets backtest --data ~/history --window 2025-01-06:7 --json
    """
    from purchase_assets.workflows.backtesting import backtest_files

    windows = [_window(text) for text in window]
    with notes.status("reading files") as status:
        rows = backtest_files(
            data,
            windows,
            Settings(),
            progress=lambda text, share: status.update(f"{text} {share:.0%}"),
        )
    _print_rows(rows, as_json, "")


def _settle(project: "Project") -> "list[Ran]":
    from purchase_assets.definitions import build_definitions
    from purchase_assets.unattended import Unattended, open_instance

    with notes.status("looking for work") as status:

        def announce(asked_by: str, assets: Sequence[str], partition: str | None) -> None:
            what = ", ".join(assets) + (f" [{partition}]" if partition else "")
            notes.print(f"  {what}", highlight=False, markup=False)
            status.update(f"{what} (asked for by {asked_by})")

        driver = Unattended(
            build_definitions(project.settings),
            open_instance(project.settings, _home()),
            announce,
        )
        return driver.settle()


def _report(project: "Project", ran: "list[Ran]") -> None:
    """The first rows of the newest table and where everything is."""
    settings = project.settings
    rows = project.reports.rows(
        "SELECT customer_id, product_id, probability, will_buy, weeks_bought_of_8, "
        "days_since_last FROM latest_weekly_predictions "
        "ORDER BY probability DESC, customer_id, product_id LIMIT :rows",
        rows=TABLE_ROWS,
    )
    computed = sum(entry.success for entry in ran)
    if not rows:
        notes.print("Nothing is published yet: drop sales files in the incoming folder.")
    else:
        week = project.reports.published_weeks()[-1]
        facts = project.reports.published_window(week)
        assert facts is not None
        screen.print(
            f"Week {week}: forecast for {facts['window_start']} to {facts['window_end']}, "
            f"sales known to {facts['data_through']}, model version {facts['model_version']}, "
            f"{facts['status']}"
        )
        _print_rows(rows, False, "")
    screen.print(f"{computed} runs" if computed else "Nothing new: nothing was computed.")
    screen.print(
        f"table     {project.reports.engine.url.render_as_string()} (weekly_predictions)",
        soft_wrap=True,
    )
    screen.print(f"lists     {settings.data}/exports", soft_wrap=True)
    screen.print(f"uploads   {settings.data}/incoming", soft_wrap=True)
    screen.print("next      make dev opens the graph, the operator page and MLflow")


def _exit_on_failure(ran: "list[Ran]") -> None:
    failed = [entry for entry in ran if not entry.success]
    for entry in failed:
        notes.print(f"failed: {', '.join(entry.assets)}: {_one_line(entry.error)}", style="red")
    if failed:
        raise typer.Exit(1)


def _take_in(project: "Project", entry: Any) -> dict[str, Any]:
    """Through the graph, so that the checks and the events are the same as for a dropped file."""
    from purchase_assets.workflows import intake

    before = project.reports.upload(entry.key)
    if before and before["verdict"] in intake.TAKEN:
        return intake.report_taken(before, "DUPLICATE")
    intake.deliver(project, Path(entry.path))
    _settle(project)
    after = project.reports.upload(entry.key)
    if after is None:
        _refuse(f"{entry.path.name} was not judged; look at the failed run above")
    return intake.report_taken(after)


def _operations() -> "Operations":
    from purchase_assets.operations import Operations
    from purchase_assets.unattended import open_instance

    project = _project()
    return Operations(project, open_instance(project.settings, _home()))


def _project() -> "Project":
    from purchase_assets.resources import Project

    return Project(Settings())


def _home() -> Path:
    """DAGSTER_HOME: as set, or the folder that holds dagster.yaml."""
    if "DAGSTER_HOME" in os.environ:
        return Path(os.environ["DAGSTER_HOME"]).absolute()
    here = Path.cwd()
    found = next((f for f in (here, *here.parents) if (f / "dagster.yaml").is_file()), None)
    if found is None:
        _refuse(
            f"no dagster.yaml in {here} or above it; expected the project's root; "
            "run from there or set DAGSTER_HOME"
        )
    return found


def _need_incoming(project: "Project") -> None:
    if not project.incoming.exists():
        _refuse(
            f"{project.incoming} does not exist; expected the folder that holds sales files; "
            "make it, or set PURCHASE_ASSETS_DATA to the data folder"
        )


def _window(text: str) -> "Window":
    from purchase_assets.weeks import Window

    first, _, days = text.partition(":")
    if not days.isdigit() or int(days) < 1:
        _refuse(f"--window {text!r}; expected FIRST_DAY:DAYS such as 2025-01-06:7")
    return Window(_day(first, "--window") - timedelta(days=1), int(days))


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(f"{option} {text!r}; expected a day such as 2025-01-06")


def _refuse(message: str) -> NoReturn:
    print(f"purchase-assets: {message}", file=sys.stderr)
    raise SystemExit(EXIT_USAGE)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())


def _ran_row(entry: "Ran") -> dict[str, Any]:
    return {
        "assets": list(entry.assets),
        "partition": entry.partition,
        "asked_by": entry.asked_by,
        "success": entry.success,
        "error": entry.error,
    }


def _print_json(value: Any) -> None:
    print(json.dumps(value, indent=2, default=str, ensure_ascii=False))


def _print_rows(rows: list[dict[str, Any]], as_json: bool, empty: str) -> None:
    if as_json:
        _print_json(rows)
        return
    if not rows:
        screen.print(empty)
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, value in rows[0].items():
        number = isinstance(value, int | float)
        table.add_column(name.replace("_", " "), justify="right" if number else "left")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    screen.print(table)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)


def _print_verdict(report: dict[str, Any]) -> None:
    screen.print(
        f"[bold]{report['verdict']}[/bold] {report['file']}: {report['rows']} rows, "
        f"{report['accepted']} accepted, {report['quarantined']} quarantined, "
        f"{report['duplicates']} repeated ({report['key']})",
        soft_wrap=True,
    )
    for reason in report["reasons"]:
        screen.print(f"  {reason['rule']}: {reason['message']}", soft_wrap=True, markup=False)


if __name__ == "__main__":
    main()
