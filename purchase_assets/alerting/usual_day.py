"""By when the week's sales should be there, learnt from when they came."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from statistics import median_high

from purchase_assets.weeks import monday

WEEKS = 8
"""The newest weeks that are looked at."""
ENOUGH = 4
"""So many of them must have come in their time; a history that is fed later says nothing."""
IN_TIME = range(-1, 7)
"""Days from the Monday after a week at which its last sales come: from Sunday to Sunday."""


def due(week: date, arrivals: Iterable[tuple[date, date]], hours: int) -> datetime:
    """By when the file that ends a week should have come: the end of its usual day.

    Parameters
    ----------
    week : date
        A Monday.
    arrivals : iterable of (date, date)
        The last day of a file's sales and the day on which it came; the newest sales first.
    hours : int
        After the end of the week, as long as too few weeks say on which day files come.
    """
    over = datetime.combine(week + timedelta(weeks=1), time())
    usual = usual_day(arrivals)
    return over + (timedelta(hours=hours) if usual is None else timedelta(days=usual + 1))


def usual_day(arrivals: Iterable[tuple[date, date]]) -> int | None:
    """On which day a week's last sales usually come, 0 = Monday; None while too few are known."""
    came: dict[date, int] = {}
    for last_day, day in arrivals:
        week = monday(last_day)
        came.setdefault(week, (day - week).days - 7)
    days = [each for each in list(came.values())[:WEEKS] if each in IN_TIME]
    return median_high(days) if len(days) >= ENOUGH else None
