"""The weeks that exist: made, asked for, or added by a person and possible to make."""

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from purchase_assets.project import Project
from purchase_assets.storage.reports import tables, uploads
from purchase_assets.weeks import is_week, week_key


def week_keys(project: Project, newest: str, added: Iterable[str]) -> list[str]:
    """Keys of the published weeks, of the one to forecast, and of those `added` that can be made.

    Reads the reports database alone.
    """
    first = week_key(uploads.first_day(project.reports) or date.max)
    possible = [key for key in added if is_week(key) and first < key < newest]
    published = [week.isoformat() for week in project.reports.published_weeks()]
    return [*published, *possible, newest]


def scored_keys(project: Project, to_score: Iterable[date]) -> list[str]:
    """Keys of the weeks with a score, and of those that get one now."""
    scored = project.reports.rows(sa.select(tables.prediction_scores.c.week_start).distinct())
    return [week.isoformat() for week in (*(row["week_start"] for row in scored), *to_score)]
