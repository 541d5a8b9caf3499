"""Weeks and forecast windows: which days are known and which days are asked about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from purchase_assets.errors import PurchaseAssetsError

MIN_DAYS_LEFT = 3
"""A week with fewer days left than this is not worth a forecast; the next one is made instead."""


class Shape(NamedTuple):
    """What windows share that a model can learn from one another.

    Attributes
    ----------
    weekday : int
        Of the cutoff, 0 = Monday.
    horizon_days, gap_days : int
        As of `Window`.
    """

    weekday: int
    horizon_days: int
    gap_days: int


@dataclass(frozen=True, order=True)
class Window:
    """Days to forecast, seen from the last known day.

    Attributes
    ----------
    cutoff : date
        Last day whose sales are known; features use days up to and including it.
    horizon_days : int
        Length of the window in days.
    gap_days : int
        Days between the cutoff and the window's first day that belong to neither.
    """

    cutoff: date
    horizon_days: int
    gap_days: int = 0

    def __post_init__(self) -> None:
        if self.horizon_days < 1 or self.gap_days < 0:
            raise ValueError(
                f"a window of {self.horizon_days} days after a gap of {self.gap_days}; "
                "expected at least 1 day and a gap of 0 or more"
            )

    @property
    def start(self) -> date:
        """First day of the window."""
        return self.cutoff + timedelta(days=self.gap_days + 1)

    @property
    def end(self) -> date:
        """Last day of the window."""
        return self.cutoff + timedelta(days=self.gap_days + self.horizon_days)

    @property
    def shape(self) -> Shape:
        """What windows share that a model can learn from one another."""
        return Shape(self.cutoff.weekday(), self.horizon_days, self.gap_days)

    def earlier(self, weeks: int) -> "Window":
        """The same window, whole weeks earlier: same weekdays, horizon and gap."""
        return Window(self.cutoff - timedelta(weeks=weeks), self.horizon_days, self.gap_days)


def monday(day: date) -> date:
    """The Monday of the week (Monday to Sunday) that holds `day`."""
    return day - timedelta(days=day.weekday())


def week_key(day: date) -> str:
    """Partition key of the week that holds `day`: its Monday as YYYY-MM-DD."""
    return monday(day).isoformat()


def parse_week(key: str) -> date:
    """The Monday named by a partition key; PurchaseAssetsError when the day is not a Monday."""
    expected = "a week's Monday such as 2025-01-06"
    try:
        day = date.fromisoformat(key)
    except ValueError:
        raise PurchaseAssetsError(
            f"{key!r} is no week", expected, "choose one of the partitions that are there"
        ) from None
    if day.weekday() != 0:
        raise PurchaseAssetsError(f"{key} is a {day:%A}", expected, f"choose {monday(day)}")
    return day


def is_week(key: str) -> bool:
    """Whether a partition key names a week."""
    try:
        parse_week(key)
    except PurchaseAssetsError:
        return False
    return True


def in_order(present: Sequence[str], wanted: Iterable[str]) -> tuple[list[str], list[str]]:
    """Keys to remove from a list that only grows at its end, and keys to add to it then.

    Afterwards it holds the wanted keys in their order, so that its last is the newest week.
    """
    target = sorted(set(wanted))
    same = 0
    while same < min(len(present), len(target)) and present[same] == target[same]:
        same += 1
    return list(present[same:]), target[same:]


def forecast_window(data_through: date) -> Window:
    """The window to forecast when sales are known up to `data_through`.

    From the next day to the coming Sunday; with fewer than `MIN_DAYS_LEFT` days left,
    the whole week after it.
    """
    first = data_through + timedelta(days=1)
    days_left = 7 - first.weekday()
    if days_left >= MIN_DAYS_LEFT:
        return Window(data_through, days_left)
    return Window(data_through, 7, gap_days=days_left)


def running_week(data_through: date) -> date:
    """Monday of the week that sales up to `data_through` make the one to forecast."""
    return monday(forecast_window(data_through).end)


def window_of_week(week_start: date, data_through: date) -> Window:
    """The window that the forecast of a week covers, seen from its own eve.

    Parameters
    ----------
    week_start : date
        Monday of the week.
    data_through : date
        Newest day whose sales are known; of a week that is over, the days from its Monday on are
        left out.
    """
    week_end = week_start + timedelta(days=6)
    running = forecast_window(data_through).end <= week_end
    cutoff = data_through if running else week_start - timedelta(days=1)
    start = max(week_start, cutoff + timedelta(days=1))
    return window_between(cutoff, start, week_end)


def window_between(cutoff: date, first: date, last: date) -> Window:
    """The window from `first` to `last`, seen from `cutoff`."""
    return Window(cutoff, (last - first).days + 1, (first - cutoff).days - 1)
