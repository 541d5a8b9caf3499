"""All that the project keeps, in one archive, and an empty place made of it again.

What is written last is read first: Dagster's events before the reports database, that before the
tables and models. So the archive holds what a computer would that stopped at that moment, and the
next run goes on from there. The databases are in it as rows, so that they can move to PostgreSQL.
"""

import io
import json
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from purchase_assets.errors import Conflict, Unavailable, files_usable
from purchase_assets.progress import Progress
from purchase_assets.project import Project
from purchase_assets.storage import table_rows
from purchase_assets.storage.registry import Registry
from purchase_assets.storage.reports import migrations
from purchase_assets.storage.reports.database import now
from purchase_assets.text import Text

FORMAT = 1
MANIFEST = "manifest.json"
DATA, REPORTS, MLFLOW = "data", "reports", "mlflow_rows"
"""Folders of the archive: the data folder's files, and the rows of the two databases."""
LAKE, DAGSTER, INCOMING = "lake", "dagster", "incoming"
LOOKS = 20
"""How often the tables may change under a look at the reports database."""
BESIDE_SQLITE = ("-wal", "-shm", "-journal")


@dataclass(frozen=True)
class Restored:
    """What was made of an archive."""

    made_at: str
    files: int
    rows: int
    runs_left_out: bool


def back_up(project: Project, file: Path, progress: Progress) -> int:
    """Write the archive; returns its size in bytes. The project may be at work.

    Raises
    ------
    PurchaseAssetsError
        When there is nothing to keep, the file exists, or the tables change all the time.
    """
    data = _local(project)
    if file.exists():
        raise Conflict(
            Text(f"{file} exists", f"{file} ya existe"),
            Text("a new file", "un archivo nuevo"),
            Text("give another name, or move it away", "indique otro nombre, o muévalo"),
        )
    if not data.is_dir() or not any(data.iterdir()):
        raise Conflict(
            Text(f"{data} holds nothing", f"{data} está vacía"),
            Text("a project's data folder", "la carpeta de datos de un proyecto"),
            Text("see the setting DATA", "vea la opción DATA"),
        )
    draft = file.parent / f".{file.name}.part"
    with (
        files_usable(file.parent),
        tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.") as work,
    ):
        try:
            _write(project, data, Path(work), draft, progress)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    return file.stat().st_size


def _write(project: Project, data: Path, work: Path, draft: Path, progress: Progress) -> None:
    progress("Dagster's runs and events", 0.0)
    of_dagster = work / DAGSTER
    for path in _files(data / DAGSTER):
        target = of_dagster / path.relative_to(data / DAGSTER)
        target.parent.mkdir(parents=True, exist_ok=True)
        table_rows.copy_file(path, target)
    progress("the reports database", 0.1)
    tables, reports = _reports_beside_tables(project, work)
    progress("models", 0.3)
    mlflow = None
    if project.registry.versions() or not table_rows.is_empty(project.registry.uri):
        mlflow = table_rows.dump(project.registry.uri, work / MLFLOW)
    manifest = {
        "format": FORMAT,
        "made_at": f"{now()}",
        "program": version("purchase-assets"),
        REPORTS: reports.as_json(),
        MLFLOW: mlflow and mlflow.as_json(),
        LAKE: tables,
    }
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
        for path in _files(work):
            name = path.relative_to(work).as_posix()
            archive.write(path, f"{DATA}/{name}" if name.startswith(f"{DAGSTER}/") else name)
        for place, (name, version_) in enumerate(tables.items()):
            progress(f"table {name}, version {version_}", 0.4 + 0.3 * place / len(tables))
            for path in project.lake.files(name, version_):
                archive.write(path, f"{DATA}/{LAKE}/{name}/{_below(path, data / LAKE / name)}")
        progress("uploads, pages and models' files", 0.7)
        for path in _other_files(project, data):
            # a file that was taken in meanwhile is seen again in the archive of uploads
            if path.exists():
                archive.write(path, f"{DATA}/{_below(path, data)}")
    progress("written", 1.0)


def _reports_beside_tables(project: Project, work: Path) -> tuple[dict[str, int], table_rows.Dump]:
    """Versions of the lake's tables, and the reports database of a moment at which they stood."""
    url = str(project.reports.engine.url.render_as_string(hide_password=False))
    for _ in range(LOOKS):
        before = project.lake.versions()
        reports = table_rows.dump(url, work / REPORTS)
        if project.lake.versions() == before:
            return before, reports
        shutil.rmtree(work / REPORTS)
        time.sleep(1)
    raise Unavailable(
        f"the tables changed at each of {LOOKS} looks",
        "a moment at which none is being written",
        "see which runs follow one another so fast, and try again",
    )


def _other_files(project: Project, data: Path) -> Iterator[Path]:
    """What is neither in the lake nor Dagster's nor a database; incoming files first."""
    yield from _files(data / INCOMING)
    databases = {
        file.resolve()
        for url in (project.settings.reports, project.settings.mlflow)
        if (file := table_rows.database_file(url))
    }
    for entry in sorted(data.iterdir()):
        if entry.name not in (LAKE, DAGSTER, INCOMING):
            yield from (path for path in _files(entry) if path.resolve() not in databases)


def _files(place: Path) -> Iterator[Path]:
    """The files at or below a place, but for those that only belong to an open database."""
    found = [place] if place.is_file() else sorted(place.rglob("*"))
    yield from (path for path in found if path.is_file() and not path.name.endswith(BESIDE_SQLITE))


def restore(project: Project, file: Path, progress: Progress) -> Restored:
    """Make an empty place what an archive says, in the databases that the settings name.

    Files are seen all at once, after the databases are filled. Dagster's runs and events come back
    where they lay and lie in the data folder.

    Raises
    ------
    PurchaseAssetsError
        When the place is not empty, or the file is no archive of a backup.
    """
    data = _local(project)
    _need_empty(project, data)
    draft = data.parent / f".{data.name}.restoring"
    try:
        with files_usable(data.parent):
            shutil.rmtree(draft, ignore_errors=True)  # of a restore that was killed
            draft.mkdir(parents=True)
        made = _fill(project, file, draft, progress)
        for folder in sorted(data.rglob("*"), reverse=True) if data.exists() else ():
            folder.rmdir()
        draft.replace(data)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    progress("restored", 1.0)
    return made


def _fill(project: Project, file: Path, draft: Path, progress: Progress) -> Restored:
    """Put the archive's files into a folder, and its rows into the databases."""
    settings = project.settings
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            names = [name for name in archive.namelist() if name.startswith(f"{DATA}/")]
            runs = {name for name in names if PurePosixPath(name).parts[1] == DAGSTER}
            left_out = bool(runs and settings.dagster_storage_url)
            wanted = [name for name in names if not (left_out and name in runs)]
            for place, name in enumerate(wanted):
                progress(name.removeprefix(f"{DATA}/"), 0.6 * place / len(wanted))
                with files_usable(draft):
                    _extract(archive, name, draft)
            (draft / INCOMING).mkdir(exist_ok=True)  # an archive has no empty folders
            progress("the reports database", 0.6)
            kept, models = manifest[REPORTS], manifest[MLFLOW]
            table_rows.load(
                settings.reports_url or f"sqlite:///{draft}/reports.db",
                kept["revision"],
                lambda engine: migrations.bring_to(engine, kept["revision"]),
                lambda table: _lines(archive, f"{REPORTS}/{table}.jsonl"),
            )
            if models:
                progress("models", 0.9)
                uri = settings.mlflow_uri or f"sqlite:///{draft}/mlflow.db"
                table_rows.load(
                    uri,
                    models["revision"],
                    lambda _: Registry(uri, f"{settings.data}/mlflow").begin(),
                    lambda table: _lines(archive, f"{MLFLOW}/{table}.jsonl"),
                )
    except (OSError, zipfile.BadZipFile) as error:
        raise Unavailable(
            Text(f"{file} cannot be read ({error})", f"{file} no se puede leer ({error})"),
            Text(
                "the archive that `purchase-assets backup` wrote",
                "el archivo que escribió `purchase-assets backup`",
            ),
            Text("give its path, or another copy of it", "indique su ruta, u otra copia"),
        ) from error
    counts = [*kept["rows"].values(), *(models["rows"].values() if models else ())]
    return Restored(manifest["made_at"], len(wanted), sum(counts), left_out)


def _need_empty(project: Project, data: Path) -> None:
    todo = Text(
        "give an empty one, or delete what is there when nobody needs it, such as what a restore "
        "left that broke off",
        "indique una vacía, o borre lo que hay si nadie lo necesita, como lo que dejó una "
        "restauración interrumpida",
    )
    if data.exists() and any(path.is_file() for path in data.rglob("*")):
        raise Conflict(
            Text(f"{data} holds files", f"{data} tiene archivos"),
            Text("an empty data folder", "una carpeta de datos vacía"),
            todo,
        )
    databases = {
        Text("the reports database", "la base de informes"): project.settings.reports,
        Text("MLflow's database", "la base de MLflow"): project.settings.mlflow,
        Text("Dagster's database", "la base de Dagster"): project.settings.dagster_storage_url,
    }
    for name, url in databases.items():
        if url and not table_rows.is_empty(url):
            raise Conflict(
                Text("{name} has tables", "{name} tiene tablas").format(name=name),
                Text("an empty database", "una base vacía"),
                todo,
            )


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, Any]:
    found = json.loads(archive.read(MANIFEST)) if MANIFEST in archive.namelist() else {}
    if found.get("format") != FORMAT:
        raise Conflict(
            f"{file} is an archive of format {found.get('format')}",
            f"format {FORMAT}, as `purchase-assets backup` of this version writes it",
            "restore it with the version that made it",
        )
    return found


def _extract(archive: zipfile.ZipFile, name: str, draft: Path) -> None:
    target = (draft / name.removeprefix(f"{DATA}/")).resolve()
    if not target.is_relative_to(draft.resolve()):
        raise Conflict(f"{name!r} leads out of the data folder", "files below it", "do not use it")
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(name) as source, target.open("wb") as copy:
        shutil.copyfileobj(source, copy)


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[str]:
    if name in archive.namelist():
        with archive.open(name) as content:
            yield from io.TextIOWrapper(content, encoding="utf-8")


def _below(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _local(project: Project) -> Path:
    """The data folder, which must lie in the file system: object stores have their own copies."""
    if "://" in project.settings.data:
        raise Conflict(
            f"the data folder is {project.settings.data}",
            "a folder of this machine",
            "let the object store keep versions, or copy it with its own tools",
        )
    return Path(project.settings.data)
