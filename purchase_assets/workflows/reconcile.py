"""What a dead process wrote and did not end: the stores compared by content, never by clocks.

An upload is whole when the `uploads` table, the lake and Dagster say the same of its rows; a change
of champion, when Dagster was told of the version that `promotions` names.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from purchase_assets.errors import NotFound, PurchaseAssetsError
from purchase_assets.kinds import KNOWN_KINDS, Kind
from purchase_assets.project import Project
from purchase_assets.storage.incoming import files
from purchase_assets.storage.model_reference import ModelRefused
from purchase_assets.storage.reports import promotions, published_weeks, uploads
from purchase_assets.workflows import accepted_rows, promote_model


@dataclass(frozen=True)
class HalfDone:
    """An upload that was accepted and whose rows are not everywhere.

    Attributes
    ----------
    accepted : int
        Rows that were taken, as the `uploads` table says.
    in_lake : bool
        Whether the lake holds them, so that nobody but Dagster has to be told.
    """

    key: str
    kind: Kind
    accepted: int
    in_lake: bool

    @property
    def version(self) -> str:
        """The data version that Dagster ought to know."""
        return data_version(self.key, self.accepted)


def data_version(key: str, accepted: int) -> str:
    """Data version of an upload: its content, and how many of its rows were taken."""
    return f"{key}/{accepted}"


def half_done(project: Project, told: Mapping[Kind, Collection[str]]) -> Iterator[HalfDone]:
    """The uploads that were accepted and not ended, master tables first.

    Parameters
    ----------
    told : mapping of Kind to collection of str
        The data versions that Dagster was told: of sales the newest of each upload, of a master
        table all.
    """
    for kind in sorted(KNOWN_KINDS, key=lambda kind: not kind.is_master):
        accepted = uploads.accepted_rows(project.reports, kind)
        if not accepted:
            continue
        find = _masters if kind.is_master else _sales
        yield from find(project, kind, accepted, frozenset(told.get(kind, ())))
    yield from _without_a_verdict(project)


def _without_a_verdict(project: Project) -> Iterator[HalfDone]:
    """Files of the archive that `uploads` does not know, since an older copy of it was put back."""
    known, archive = set(uploads.keys(project.reports)), project.folder("uploads")
    for folder in sorted(archive.iterdir()) if archive.exists() else ():
        kind = folder.name.rpartition("-")[0]
        if kind in KNOWN_KINDS and folder.name not in known and next(files(folder), None):
            yield HalfDone(folder.name, Kind(kind), 0, in_lake=False)


def _sales(
    project: Project, kind: Kind, accepted: Mapping[str, int], told: frozenset[str]
) -> Iterator[HalfDone]:
    held = accepted_rows.in_lake(project)
    for key, rows in accepted.items():
        found = HalfDone(key, kind, rows, in_lake=held.get(key, 0) == rows)
        if not found.in_lake or found.version not in told:
            yield found


def _masters(
    project: Project, kind: Kind, accepted: Mapping[str, int], told: frozenset[str]
) -> Iterator[HalfDone]:
    """Of a master table the lake keeps the newest values only, so rows cannot be counted.

    An upload of which Dagster knows another number of rows may lack the newest ones in the lake.
    """
    kept = project.lake.exists(kind.table)
    known = {version.rpartition("/")[0] for version in told}
    for key, rows in accepted.items():
        found = HalfDone(key, kind, rows, in_lake=kept and key not in known)
        if not kept or found.version not in told:
            yield found


def lost(project: Project, table: str, told: int, week: str | None = None) -> bool:
    """Whether a table that is computed from others, or a week of it, is not as it was written.

    Parameters
    ----------
    told : int
        Version of the table that Dagster was told of.
    """
    return not project.lake.holds(table, told, {"week_start": week} if week else None)


def untold_champion(project: Project, told: str | None) -> str | None:
    """The champion's data version, when Dagster was told of another one.

    MLflow is asked only then, which puts its alias right, too.

    Raises
    ------
    NotFound
        When MLflow does not know the champion.
    """
    version = promote_model.champion_version(project)
    if version is None or (told or "").partition("/")[0] == version:
        return None
    return promote_model.need_champion(project).data_version


def unused_champion(project: Project) -> PurchaseAssetsError | None:
    """Why the champion is of no use, or the newest published week is not of it; None otherwise.

    Raises
    ------
    Unavailable
        When MLflow's database cannot be read.
    """
    week, champion = published_weeks.newest(project.reports), promotions.newest(project.reports)
    if week is None or champion is None:
        return None
    version, earlier = champion.model_version, week.model_version
    try:
        project.registry.load(project.registry.reference(version))
    except (ModelRefused, NotFound) as error:
        if earlier == version:
            return PurchaseAssetsError(
                f"version {version}, the champion, cannot be used: {error.found}",
                "the champion as it was registered",
                "restore the data folder's mlflow.db and mlflow/ from a copy, make another version "
                "champion with `purchase-assets models rollback`, or train one: `dagster job "
                "execute -j retrain`",
            )
        return PurchaseAssetsError(
            f"week {week.week_start} is {week.status} and of model version {earlier}, since "
            f"version {version}, the champion, cannot be used: {error.found}",
            "the champion as it was registered",
            "restore the data folder's mlflow/ from a copy, or make another version champion: "
            f"`purchase-assets models rollback {earlier} --by NAME --reason TEXT`",
        )
    if earlier == version:
        return None
    return PurchaseAssetsError(
        f"week {week.week_start} is of model version {earlier}, and version {version} is champion",
        "a forecast by the champion",
        "see what failed, mend it and run `purchase-assets run`",
    )
