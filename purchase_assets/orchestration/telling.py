"""Who tells people: a sensor in the daemon, and a thread of the page server about the daemon.

Translates only: Dagster's facts are read here, and `workflows.tell_people` tells.
"""

import logging
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import dagster as dg

from purchase_assets.alerting.alert import OF_THE_DAEMON, OF_THE_SERVER, TELLER
from purchase_assets.alerting.channels import Channel, open_channels
from purchase_assets.alerting.graph_facts import GraphFacts
from purchase_assets.orchestration.daemons import good_looks, heartbeat
from purchase_assets.orchestration.failed_work import works
from purchase_assets.orchestration.waiting import repository
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import now
from purchase_assets.workflows import tell_people

PAUSE = timedelta(minutes=2)
"""Looks that are further apart are no watch: whoever looks was switched off in between."""
LOOK_EVERY_S = 30.0


def teller(settings: Settings) -> dg.SensorDefinition:
    """The sensor that tells, over the channels of the settings; a wrong URL ends the start."""
    channels = open_channels(settings.notify)

    @dg.sensor(
        name=TELLER,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Tells people what needs them, once, and when it is over: files, failed runs, "
        "the table, drift, trainings, silent sensors. The page server tells of a silent daemon.",
    )
    def sensor(
        context: dg.SensorEvaluationContext, project: dg.ResourceParam[Project]
    ) -> dg.SensorResult:
        moment = now()
        since = _watching_since(context.cursor, moment)
        others = {one.name for one in repository(context).sensor_defs} - {TELLER}
        facts = graph_facts(context.instance, others, moment, since)
        said = tell_people.look(project, facts, channels, OF_THE_DAEMON)
        return dg.SensorResult(cursor=f"{moment.isoformat()} {since.isoformat()}", skip_reason=said)

    return sensor


def graph_facts(
    instance: dg.DagsterInstance, sensors: Collection[str], moment: datetime, since: datetime
) -> GraphFacts:
    """What Dagster says at a moment of itself and of some sensors."""
    return GraphFacts(
        looked_at=moment,
        watching_since=since,
        heartbeat=heartbeat(instance),
        sensors=good_looks(instance, sensors),
        works=works(instance),
    )


def _watching_since(cursor: str | None, moment: datetime) -> datetime:
    """Since when no two looks were far apart; the cursor is the last look and that moment."""
    if not cursor:
        return moment
    looked, since = map(datetime.fromisoformat, cursor.split())
    return moment if moment - looked > PAUSE else since


@contextmanager
def watching_the_daemon(
    project: Project,
    instance: dg.DagsterInstance,
    every_s: float = LOOK_EVERY_S,
    since: datetime | None = None,
) -> Iterator[None]:
    """Look at the daemon from outside while the body runs, and tell when it is silent.

    `since` is the moment from which on its silence counts: now, when it is left out.
    """
    channels, over = open_channels(project.settings.notify), threading.Event()
    begun = since or now()

    def watch() -> None:
        while not over.wait(every_s):
            try:
                look_at_daemon(project, instance, channels, begun)
            except Exception:
                logging.getLogger(__name__).exception("the look at the daemon failed")

    watcher = threading.Thread(target=watch, name="watch of the daemon", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join(every_s)


def look_at_daemon(
    project: Project, instance: dg.DagsterInstance, channels: list[Channel], since: datetime
) -> str:
    """One look from outside, at the daemon and at the sensor that tells."""
    facts = graph_facts(instance, {TELLER}, now(), since)
    return tell_people.look(project, facts, channels, OF_THE_SERVER)
