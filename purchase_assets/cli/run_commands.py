"""The graph and the server: `run`, `replay`, `serve`."""

import socket
from heapq import nsmallest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from purchase_assets import decision_log
from purchase_assets.cli.open_project import exit_on_failure, open_console, open_project, settle
from purchase_assets.cli.output import (
    Json,
    long_work,
    notes,
    print_json,
    print_rows,
    refuse,
    screen,
)
from purchase_assets.pages.labels import label
from purchase_assets.project import Project
from purchase_assets.storage.reports.snapshot import Published
from purchase_assets.text import Text
from purchase_assets.workflows import accepted_data, waiting_uploads

if TYPE_CHECKING:
    from purchase_assets.orchestration.driver import Ran

TABLE_ROWS = 10
NEWEST = Text(
    "Week {week_start}: forecast for {window_start} to {window_end}, sales known to "
    "{data_through}, model version {model_version}, {status}",
    "Semana {week_start}: pronóstico del {window_start} al {window_end}, ventas conocidas hasta "
    "el {data_through}, versión {model_version} del modelo, {status}",
)
NOTHING_PUBLISHED = Text(
    "Nothing is published yet: drop sales files in the incoming folder.",
    "Todavía no hay nada publicado: deje archivos de ventas en la carpeta de entrada.",
)
NOTHING_NEW = Text("Nothing new: nothing was computed.", "Nada nuevo: no se calculó nada.")
RUNS = Text("{runs} runs", "{runs} ejecuciones")
PLACES = Text(
    "table     {table} (weekly_predictions)\n"
    "lists     {data}/exports\n"
    "uploads   {data}/incoming\n"
    "next      make dev opens the graph, the operator page and MLflow",
    "tabla     {table} (weekly_predictions)\n"
    "listas    {data}/exports\n"
    "archivos  {data}/incoming\n"
    "después   make dev abre el grafo, la página de llamadas y MLflow",
)

app = typer.Typer()


@app.command()
def run(as_json: Json = False) -> None:
    """Take in what waits, train if there is no model yet, and forecast.

    Example: purchase-assets run
    """
    project = open_project()
    _need_incoming(project)
    ran = settle(project)
    if as_json:
        print_json([_ran_row(entry) for entry in ran])
    else:
        _report(project, ran)
    exit_on_failure(project, ran)


@app.command()
def replay(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of sales files.")],
    as_json: Json = False,
) -> None:
    """Feed the files of DIR, oldest first, one by one through the same sensors.

    Example: purchase-assets replay ~/history
    """
    from purchase_assets.workflows import take_in

    if not folder.is_dir():
        refuse(
            Text(
                f"{folder} is no folder; expected a folder with sales files; give its path",
                f"{folder} no es una carpeta; se esperaba una con archivos de ventas; indique su "
                "ruta",
            )
        )
    project = open_project()
    ran: list[Ran] = []
    files = take_in.oldest_first(project, folder)
    if not files:
        refuse(
            Text(
                f"{folder} holds no sales files; expected Parquet, CSV or .xlsx files; give "
                "another",
                f"{folder} no tiene archivos de ventas; se esperaban Parquet, CSV o .xlsx; "
                "indique otra",
            )
        )
    with long_work() as bar:
        task = bar.add_task("", total=len(files))
        for group in files:
            for path in group:
                entry = waiting_uploads.deliver(project, path)
                notes.print(entry.file_name, style="bold", markup=False, highlight=False)
            ran += settle(project, lambda text: bar.update(task, description=text))
            bar.advance(task)
    if as_json:
        print_json([_ran_row(entry) for entry in ran])
    else:
        _report(project, ran)
    exit_on_failure(project, ran)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
) -> None:
    """Serve the operator page, the monitoring page and the API.

    Example: purchase-assets serve --host 0.0.0.0 --port 8080
    """
    listening = _listen(host, port)  # first: the rest takes seconds
    import uvicorn

    from purchase_assets.serving.app import create_app

    decision_log.to_stderr()
    console = open_console()
    project = console.project
    app = create_app(project.reports, project.settings, console)
    with console.watching_the_daemon():
        notes.print(
            f"http://{host}:{listening.getsockname()[1]}  (monitoring: /monitoring, API: /docs)",
            highlight=False,
        )
        uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        refuse(
            Text(
                f"{host}:{port} cannot be listened on ({error.strerror}); expected an address of "
                "this machine and a free port; give others with --host and --port",
                f"no se puede escuchar en {host}:{port} ({error.strerror}); se esperaba una "
                "dirección de esta máquina y un puerto libre; indique otros con --host y --port",
            )
        )


def _report(project: Project, ran: "list[Ran]") -> None:
    """The first rows of the newest table and where everything is."""
    settings = project.settings
    computed = sum(entry.success for entry in ran)
    spoken = settings.language
    if week := Published(project.reports).week():
        screen.print(NEWEST.format(**vars(week)).of(spoken), soft_wrap=True)
        surest = nsmallest(TABLE_ROWS, week.pairs, key=lambda pair: -pair.probability)
        shown = {
            "customer_id": "customer",
            "product_id": "product",
            "probability": "chance",
            "will_buy": "will_buy",
        }
        rows = [
            {label(head, spoken): getattr(pair, name) for name, head in shown.items()}
            for pair in surest
        ]
        print_rows(rows, False, NOTHING_PUBLISHED)
    else:
        notes.print(NOTHING_PUBLISHED.of(spoken))
    for sentence in accepted_data.lacks(project):
        notes.print(sentence.of(spoken), style="yellow", highlight=False, markup=False)
    if computed or not ran:
        screen.print((RUNS.format(runs=computed) if computed else NOTHING_NEW).of(spoken))
    places = PLACES.format(
        table=project.reports.engine.url.render_as_string(), data=settings.data
    ).of(spoken)
    screen.print(places, soft_wrap=True)


def _need_incoming(project: Project) -> None:
    if not project.incoming.exists():
        refuse(
            Text(
                f"{project.incoming} does not exist; expected the folder that holds sales files; "
                "make it, or set PURCHASE_ASSETS_DATA to the data folder",
                f"{project.incoming} no existe; se esperaba la carpeta de los archivos de ventas; "
                "créela, o indique la carpeta de datos en PURCHASE_ASSETS_DATA",
            )
        )


def _ran_row(entry: "Ran") -> dict[str, Any]:
    return {
        "assets": list(entry.assets),
        "partition": entry.partition,
        "asked_by": entry.asked_by,
        "success": entry.success,
        "error": entry.error,
    }
