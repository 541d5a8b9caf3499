"""/metrics in the format of Prometheus: age of the data, what waits, what runs cost, request times.

The one module that knows the Prometheus client. Figures are read when they are asked for; only the
times of requests are kept, in memory. Labels hold names of ours, never an id.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from purchase_assets.alerting.alert import AlertKind
from purchase_assets.alerting.graph_facts import Figures
from purchase_assets.settings import Settings
from purchase_assets.storage.reports import (
    notifications,
    published_weeks,
    quarantined_rows,
    uploads,
)
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.published_weeks import STATUSES

DAY_S = 86_400
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
OPERATOR_PAGE = "/"
"""Label of what Gradio answers, which has many addresses of its own."""
REFUSED = "refused"
"""Label of what was refused before its route was known."""


class Metrics:
    """The figures of one server.

    Parameters
    ----------
    figures : callable, optional
        What is measured of the graph; without it only the reports database is read.
    """

    def __init__(
        self, reports: Reports, settings: Settings, figures: Callable[[], Figures] | None
    ) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Stores(reports, settings, figures))
        self.requests = Histogram(
            "purchase_assets_request_seconds",
            "Seconds until the answer begins.",
            ["route", "method", "status"],
            buckets=BUCKETS,
            registry=self.registry,
        )

    def create_router(self) -> APIRouter:
        """The page that Prometheus reads."""
        router = APIRouter(include_in_schema=False)

        @router.get("/metrics")
        def metrics() -> Response:
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)

        return router


class Timed:
    """Measures how long each answer takes to begin, by the route that gives it."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.requests = metrics.requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note when its answer began."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = str(message["status"])
                self.requests.labels(_route(scope), scope["method"], status).observe(
                    time.perf_counter() - began
                )
            await send(message)

        await self.app(scope, receive, noting)


def _route(scope: Scope) -> str:
    """The template of the address that answered, such as `/api/v1/customers/{customer_id:path}`."""
    if "app_root_path" in scope:  # within what is mounted
        return OPERATOR_PAGE
    return getattr(scope.get("route"), "path", REFUSED)


class _Stores(Collector):
    """What the reports database and the graph say at the moment of the question."""

    def __init__(
        self, reports: Reports, settings: Settings, figures: Callable[[], Figures] | None
    ) -> None:
        self.reports = reports
        self.settings = settings
        self.figures = figures

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing, so that registering asks no database."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Each figure with its labels; one that is not known yet is left out."""
        yield from self._data()
        refused = len(uploads.unanswered(self.reports))
        yield _gauge("refused_files", "Refused files that wait for an answer.", {"": refused})
        rows = quarantined_rows.count_waiting(self.reports)
        yield _gauge("quarantined_rows", "Rows that wait for a person.", {"": rows})
        told = [one.kind for one in notifications.going_on(self.reports, list(AlertKind))]
        yield _gauge(
            "causes_present",
            "What people were told and is not over.",
            {kind.value: told.count(kind) for kind in AlertKind},
            "kind",
        )
        if self.figures:
            yield from _of_graph(self.figures())

    def _data(self) -> Iterator[GaugeMetricFamily]:
        week = published_weeks.newest(self.reports)
        through = published_weeks.sales_known_to(self.reports)
        if through:
            days = max(0, (self.settings.today() - through).days)
            yield _gauge("data_age_seconds", "Age of the newest sales.", {"": days * DAY_S})
        if week:
            yield _gauge(
                "week_status",
                "1 for the mark of the newest published week.",
                {status: week.status == status for status in STATUSES},
                "status",
            )


def _of_graph(found: Figures) -> Iterator[GaugeMetricFamily]:
    yield _gauge("files_waiting", "Files in the incoming folder.", {"": found.files_waiting})
    if found.heartbeat is not None:
        age = {"": max(0.0, time.time() - found.heartbeat)}
        yield _gauge("daemon_heartbeat_age_seconds", "Since the daemon's last sign of life.", age)
    yield _gauge(
        "sensor_last_look_timestamp_seconds",
        "When a sensor last looked without an error.",
        found.sensors,
        "sensor",
    )
    runs = found.runs
    yield _gauge(
        "run_seconds",
        "Of the newest training and the newest cycle of a week.",
        {work: run.seconds for work, run in runs.items()},
        "work",
    )
    yield _gauge(
        "run_peak_memory_bytes",
        "Most memory that their process held.",
        {work: run.peak_memory_bytes for work, run in runs.items() if run.peak_memory_bytes},
        "work",
    )
    yield _gauge(
        "run_ended_timestamp_seconds",
        "When they ended.",
        {work: run.ended for work, run in runs.items()},
        "work",
    )


def _gauge(
    name: str, meaning: str, values: Mapping[str, float], label: str = ""
) -> GaugeMetricFamily:
    """A figure, by the values of its label."""
    gauge = GaugeMetricFamily(f"purchase_assets_{name}", meaning, labels=[label] if label else [])
    for value, figure in values.items():
        gauge.add_metric([value] if label else [], float(figure))
    return gauge
