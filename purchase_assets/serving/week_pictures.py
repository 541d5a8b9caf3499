"""The weeks in pictures: the one place of the monitoring page for what moves from week to week."""

from collections.abc import Iterator, Sequence

from purchase_assets.kinds import Kind, Verdict
from purchase_assets.pages import charts, wording
from purchase_assets.pages.labels import label
from purchase_assets.serving.monitoring_data import DriftWeek, ScoredWeek
from purchase_assets.storage.reports.promises import PromisedWeek
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import Language

FILES = 12
"""Sales files shown."""


def week_pictures(
    language: Language,
    quality: Sequence[ScoredWeek],
    drift: Sequence[DriftWeek],
    uploads: Sequence[Upload],
    promised: Sequence[PromisedWeek],
) -> Iterator[charts.Picture]:
    """Each picture there is something to draw for; weeks oldest first, uploads newest first."""
    if quality:
        yield _quality(language, quality)
    if promised:
        yield _promises(language, promised)
    if drift:
        yield _drift(language, drift)
    sales = [upload for upload in uploads if upload.kind is Kind.TRANSACTIONS and upload.rows]
    if sales:
        yield _sales_files(language, sales[:FILES][::-1])


def _quality(language: Language, weeks: Sequence[ScoredWeek]) -> charts.Picture:
    return charts.line_chart(
        label("quality_means", language),
        [wording.short_day(week.week_start, language) for week in weeks],
        {
            label("model", language): [week.figures.get("f1") for week in weeks],
            label("baseline", language): [week.figures.get("baseline_f1") for week in weeks],
        },
        language=language,
    )


def _promises(language: Language, weeks: Sequence[PromisedWeek]) -> charts.Picture:
    bounds = [week.hits_low for week in weeks], [week.hits_high for week in weeks]
    return charts.line_chart(
        label("hits_of_weeks", language),
        [wording.short_day(week.week_start, language) for week in weeks],
        {
            label("counted", language): [week.hits for week in weeks],
            label("promised", language): [week.expected_hits for week in weeks],
        },
        band=(label("promised_bounds", language), *bounds),
        language=language,
    )


def _drift(language: Language, weeks: Sequence[DriftWeek]) -> charts.Picture:
    return charts.line_chart(
        label("highest_ratio", language),
        [wording.short_day(week.week_start, language) for week in weeks],
        {label("drift", language): [week.highest for week in weeks]},
        (label("threshold", language), [1.0] * len(weeks)),
        language=language,
    )


def _sales_files(language: Language, files: Sequence[Upload]) -> charts.Picture:
    refused = [file.rows if file.verdict is Verdict.REJECTED else 0 for file in files]
    return charts.bar_chart(
        f"{label('sales_files', language)}, {label('by_last_day', language)}",
        [wording.short_day(file.last_day or file.received_at, language) for file in files],
        {
            label("accepted", language): [file.accepted for file in files],
            label("quarantined", language): [file.quarantined for file in files],
            label("refused", language): refused,
            label("duplicates", language): [file.duplicates for file in files],
        },
        language=language,
    )
