"""Taking in uploads: from a waiting file to the lake, the quarantine and the uploads table.

The `uploads` row is written last and together with the quarantine; until it stands an upload
counts as not taken and taking it in again writes the same again.
"""

import math
from dataclasses import replace as changed
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from upath import UPath

from purchase_assets.decision_log import Decided, log
from purchase_assets.errors import Conflict, PurchaseAssetsError
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.intake.judge_upload import judge
from purchase_assets.intake.judgement import Judgement, Known
from purchase_assets.intake.release import revalidate
from purchase_assets.kinds import Kind, Verdict, kind_of
from purchase_assets.pages.place import stored_name
from purchase_assets.pages.upload_page import validation_page
from purchase_assets.project import Project
from purchase_assets.storage.atomic_files import write_atomically
from purchase_assets.storage.incoming import files
from purchase_assets.storage.reports import quarantined_rows, uploads, withdrawals
from purchase_assets.storage.reports.moments import next_moment
from purchase_assets.storage.reports.one_at_a_time import one_at_a_time
from purchase_assets.storage.reports.quarantined_rows import QuarantinedRow
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import LANGUAGES, Text
from purchase_assets.workflows.answer_refusals import answer_with
from purchase_assets.workflows.known_data import known
from purchase_assets.workflows.tell_verdict import (
    reasons,
    report,
    report_again,
    sentence,
    withdrawn,
)
from purchase_assets.workflows.waiting_uploads import Waiting, archive, as_path, find, taken_before

INTAKE = "intake"
"""The lock of what changes accepted rows."""
PATIENCE_S = 10 * 60
"""How long an upload waits until another one has been taken in."""

WAIVED: dict[str, float] = {
    "bad_row_share": 1,
    "unknown_reference_share": 1,
    "one_customer_share": 1,
    "volume_low": 0,
    "volume_high": math.inf,
}
"""Limits of a file as a whole, when it is judged again: once it was let in, they have decided."""


def examine(project: Project, entry: Waiting) -> Judgement:
    """The verdict on a file; touches nothing."""
    quality = project.settings.quality
    if taken_before(project, entry.key):
        quality = quality.model_copy(update=WAIVED)
    return judge(
        entry.path,
        entry.kind,
        known(project, entry.kind, entry.key),
        quality,
        project.settings.column_names,
        key=entry.key,
        file_name=entry.file_name,
    )


def foresee(project: Project, entry: Waiting) -> dict[str, Any]:
    """What `upload --json` would say of a file that were delivered now; touches nothing."""
    before = taken_before(project, entry.key)
    return report_again(*before) if before else report(examine(project, entry))


def take_in(project: Project, entry: Waiting) -> Judgement:
    """Judge a file and keep what follows: rows, quarantine, page, `uploads` row, archive.

    An ENGINE_ERROR takes nothing and leaves the file waiting. One upload at a time, since each is
    judged against those before it. A file that was taken before is judged again, and what people
    have decided on its rows holds.

    Raises
    ------
    Conflict
        When a person has withdrawn the upload and nobody has decided to bring it back.
    PurchaseAssetsError
        When nothing of a file that was taken before would be taken now; what was taken stays.
    """
    by = f"the intake of {entry.file_name}"
    with one_at_a_time(project.reports, INTAKE, by, patience_s=PATIENCE_S):
        # whoever was waited for may have taken in this very file
        return _take_in(project, entry if entry.path.exists() else find(project, entry.key))


def _take_in(project: Project, entry: Waiting) -> Judgement:
    before = uploads.find(project.reports, entry.key)
    how = withdrawals.newest(project.reports, entry.key)
    if before and how and how.in_force:
        said = withdrawn(before, how)
        raise Conflict(
            said.map(lambda words: words.rpartition("; ")[0]),
            Text("an upload that is not withdrawn", "una carga que no esté retirada"),
            said.map(lambda words: words.rpartition("; ")[2]),
        )
    judgement = judged = examine(project, entry)
    passing(Failpoint.UPLOAD_JUDGED)
    decided = _decided(project, entry.key)
    if judgement.verdict.taken:
        judgement = _with_released(project, _without_discarded(judgement, decided), decided)
        _write_rows(project, entry.key, entry.kind, judgement.accepted)
        passing(Failpoint.ROWS_KEPT)
    elif before and before.verdict.taken:
        raise PurchaseAssetsError(
            f"{before.file_name} ({before.key}), judged again, is {judgement.verdict} "
            f"({sentence(judgement).en.rstrip('.')})",
            f"the {before.accepted} rows that were accepted of it; they and the decisions on the "
            "others stay as they are",
            "run it again when the check itself failed; else send what is right in a new file",
        )
    _write_pages(project, entry.key, judgement)
    _record(project, judgement, decided, said=judged)
    log(Decided.VERDICT, file=entry.file_name, **report(judged))
    passing(Failpoint.VERDICT_KEPT)
    if judgement.verdict is not Verdict.ENGINE_ERROR:
        archive(project, entry)
        passing(Failpoint.UPLOAD_ARCHIVED)
    return judgement


def _write_pages(project: Project, key: str, judgement: Judgement) -> None:
    """The upload's page in each language."""
    folder, usual = project.folder("pages") / "uploads", project.settings.language
    for language in LANGUAGES:
        page = validation_page(judgement, sentence(judgement), language, usual)
        write_atomically(folder / f"{stored_name(key, language, usual)}.html", page)


def _write_rows(project: Project, key: str, kind: Kind, rows: pa.Table) -> None:
    """Put accepted rows into the lake; the same upload again gives the same table."""
    keyed = rows.append_column("upload_key", pa.array([key] * len(rows), pa.string()))
    if not kind.is_master:
        project.lake.write(kind.table, keyed, partition={"upload_key": key})
        return
    upload = uploads.find(project.reports, key)
    received = upload.received_at if upload else next_moment(project.reports)
    keyed = keyed.append_column("received_at", pa.array([received] * len(rows), pa.timestamp("us")))
    if project.lake.exists(kind.table):
        before = project.lake.read(kind.table)
        # a table of an earlier version lacks columns that were added since
        keyed = _newest(pa.concat_tables([before, keyed], promote_options="default"), kind)
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


def _without_discarded(judgement: Judgement, decided: dict[int, QuarantinedRow]) -> Judgement:
    """The accepted rows of a file judged again, but for those that a person has discarded."""
    numbers = [number for number, row in decided.items() if row.status == "DISCARDED"]
    rows = judgement.accepted
    discarded = pc.is_in(rows["row_number"], pa.array(numbers, pa.int64()))
    return changed(judgement, accepted=rows.filter(pc.invert(discarded)))


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


def _record(
    project: Project, judgement: Judgement, decided: dict[int, QuarantinedRow], said: Judgement
) -> None:
    """Write the row of an upload, whose sentence stays that of the file, whatever was released."""
    earlier = uploads.find(project.reports, judgement.key)
    aside = {row["row_number"]: row for row in judgement.quarantined.to_pylist()}
    rows = {number: _quarantined(judgement, row) for number, row in aside.items()} | decided
    with project.reports.transaction() as transaction:
        moment = next_moment(transaction)
        upload = _upload(judgement, said, len(rows), earlier, moment)
        if judgement.verdict is not Verdict.ENGINE_ERROR:
            quarantined_rows.keep(transaction, judgement.key, list(rows.values()))
        uploads.keep(transaction, upload)
        answer_with(transaction, upload)


def _quarantined(judgement: Judgement, row: dict[str, Any]) -> QuarantinedRow:
    said = Text(**row.pop("message"))
    return QuarantinedRow(upload_key=judgement.key, kind=judgement.kind, message=said, **row)


def _upload(
    judgement: Judgement,
    said: Judgement,
    quarantined: int,
    earlier: Upload | None,
    moment: datetime,
) -> Upload:
    return Upload(
        key=judgement.key,
        kind=judgement.kind,
        file_name=earlier.file_name if earlier else judgement.file_name,
        received_at=earlier.received_at if earlier else moment,
        judged_at=moment,
        verdict=judgement.verdict,
        rows=judgement.rows,
        accepted=judgement.accepted.num_rows,
        quarantined=quarantined,
        duplicates=judgement.duplicates,
        known_rows=judgement.known_rows,
        daily_volume=judgement.daily_volume,
        first_day=judgement.first_day,
        last_day=judgement.last_day,
        message=sentence(said),
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
