"""The table `weekly_predictions`: the pairs of the published weeks, read here in bulk.

`published_weeks` writes it, together with each week's own row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from purchase_assets.storage.reports import tables
from purchase_assets.storage.reports.database import Reports, fetch, values

if TYPE_CHECKING:
    import pandas as pd

TABLE = tables.weekly_predictions
COLUMN = TABLE.c
COLUMNS = tuple(TABLE.columns.keys())
MARKS = ("status", "scored_at")
"""What may change of a week whose forecast does not."""
NUMBERS = tuple(
    column.name
    for column in TABLE.columns
    if isinstance(column.type, sa.Float | sa.Integer | sa.Boolean)
)
BY_MODEL = COLUMN.source == "model"


@dataclass(frozen=True)
class ExpectedPair:
    """A pair that is expected to be bought in a week."""

    week_start: date
    customer_id: str
    product_id: str


@dataclass(frozen=True)
class Extent:
    """What a week holds in all: its rows, those with a probability from 0 to 1, and the sum of
    the model's probabilities.
    """

    rows: int
    within: int
    expected: float


def of_week(reports: Reports, week: date, columns: Sequence[str] = COLUMNS) -> "pd.DataFrame":
    """The rows of a week, or some columns of them, in the order of the key."""
    return reports.frame(TABLE, columns, week_start=week)


def expected_pairs(reports: Reports, weeks: Collection[date]) -> list[ExpectedPair]:
    """The pairs of some weeks that are expected to be bought."""
    columns = (COLUMN.week_start, COLUMN.customer_id, COLUMN.product_id)
    chosen = sa.select(*columns).where(COLUMN.week_start.in_(weeks), COLUMN.will_buy)
    return fetch(reports, ExpectedPair, chosen)


def extent(reports: Reports, week: date) -> Extent:
    """How much a week holds."""
    within = sa.case((COLUMN.probability.between(0, 1), 1), else_=0)
    expected = sa.case((BY_MODEL, COLUMN.probability), else_=0)
    statement = sa.select(
        sa.func.count().label("rows"),
        sa.func.coalesce(sa.func.sum(within), 0).label("within"),
        sa.func.coalesce(sa.func.sum(expected), 0.0).label("expected"),
    ).where(COLUMN.week_start == week)
    (found,) = fetch(reports, Extent, statement)
    return found


def customers_with_history(reports: Reports, week: date) -> set[str]:
    """The customers of a week for whom the model spoke."""
    chosen = sa.select(COLUMN.customer_id).where(COLUMN.week_start == week, BY_MODEL)
    return set(values(reports, chosen.distinct()))


def first_rows(reports: Reports, week: date, rows: int) -> "pd.DataFrame":
    """The first rows of a week, to show some."""
    return reports.frame(TABLE, limit=rows, week_start=week)


def customers_expected_to_buy(reports: Reports, week: date) -> int:
    """How many customers are expected to buy something in a week."""
    distinct = sa.func.count(sa.distinct(COLUMN.customer_id))
    (found,) = values(
        reports, sa.select(distinct).where(COLUMN.week_start == week, COLUMN.will_buy)
    )
    return found


def ids(reports: Reports, week: date, column: str) -> set[str]:
    """The customers or products of a week, by the name of their column."""
    return set(
        values(reports, sa.select(COLUMN[column]).where(COLUMN.week_start == week).distinct())
    )
