"""Where messages go: the URLs of the settings through Apprise, or the log when there are none.

The one module that knows Apprise. A channel is asked once per message and answers within seconds;
when to ask again is decided above.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit

from apprise import Apprise, LogCapture, NotifyBase, NotifyFormat
from pydantic import SecretStr

from purchase_assets.decision_log import Decided, log
from purchase_assets.errors import PurchaseAssetsError
from purchase_assets.settings import masked

TIMEOUT_S = 5.0
"""How long a channel may take to connect, and to answer."""
SUBJECT = "[purchase_assets] {}"
VARIABLE = "PURCHASE_ASSETS_NOTIFY"


class Channel(Protocol):
    """Somewhere to send messages.

    Attributes
    ----------
    name : str
        Its address without secrets; no two channels have one name.
    """

    @property
    def name(self) -> str: ...  # noqa: D102

    def send(self, title: str, text: str, reference: str) -> str:
        """Send a message; returns what went wrong, or nothing.

        Parameters
        ----------
        reference : str
            The same when a message is sent again; goes along where the channel has headers.
        """
        ...


@dataclass(frozen=True)
class Log:
    """The log of whichever process looks."""

    name: str = "log"

    def send(self, title: str, text: str, reference: str) -> str:
        """Write one line; it cannot fail."""
        log(Decided.NOTIFICATION, reference=reference, title=title, message=text)
        return ""


@dataclass(frozen=True)
class Address:
    """One URL."""

    name: str
    service: NotifyBase

    def send(self, title: str, text: str, reference: str) -> str:
        """Hand a message to the service."""
        headers = getattr(self.service, "headers", None)  # of mail and webhooks
        if isinstance(headers, dict):
            headers["Idempotency-Key"] = reference
        sender = Apprise()
        sender.add(self.service)
        with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
            sent = sender.notify(
                body=text, title=SUBJECT.format(title), body_format=NotifyFormat.TEXT
            )
            why = " ".join(said.getvalue().split())
        return "" if sent else masked(why)[:300] or "it was not taken"


def open_channels(urls: Sequence[SecretStr]) -> list[Channel]:
    """The channel of each URL, or the log.

    Raises
    ------
    PurchaseAssetsError
        When a URL is none that Apprise can send to; it is not shown, since it may hold a secret.
    """
    names: Counter[str] = Counter()
    channels: list[Channel] = []
    for place, url in enumerate(urls, 1):
        with LogCapture(level=logging.ERROR):  # it would show the URL
            service = Apprise.instantiate(url.get_secret_value())
        if not isinstance(service, NotifyBase):
            kind, mark, _ = url.get_secret_value().partition("://")
            shown = f"{kind}://..." if mark else "without a kind"
            raise PurchaseAssetsError(
                f"{VARIABLE}: URL {place} of {len(urls)} ({shown}) is none to send to",
                "URLs that Apprise knows, such as mailtos://USER:PASSWORD@HOST?to=ADDRESS or "
                "jsons://HOST/PATH, between blanks",
                "correct it (https://appriseit.com/services/) and start again",
            )
        for limit in ("socket_connect_timeout", "socket_read_timeout"):
            setattr(service, limit, min(getattr(service, limit) or TIMEOUT_S, TIMEOUT_S))
        where = urlsplit(service.url(privacy=True))  # a path may be a secret
        name = f"{where.scheme}://{where.netloc.rpartition('@')[2]}"
        names[name] += 1
        channels.append(Address(f"{name} ({names[name]})" if names[name] > 1 else name, service))
    return channels or [Log()]
