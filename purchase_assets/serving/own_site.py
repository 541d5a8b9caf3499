"""A server that belongs to its own pages: no other site reads, frames or starts anything on it."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "::1")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class OwnSite:
    """Refuses what comes under another name or from another site's page; sends safe headers.

    A foreign Host is somebody else's name that leads here (DNS rebinding); a foreign Origin is
    somebody else's page in the browser of one of our people. Programs send no Origin.

    Parameters
    ----------
    app : ASGI application
        What is behind it.
    url : str
        The address that people know the server by.
    names : iterable of str
        Other hosts that lead to it, besides loopback.
    variable : str
        What sets `url`, for the message.
    open_paths : iterable of str
        Paths that answer under any name, for the probes of a cluster.
    policy : str
        Content security policy of the answers that bring none.
    """

    def __init__(
        self,
        app: ASGIApp,
        url: str,
        names: Iterable[str] = (),
        *,
        variable: str,
        policy: str,
        open_paths: Iterable[str] = (),
    ) -> None:
        self.app = app
        self.address = urlsplit(url).netloc.rpartition("@")[2].lower()
        self.names = {*LOOPBACK, *map(str.lower, names), _name(self.address)} - {""}
        self.variable = variable
        self.policy = policy
        self.open_paths = frozenset(open_paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer 421 (another name) or 403 (another site's page)."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host, origin = headers.get("Host", "").lower(), headers.get("Origin")
        app = self.app
        if _name(host) not in self.names and scope["path"] not in self.open_paths:
            app = PlainTextResponse(
                f"nothing is served under the host {host[:200]!r}; expected one of "
                f"{', '.join(sorted(self.names))}; set {self.variable}, or name the host in "
                "PURCHASE_ASSETS_ALLOWED_HOSTS",
                status_code=421,
            )
        elif origin and urlsplit(origin.lower()).netloc not in (host, self.address):
            app = PlainTextResponse(
                f"a page of {origin[:200]!r} asks; expected one of this server; open it under the "
                f"address that {self.variable} says",
                status_code=403,
            )

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
                answer.setdefault("Content-Security-Policy", self.policy)
            await send(message)

        await app(scope, receive, send_with_headers)


def _name(host: str) -> str:
    """The host without its port; empty where it is no host."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
