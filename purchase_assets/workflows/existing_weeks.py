"""The weeks that exist: made, asked for, or added by a person and possible to make."""

from collections.abc import Iterable
from datetime import date

from purchase_assets.project import Project
from purchase_assets.storage.reports import prediction_scores, published_weeks, uploads
from purchase_assets.weeks import is_week, week_key


def week_keys(project: Project, newest: str, added: Iterable[str]) -> list[str]:
    """Keys of the published weeks, of the one to forecast, and of those `added` that can be made.

    Reads the reports database alone.
    """
    first = week_key(uploads.first_day(project.reports) or date.max)
    possible = [key for key in added if is_week(key) and first < key < newest]
    published = [one.week_start.isoformat() for one in published_weeks.in_order(project.reports)]
    return [*published, *possible, newest]


def scored_keys(project: Project, to_score: Iterable[date]) -> list[str]:
    """Keys of the weeks with a score, and of those that get one now."""
    scored = prediction_scores.weeks(project.reports)
    return [week.isoformat() for week in (*scored, *to_score)]
