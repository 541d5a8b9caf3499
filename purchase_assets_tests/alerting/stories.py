"""For each kind of cause how it begins and ends, and what people get: docs/notifications.md.

`python -m purchase_assets_tests.alerting.stories` writes the page anew, from messages received.
"""

import multiprocessing
import os
import re
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RemoteInstigatorOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster._daemon.types import DaemonHeartbeat

from purchase_assets.alerting.alert import OF_THE_DAEMON, OF_THE_SERVER, TELLER, AlertKind
from purchase_assets.alerting.channels import open_channels
from purchase_assets.alerting.graph_facts import GraphFacts
from purchase_assets.definitions import build_definitions
from purchase_assets.failpoints import VARIABLE, Failpoint
from purchase_assets.orchestration.telling import graph_facts, look_at_daemon, teller
from purchase_assets.project import Project
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import notifications, tables
from purchase_assets.storage.reports.database import now
from purchase_assets.storage.reports.notifications import Notification
from purchase_assets.workflows import tell_people
from purchase_assets_tests.alerting.receivers import Inbox, Received, mail_server, webhook
from purchase_assets_tests.days import OnDay
from purchase_assets_tests.orchestration.sensors.world import ORIGIN, Status, World
from purchase_assets_tests.places import DOCS

PAGE = DOCS / "notifications.md"
COMMAND = ".venv/bin/python -m purchase_assets_tests.alerting.stories"
SUNDAY, RUNNING = date(2025, 1, 26), date(2025, 1, 27)
TUESDAY, LATE = date(2025, 1, 28), date(2025, 2, 4)
KEY = "transactions-0a1b2c3d4e5f"
FILE = "transacciones_2025-02-02.csv"
SENSOR = "new_uploads"
A_WATCH = timedelta(hours=1)
"""How long somebody has looked already."""


@dataclass
class Told:
    """A world in which people are told by mail and by a webhook."""

    folder: Path
    hook: Inbox
    mail: Inbox
    instance: dg.DagsterInstance
    language: str = "en"
    day: date = TUESDAY
    cursor: str | None = field(default_factory=lambda: _cursor())

    @property
    def settings(self) -> Settings:
        return OnDay(
            day=self.day,
            _env_file=None,
            data=str(self.folder),
            language=self.language,
            notify=f"{self.hook.url}, {self.mail.url}",
        )

    @property
    def world(self) -> World:
        return World(Project(self.settings), self.instance)

    def begin(self) -> None:
        """An ordinary week: sales, a champion, a fresh table, a daemon that lives."""
        self.accept("transacciones_2025-01-26.csv", "transactions-000000000000", SUNDAY)
        self.world.promote("1", SUNDAY - timedelta(weeks=4))
        self.world.promote("2", SUNDAY - timedelta(weeks=1))
        self.world.publish(RUNNING)
        self.beat(now())
        self.look_of(SENSOR, now())
        self.look_of(TELLER, now())

    def upload(self, verdict: str, said: str, **facts: object) -> None:
        self.world.plant(
            tables.uploads,
            key=KEY,
            file_name=FILE,
            received_at=now(),
            verdict=verdict,
            message_en=said,
            message_es=said,
            **facts,
        )

    def accept(self, name: str, key: str, through: date) -> None:
        """Sales up to a day are taken in."""
        self.world.plant(
            tables.uploads,
            key=key,
            file_name=name,
            received_at=now(),
            first_day=through - timedelta(days=6),
            last_day=through,
        )

    def change(self, table: object, **facts: object) -> None:
        """Change every row of a table."""
        with self.world.project.reports.transaction() as transaction:
            transaction.execute(table.update().values(**facts))  # type: ignore[attr-defined]

    def change_upload(self, **facts: object) -> None:
        uploads = tables.uploads
        with self.world.project.reports.transaction() as transaction:
            transaction.execute(uploads.update().where(uploads.c.key == KEY).values(**facts))

    def beat(self, moment: datetime) -> None:
        """The daemon gave a sign of life."""
        beat = DaemonHeartbeat(moment.replace(tzinfo=UTC).timestamp(), "SENSOR", "a daemon")
        self.instance.add_daemon_heartbeat(beat)

    def look_of(self, sensor: str, moment: datetime) -> None:
        """A sensor has looked, without an error."""
        origin = RemoteInstigatorOrigin(ORIGIN.repository_origin, sensor)
        running, kind = InstigatorStatus.DECLARED_IN_CODE, InstigatorType.SENSOR
        state = InstigatorState(origin, kind, running, SensorInstigatorData())
        if sensor not in {one.name for one in self.instance.all_instigator_state()}:
            self.instance.add_instigator_state(state)
        self.instance.create_tick(
            TickData(
                state.instigator_origin_id,
                sensor,
                kind,
                TickStatus.SKIPPED,
                moment.replace(tzinfo=UTC).timestamp(),
                selector_id=state.selector_id,
            )
        )

    def tick(self) -> str:
        """One look of the sensor in the daemon."""
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            repository_def=_repository(),
            resources={"project": self.world.project},
        )
        result = teller(self.settings)(context)
        assert isinstance(result, dg.SensorResult)
        self.cursor = result.cursor
        assert isinstance(result.skip_reason, dg.SkipReason)
        return result.skip_reason.skip_message or ""

    def tick_of_the_server(self) -> str:
        """One look of the page server at the daemon."""
        channels = open_channels(self.settings.notify)
        since = now() - A_WATCH
        return look_at_daemon(self.world.project, self.instance, channels, since)

    def tell(self) -> None:
        """Both look, as they do all the time."""
        self.tick()
        self.tick_of_the_server()

    def die_telling(self, kind: AlertKind) -> None:
        """Whoever looks for a kind is killed when the first channel has taken the message."""
        kinds = OF_THE_SERVER if kind in OF_THE_SERVER else OF_THE_DAEMON
        sensors = {TELLER} if kind in OF_THE_SERVER else {SENSOR}
        facts = graph_facts(self.instance, sensors, now(), now() - A_WATCH)
        process = PROCESSES.Process(target=_look_and_die, args=(self.settings, facts, kinds))
        process.start()
        process.join(60)
        assert process.exitcode == -signal.SIGKILL

    def said(self) -> list[Notification]:
        """The rows of the table, oldest first."""
        return notifications.newest(self.world.project.reports, 100)[::-1]


@cache
def _repository() -> dg.RepositoryDefinition:
    """The graph, for the names of its sensors."""
    return build_definitions(Settings(_env_file=None)).get_repository_def()


PROCESSES = multiprocessing.get_context("forkserver")


def _look_and_die(settings: Settings, facts: GraphFacts, kinds: frozenset[AlertKind]) -> None:
    os.environ[VARIABLE] = Failpoint.MESSAGE_SENT
    tell_people.look(Project(settings), facts, open_channels(settings.notify), kinds)


def _cursor() -> str:
    """Of a teller that has looked all the time."""
    return f"{now().isoformat()} {(now() - A_WATCH).isoformat()}"


@dataclass(frozen=True)
class Story:
    """How a cause begins and ends."""

    begins: Callable[[Told], None]
    ends: Callable[[Told], None]


def _fail(times: int) -> Callable[[Told], None]:
    def runs(told: Told) -> None:
        for hours_ago in range(times, 0, -1):
            told.world.run(Status.FAILURE, assets=["daily_sales"], job="made", hours_ago=hours_ago)

    return runs


def _succeed(told: Told) -> None:
    told.world.run(Status.SUCCESS, assets=["daily_sales"], job="made")


def _a_row_waits(told: Told) -> None:
    told.upload("PARTIAL", "95 rows accepted, 5 quarantined.", rows=100, quarantined=5)
    told.world.plant(tables.quarantine, upload_key=KEY)


def _no_row_waits(told: Told) -> None:
    told.change(tables.quarantine, status="RELEASED")
    told.change_upload(accepted=96)


def _overdue(told: Told) -> None:
    told.day = LATE


def _old_table(told: Told) -> None:
    """The sales came and the forecast did not."""
    told.day = LATE
    told.accept(FILE, KEY, SUNDAY + timedelta(weeks=1))
    told.world.plant(tables.withdrawals, upload_key="another")
    told.change(tables.published_weeks, status="STALE")


def _new_table(told: Told) -> None:
    told.world.publish(RUNNING + timedelta(weeks=1))


def _drift(told: Told) -> None:
    told.world.drift(RUNNING)


def _decide(told: Told) -> None:
    told.world.plant(
        tables.retraining_decisions,
        decided_at=now(),
        cause_id=str(RUNNING),
        week=RUNNING,
        sentence_en="Week 2025-01-27: drift in items (0.30 over 0.10); retraining.",
        sentence_es="Semana 2025-01-27: deriva en items (0,30 sobre 0,10); se reentrena.",
    )


def _conclude(told: Told) -> None:
    told.change(
        tables.retraining_decisions,
        outcome="PROMOTED",
        outcome_en="challenger 3 promoted, average precision +1.4%.",
        outcome_es="la versión 3 quedó en uso, precisión media +1,4%.",
    )


def _spend(told: Told) -> None:
    for number in range(3):
        told.world.decided("drift", f"cause {number}", SUNDAY - timedelta(days=6), outcome="KEPT")
    told.world.plant(
        tables.retraining_decisions,
        decided_at=now(),
        cause_id=str(RUNNING),
        week=SUNDAY - timedelta(days=6),
        retrain=False,
        reason_code="budget",
        sentence_en="Week 2025-01-27: drift in items (0.30 over 0.10); not retrained: 3 automatic "
        "trainings in 4 data weeks is the limit; a person decides now.",
        sentence_es="Semana 2025-01-27: deriva en items (0,30 sobre 0,10); no se reentrena: el "
        "límite es de 3 entrenamientos en 4 semanas de datos; ahora decide una persona.",
    )


def _taint(told: Told) -> None:
    told.upload("WITHDRAWN", "")
    told.world.plant(tables.tainted_models, model_version="2", upload_key=KEY)


STORIES: dict[AlertKind, Story] = {
    AlertKind.REJECTED_UPLOAD: Story(
        lambda told: told.upload("REJECTED", "The column `items` is missing."),
        lambda told: told.change_upload(
            answer="SEEN", answered_by="Ana", answer_reason="a test of the sender's"
        ),
    ),
    AlertKind.PARTIAL_UPLOAD: Story(_a_row_waits, _no_row_waits),
    AlertKind.ENGINE_ERROR: Story(
        lambda told: told.upload("ENGINE_ERROR", "The check itself failed: MemoryError."),
        lambda told: told.change_upload(
            verdict="ACCEPTED", accepted=100, first_day=SUNDAY, last_day=SUNDAY
        ),
    ),
    AlertKind.FAILED_RUN: Story(_fail(1), _succeed),
    AlertKind.GIVEN_UP: Story(_fail(3), _succeed),
    AlertKind.NO_FILE: Story(
        _overdue, lambda told: told.accept(FILE, KEY, SUNDAY + timedelta(weeks=1))
    ),
    AlertKind.SILENT_DAEMON: Story(
        lambda told: told.beat(now() - timedelta(minutes=20)), lambda told: told.beat(now())
    ),
    AlertKind.SILENT_SENSOR: Story(
        lambda told: (told.instance.schedule_storage.wipe(), told.look_of(SENSOR, _long_ago()))[0],
        lambda told: told.look_of(SENSOR, now()),
    ),
    AlertKind.STALE_TABLE: Story(_old_table, _new_table),
    AlertKind.DEGRADED_TABLE: Story(
        lambda told: told.change(tables.published_weeks, status="DEGRADED"),
        lambda told: told.change(tables.published_weeks, status="FRESH"),
    ),
    AlertKind.DRIFT: Story(_drift, lambda told: told.world.promote("3", SUNDAY)),
    AlertKind.RETRAINING: Story(_decide, _conclude),
    AlertKind.BUDGET_USED_UP: Story(
        _spend, lambda told: told.change(tables.retraining_decisions, week=date(2024, 12, 2))
    ),
    AlertKind.TAINTED_CHAMPION: Story(_taint, lambda told: told.world.promote("3", SUNDAY)),
}


def _long_ago() -> datetime:
    return now() - timedelta(minutes=25)


@contextmanager
def a_world(folder: Path, language: str = "en") -> Iterator[Told]:
    """An ordinary week, of which there is nothing to tell."""
    with webhook() as hook, mail_server() as mail, dg.DagsterInstance.local_temp() as instance:
        told = Told(folder, hook, mail, instance, language)
        told.begin()
        told.tell()
        assert (hook.came, mail.came) == ([], [])
        yield told


@cache
def lived_through(kind: AlertKind) -> tuple[list[Received], list[Received]]:
    """Let a cause begin and end, everybody looking often; what webhook and mail server got."""
    with tempfile.TemporaryDirectory() as folder, a_world(Path(folder)) as told:
        for happens in (STORIES[kind].begins, STORIES[kind].ends):
            happens(told)
            for _ in range(3):
                told.tell()
        return told.hook.came, told.mail.came


HEAD = f"""# What people are told

Written from the messages that the tests receive (`{COMMAND.removeprefix(".venv/bin/")}`). One
message when a cause begins, by e-mail, Slack, Teams, a webhook or whatever else
`PURCHASE_ASSETS_NOTIFY` names, and one when it is over. Each is sent once to each channel, also
when the process that sends it is killed before it has noted that: then the monitoring page says
"perhaps not delivered". In which language: `PURCHASE_ASSETS_LANGUAGE`. How it is set up:
[ops.md](ops.md#somebody-is-told).

| cause | message | when it is over |
|---|---|---|"""


def page() -> str:
    """docs/notifications.md."""
    lines = [HEAD]
    for kind in STORIES:
        came, _ = lived_through(kind)
        own = [one for one in came if kind is not AlertKind.GIVEN_UP or "given up" in one.title]
        lines.append(f"| `{kind}` | {' | '.join(map(_cell, own))} |")
    return "\n".join(lines) + "\n"


def _cell(one: Received) -> str:
    text = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "2025-01-28 09:00", f"**{one.title}**\n{one.text}")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "RUN", text)
    return text.replace("|", "\\|").replace("\n", "<br>")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
