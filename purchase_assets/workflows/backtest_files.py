"""A backtest on the project's own sales, or on a folder of files.

It writes nothing of the project's data; on request its figures are a run in MLflow.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from purchase_assets.code_versions import code_version
from purchase_assets.errors import NotFound, PurchaseAssetsError
from purchase_assets.forecasting.backtest import backtest, with_mean
from purchase_assets.forecasting.model import PARAMETERS
from purchase_assets.forecasting.sales import compute_daily_sales
from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Known
from purchase_assets.kinds import Kind, kind_of
from purchase_assets.progress import Progress
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage import backtest_run
from purchase_assets.storage.incoming import files
from purchase_assets.text import Text
from purchase_assets.weeks import Window
from purchase_assets.workflows import accepted_data, forecast_week, needed_inputs
from purchase_assets.workflows.waiting_uploads import as_path

__all__ = ["backtest_files", "backtest_project", "log_backtest", "with_mean"]


def log_backtest(project: Project, rows: Sequence[dict[str, Any]], data: Path | None) -> str:
    """Log the rows of a backtest to the project's MLflow; returns the run's name."""
    settings = project.settings.forecast
    parameters = {
        **PARAMETERS,
        **{name: getattr(settings, name) for name in ("lookback_days", "training_windows", "seed")},
        "windows": len(rows),
        "data": str(data or "accepted sales"),
    }
    tags = {"code_version": code_version(backtest)}
    return backtest_run.log_backtest(project.registry, rows, parameters=parameters, tags=tags)


def backtest_project(
    project: Project, windows: Sequence[Window], progress: Progress | None = None
) -> list[dict[str, Any]]:
    """Walk forward over the project's accepted sales.

    Raises
    ------
    PurchaseAssetsError
        When there are none, or a window lies beyond them.
    """
    return backtest(
        needed_inputs.sales(project),
        windows,
        settings=project.settings.forecast,
        progress=progress,
        **forecast_week.masters(project),
    )


def backtest_files(
    folder: Path,
    windows: Sequence[Window],
    settings: Settings,
    progress: Progress,
    say: Callable[[Text], None],
) -> list[dict[str, Any]]:
    """Judge the files as uploads are judged, and walk forward over what would be accepted.

    `say` is told what the forecasts do without.

    Raises
    ------
    PurchaseAssetsError
        When the folder holds no sales that can be used.
    """
    if not folder.is_dir():
        raise NotFound(
            Text(f"{folder} is no folder", f"{folder} no es una carpeta"),
            Text("one with sales files", "una con archivos de ventas"),
            Text("give its path", "indique su ruta"),
        )
    taken: dict[Kind, list[Any]] = {}
    for _, path in files(as_path(folder)):
        kind = kind_of(path.name)
        progress(f"reading {path.name}", 0.0)
        judgement = judge(path, kind, Known(), settings.quality, settings.column_names)
        if judgement.accepted.num_rows:
            taken.setdefault(kind, []).append(judgement.accepted)
    if Kind.TRANSACTIONS not in taken:
        raise PurchaseAssetsError(
            Text(
                f"{folder} holds no usable sales file",
                f"{folder} no tiene ningún archivo de ventas que sirva",
            ),
            Text(
                "one named transactions*, transacciones* or batch*",
                "uno llamado transactions*, transacciones* o batch*",
            ),
            Text(
                "see why with `purchase-assets upload --dry-run FILE`",
                "vea por qué con `purchase-assets upload --dry-run FILE`",
            ),
        )
    for sentence in accepted_data.lacking(taken):
        say(sentence)
    tables = {kind: pa.concat_tables(parts) for kind, parts in taken.items()}
    return backtest(
        compute_daily_sales(tables[Kind.TRANSACTIONS]),
        windows,
        customers=tables.get(Kind.CUSTOMERS),
        products=tables.get(Kind.PRODUCTS),
        settings=settings.forecast,
        progress=progress,
    )
