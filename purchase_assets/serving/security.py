"""The API key: always for what changes something, for reading when the settings say so."""

import base64
import binascii
import hmac

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from purchase_assets.settings import Settings

HEADER = "X-API-Key"
OPEN_PATHS = ("/health",)


class KeyRefused(Exception):
    """A key that is missing, wrong or not configured; the message says which."""


def require_key(settings: Settings, given: str | None) -> None:
    """Raise KeyRefused unless `given` is the configured key."""
    expected = settings.api_key.get_secret_value()
    if not expected:
        raise KeyRefused(
            "no API key is configured, so nothing can be changed from here; "
            "set PURCHASE_ASSETS_API_KEY and start the server again, or use the command line"
        )
    if not given:
        raise KeyRefused(f"no API key was given; expected it in the form or in {HEADER}")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise KeyRefused("the API key is wrong; expected the value of PURCHASE_ASSETS_API_KEY")


class ReadingKey:
    """Asks every request for the key: in the header, or as the password a browser asks for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request with the key pass, answer 401 to the others."""
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            headers = Headers(scope=scope)
            try:
                require_key(self.settings, headers.get(HEADER) or _password(headers))
            except KeyRefused as refused:
                answer = PlainTextResponse(
                    str(refused),
                    status_code=401,
                    headers={"WWW-Authenticate": 'Basic realm="purchase_assets", charset="UTF-8"'},
                )
                await answer(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _password(headers: Headers) -> str | None:
    scheme, _, encoded = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None
