"""The server: API, operator page and monitoring page over the reports database.

It reads that database only; it never trains, never loads the lake, and changes something only
through the `Actions` it is given.
"""

from fastapi import FastAPI

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.serving import (
    answers,
    api,
    api_docs,
    metrics_page,
    monitoring_page,
    operator_page,
    stored_pages,
)
from purchase_assets.serving.actions import Actions
from purchase_assets.serving.own_site import OwnSite
from purchase_assets.serving.security import OPEN_PATHS, Keys, ReadingKey
from purchase_assets.settings import Settings
from purchase_assets.storage.reports.database import Reports
from purchase_assets.storage.reports.snapshot import Published

# of every answer that brings none of its own: nothing runs, nothing is loaded, nobody frames it
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def create_app(reports: Reports, settings: Settings, actions: Actions | None = None) -> FastAPI:
    """The application.

    Parameters
    ----------
    reports : Reports
        Where everything that is shown comes from.
    settings : Settings
        Language, time zone, links and the data folder with the verdict pages.
    actions : Actions, optional
        What release, discard and rollback do; without it the monitoring page only shows.
    """
    app = FastAPI(
        title="purchase_assets",
        summary="Which products each customer will buy this week.",
        version="1",
        docs_url=None,  # the stock page loads Swagger from a CDN
        redoc_url=None,
    )
    published = Published(reports)
    keys = Keys(reports)
    app.state.published = published
    app.include_router(api.create_router(published, settings))
    app.include_router(operator_page.create_router(published))
    app.include_router(monitoring_page.create_router(published, settings, actions, keys))
    app.include_router(stored_pages.create_router(settings))
    app.include_router(api_docs.create_router(app, settings.language))
    measured = metrics_page.Metrics(reports, settings, actions.figures if actions else None)
    app.include_router(measured.create_router())
    app.add_exception_handler(api.NotInWeek, api.not_in_week)
    app.add_exception_handler(PurchaseAssetsError, answers.to_be_mended)
    app.add_exception_handler(Exception, answers.fault)
    if settings.api_key_for_reading:
        if not keys.exist():
            raise PurchaseAssetsError(
                "PURCHASE_ASSETS_API_KEY_FOR_READING is on and there is no key",
                "a key, since nobody could read without one",
                "make one with `purchase-assets keys add NAME --role read`",
            )
        app.add_middleware(ReadingKey, keys=keys)
    app.add_middleware(  # after the key, so that it is asked before it
        OwnSite,
        url=settings.operator_url,
        names=settings.allowed_hosts,
        variable="PURCHASE_ASSETS_OPERATOR_URL",
        policy=POLICY,
        open_paths=OPEN_PATHS,
    )
    app.add_middleware(metrics_page.Timed, metrics=measured)  # around all of it
    operator_page.mount(app, published, settings)  # last: it answers every path that is left
    return app
