"""A backtest on a folder of files: nothing of the project's own data is read or written."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from purchase_assets.forecasting.backtest import backtest
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Known
from purchase_assets.intake.reading.upload_files import kind_of
from purchase_assets.progress import Progress
from purchase_assets.settings import Settings
from purchase_assets.storage.incoming import files
from purchase_assets.weeks import Window
from purchase_assets.workflows import accepted_data
from purchase_assets.workflows.waiting_uploads import as_path


def backtest_files(
    folder: Path,
    windows: Sequence[Window],
    settings: Settings,
    progress: Progress,
    say: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Judge the files as uploads are judged, and walk forward over what would be accepted.

    `say` is told what the forecasts do without.

    Raises
    ------
    ValueError
        When the folder holds no sales that can be used.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is no folder; expected one with sales files; give its path")
    taken: dict[str, list[Any]] = {}
    for _, path in files(as_path(folder)):
        kind = kind_of(path.name) or "unknown"
        progress(f"reading {path.name}", 0.0)
        judgement = judge(path, kind, Known(), settings.quality, settings.column_names)
        if judgement.accepted.num_rows:
            taken.setdefault(kind, []).append(judgement.accepted)
    if "transactions" not in taken:
        raise ValueError(
            f"{folder} holds no usable sales file; expected one named transactions*, "
            "transacciones* or batch*; see why with `purchase-assets upload --dry-run FILE`"
        )
    for sentence in accepted_data.lacking(taken):
        say(sentence)
    tables = {kind: pa.concat_tables(parts) for kind, parts in taken.items()}
    return backtest(
        compute_daily_sales(tables["transactions"]),
        windows,
        customers=tables.get("customers"),
        products=tables.get("products"),
        settings=settings.forecast,
        progress=progress,
    )
