"""Telling people once: what is new, what is over, and what has to be sent again.

Each message is written before it is sent, for every channel, in three steps: WAITING, SENDING just
before the channel is asked, SENT or, when the channel refused it, WAITING again. A process that
dies between the last two leaves a message of which nobody knows whether it went out. It becomes
UNCERTAIN, is never sent again, and the monitoring page says so: no mail server or webhook can
promise exactly once, and a message that comes twice teaches people to delete them unread.
"""

import time
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from purchase_assets.alerting.alert import (
    Alert,
    AlertKind,
    message_when_over,
    title_when_over,
)
from purchase_assets.alerting.channels import Channel
from purchase_assets.alerting.graph_facts import REMEMBERED, GraphFacts
from purchase_assets.errors import Conflict
from purchase_assets.failpoints import Failpoint, passing
from purchase_assets.project import Project
from purchase_assets.storage.reports import notifications
from purchase_assets.storage.reports.database import now
from purchase_assets.storage.reports.notifications import Message, Notification, Outcome, Part
from purchase_assets.storage.reports.one_at_a_time import one_at_a_time
from purchase_assets.text import Text
from purchase_assets.workflows import find_alerts

LOCK = "telling"
BUDGET_S = 20.0
"""How long one look may spend on channels; what is left is sent at the next."""
BEGUN_AT_MOST = 100
"""How many causes one look begins to tell; the next one takes the others."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
"""How long a channel that failed is left alone: each time twice as long."""
TRIED_FOR = timedelta(days=1)
"""How long a message is tried."""


def look(
    project: Project, facts: GraphFacts, channels: Sequence[Channel], kinds: Collection[AlertKind]
) -> str:
    """Tell what began and what is over among causes of some kinds; returns what was done.

    Whoever looks also sends what another one has left waiting. One looks at a time, and a second
    one does not wait.
    """
    try:
        with one_at_a_time(project.reports, LOCK, "whoever tells people", patience_s=0):
            for left in notifications.of_outcome(project.reports, Outcome.SENDING):
                notifications.mark(project.reports, left.id, Outcome.UNCERTAIN)
            began, over = _notice(project, facts, channels, kinds)
            sent = _send(project, channels)
    except Conflict as busy:
        return str(busy)
    return f"{began} began, {over} over, {sent} messages sent."


def _notice(
    project: Project, facts: GraphFacts, channels: Sequence[Channel], kinds: Collection[AlertKind]
) -> tuple[int, int]:
    """Write the messages on what is new and what is over."""
    present = {one.cause: one for one in find_alerts.present(project, facts, kinds)}
    told = {one.cause: one for one in notifications.going_on(project.reports, kinds)}
    new = [one for cause, one in present.items() if cause not in told and _is_recent(one)]
    past = notifications.known_causes(project.reports, [one.cause for one in new if one.ended])
    more = f"{project.settings.operator_url}/monitoring"
    untold = [one for one in new if not (one.ended and one.cause in past)]
    began = [_begun(one, more) for one in untold[:BEGUN_AT_MOST]]
    over = [
        _over(one, how, more)
        for cause, one in told.items()
        if (how := _how_over(project, facts, one, present.get(cause)))
    ]
    names = [channel.name for channel in channels]
    notifications.add(project.reports, [*began, *over], names)
    return len(began), len(over)


def _is_recent(alert: Alert) -> bool:
    """Whether it is worth a message; what stood long before anybody told is on the page."""
    return alert.since is None or alert.since >= now() - REMEMBERED


def _begun(alert: Alert, more: str) -> Message:
    """The first message; the only one of what was over before anybody looked."""
    return Message(
        cause=alert.cause,
        kind=alert.kind,
        part=Part.OVER if alert.ended else Part.BEGAN,
        title=alert.title,
        message=alert.message(more),
    )


def _how_over(
    project: Project, facts: GraphFacts, told: Notification, alert: Alert | None
) -> Text | None:
    """How a cause that was told has ended; None while it goes on."""
    if alert:
        return alert.ended
    about = told.cause.partition("/")[2]
    return find_alerts.how_over(project, facts, AlertKind(told.kind), about)


def _over(told: Notification, how: Text, more: str) -> Message:
    return Message(
        cause=told.cause,
        kind=told.kind,
        part=Part.OVER,
        title=title_when_over(told.title),
        message=message_when_over(how, more),
    )


def _send(project: Project, channels: Sequence[Channel]) -> int:
    """Send what waits, in its order; a channel that fails is left alone until the next look."""
    open_channels = {channel.name: channel for channel in channels}
    ends, sent, moment = time.monotonic() + BUDGET_S, 0, now()
    for waiting in notifications.of_outcome(project.reports, Outcome.WAITING):
        channel = open_channels.get(waiting.channel)
        if waiting.noticed_at < moment - TRIED_FOR:
            notifications.mark(project.reports, waiting.id, Outcome.FAILED, waiting.problem or "")
        elif channel is None or time.monotonic() > ends:
            continue  # taken out of the settings, or its turn comes at the next look
        elif _rests(waiting, moment) or not _sent(project, channel, waiting):
            del open_channels[channel.name]  # later messages do not overtake
        else:
            sent += 1
    return sent


def _rests(waiting: Notification, moment: datetime) -> bool:
    if waiting.tried_at is None:
        return False
    pause = min(FIRST_PAUSE * 2 ** min(waiting.tries - 1, 10), LONGEST_PAUSE)
    return moment < waiting.tried_at + pause


def _sent(project: Project, channel: Channel, waiting: Notification) -> bool:
    """Ask a channel once."""
    language, reports = project.settings.language, project.reports
    notifications.mark(reports, waiting.id, Outcome.SENDING)
    problem = channel.send(
        waiting.title.of(language),
        waiting.message.of(language),
        reference=f"purchase_assets-{waiting.id}-{waiting.noticed_at:%Y%m%d%H%M%S}",
    )
    passing(Failpoint.MESSAGE_SENT)
    notifications.mark(reports, waiting.id, Outcome.WAITING if problem else Outcome.SENT, problem)
    return not problem
