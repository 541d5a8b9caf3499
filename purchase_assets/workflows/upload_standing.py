"""What each check group of an intake table stands at: what waits for a person comes first.

A refused file stays an error until it is answered, whatever came after it. Rows set aside
beyond what is usual stay a warning while they wait. Else the newest file speaks.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from zoneinfo import ZoneInfo

from purchase_assets.intake.rules.catalogue import group_of, is_noted
from purchase_assets.intake.rules.catalogue.column_rules import EXTRA_COLUMNS
from purchase_assets.intake.rules.catalogue.row_rules import ALREADY_TAKEN
from purchase_assets.intake.rules.messages import group_passed
from purchase_assets.intake.rules.rule import Group, Severity
from purchase_assets.intake.rules.usual import REMEMBERED, beyond_usual, usual_limit
from purchase_assets.kinds import Kind, Verdict
from purchase_assets.project import Project
from purchase_assets.storage.reports import quarantined_rows, uploads
from purchase_assets.storage.reports.uploads import BrokenRule, Upload
from purchase_assets.text import Text
from purchase_assets.workflows.tell_verdict import one_line

KINDS = {
    asset: tuple(kind for kind in Kind if kind.asset == asset)
    for asset in dict.fromkeys(kind.asset for kind in Kind)
}
"""Kinds of upload that each table answers for."""

NAMED = 3
"""Files named in one sentence."""

WAITING = Text("; they wait in the quarantine", "; esperan en la cuarentena")
NOT_UNUSUAL = Text("No more than usual.", "No más de lo habitual.")


@dataclass(frozen=True)
class Standing:
    """What one check group stands at.

    Attributes
    ----------
    about : tuple of Upload
        The uploads that it is about, the newest first; empty before the first file.
    """

    group: Group
    passed: bool
    severity: Severity
    message: Text
    about: tuple[Upload, ...] = ()


@dataclass(frozen=True)
class Delivered:
    """Uploads of one table, newest first.

    Attributes
    ----------
    waiting : mapping
        Rules of the rows that wait in the quarantine, by upload.
    """

    refused: Sequence[Upload]
    let_in: Sequence[Upload]
    waiting: Mapping[str, frozenset[str]] = field(default_factory=dict)


def read(project: Project, asset: str) -> list[Standing]:
    """The standing of an asset's groups; empty when nothing was ever delivered for it."""
    rows = uploads.of_kinds(project.reports, KINDS[asset])
    let_in = [row for row in rows if row.verdict.let_in]
    refused = [row for row in rows if row.verdict.asking and not row.answer]
    tolerated = project.settings.retraining.partial_share
    partial = {
        row.key for group in Group for row, _, _ in _beyond(let_in, group, tolerated, noted=False)
    }
    delivered = Delivered(refused, let_in, _waiting_rules(project, partial))
    zone = ZoneInfo(project.settings.time_zone)
    return [standing(group, delivered, tolerated, zone) for group in Group] if rows else []


def _waiting_rules(project: Project, keys: Collection[str]) -> dict[str, frozenset[str]]:
    rules: dict[str, frozenset[str]] = {}
    for broken in quarantined_rows.waiting_rules(project.reports, keys):
        rules[broken.upload_key] = rules.get(broken.upload_key, frozenset()) | {broken.rule}
    return rules


def standing(group: Group, delivered: Delivered, tolerated: float, zone: ZoneInfo) -> Standing:
    """What a group stands at.

    Parameters
    ----------
    tolerated : float
        Share of a file's rows that is never worth a warning.
    zone : ZoneInfo
        Where the days of the sentences are.
    """
    failed = [row for row in delivered.refused if _reasons(row, group, noted=False)]
    if failed:
        told = [_refusal(row, group, zone) for row in failed[:NAMED]]
        return Standing(group, False, Severity.ERROR, _joined(told, len(failed)), tuple(failed))
    newest = delivered.let_in[: REMEMBERED + 1]
    unusual = [
        *(
            (row, share, limit, WAITING)
            for row, share, limit in _beyond(delivered.let_in, group, tolerated, noted=False)
            if any(group_of(rule) is group for rule in delivered.waiting.get(row.key, ()))
        ),
        *(
            (row, share, limit, None)
            for row, share, limit in _beyond(newest, group, tolerated, noted=True)
            if row is newest[0]
        ),
    ]
    if unusual:
        told = [_excess(group, zone, *one) for one in unusual[:NAMED]]
        about = tuple(one[0] for one in unusual)
        return Standing(group, False, Severity.WARN, _joined(told, len(unusual)), about)
    if not delivered.let_in:
        return Standing(
            group,
            True,
            Severity.ERROR,
            Text(
                "No file of this kind has been taken yet.",
                "Aún no se ha tomado ningún archivo de este tipo.",
            ),
        )
    return Standing(group, True, Severity.ERROR, _ordinary(newest[0], group, zone), (newest[0],))


def _beyond(
    let_in: Sequence[Upload], group: Group, tolerated: float, *, noted: bool
) -> list[tuple[Upload, float, float]]:
    """Uploads whose share of a group's rows is beyond the usual, with share and limit."""
    shares = [_share(row, group, noted=noted) for row in let_in]
    found = []
    for place, share in enumerate(shares):
        history = shares[place + 1 : place + 1 + REMEMBERED][::-1]
        if share > tolerated and beyond_usual(share, history, tolerated):
            found.append((let_in[place], share, usual_limit(history, tolerated)))
    return found


def _share(row: Upload, group: Group, *, noted: bool) -> float:
    """Part of a file's rows that broke a group's rules; 1 for a rule about the whole file."""
    reasons = _reasons(row, group, noted=noted)
    if any(reason.rows == 0 for reason in reasons):
        return 1.0
    return min(1.0, sum(reason.rows for reason in reasons) / max(row.rows, 1))


def _reasons(row: Upload, group: Group, *, noted: bool) -> list[BrokenRule]:
    """The broken rules of a group that decide, or those that are only noted."""
    return [
        reason
        for reason in row.reasons
        if group_of(reason.rule) is group
        and is_noted(reason.rule) == noted
        and not (noted and _business_as_usual(reason.rule, row.kind))
    ]


def _business_as_usual(rule: str, kind: Kind) -> bool:
    """A master file repeats most of the one before; an export has columns nobody needs."""
    return rule == EXTRA_COLUMNS.name or (rule == ALREADY_TAKEN.name and kind.is_master)


def _refusal(row: Upload, group: Group, zone: ZoneInfo) -> Text:
    english, spanish = _messages(_reasons(row, group, noted=False))
    name = _name(row, zone)
    if row.verdict is Verdict.ENGINE_ERROR:
        return Text(f"{name} was not judged: {english}", f"{name} no se pudo revisar: {spanish}")
    return Text(
        f"{name} was refused: {english} It waits for a corrected file, or for a person to mark it "
        "as seen.",
        f"{name} fue rechazado: {spanish} Espera un archivo corregido, o que una persona lo marque "
        "como visto.",
    )


def _excess(
    group: Group,
    zone: ZoneInfo,
    row: Upload,
    share: float,
    limit: float,
    waiting: Text | None,
) -> Text:
    name = _name(row, zone)
    reasons = _reasons(row, group, noted=waiting is None)
    messages = _messages(reasons)
    if any(reason.rows == 0 for reason in reasons):
        return messages.map(lambda words: f"{name}: {words}")
    return Text(
        "{name}: {messages} That is {share:.1%} of its rows, where at most {limit:.1%} is "
        "usual{waiting}.",
        "{name}: {messages} Es el {share:.1%} de sus filas, y lo habitual es {limit:.1%} como "
        "máximo{waiting}.",
    ).format(name=name, messages=messages, share=share, limit=limit, waiting=waiting or "")


def _ordinary(row: Upload, group: Group, zone: ZoneInfo) -> Text:
    said = [reason for reason in row.reasons if group_of(reason.rule) is group]
    found = Text.joined([_messages(said), NOT_UNUSUAL]) if said else group_passed(row.rows)
    name = _name(row, zone)
    return found.map(lambda words: f"{name}: {words}")


def _messages(reasons: Sequence[BrokenRule]) -> Text:
    return Text.joined(reason.message for reason in reasons)


def _name(row: Upload, zone: ZoneInfo) -> str:
    """A file and the day on which it came."""
    day = row.received_at.replace(tzinfo=UTC).astimezone(zone).date()
    return f"{one_line(row.file_name)} ({day})"


def _joined(told: Sequence[Text], count: int) -> Text:
    """The sentences of the newest files, and how many more there are."""
    more = count - len(told)
    rest = [Text(f"And {more} more.", f"Y {more} más.")] if more else []
    return Text.joined([*told, *rest])
