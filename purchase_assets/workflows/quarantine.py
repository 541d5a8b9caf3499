"""Rows that were set aside: let in after a second look, or closed for good."""

import pyarrow as pa

from purchase_assets.decision_log import Decided, log
from purchase_assets.errors import Conflict, NotFound, PurchaseAssetsError
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.intake.judgement import QUARANTINE_SCHEMA
from purchase_assets.intake.release import revalidate
from purchase_assets.project import Project
from purchase_assets.storage.reports import quarantined_rows, uploads
from purchase_assets.storage.reports.database import Transaction
from purchase_assets.storage.reports.one_at_a_time import one_at_a_time
from purchase_assets.storage.reports.quarantined_rows import QuarantinedRow
from purchase_assets.text import ROWS, Text, counted
from purchase_assets.workflows import take_in
from purchase_assets.workflows.known_data import known
from purchase_assets.workflows.signature import signed


def release(
    project: Project, upload_key: str, row_numbers: list[int] | None, by: str, reason: str
) -> str:
    """Validate waiting rows again and take in those that a person may answer for.

    Rows that the tables cannot hold (no key, no date, no number) keep waiting.

    Raises
    ------
    PurchaseAssetsError
        When no such row waits, none can be taken in, or name or reason are missing.
    """
    by, reason = signed(by, reason)
    with one_at_a_time(project.reports, take_in.INTAKE, f"a release by {by}", patience_s=60):
        return _release(project, upload_key, row_numbers, by, reason)


def _release(
    project: Project, upload_key: str, row_numbers: list[int] | None, by: str, reason: str
) -> str:
    """The decision first, since it decides; the lake follows it."""
    waiting = _waiting(project, upload_key, row_numbers)
    kind = waiting[0].kind
    accepted, still_bad = revalidate(
        _as_table(waiting),
        kind,
        known(project, kind),
        project.settings.quality,
        column_names=project.settings.column_names,
    )
    if accepted.num_rows == 0:
        said = {Text(one["en"], one["es"]) for one in still_bad["message"].to_pylist()}
        why = Text.joined(sorted(said), "; ").map(lambda words: words.rstrip("."))
        raise PurchaseAssetsError(
            Text(
                "none of the {rows} can be taken in: {why}", "de {rows} no entra ninguna: {why}"
            ).format(rows=counted(len(waiting), ROWS), why=why),
            Text("rows that the tables can hold", "filas que las tablas admitan"),
            Text(
                "correct the source and send them in a new file, or discard them",
                "corrija el origen y envíelas en un archivo nuevo, o descártelas",
            ),
        )
    released = accepted["row_number"].to_pylist()
    with project.reports.transaction() as transaction:
        _decide(transaction, upload_key, released, "RELEASED", by, reason)
        uploads.add_accepted(transaction, upload_key, len(released))
    log(Decided.RELEASE, upload=upload_key, rows=released, by=by, reason=reason)
    passing(Failpoint.RELEASE_DECIDED)
    take_in.add_rows(project, upload_key, kind, accepted)
    left = f"; {still_bad.num_rows} cannot be taken in and keep waiting" if len(still_bad) else ""
    return f"{counted(len(released), ROWS).en} of {upload_key} released by {by}{left}."


def discard(
    project: Project, upload_key: str, row_numbers: list[int] | None, by: str, reason: str
) -> str:
    """Close waiting rows for good; they stay on record."""
    by, reason = signed(by, reason)
    waiting = _waiting(project, upload_key, row_numbers)
    numbers = [row.row_number for row in waiting]
    with project.reports.transaction() as transaction:
        _decide(transaction, upload_key, numbers, "DISCARDED", by, reason)
        passing(Failpoint.DISCARD_WRITTEN)
    log(Decided.DISCARD, upload=upload_key, rows=numbers, by=by, reason=reason)
    return f"{counted(len(numbers), ROWS).en} of {upload_key} discarded by {by}."


def _decide(
    transaction: Transaction, upload_key: str, numbers: list[int], status: str, by: str, reason: str
) -> None:
    """Write a decision on rows that all wait still; whoever comes second is told."""
    decided = quarantined_rows.decide(transaction, upload_key, numbers, status, by, reason)
    if decided < len(numbers):
        raise Conflict(
            Text(
                f"of upload {upload_key!r} {len(numbers) - decided} of {len(numbers)} rows were "
                "decided on by somebody else just now",
                f"de la carga {upload_key!r}, {len(numbers) - decided} de {len(numbers)} filas las "
                "acaba de decidir otra persona",
            ),
            Text("rows that all wait", "filas que esperen todas"),
            Text(
                "see `purchase-assets quarantine list` for those that still do",
                "vea en `purchase-assets quarantine list` las que aún esperan",
            ),
        )


def _waiting(
    project: Project, upload_key: str, row_numbers: list[int] | None
) -> list[QuarantinedRow]:
    rows = quarantined_rows.waiting(project.reports, upload_key)
    wanted = set(row_numbers or [row.row_number for row in rows])
    unknown = wanted - {row.row_number for row in rows}
    if not rows or unknown:
        numbers = ", ".join(str(row.row_number) for row in rows[:20])
        asked = f" {', '.join(map(str, sorted(unknown)))}" if unknown else ""
        error = Conflict if uploads.find(project.reports, upload_key) else NotFound
        raise error(
            Text(
                f"of upload {upload_key!r} no row{asked} waits",
                f"de la carga {upload_key!r} no espera ninguna fila{asked}",
            ),
            Text(
                f"rows that wait: {numbers or 'none'}",
                f"filas que esperen: {numbers or 'ninguna'}",
            ),
            Text("see `purchase-assets quarantine list`", "vea `purchase-assets quarantine list`"),
        )
    return [row for row in rows if row.row_number in wanted]


def _as_table(rows: list[QuarantinedRow]) -> pa.Table:
    plain = [{**vars(row), "message": row.message._asdict()} for row in rows]
    return pa.Table.from_pylist(plain, schema=QUARANTINE_SCHEMA)
