"""What every asset says of itself: versions that are real and metadata that people read."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

PACKAGE = Path(__file__).parent.parent
OPERATIONS = ["team:operations"]
DATA_SCIENCE = ["team:data-science"]
PREVIEW_ROWS = 5


def code_version(*places: str) -> str:
    """Fingerprint of the source files that decide an asset's content.

    Parameters
    ----------
    *places : str
        Modules or folders of the package, such as `forecasting/features.py`.
    """
    content = hashlib.sha256()
    for place in places:
        path = PACKAGE / place
        for source in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            content.update(source.read_bytes())
    return content.hexdigest()[:12]


def table_metadata(table: "pa.Table | pd.DataFrame", **more: Any) -> dict[str, Any]:
    """Row count, column schema and a small preview, beside what else is given."""
    import pyarrow as pa

    arrow = (
        table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    )
    columns = [dg.TableColumn(field.name, str(field.type)) for field in arrow.schema]
    preview = arrow.slice(0, PREVIEW_ROWS).to_pandas()
    return {
        "dagster/row_count": arrow.num_rows,
        "dagster/column_schema": dg.TableSchema(columns),
        "preview": dg.MetadataValue.md(_markdown(preview)),
        **more,
    }


def described(row_count: int, more: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata of an asset whose rows are not at hand."""
    return {"dagster/row_count": row_count, **more}


def _markdown(frame: "pd.DataFrame") -> str:
    def line(values: Any) -> str:
        return "| " + " | ".join(str(value).replace("|", "\\|")[:40] for value in values) + " |"

    head = [line(frame.columns), line("---" for _ in frame.columns)]
    return "\n".join(head + [line(row) for row in frame.itertuples(index=False)])
