"""The API keys: always for what changes something, for reading when the settings say so."""

import base64
import binascii
from collections import deque
from collections.abc import Mapping
from math import ceil
from threading import Lock
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.kinds import Role
from purchase_assets.storage.reports import access_keys
from purchase_assets.storage.reports.access_keys import AccessKey
from purchase_assets.storage.reports.database import Reports

HEADER = "X-API-Key"
OPEN_PATHS = ("/health",)


WINDOW_S = 300
"""How long a wrong key is remembered."""
TRIES = 10
"""Wrong keys of one address within the window."""
ALL_TRIES = 100
"""Wrong keys of all addresses: one that hides behind many gets no further."""


class KeyRefused(PurchaseAssetsError):
    """A key that is missing or wrong, or where there is none."""

    status = 401
    headers: Mapping[str, str] = {}


class TooManyTries(KeyRefused):
    """Too many wrong keys; until some are forgotten, the right one is refused as well."""

    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__(
            "too many wrong keys were given",
            f"at most {TRIES} in {WINDOW_S // 60} minutes",
            f"wait {wait_s} seconds",
        )
        self.headers = {"Retry-After": str(wait_s)}


class MayNotAct(KeyRefused):
    """A key that is right, and only for reading."""

    status = 403


class Keys:
    """The keys in force, and the wrong ones that were given lately.

    The wrong ones are kept in memory, so a server that starts again has forgotten them.
    """

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._wrong: deque[tuple[float, str]] = deque()
        self._lock = Lock()

    def exist(self) -> bool:
        """Whether a key was ever added."""
        return access_keys.exist(self._reports)

    def require(self, given: str | None, address: str, role: Role = Role.READ) -> AccessKey:
        """The key that `given`, which came from `address`, is; KeyRefused unless it may do that."""
        if not given:
            if not self.exist():
                raise KeyRefused(
                    "there is no API key",
                    "one, since nothing can be changed from here without it",
                    "make one with `purchase-assets keys add NAME --role act`, or use the command "
                    "line",
                )
            raise KeyRefused("no API key was given", f"it in the form or in {HEADER}", "give it")
        with self._lock:  # or many at once would all be compared before the first is counted
            moment = monotonic()
            while self._wrong and self._wrong[0][0] <= moment - WINDOW_S:
                self._wrong.popleft()
            theirs = [then for then, whose in self._wrong if whose == address]
            first = theirs[0] if len(theirs) >= TRIES else None
            if first is None and len(self._wrong) >= ALL_TRIES:
                first = self._wrong[0][0]
            if first is not None:
                raise TooManyTries(ceil(first + WINDOW_S - moment))
            key = access_keys.find(self._reports, given)
            if key is None:
                self._wrong.append((moment, address))
                raise KeyRefused(
                    "the API key is wrong or revoked",
                    "one that `purchase-assets keys list` shows in force",
                    "correct it",
                )
        if role.acts and not key.role.acts:
            raise MayNotAct(
                f"the key of {key.name} is only for reading",
                "one that may act",
                "ask for one: purchase-assets keys add NAME --role act",
            )
        return key


def address_of(scope: Scope) -> str:
    """Where a request comes from, as far as the server knows."""
    client = scope.get("client")
    return client[0] if client else ""


class ReadingKey:
    """Asks every request for a key: in the header, or as the password a browser asks for."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app = app
        self.keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request with a key pass, answer 401 or 429 to the others."""
        if scope["type"] == "http" and scope["path"] not in OPEN_PATHS:
            headers = Headers(scope=scope)
            try:
                given = headers.get(HEADER) or _password(headers)
                await run_in_threadpool(self.keys.require, given, address_of(scope))
            except KeyRefused as refused:
                ask = {"WWW-Authenticate": 'Basic realm="purchase_assets", charset="UTF-8"'}
                answer = PlainTextResponse(
                    str(refused),
                    status_code=refused.status,
                    headers=refused.headers or ask,
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
