"""What every asset says of itself: versions that are real and metadata that people read."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from purchase_assets.kinds import KNOWN_KINDS
from purchase_assets.orchestration.memory import PEAK, peak_memory
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import dictionary
from purchase_assets.storage.reports.database import Reports

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from purchase_assets.forecasting.content_checks import Finding

OPERATIONS = ["team:operations"]
DATA_SCIENCE = ["team:data-science"]
PREVIEW_ROWS = 5
DATA_VERSION = "dagster/data_version"
"""The tag of a materialization that no run makes."""
ALL_ROWS, ROWS_OF_PARTITION = "dagster/row_count", "dagster/partition_row_count"
WEEKEND_HOURS = 48
DUE = ("daily_sales", "weekly_predictions")
"""What an ordinary week makes anew."""
REPORTS_TABLES = {
    "weekly_predictions": "weekly_predictions",
    "prediction_scores": "prediction_scores",
    "drift_report": "drift_scores",
}
LAKE_TABLES = {
    **{kind.asset: kind.table for kind in KNOWN_KINDS},
    "daily_sales": "daily_sales",
    "cleaned_features": "cleaned_features",
    "training_set": "training_set",
}


def table_metadata(
    table: "pa.Table | pd.DataFrame",
    *,
    columns: dg.TableSchema | None = None,
    rows: str = ALL_ROWS,
    row_count: int | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Row count, column schema and a small preview, beside what else is given.

    Parameters
    ----------
    table : pyarrow.Table or pandas.DataFrame
        What was made, or its first rows.
    columns : dagster.TableSchema, optional
        The columns as they are kept, where that is known better than from `table`.
    rows : str
        `ALL_ROWS`, or `ROWS_OF_PARTITION` when `table` is one partition of the whole.
    row_count : int, optional
        Of all that was made, where `table` is a part of it.
    **more
        Further metadata.
    """
    import pyarrow as pa

    arrow = (
        table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    )
    if columns is None:
        columns = dg.TableSchema(
            [dg.TableColumn(field.name, str(field.type)) for field in arrow.schema]
        )
    preview = arrow.slice(0, PREVIEW_ROWS).to_pandas()
    return {
        rows: arrow.num_rows if row_count is None else row_count,
        "dagster/column_schema": columns,
        "preview": dg.MetadataValue.md(_markdown(preview)),
        PEAK: peak_memory(),
        **more,
    }


def described(row_count: int, more: Mapping[str, Any], rows: str = ALL_ROWS) -> dict[str, Any]:
    """Metadata of an asset whose rows are not at hand."""
    return {rows: row_count, PEAK: peak_memory(), **more}


def columns_of(table: str) -> dg.TableSchema:
    """The columns of a table of the reports database, as its dictionary describes them."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                column.name,
                column.kind,
                description=column.meaning,
                constraints=dg.TableColumnConstraints(nullable=column.may_be_empty),
            )
            for column in dictionary.columns(table)
        ]
    )


def check_specs(asset: str, checks: Mapping[str, str]) -> list[dg.AssetCheckSpec]:
    """The checks of an asset by name and description."""
    return [
        dg.AssetCheckSpec(name, asset=asset, description=description)
        for name, description in checks.items()
    ]


def check_results(findings: "Iterable[Finding]") -> list[dg.AssetCheckResult]:
    """What checks of content found, as Dagster shows it."""
    return [
        dg.AssetCheckResult(
            check_name=found.name,
            passed=found.passed,
            severity=dg.AssetCheckSeverity[found.severity],
            description=found.sentence,
            metadata=dict(found.figures),
        )
        for found in findings
    ]


def placed(spec: dg.AssetSpec, settings: Settings) -> dg.AssetSpec:
    """An asset with what depends on the settings: where it is kept and by when it is due."""
    name = spec.key.to_user_string()
    if name in REPORTS_TABLES:
        kept = {
            "dagster/table_name": REPORTS_TABLES[name],
            "dagster/uri": Reports(settings.reports).shown_url,
            "dagster/column_schema": columns_of(REPORTS_TABLES[name]),
        }
        spec = spec.merge_attributes(metadata=kept)
    elif name in LAKE_TABLES:
        table = LAKE_TABLES[name]
        kept = {"dagster/table_name": table, "dagster/uri": f"{settings.data}/lake/{table}"}
        spec = spec.merge_attributes(metadata=kept)
    if name in DUE:
        spec = spec.replace_attributes(freshness_policy=due_weekly(settings))
    return spec


def due_weekly(settings: Settings) -> dg.FreshnessPolicy:
    """Made between the Saturday before and the weekly deadline, or later."""
    days, hour = divmod(settings.data_due_hours, 24)
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 {hour} * * {days + 1}",
        lower_bound_delta=timedelta(hours=settings.data_due_hours + WEEKEND_HOURS),
        timezone=settings.time_zone,
    )


def _markdown(frame: "pd.DataFrame") -> str:
    def line(values: Any) -> str:
        return "| " + " | ".join(str(value).replace("|", "\\|")[:40] for value in values) + " |"

    head = [line(frame.columns), line("---" for _ in frame.columns)]
    return "\n".join(head + [line(row) for row in frame.itertuples(index=False)])
