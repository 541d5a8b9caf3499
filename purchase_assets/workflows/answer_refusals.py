"""The answer to a refused file: a later file that corrects it, or a person who has seen it."""

import itertools
import re
from datetime import date

from purchase_assets.errors import Conflict, NotFound
from purchase_assets.intake.rules.catalogue import group_of
from purchase_assets.intake.rules.rule import Group
from purchase_assets.kinds import FILE_NAMES, Kind
from purchase_assets.project import Project
from purchase_assets.storage.reports import uploads
from purchase_assets.storage.reports.database import Transaction
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.text import Text
from purchase_assets.workflows.signature import signed

_MARKS = re.compile(
    r"""(?:
        [\s_.\-]*\(\d+\)
      | [\s_.\-]+(?:
            (?:v|rev|version|versi[oó]n)[\s_.\-]*\d+
          | corr(?:egid[oa]s?|ecci[oó]n|ected|ection)? | fix(?:ed)? | arreglad[oa]s?
          | nuev[oa]s? | new | final | bis | cop(?:y|ia) | ok
        )
    )$""",
    re.IGNORECASE | re.VERBOSE,
)
_SUFFIX = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{1,7})+$")
_BEGINNINGS = "|".join((*itertools.chain.from_iterable(FILE_NAMES.values()), "sales"))
_KIND = re.compile(rf"^(?:{_BEGINNINGS})[\s_.\-]*", re.IGNORECASE)


def stem(file_name: str) -> str:
    """What a file's name says of its content: neither suffix nor kind nor mark of a new version.

    Examples
    --------
    >>> stem("Transacciones 2025-01-06_v2 (1).CSV.gz")
    '2025-01-06'
    >>> stem("ventas_semana-corregido.xlsx")
    'semana'
    """
    left = _SUFFIX.sub("", file_name.strip())
    while (shorter := _MARKS.sub("", left)) != left:
        left = shorter
    return _KIND.sub("", left).strip(" _.-").casefold()


def corrects(taken: Upload, refused: Upload) -> bool:
    """Whether a file that was let in answers one that was refused before."""
    if taken.key.rpartition("-")[2] == refused.key.rpartition("-")[2]:
        return taken.key != refused.key  # the same content under another name
    if refused.kind not in (taken.kind, Kind.UNKNOWN):
        return False
    if taken.kind.is_master and refused.kind is taken.kind:
        return True  # each master file holds the whole table
    same_name = stem(taken.file_name) == stem(refused.file_name)
    theirs, ours = _days(refused), _days(taken)
    if theirs is None or ours is None:
        return same_name
    if same_name:
        return ours[0] <= theirs[1] and theirs[0] <= ours[1]
    return ours[0] <= theirs[0] and theirs[1] <= ours[1]


def _days(upload: Upload) -> tuple[date, date] | None:
    """First and last day of a file, unless it was refused for its dates."""
    doubted = upload.verdict.asking and any(
        group_of(reason.rule) is Group.DATES for reason in upload.reasons
    )
    if doubted or upload.first_day is None or upload.last_day is None:
        return None
    return upload.first_day, upload.last_day


def answer_with(transaction: Transaction, upload: Upload) -> None:
    """Within the transaction that records it: a file that was let in answers earlier ones."""
    if not upload.verdict.let_in:
        return
    waiting = uploads.unanswered(transaction)
    corrected = [refused.key for refused in waiting if corrects(upload, refused)]
    uploads.answer(transaction, corrected, "CORRECTED", by=upload.key)


def seen(project: Project, upload_key: str, by: str, reason: str) -> str:
    """A person has seen why a file was refused and nothing more will come of it.

    Raises
    ------
    PurchaseAssetsError
        NotFound or Conflict when no such file waits; name or reason are missing.
    """
    by, reason = signed(by, reason)
    upload = uploads.find(project.reports, upload_key)
    if upload is None:
        raise NotFound(
            Text(f"no upload {upload_key!r}", f"no hay carga {upload_key!r}"),
            _which(project),
            Text("see `purchase-assets uploads`", "vea `purchase-assets uploads`"),
        )
    if not upload.verdict.asking:
        raise Conflict(
            Text(
                f"upload {upload_key} is {upload.verdict}",
                f"la carga {upload_key} está {upload.verdict}",
            ),
            _which(project),
            Text(
                "rows that it has set aside are released or discarded",
                "las filas que apartó se liberan o se descartan",
            ),
        )
    if upload.answer:
        raise Conflict(
            Text(
                f"upload {upload_key} was answered already ({upload.answer} by "
                f"{upload.answered_by})",
                f"la carga {upload_key} ya fue respondida ({upload.answer}, {upload.answered_by})",
            ),
            _which(project),
            Text("nothing is left to do", "no queda nada por hacer"),
        )
    with project.reports.transaction() as transaction:
        uploads.answer(transaction, [upload_key], "SEEN", by, reason)
    return f"{upload.file_name} ({upload_key}) seen by {by}: {reason}"


def _which(project: Project) -> Text:
    """The refused files that wait, as the expectation of a sentence."""
    named = ", ".join(upload.key for upload in uploads.unanswered(project.reports)[:5])
    return Text(
        f"a refused file that waits for an answer, {f'such as {named}' if named else 'none does'}",
        "un archivo rechazado que espere respuesta, "
        f"{f'como {named}' if named else 'y no hay ninguno'}",
    )
