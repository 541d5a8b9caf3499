"""Taking in uploads: from a waiting file to the lake, the quarantine and the uploads table.

The `uploads` row is written last and together with the quarantine; until it stands an upload
counts as not taken and taking it in again writes the same again.
"""

from dataclasses import replace as changed
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from upath import UPath

from purchase_assets.errors import Conflict
from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Judgement, Known
from purchase_assets.intake.release import revalidate
from purchase_assets.kinds import Kind, Verdict, kind_of
from purchase_assets.pages.upload_page import validation_page
from purchase_assets.project import Project
from purchase_assets.storage.atomic_files import write_atomically
from purchase_assets.storage.incoming import files
from purchase_assets.storage.reports import quarantined_rows, uploads, withdrawals
from purchase_assets.storage.reports.database import now
from purchase_assets.storage.reports.quarantined_rows import QuarantinedRow
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.workflows.answer_refusals import answer_with
from purchase_assets.workflows.known_data import known
from purchase_assets.workflows.tell_verdict import (
    reasons,
    report,
    report_again,
    sentence,
    withdrawn,
)
from purchase_assets.workflows.waiting_uploads import Waiting, archive, as_path, taken_before


def examine(project: Project, entry: Waiting) -> Judgement:
    """The verdict on a file; touches nothing."""
    return judge(
        entry.path,
        entry.kind,
        known(project, entry.kind, entry.key),
        project.settings.quality,
        project.settings.column_names,
        key=entry.key,
    )


def foresee(project: Project, entry: Waiting) -> dict[str, Any]:
    """What `upload --json` would say of a file that were delivered now; touches nothing."""
    before = taken_before(project, entry.key)
    return report_again(*before) if before else report(examine(project, entry))


def take_in(project: Project, entry: Waiting) -> Judgement:
    """Judge a file and keep what follows: rows, quarantine, page, `uploads` row, archive.

    An ENGINE_ERROR takes nothing and leaves the file waiting.

    Raises
    ------
    Conflict
        When a person has withdrawn the upload and nobody has decided to bring it back.
    """
    how = withdrawals.newest(project.reports, entry.key)
    if how and how.in_force:
        upload = uploads.find(project.reports, entry.key)
        assert upload
        found, _, todo = withdrawn(upload, how).en.rpartition("; ")
        raise Conflict(found, "an upload that is not withdrawn", todo)
    judgement = examine(project, entry)
    decided = _decided(project, entry.key)
    if judgement.verdict.taken:
        judgement = _with_released(project, judgement, decided)
        _write_rows(project, entry.key, entry.kind, judgement.accepted)
    write_atomically(
        project.folder("pages") / "uploads" / f"{entry.key}.html", validation_page(judgement)
    )
    _record(project, judgement, decided)
    if judgement.verdict is not Verdict.ENGINE_ERROR:
        archive(project, entry)
    return judgement


def _write_rows(project: Project, key: str, kind: Kind, rows: pa.Table) -> None:
    """Put accepted rows into the lake; the same upload again gives the same table."""
    keyed = rows.append_column("upload_key", pa.array([key] * len(rows), pa.string()))
    if not kind.is_master:
        project.lake.write(kind.table, keyed, partition={"upload_key": key})
        return
    upload = uploads.find(project.reports, key)
    received = upload.received_at if upload else now()
    keyed = keyed.append_column("received_at", pa.array([received] * len(rows), pa.timestamp("us")))
    if project.lake.exists(kind.table):
        keyed = _newest(pa.concat_tables([project.lake.read(kind.table), keyed]), kind)
    project.lake.write(kind.table, keyed)


def _newest(rows: pa.Table, kind: Kind) -> pa.Table:
    """The newest accepted value of each id; the lake's versions keep the history."""
    frame = rows.to_pandas().sort_values(["received_at", "upload_key", "row_number"], kind="stable")
    latest = frame.drop_duplicates(kind.key, keep="last").sort_values(kind.key)
    return pa.Table.from_pandas(latest, schema=rows.schema, preserve_index=False)


def add_rows(project: Project, key: str, kind: Kind, rows: pa.Table) -> None:
    """Add released rows to those that their upload delivered at first."""
    if not kind.is_master and project.lake.exists(kind.table):
        before = project.lake.dataset(kind.table).to_table(
            columns=rows.column_names, filter=pc.field("upload_key") == key
        )
        known_numbers = before["row_number"].combine_chunks()
        rows = rows.filter(pc.invert(pc.is_in(rows["row_number"], known_numbers)))
        rows = pa.concat_tables([before, rows])
    _write_rows(project, key, kind, rows)


def _decided(project: Project, key: str) -> dict[int, QuarantinedRow]:
    """The rows of an upload that a person has decided on, by row number."""
    return {row.row_number: row for row in quarantined_rows.decided(project.reports, key)}


def _with_released(
    project: Project, judgement: Judgement, decided: dict[int, QuarantinedRow]
) -> Judgement:
    """The accepted rows of a file judged again, with those that a person has released since."""
    numbers = [number for number, row in decided.items() if row.status == "RELEASED"]
    if not numbers:
        return judgement
    rows = judgement.quarantined
    released, _ = revalidate(
        rows.filter(pc.is_in(rows["row_number"], pa.array(numbers, pa.int64()))),
        judgement.kind,
        known(project, judgement.kind, judgement.key),
        project.settings.quality,
        column_names=project.settings.column_names,
    )
    return changed(judgement, accepted=pa.concat_tables([judgement.accepted, released]))


def _record(project: Project, judgement: Judgement, decided: dict[int, QuarantinedRow]) -> None:
    earlier = uploads.find(project.reports, judgement.key)
    with project.reports.transaction() as transaction:
        if judgement.verdict is not Verdict.ENGINE_ERROR:
            quarantined_rows.keep(
                transaction,
                judgement.key,
                [
                    decided.get(row["row_number"]) or _quarantined(judgement, row)
                    for row in judgement.quarantined.to_pylist()
                ],
            )
        upload = _upload(judgement, earlier)
        uploads.keep(transaction, upload)
        answer_with(transaction, upload)


def _quarantined(judgement: Judgement, row: dict[str, Any]) -> QuarantinedRow:
    return QuarantinedRow(upload_key=judgement.key, kind=judgement.kind, **row)


def _upload(judgement: Judgement, earlier: Upload | None) -> Upload:
    moment = now()
    return Upload(
        key=judgement.key,
        kind=judgement.kind,
        file_name=earlier.file_name if earlier else judgement.file_name,
        received_at=earlier.received_at if earlier else moment,
        judged_at=moment,
        verdict=judgement.verdict,
        rows=judgement.rows,
        accepted=judgement.accepted.num_rows,
        quarantined=judgement.quarantined.num_rows,
        duplicates=judgement.duplicates,
        known_rows=judgement.known_rows,
        daily_volume=judgement.daily_volume,
        first_day=judgement.first_day,
        last_day=judgement.last_day,
        message_en=sentence(judgement, "en"),
        message_es=sentence(judgement, "es"),
        reasons=reasons(judgement),
        deliveries=earlier.deliveries if earlier else 1,
        attempts=earlier.attempts + 1 if earlier else 1,
        **_kept_answer(judgement, earlier),
    )


def _kept_answer(judgement: Judgement, earlier: Upload | None) -> dict[str, Any]:
    """A correction still answers a refused content that comes again; a person is asked again."""
    names = ("answer", "answered_by", "answered_at", "answer_reason")
    if earlier and earlier.answer == "CORRECTED" and judgement.verdict is Verdict.REJECTED:
        return {name: getattr(earlier, name) for name in names}
    return {}


def oldest_first(project: Project, folder: Path) -> list[list[Path]]:
    """The files of a folder in the order of their sales; master tables come first, together."""
    found = [path for _, path in files(as_path(folder))]
    masters = [Path(str(path)) for path in found if kind_of(path.name).is_master]
    sales = sorted(
        (_first_day(project, path), path.name, path)
        for path in found
        if kind_of(path.name) is Kind.TRANSACTIONS
    )
    return [group for group in [masters, *([Path(str(path))] for *_, path in sales)] if group]


def _first_day(project: Project, path: UPath) -> date:
    """First day of a sales file; one that cannot be read comes last."""
    settings = project.settings
    alone = judge(path, Kind.TRANSACTIONS, Known(), settings.quality, settings.column_names)
    return alone.first_day or date.max
