"""A verdict as people and programs are told of it."""

from typing import TYPE_CHECKING, Any

from purchase_assets.kinds import Verdict
from purchase_assets.storage.reports.uploads import BrokenRule, Upload
from purchase_assets.storage.reports.withdrawals import Withdrawal
from purchase_assets.text import Noun, Text, counted

if TYPE_CHECKING:
    from purchase_assets.intake.judgement import Judgement

ACCEPTED = Noun(Text("row accepted", "fila aceptada"), Text("rows accepted", "filas aceptadas"))
REPEATED = Noun(Text("repeated", "repetida"), Text("repeated", "repetidas"))


def sentence(judgement: "Judgement") -> Text:
    """The verdict in one sentence."""
    counts = Text(
        "{accepted}, {quarantined:,} quarantined, {repeated}.",
        "{accepted}, {quarantined:,} en cuarentena, {repeated}.",
    ).format(
        accepted=counted(judgement.accepted.num_rows, ACCEPTED),
        quarantined=judgement.quarantined.num_rows,
        repeated=counted(judgement.duplicates, REPEATED),
    )
    return Text.joined([counts, *(reason.message for reason in judgement.reasons)])


def reasons(judgement: "Judgement") -> tuple[BrokenRule, ...]:
    """The broken rules, as the uploads table keeps them."""
    return tuple(
        BrokenRule(reason.rule, reason.message, reason.rows) for reason in judgement.reasons
    )


def report(judgement: "Judgement") -> dict[str, Any]:
    """A verdict as `upload --json` prints it."""
    return {
        "kind": judgement.kind,
        "key": judgement.key,
        "verdict": judgement.verdict.value,
        "rows": judgement.rows,
        "accepted": judgement.accepted.num_rows,
        "quarantined": judgement.quarantined.num_rows,
        "duplicates": judgement.duplicates,
        "reasons": [_reason(reason.rule, reason.message) for reason in judgement.reasons],
    }


def report_again(upload: Upload, how: Withdrawal | None) -> dict[str, Any]:
    """What `upload --json` prints of a content that came before: repeated, or withdrawn since."""
    if how is None:
        return report_taken(upload, Verdict.DUPLICATE)
    return {**report_taken(upload), "reasons": [_reason("withdrawn", withdrawn(upload, how))]}


def report_taken(upload: Upload, verdict: Verdict | None = None) -> dict[str, Any]:
    """A record of `uploads` as `upload --json` prints it."""
    names = ("kind", "key", "verdict", "rows", "accepted", "quarantined", "duplicates")
    return {
        **{name: getattr(upload, name) for name in names},
        **({"verdict": verdict} if verdict else {}),
        "reasons": [_reason(reason.rule, reason.message) for reason in upload.reasons],
    }


def _reason(rule: str, message: Text) -> dict[str, str]:
    return {"rule": rule, "message": message.en, "message_es": message.es}


def withdrawn(upload: Upload, how: Withdrawal) -> Text:
    """What a person is told who sends a content again that was withdrawn."""
    name, day = one_line(upload.file_name), f"{how.withdrawn_at:%Y-%m-%d}"
    command = f"purchase-assets uploads restore {upload.key} --by NAME --reason TEXT"
    return Text(
        f"{name} was withdrawn on {day} by {how.withdrawn_by} ({how.reason}); nothing of it is "
        f"taken; to bring it back: {command}",
        f"{name} fue retirado el {day} por {how.withdrawn_by} ({how.reason}); no se toma nada de "
        f"él; para traerlo de vuelta: {command}",
    )


def one_line(file_name: str) -> str:
    """A file's name as a label: one line that is not too long."""
    return " ".join("".join(c if c.isprintable() else " " for c in file_name).split())[:120]
