"""A week's forecast and drift report as people ask for them: now, again, or afterwards.

The running week is forecast by the champion, as often as there is something new. A week that is
over and was published stays as it is. One that was missed is forecast by the champion of then and
says so.
"""

from dataclasses import dataclass
from datetime import date

from purchase_assets.decision_log import Decided, log
from purchase_assets.drift.detector import DriftVerdict
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.project import Project
from purchase_assets.storage.reports import published_weeks, weekly_predictions
from purchase_assets.storage.reports.published_weeks import PublishedWeek
from purchase_assets.workflows import (
    forecast_week,
    mark_week,
    needed_inputs,
    promote_model,
    report_drift,
)
from purchase_assets.workflows.forecast_week import Standing


@dataclass(frozen=True)
class Publication:
    """A published week as it stands in the reports database.

    Attributes
    ----------
    week : PublishedWeek
        Its row of `published_weeks`.
    version : str
        Fingerprint of its rows; a new mark on the same forecast changes nothing downstream.
    kept : bool
        Nothing was computed: the week was published before and is over.
    refused : tuple of str
        Why newer champions did not forecast it.
    """

    week: PublishedWeek
    version: str
    kept: bool
    refused: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """What was done, in a few words."""
        by = f"version {self.week.model_version}"
        if self.kept:
            return f"kept: published {self.week.scored_at:%Y-%m-%d %H:%M} UTC by {by}"
        if self.week.status == "BACKFILLED":
            return f"made afterwards by {by}, the champion of then; it counts in no score"
        return f"forecast by {by}"


def publish_week(project: Project, week: date) -> Publication:
    """Forecast a week and publish it, or leave it as it was published.

    Raises
    ------
    PurchaseAssetsError
        When the week lies ahead, has no features, or the model that it needs is missing.
    """
    published_weeks.complete(project.reports)
    standing = forecast_week.standing(project, week)
    if standing is not Standing.KEPT:
        needed_inputs.features(project, week)
    refused: tuple[str, ...] = ()
    if standing is Standing.RUNNING:
        champion = promote_model.load_champion(project)
        refused = champion.refused
        forecast_week.forecast(project, week, champion, mark_week.status(project, week))
    elif standing is Standing.MISSED:
        cutoff = forecast_week.read_features(project, "cleaned_features", week)["cutoff"].iloc[0]
        version = promote_model.champion_then(project, cutoff)
        model = promote_model.load_then(project, week, version)
        forecast_week.forecast(project, week, model, "BACKFILLED")
    passing(Failpoint.WEEK_PUBLISHED)
    published = needed_inputs.forecast(project, week)
    if not forecast_week.list_of(project, week).exists():
        columns = ["customer_id", "product_id", "will_buy"]
        rows = weekly_predictions.of_week(project.reports, week, columns)
        forecast_week.write_list(project, week, rows)
    content = forecast_week.content_of_week(project, published)
    made = Publication(published, content, standing is Standing.KEPT, refused)
    log(Decided.PUBLICATION, **vars(published), said=made.said, refused=refused)
    return made


def report_week(project: Project, week: date) -> DriftVerdict:
    """The drift report of a week; of one that is over, against the model that published it.

    What was said of a week that is over is not said anew: decisions rest on it.

    Raises
    ------
    PurchaseAssetsError
        When the week was not published, or the model that published it is missing.
    """
    standing = forecast_week.standing(project, week)
    version = needed_inputs.forecast(project, week).model_version
    if standing is Standing.RUNNING:
        verdict = report_drift.report(project, week, promote_model.need_champion(project))
        passing(Failpoint.DRIFT_KEPT)
        return verdict
    said = report_drift.kept_verdict(project, week, version)
    return said or report_drift.report(
        project, week, promote_model.reference_then(project, week, version)
    )
