"""The page of a week's drift: the sentence, the moved columns in pictures, every score."""

from collections.abc import Hashable, Sequence
from datetime import date
from typing import Any

import pandas as pd

from purchase_assets.drift.detector import MISSING, DriftVerdict
from purchase_assets.drift.moved_columns import MovedColumn
from purchase_assets.pages.charts import Picture, bar_chart, line_chart
from purchase_assets.pages.labels import label
from purchase_assets.pages.light_words import Level
from purchase_assets.pages.place import stored_place
from purchase_assets.pages.templating import render
from purchase_assets.pages.wording import short_day
from purchase_assets.text import Language


def drift_page(
    week: date,
    verdict: DriftVerdict,
    moved: Sequence[MovedColumn],
    *,
    language: Language,
    usual: Language,
    evidently_url: str | None = None,
) -> str:
    """One HTML page that opens offline.

    Parameters
    ----------
    week : date
        The week's Monday.
    verdict : DriftVerdict
        What `judge` said.
    moved : sequence of MovedColumn
        From `moved_columns`.
    usual : Language
        The site's language, whose page has the week's own name.
    evidently_url : str, optional
        Where Evidently's own picture of the week is served.
    """
    return render(
        "drift.html",
        language,
        place=stored_place(str(week), language, usual),
        week=week,
        verdict=verdict,
        level=Level.WELL if verdict.status == "STABLE" else Level.LOOK,
        scores=_by_ratio(verdict.scores),
        moved=[(column, _pictures(column, language)) for column in moved],
        evidently_url=evidently_url,
    )


def _by_ratio(scores: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """The scores, furthest from the reference first, with the distance in times its threshold."""
    ratios = (scores["score"] / scores["threshold"]).astype("float64")
    ranked = scores.assign(ratio=ratios).sort_values("ratio", ascending=False, kind="stable")
    return ranked.to_dict("records")


def _pictures(moved: MovedColumn, language: Language) -> list[Picture]:
    def text(name: str) -> str:
        return label(name, language)

    return [
        bar_chart(
            text("then_and_now"),
            [text("missing_value") if value == MISSING else value for value in moved.values],
            {text("then"): moved.then, text("now"): moved.now},
            language=language,
            stacked=False,
            unit="%",
        ),
        line_chart(
            text("distance_over_weeks"),
            [short_day(week, language) for week in moved.weeks],
            {text("score"): moved.distances},
            limit=(text("threshold"), moved.thresholds),
            language=language,
        ),
    ]
