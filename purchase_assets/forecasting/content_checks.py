"""Whether a table holds what it should: pure comparisons, each with the numbers it compared."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

ROWS, PROBABILITIES, CUSTOMERS, NAMES = (
    "rows_like_last_week",
    "probabilities_plausible",
    "customers_kept",
    "names_known",
)
STATUS = "status"
SELLING_DAYS, ALL_ROWS = "selling_days", "rows_kept"

TABLE = {
    STATUS: "The newest week's mark is FRESH: its days are not over and its model is not in doubt.",
    ROWS: "The week has about as many rows as the week published before.",
    PROBABILITIES: "Chances lie within 0 and 1, and add up to about what is bought in such a week.",
    CUSTOMERS: "Customers of the week published before are still in the table.",
    NAMES: "Every customer and product is in its master table.",
}
SALES = {
    SELLING_DAYS: "No usual selling day of the last four weeks is without sales.",
    ALL_ROWS: "The table has not lost rows.",
}

ROWS_BETWEEN = (0.7, 1.4)
PURCHASES_BETWEEN = (0.5, 2.0)
LOST_CUSTOMERS = 0.05
"""A customer leaves the table after half a year without a purchase, so few leave in one week."""
DAYS_LOOKED_AT = 28
USUAL_WEEKS = 12
USUAL_SHARE = 0.8
"""A weekday sells as a rule when it did in this share of the weeks before."""

Severity = Literal["ERROR", "WARN"]


@dataclass(frozen=True)
class Finding:
    """What a check found, in one sentence."""

    name: str
    passed: bool
    sentence: str
    figures: Mapping[str, float | str] = field(default_factory=dict)
    severity: Severity = "WARN"


def rows_like_last_week(rows: int, before: int | None) -> Finding:
    """Compare the rows of a week with those of the week published before it."""
    if before is None:
        return Finding(
            ROWS, rows > 0, f"{rows} rows; no earlier week to compare with", {"rows": rows}
        )
    share = rows / before
    low, high = ROWS_BETWEEN
    return Finding(
        ROWS,
        low <= share <= high,
        f"{rows:,} rows, {share:.2f} of the {before:,} published the week before; "
        f"expected {low} to {high}",
        {"rows": rows, "rows_before": before, "share": share},
    )


def probabilities_plausible(*, out_of_range: int, expected: float, usual: float | None) -> Finding:
    """Compare the sum of the chances with the pairs that are bought in as many days.

    Parameters
    ----------
    out_of_range : int
        Rows whose chance is below 0, above 1 or not a number.
    expected : float
        Sum of the chances of the pairs that the model scored.
    usual : float, optional
        Mean of the distinct pairs bought in a window of this length lately.
    """
    figures = {"out_of_range": out_of_range, "expected_purchases": expected}
    if out_of_range:
        sentence = f"{out_of_range} chances are not within 0 and 1; look at the model of the week"
        return Finding(PROBABILITIES, False, sentence, figures, "ERROR")
    if not usual:
        sentence = f"{expected:,.0f} purchases expected; no past weeks to compare with"
        return Finding(PROBABILITIES, expected > 0, sentence, figures)
    low, high = PURCHASES_BETWEEN
    share = expected / usual
    return Finding(
        PROBABILITIES,
        low <= share <= high,
        f"{expected:,.0f} purchases expected, {share:.2f} of the {usual:,.0f} bought in as many "
        f"days lately; expected {low} to {high}",
        {**figures, "usual_purchases": usual, "share": share},
    )


def customers_kept(lost: Collection[str], before: int) -> Finding:
    """Say which customers of the week published before have left the table."""
    share = len(lost) / before if before else 0.0
    some = f" ({', '.join(sorted(lost)[:5])})" if lost else ""
    return Finding(
        CUSTOMERS,
        share <= LOST_CUSTOMERS,
        f"{len(lost)} of {before:,} customers of the week before are not in this one{some}; "
        f"expected at most {LOST_CUSTOMERS:.0%}",
        {"lost": len(lost), "customers_before": before, "share": share},
    )


def names_known(unknown: Mapping[str, Collection[str]], looked_up: Mapping[str, int]) -> Finding:
    """Say which ids of the table no master table knows; `looked_up` counts those looked for."""
    sentence = "; ".join(
        f"{len(ids)} of {looked_up[kind]:,} {kind} are not in the {kind} table"
        + (f" ({', '.join(sorted(ids)[:5])})" if ids else "")
        for kind, ids in unknown.items()
    )
    return Finding(
        NAMES,
        not any(unknown.values()),
        sentence or "no customers or products table to look in",
        {f"unknown_{kind}": len(ids) for kind, ids in unknown.items()},
    )


def published_status(
    week: date, status: str, *, window_end: date, data_through: date, model_version: str
) -> Finding:
    """Say what a published week's mark means and what to do."""
    means = {
        "FRESH": f"made from sales up to {data_through}",
        "STALE": f"its days ended on {window_end} and no newer sales were accepted; "
        "drop the week's file, or answer the one that was refused",
        "DEGRADED": f"model version {model_version} is in doubt: it lost to the baseline two weeks "
        "running, its data drifted and no training answered, its file was refused, or sales that "
        "it or the week rests on were withdrawn; see "
        "`purchase-assets decisions`",
        "BACKFILLED": "it was made after its days were over, and counts in no score",
    }
    return Finding(
        STATUS,
        status == "FRESH",
        f"Week {week} is {status}: {means.get(status, 'a mark that is not known')}.",
        {"status": status, "week": str(week), "data_through": str(data_through)},
        "ERROR" if status == "DEGRADED" else "WARN",
    )


def selling_days(days: Collection[date]) -> Finding:
    """Find usual selling days of the last four weeks on which nothing was sold.

    Parameters
    ----------
    days : collection of date
        All days with sales.
    """
    through, first = max(days), min(days)
    present = set(days)
    begin = through - timedelta(days=DAYS_LOOKED_AT - 1)
    missing = [
        day
        for day in (begin + timedelta(days=number) for number in range(DAYS_LOOKED_AT))
        if day > first and day not in present and _usually_sells(day, begin, first, present)
    ]
    sentence = f"{DAYS_LOOKED_AT - len(missing)} of the {DAYS_LOOKED_AT} days up to {through} are "
    sentence += "as usual" if not missing else "as usual; without sales: "
    return Finding(
        SELLING_DAYS,
        not missing,
        sentence + ", ".join(map(str, missing)),
        {"days_without_sales": len(missing), "data_through": str(through)},
    )


def _usually_sells(day: date, begin: date, first: date, present: set[date]) -> bool:
    """Whether the same weekday sold in most of the weeks before the days looked at."""
    back = (day - begin).days // 7 + 1
    earlier = [day - timedelta(weeks=back + number) for number in range(USUAL_WEEKS)]
    known = [one for one in earlier if one >= first]
    return bool(known) and sum(one in present for one in known) >= USUAL_SHARE * len(known)


def rows_kept(rows: int, before: int | None, withdrawn: Collection[str] = ()) -> Finding:
    """Compare the rows of a table that only grows with those it had.

    Unless uploads of which rows were summed up then were `withdrawn` since.
    """
    lost = max(0, (before or 0) - rows)
    why = f"with {', '.join(sorted(withdrawn))}, since withdrawn" if withdrawn else "unexplained"
    return Finding(
        ALL_ROWS,
        rows > 0 and (not lost or bool(withdrawn)),
        f"{rows:,} rows, {before or 0:,} before" + (f"; {lost:,} are gone, {why}" if lost else ""),
        {"rows": rows, "rows_before": before or 0},
    )
