"""Which model is champion, and how that changes.

The append-only `promotions` table decides; MLflow's alias follows it. A crash between the two
leaves the alias behind, and the next look puts it right.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from purchase_assets.decision_log import Decided, log
from purchase_assets.errors import Conflict, NotFound, PurchaseAssetsError
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.project import Project
from purchase_assets.storage.model_reference import ModelReference, ModelRefused
from purchase_assets.storage.reports import promotions, published_weeks, retraining_decisions
from purchase_assets.storage.reports.promotions import Promotion
from purchase_assets.text import Text
from purchase_assets.workflows.signature import signed


def champion_version(project: Project) -> str | None:
    """The champion's version, from the reports database alone."""
    promotion = promotions.newest(project.reports)
    return promotion.model_version if promotion else None


def champion(project: Project) -> ModelReference | None:
    """The champion; the alias is put right when a crash left it behind."""
    version = champion_version(project)
    if version is None:
        return None
    found = project.registry.reference(version)
    if project.registry.champion() != version:
        project.registry.set_champion(version)
    return found


def need_champion(project: Project) -> ModelReference:
    """The champion; PurchaseAssetsError when there is none."""
    found = champion(project)
    if found is None:
        raise PurchaseAssetsError(
            Text("there is no champion", "todavía no hay modelo en uso"),
            Text("a promoted model", "un modelo promovido"),
            Text(
                "run the job `retrain`, which makes one",
                "ejecute el trabajo `retrain`, que hace uno",
            ),
        )
    return found


@dataclass(frozen=True)
class Loaded:
    """The model that forecasts, and the champions before it whose files were refused, and why."""

    reference: ModelReference
    model: Any
    refused: tuple[str, ...]


def load_champion(project: Project) -> Loaded:
    """The champion's model, or the newest earlier champion's whose file is what was registered.

    Raises
    ------
    PurchaseAssetsError
        When there is no champion.
    ModelRefused
        When none of the champions' files can be trusted.
    """
    need_champion(project)
    refused: list[str] = []
    for version in champions(project):
        reference = project.registry.reference(version)
        try:
            model = project.registry.load(reference)
        except ModelRefused as error:
            refused.append(str(error))
        else:
            return Loaded(reference, model, tuple(refused))
    raise ModelRefused(
        "; ".join(refused),
        "one champion whose file is what was registered",
        "restore the data folder from a copy or run the job `retrain`",
    )


def champions(project: Project) -> list[str]:
    """Versions that are or were champion, the newest promotion first."""
    made = promotions.newest_first(project.reports)
    return list(dict.fromkeys(promotion.model_version for promotion in made))


def champion_then(project: Project, cutoff: date) -> str:
    """Version that was champion when sales were known up to `cutoff`; else the earliest champion.

    Raises
    ------
    PurchaseAssetsError
        When there never was a champion.
    """
    made = promotions.newest_first(project.reports)
    if not made:
        return need_champion(project).version
    reached = [promotion for promotion in made if _decided_with(project, promotion) <= cutoff]
    return (reached or made[-1:])[0].model_version


def _decided_with(project: Project, promotion: Promotion) -> date:
    """Newest day of sales that was known when a promotion was decided.

    A rollback bears the day that its version had learnt up to; it was decided later.
    """
    if promotion.kind != "rollback":
        return promotion.data_through
    known = published_weeks.sales_known_to(project.reports, at=promotion.promoted_at)
    return max(promotion.data_through, known or date.min)


def load_then(project: Project, week: date, version: str) -> Loaded:
    """The model `version`, which was champion in the days of a week that is over.

    Raises
    ------
    PurchaseAssetsError
        When its file or its record is not what was registered: no other model may stand in.
    """
    with _needed_by(week, version):
        reference = reference_then(project, week, version)
        return Loaded(reference, project.registry.load(reference), ())


def reference_then(project: Project, week: date, version: str) -> ModelReference:
    """The registered `version` of a week that is over, its record at hand.

    Raises
    ------
    PurchaseAssetsError
        When its record is not there.
    """
    with _needed_by(week, version):
        project.registry.record(version)
        return project.registry.reference(version)


@contextmanager
def _needed_by(week: date, version: str) -> Iterator[None]:
    try:
        yield
    except (ModelRefused, NotFound) as error:
        why = str(error).partition(";")[0]
        raise PurchaseAssetsError(
            f"week {week} is over and model version {version}, its champion of then, cannot be "
            f"used: {why}",
            "the model as it was registered, since no other may stand in for it",
            "restore its files below the data folder's mlflow/ from a backup and materialize the "
            "week again; what is published stays as it is",
        ) from error


def promote(
    project: Project,
    version: str,
    *,
    kind: str,
    by: str,
    reason: Text,
    data_through: date,
    figures: Mapping[str, Any],
    answer: Text | None = None,
) -> None:
    """Make a version champion: the row first, since it decides, then the alias.

    `answer` is what came of the trainings that were asked for. It is written together with the
    row: once there is a new champion, nobody may ask again, and they would stay open for ever.
    """
    previous = champion_version(project)
    with project.reports.transaction() as transaction:
        promotions.add(
            transaction,
            model_version=version,
            previous_version=previous,
            kind=kind,
            decided_by=by,
            reason=reason,
            data_through=data_through,
            figures=figures,
        )
        if answer is not None:
            retraining_decisions.conclude(transaction, "PROMOTED", answer)
    log(Decided.PROMOTION, version=version, kind=kind, by=by, reason=reason.en)
    passing(Failpoint.CHAMPION_DECIDED)
    project.registry.set_champion(version)


def rollback(project: Project, version: str, *, by: str, reason: str) -> str:
    """Make an earlier champion the champion again; returns what was done in one sentence.

    Raises
    ------
    PurchaseAssetsError
        When the version was never champion, or is it already and has forecast the week; its file
        is not what was registered; name or reason are missing.
    """
    by, reason = signed(by, reason)
    made = promotions.newest_first(project.reports)[::-1]
    earlier = {promotion.model_version: promotion for promotion in made}
    if version not in earlier:
        known = ", ".join(earlier)
        raise NotFound(
            Text(
                f"version {version!r} was never champion",
                f"la versión {version!r} nunca estuvo en uso",
            ),
            Text(
                f"a version that was: {known or 'none'}",
                f"una que lo haya estado: {known or 'ninguna'}",
            ),
            Text("see `purchase-assets models`", "vea `purchase-assets models`"),
        )
    current = made[-1].model_version
    if version == current:
        newest = published_weeks.newest(project.reports)
        if newest and newest.model_version != version:
            project.registry.load(project.registry.reference(version))
            return (
                f"Version {version} is champion already; the week, of version "
                f"{newest.model_version}, is forecast again."
            )
        others = ", ".join(other for other in earlier if other != current)
        raise Conflict(
            Text(
                f"version {version} is the champion already", f"la versión {version} ya está en uso"
            ),
            Text(
                f"an earlier champion: {others or 'there is none'}",
                f"una anterior: {others or 'no hay ninguna'}",
            ),
            Text(
                "nothing is to be rolled back, or give another version",
                "no hay nada que deshacer, o indique otra versión",
            ),
        )
    project.registry.load(project.registry.reference(version))
    promote(
        project,
        version,
        kind="rollback",
        by=by,
        reason=Text.same(reason),
        data_through=earlier[version].data_through,
        figures=earlier[version].figures,
    )
    return f"Version {version} is champion again instead of {current}: {reason}"
