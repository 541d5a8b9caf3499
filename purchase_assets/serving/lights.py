"""Is all well: four lights, each with its sentence and the one thing to do.

What needs a person is what people are told of (`workflows.find_alerts`), in the same words.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from purchase_assets.alerting.alert import Alert, AlertKind
from purchase_assets.pages import light_words, wording
from purchase_assets.pages.light_words import Level
from purchase_assets.project import Project
from purchase_assets.serving.monitoring_data import OutOfDate, ScoredWeek
from purchase_assets.storage.reports import drift_scores, promotions, published_weeks, uploads
from purchase_assets.text import Text


@dataclass(frozen=True)
class Light:
    """One light.

    Attributes
    ----------
    name : str
        Of its label.
    todo : Text or None
        The one thing to do; commands stand between backticks.
    more : int
        Further things of the same light that wait.
    kind : AlertKind or None
        The kind of what it tells of.
    """

    name: str
    level: Level
    sentence: Text
    todo: Text | None = None
    more: int = 0
    kind: AlertKind | None = None

    @property
    def decided_here(self) -> bool:
        """Whether the page has a form for it."""
        return self.kind in HERE


OF_FILES = (
    *(AlertKind.ENGINE_ERROR, AlertKind.REJECTED_UPLOAD, AlertKind.NO_FILE),
    AlertKind.PARTIAL_UPLOAD,
)
OF_THE_TABLE = (
    *(AlertKind.SILENT_DAEMON, AlertKind.GIVEN_UP, AlertKind.STALE_TABLE, AlertKind.FAILED_RUN),
    *(AlertKind.SILENT_SENSOR, AlertKind.DEGRADED_TABLE),
)
OF_THE_MODEL = (AlertKind.TAINTED_CHAMPION, AlertKind.BUDGET_USED_UP)
OF_DRIFT = (AlertKind.DRIFT,)
"""The kinds that each light is about, the worst first; of a training nobody has to do anything."""

HERE = (AlertKind.REJECTED_UPLOAD, AlertKind.PARTIAL_UPLOAD)
"""Kinds that a form of the page answers."""

TO_LOOK_AT = {
    *(AlertKind.PARTIAL_UPLOAD, AlertKind.FAILED_RUN, AlertKind.SILENT_SENSOR),
    *(AlertKind.DEGRADED_TABLE, AlertKind.BUDGET_USED_UP, AlertKind.DRIFT),
}
"""Kinds that may wait a day; the others want somebody now."""


def lights(
    project: Project,
    alerts: Sequence[Alert],
    behind: Collection[OutOfDate],
    quality: Sequence[ScoredWeek],
) -> list[Light]:
    """The four, in the order in which one thing rests on the other."""
    return [
        _alarm("light_files", alerts, OF_FILES) or _files(project),
        _alarm("light_table", alerts, OF_THE_TABLE) or _table(project, behind),
        _alarm("light_model", alerts, OF_THE_MODEL) or _model(project, quality),
        _alarm("light_drift", alerts, OF_DRIFT) or _drift(project),
    ]


def _alarm(name: str, alerts: Sequence[Alert], kinds: Sequence[AlertKind]) -> Light | None:
    """What the worst of some alerts says."""
    mine = sorted((one for one in alerts if one.kind in kinds), key=lambda a: kinds.index(a.kind))
    if not mine:
        return None
    worst = mine[0]
    level = Level.LOOK if worst.kind in TO_LOOK_AT else Level.ACT
    title = worst.title.map(wording.capitalised).map("{}.".format)
    return Light(name, level, title, worst.mend, len(mine) - 1, worst.kind)


def _files(project: Project) -> Light:
    newest = uploads.newest(project.reports, 1)
    if not newest:
        return Light("light_files", Level.UNKNOWN, light_words.NO_FILE_YET, light_words.DROP_FILES)
    day = project.settings.local(newest[0].received_at).date()
    return Light("light_files", Level.WELL, light_words.newest_file(newest[0].file_name, day))


def _table(project: Project, behind: Collection[OutOfDate]) -> Light:
    name, week = "light_table", published_weeks.newest(project.reports)
    if week is None:
        return Light(name, Level.UNKNOWN, light_words.NO_TABLE_YET, light_words.RUN)
    if any(one.will_follow for one in behind):
        return Light(name, Level.LOOK, light_words.BEHIND, light_words.BEHIND_TODO)
    if project.settings.today() > week.window_end or week.status == "STALE":
        old = light_words.old_table(week.window_end, week.data_through)
        return Light(name, Level.LOOK, old, light_words.OLD_TODO)
    return Light(name, Level.WELL, light_words.table(week.week_start, week.data_through))


def _model(project: Project, quality: Sequence[ScoredWeek]) -> Light:
    name, champion = "light_model", promotions.newest(project.reports)
    if champion is None:
        return Light(name, Level.UNKNOWN, light_words.NO_MODEL_YET, light_words.RUN)
    said = light_words.model(champion.model_version, champion.data_through)
    figures = quality[-1].figures if quality else {}
    f1, baseline = figures.get("f1"), figures.get("baseline_f1")
    if f1 is None or baseline is None:
        return Light(name, Level.WELL, said.map("{}.".format))
    told = Text.joined([said, light_words.scored(quality[-1].week_start, f1, baseline)], "; ")
    if f1 < baseline:
        return Light(name, Level.LOOK, told, light_words.BELOW_TODO)
    return Light(name, Level.WELL, told)


def _drift(project: Project) -> Light:
    name, newest = "light_drift", drift_scores.newest(project.reports)
    champion = promotions.newest(project.reports)
    if newest is None or champion is None or newest.model_version != champion.model_version:
        return Light(name, Level.UNKNOWN, light_words.NOT_MEASURED)
    said = light_words.measured(newest.week_start, newest.sentence)
    if newest.verdict == "INSUFFICIENT":
        return Light(name, Level.LOOK, said, light_words.FEW_TODO)
    return Light(name, Level.WELL, said)
