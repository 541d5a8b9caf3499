"""The sample distributor delivers: its history first, then one week after the other.

The sample has its own calendar. Its record in the data folder says what it is made of and which
day it has come to, which `Settings.today` reads: a week can be delivered before it is over.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import MASTERS
from purchase_assets.project import Project
from purchase_assets.samples.drift_scenarios import SCENARIOS
from purchase_assets.samples.faults import FAULTS
from purchase_assets.samples.generator import WEEKS_AHEAD, Recipe, SampleData, write
from purchase_assets.settings import SAMPLE_RECORD
from purchase_assets.storage.atomic_files import write_atomically
from purchase_assets.storage.incoming import files
from purchase_assets.storage.reports import published_weeks
from purchase_assets.text import Text
from purchase_assets.weeks import monday
from purchase_assets.workflows import waiting_uploads


@dataclass(frozen=True)
class Delivered:
    """What now waits in the incoming folder.

    Attributes
    ----------
    paths : list of Path
        The week's sales, and the master file that a drift has changed.
    first_day, last_day : date
        The days that the week covers.
    today : date
        The day that counts as today from now on.
    """

    paths: list[Path]
    first_day: date
    last_day: date
    today: date


def begin(project: Project, recipe: Recipe) -> list[Path]:
    """Put a sample's history into the incoming folder, and keep what it is made of."""
    with TemporaryDirectory() as folder:
        drafts = write(recipe.history(), Path(folder))
        paths = [Path(str(waiting_uploads.deliver(project, draft).path)) for draft in drafts]
    _keep(project, recipe, recipe.end + timedelta(days=1))
    return paths


def deliver_next_week(project: Project, *, drift: str = "", fault: str = "") -> Delivered:
    """Put the week after the newest accepted sales into the incoming folder.

    Parameters
    ----------
    project : Project
        One whose data folder began with the sample.
    drift : str
        A key of `SCENARIOS`: the change in the week.
    fault : str
        A key of `FAULTS`: how the week is sent wrongly. While it is refused, the same week comes
        again, under the same name.

    Raises
    ------
    PurchaseAssetsError
        When the data are no sample, nothing was taken in yet, a file of the week waits already, or
        the sample has no further week.
    """
    recipe = _recipe(project)
    first = _first_day_to_come(project, recipe)
    last = monday(first) + timedelta(days=6)
    name = f"transacciones_{first}_{last}"
    for stamp, _ in files(project.incoming):
        if stamp.name.startswith(name):
            raise PurchaseAssetsError(
                Text(
                    f"{stamp.name} waits in {project.incoming}",
                    f"{stamp.name} espera en {project.incoming}",
                ),
                Text(
                    "it to be taken in before another file of its week comes",
                    "que entre antes de que llegue otro archivo de su semana",
                ),
                Text(
                    "run purchase-assets run, or let make dev do it",
                    "ejecute purchase-assets run, o deje que lo haga make dev",
                ),
            )
    distributor = recipe.distributor()
    week = distributor.between(first, last)
    if drift:
        week = SCENARIOS[drift].change(np.random.default_rng(last.toordinal()), week)
    _keep(project, recipe, last + timedelta(days=1))  # before the files: their days are no future
    paths = _deliver(project, week, distributor, name, fault)
    return Delivered(paths, first, last, project.settings.today())


def _deliver(
    project: Project, week: SampleData, before: SampleData, name: str, fault: str
) -> list[Path]:
    """Copy the week's files into the incoming folder, each complete or not at all."""
    with TemporaryDirectory() as folder:
        drafts = []
        draft = Path(folder) / name
        for kind in MASTERS:
            master = getattr(week, kind.table)
            if master is not getattr(before, kind.table):
                drafts.append(draft.with_name(f"{kind}_{name.partition('_')[2]}.parquet"))
                master.to_parquet(drafts[-1], index=False)
        if fault:
            drafts.append(FAULTS[fault].write(week.transactions, draft))
        else:
            drafts.append(draft.with_suffix(".parquet"))
            week.transactions.to_parquet(drafts[-1], index=False)
        return [Path(str(waiting_uploads.deliver(project, draft).path)) for draft in drafts]


def _first_day_to_come(project: Project, recipe: Recipe) -> date:
    newest = published_weeks.sales_known_to(project.reports)
    if newest is None:
        raise PurchaseAssetsError(
            Text(
                f"nothing of {project.incoming} was taken in yet",
                f"todavía no entró nada de {project.incoming}",
            ),
            Text("the sample's history", "la historia de la muestra"),
            Text("run purchase-assets run first", "ejecute primero purchase-assets run"),
        )
    # the last day of a small history may have no sales; that of a week neither
    begun = newest > recipe.end
    first = monday(newest) + timedelta(weeks=1) if begun else recipe.end + timedelta(days=1)
    if first > recipe.end + timedelta(weeks=WEEKS_AHEAD):
        raise PurchaseAssetsError(
            Text(f"sales are known to {newest}", f"se conocen ventas hasta el {newest}"),
            Text(
                f"a day of the {WEEKS_AHEAD} weeks after {recipe.end} that the sample goes on",
                f"un día de las {WEEKS_AHEAD} semanas después del {recipe.end} en que la muestra "
                "sigue",
            ),
            Text(
                f"delete {project.settings.data} and begin anew",
                f"borre {project.settings.data} y empiece de nuevo",
            ),
        )
    return first


def _record(project: Project) -> Path:
    return Path(project.settings.data) / SAMPLE_RECORD


def _keep(project: Project, recipe: Recipe, today: date) -> None:
    record = json.dumps({**asdict(recipe), "today": today}, default=str, indent=2)
    write_atomically(project.folder(SAMPLE_RECORD), record)


def _recipe(project: Project) -> Recipe:
    path = _record(project)
    if not path.is_file():
        raise PurchaseAssetsError(
            Text(f"{path} does not exist", f"{path} no existe"),
            Text(
                "a data folder that began with the sample, since only the sample has a next week",
                "una carpeta de datos que empezó con la muestra: solo ella tiene semana siguiente",
            ),
            Text(
                "make run begins so where there are no sales files yet",
                "make run empieza así donde todavía no hay archivos de ventas",
            ),
        )
    kept = json.loads(path.read_text("utf-8"))
    kept.pop("today")
    return Recipe(**{**kept, "end": date.fromisoformat(kept["end"])})
