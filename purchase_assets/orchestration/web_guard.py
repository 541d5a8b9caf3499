"""Dagster's web server behind a guard: other sites can neither start nor read anything there.

Dagster takes mutations in the address of a GET, from any page and under any host name. The instance
that dagster.yaml names puts the guard up, so that every way to start the web server on it (`make
dev`, `dagster dev`, `dagster-webserver`) has it.
"""

from functools import cache
from urllib.parse import parse_qs

from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from purchase_assets.serving.own_site import OwnSite
from purchase_assets.settings import Settings

POLICY = "frame-ancestors 'self'"  # its notebook view frames its own pages


@cache
def guard() -> None:
    """Put the guard before the web server's own middleware."""
    settings = Settings()
    own = DagsterWebserver.build_middleware
    guards = [
        Middleware(
            OwnSite,
            url=settings.dagster_url,
            names=settings.allowed_hosts,
            variable="PURCHASE_ASSETS_DAGSTER_URL",
            policy=POLICY,
        ),
        Middleware(NoQueryInAddress),
    ]
    DagsterWebserver.build_middleware = lambda self: [*guards, *own(self)]  # type: ignore[method-assign]


class NoQueryInAddress:
    """Refuses GraphQL in the address: what an image or a link of any page can send."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 405."""
        if (
            scope["type"] == "http"
            and scope["path"].rstrip("/").endswith("/graphql")
            and "query" in parse_qs(scope["query_string"].decode("latin-1"), True)
        ):
            refusal = PlainTextResponse(
                "a GraphQL query came in the address; expected it as JSON in the body; send a POST",
                status_code=405,
            )
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)
