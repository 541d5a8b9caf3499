"""How far a published week can be trusted, and its mark in the table as of today."""

from collections.abc import Sequence
from datetime import date, timedelta

from purchase_assets.project import Project
from purchase_assets.retraining.overdue import loses_to_baseline
from purchase_assets.storage.reports import (
    promotions,
    published_weeks,
    retraining_decisions,
    tainted_models,
)
from purchase_assets.storage.reports.published_weeks import PublishedWeek, Status
from purchase_assets.workflows import decide_retraining, promote_model


def mark_anew(project: Project, week: date) -> None:
    """Give a published week the mark of today, when nothing but its mark is out of date."""
    published = published_weeks.find(project.reports, week)
    if published is None or published.model_version != promote_model.champion_version(project):
        return  # an earlier champion that stands in for a refused one keeps its mark
    today = status(project, week)
    if published.status != today:
        published_weeks.mark(project.reports, week, today)


def status(project: Project, week: date) -> Status:
    """How far the published forecast of a week can be trusted, for the newest week as of today."""
    newest = published_weeks.newest(project.reports)
    published = published_weeks.find(project.reports, week)
    if published and newest and week < newest.week_start:
        return published.status  # history keeps its mark
    champion = promotions.newest(project.reports)
    known = decide_retraining.late_scores(project, champion) if champion else {}
    return publication_status(
        week + timedelta(days=6),
        project.settings.today(),
        below_baseline=decide_retraining.below_baseline(known),
        unanswered_drift=_drift_is_unanswered(project),
        withdrawn=_rests_on_withdrawn_sales(project, published),
    )


def _rests_on_withdrawn_sales(project: Project, published: PublishedWeek | None) -> bool:
    """Whether the champion had learnt from a withdrawn upload, or the newest sales are gone."""
    if promote_model.champion_version(project) in tainted_models.by_version(project.reports):
        return True
    known = published_weeks.sales_known_to(project.reports)
    return bool(published and known and published.data_through > known)


def _drift_is_unanswered(project: Project) -> bool:
    """Whether the champion's data drifted and no training has given an answer."""
    found = decide_retraining.newest_drift(project)
    if found is None:
        return False
    decisions = retraining_decisions.in_order(project.reports)
    cause = ("drift", found.week_start.isoformat())
    decided = [past for past in decisions if (past.cause, past.cause_id) == cause]
    if not decided:
        return False  # the sensor has not looked yet
    newest = decided[-1]
    if newest.retrain:
        return newest.outcome == "FAILED"
    # several causes of one data week become one training
    same_week = [past for past in decisions if past.retrain and past.week == newest.week]
    return all(past.outcome == "FAILED" for past in same_week)


def publication_status(
    last_day: date,
    today: date,
    *,
    below_baseline: Sequence[bool],
    unanswered_drift: bool,
    withdrawn: bool = False,
) -> Status:
    """How far a published week can be trusted; it is published whatever the answer.

    Parameters
    ----------
    last_day : date
        Last day of the forecast window.
    today : date
        The current day in the configured time zone.
    below_baseline : sequence of bool
        As in `overdue_cause` of `retraining.overdue`, for all weeks that this champion forecast.
    unanswered_drift : bool
        Whether the data left the champion's reference and no training answered that: it was
        refused, or failed every time. A challenger that lost to the champion is an answer.
    withdrawn : bool
        Whether sales that the model or the forecast rests on were withdrawn.

    Returns
    -------
    str
        DEGRADED when the model is in doubt: two weeks below the baseline, unanswered drift, or
        withdrawn sales.
        STALE when the days of the forecast are over: sales of the running week's eve are missing,
        or were refused. Else FRESH.
    """
    if loses_to_baseline(below_baseline) or unanswered_drift or withdrawn:
        return "DEGRADED"
    return "STALE" if today > last_day else "FRESH"
