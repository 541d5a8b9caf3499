"""An accepted upload taken out again, and brought back.

The decision is written first and decides; the rest follows from it and can be done again from the
start as often as needed: rows, those of other uploads that had counted as repeated, scores, and
what models had learnt from them. Only then does the decision count as carried out.
"""

from purchase_assets.decision_log import Decided, log
from purchase_assets.errors import Conflict, NotFound, PurchaseAssetsError
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.project import Project
from purchase_assets.storage.reports import prediction_scores, published_weeks, uploads, withdrawals
from purchase_assets.storage.reports.uploads import Upload
from purchase_assets.storage.reports.withdrawals import Withdrawal
from purchase_assets.text import Text
from purchase_assets.workflows import mark_week, taint_models, take_in, waiting_uploads
from purchase_assets.workflows.signature import signed
from purchase_assets.workflows.tell_verdict import one_line


def withdraw(project: Project, key: str, by: str, reason: str) -> None:
    """Decide that an upload's rows leave the tables; `carry_out` does what follows.

    One that was decided on and not carried out stays as it was decided.

    Raises
    ------
    PurchaseAssetsError
        When no such rows can leave, or name or reason are missing.
    """
    by, reason = signed(by, reason)
    upload = _known(project, key)
    if upload.kind.is_master:
        raise Conflict(
            Text(
                f"{upload.file_name} is a {upload.kind} file, of which the newest value of each "
                "id counts",
                f"de {upload.file_name} (archivo {upload.kind}) cuenta el último valor de cada id",
            ),
            Text("a sales file", "un archivo de ventas"),
            Text(
                "send the corrected values in a new file",
                "envíe los valores corregidos en un archivo nuevo",
            ),
        )
    if _only_sales(project, upload):
        raise Conflict(
            Text(
                f"{upload.file_name} holds the only sales that are accepted",
                f"{upload.file_name} tiene las únicas ventas aceptadas",
            ),
            Text("others to forecast from", "otras con que pronosticar"),
            Text(
                "send the right file first, then withdraw this one",
                "envíe primero el archivo correcto y después retire este",
            ),
        )
    with project.reports.transaction() as transaction:
        decided = uploads.withdraw(transaction, key)
        if decided:
            withdrawals.add(transaction, key, by, reason)
    if decided:
        log(Decided.WITHDRAWAL, upload=key, file=upload.file_name, by=by, reason=reason)
        return
    earlier = withdrawals.newest(project.reports, key)
    if earlier is None or upload.verdict is not Verdict.WITHDRAWN:
        raise Conflict(
            Text(
                f"upload {key} is {upload.verdict}: none of its rows are in the tables",
                f"la carga {key} está {upload.verdict}: ninguna de sus filas está en las tablas",
            ),
            Text("an accepted sales file", "un archivo de ventas aceptado"),
            Text("see `purchase-assets uploads`", "vea `purchase-assets uploads`"),
        )
    if earlier.done:
        raise Conflict(
            Text(
                f"upload {key} was withdrawn already, {_signature(earlier)}",
                f"la carga {key} ya fue retirada, {_signature(earlier)}",
            ),
            Text("one that is in the tables", "una que esté en las tablas"),
            Text("nothing is left to do", "no queda nada por hacer"),
        )


def restore(project: Project, key: str, by: str, reason: str) -> None:
    """Decide that a withdrawn upload comes back; `carry_out` does what follows.

    Raises
    ------
    PurchaseAssetsError
        When it is not withdrawn, its file is gone, or name or reason are missing.
    """
    by, reason = signed(by, reason)
    upload = _known(project, key)
    waiting_uploads.find(project, key)
    with project.reports.transaction() as transaction:
        decided = withdrawals.undo(transaction, key, by, reason)
    if decided:
        log(Decided.RESTORE, upload=key, file=upload.file_name, by=by, reason=reason)
        return
    earlier = withdrawals.newest(project.reports, key)
    if earlier is None or earlier.done:
        withdrawn = ", ".join(withdrawals.in_force(project.reports))
        raise Conflict(
            Text(
                f"upload {key} is {upload.verdict} and not withdrawn",
                f"la carga {key} está {upload.verdict} y no retirada",
            ),
            Text(f"one of: {withdrawn or 'none is'}", f"una de: {withdrawn or 'no hay ninguna'}"),
            Text("nothing is to be brought back", "no hay nada que recuperar"),
        )


def carry_out(project: Project, decided: Withdrawal) -> None:
    """Make tables and models what a decision says; done again it changes nothing."""
    key, sales = decided.upload_key, Kind.TRANSACTIONS
    if decided.in_force:
        project.lake.delete(sales.table, {"upload_key": key})
    else:
        _judge_again(project, key)
    # what it delivered first had been left out of these
    for other in uploads.repeating(project.reports, sales):
        if other.key != key:
            _judge_again(project, other.key)
    upload = _known(project, key)
    if upload.first_day and upload.last_day:
        with project.reports.transaction() as transaction:
            prediction_scores.forget(transaction, upload.first_day, upload.last_day)
    taint_models.follow(project)
    if newest := published_weeks.newest(project.reports):
        mark_week.mark_anew(project, newest.week_start)


def said(project: Project, key: str) -> str:
    """What the newest decision on an upload came to, in one sentence."""
    upload, decided = _known(project, key), withdrawals.newest(project.reports, key)
    assert decided
    what = f"{one_line(upload.file_name)} ({upload.key})"
    if decided.in_force:
        return f"{upload.accepted} rows of {what} withdrawn by {decided.withdrawn_by}."
    if upload.verdict.taken:
        return f"{upload.accepted} rows of {what} brought back by {decided.restored_by}."
    return f"{what} was judged again for {decided.restored_by}: {upload.verdict}."


def _judge_again(project: Project, key: str) -> None:
    """Judge an archived file beside what is in the tables now."""
    judgement = take_in.take_in(project, waiting_uploads.find(project, key))
    if judgement.verdict is Verdict.ENGINE_ERROR:
        raise PurchaseAssetsError(
            f"upload {key} could not be judged again ({judgement.reasons[0].message.en})",
            "a verdict",
            "mend what it says and give the same command again",
        )


def _known(project: Project, key: str) -> Upload:
    upload = uploads.find(project.reports, key)
    if upload is None:
        raise NotFound(
            Text(f"no upload {key!r}", f"no hay carga {key!r}"),
            Text("one that came", "una que haya llegado"),
            Text("see `purchase-assets uploads`", "vea `purchase-assets uploads`"),
        )
    return upload


def _only_sales(project: Project, upload: Upload) -> bool:
    """Whether no other upload has rows in the sales."""
    others = [
        other
        for other in uploads.of_kinds(project.reports, [Kind.TRANSACTIONS])
        if other.verdict.taken and other.accepted and other.key != upload.key
    ]
    return upload.verdict.taken and not others


def _signature(decided: Withdrawal) -> str:
    return f"{decided.withdrawn_by}, {decided.withdrawn_at:%Y-%m-%d}"
