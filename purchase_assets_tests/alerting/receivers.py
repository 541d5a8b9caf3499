"""A mail server and a webhook on loopback that keep what they are sent."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from aiosmtpd.controller import Controller

SUBJECT = "[purchase_assets] "


@dataclass(frozen=True)
class Received:
    """A message as it arrived."""

    title: str
    text: str
    reference: str | None


@dataclass
class Inbox:
    """What came, in its order, and whether anything is taken at present."""

    url: str = ""
    came: list[Received] = field(default_factory=list)
    refuses: bool = False


@contextmanager
def webhook() -> Iterator[Inbox]:
    """A server that takes JSON by POST."""
    inbox = Inbox()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(503 if inbox.refuses else 200)
            self.end_headers()
            if not inbox.refuses:
                title = body["title"].removeprefix(SUBJECT)
                key = self.headers["Idempotency-Key"]
                inbox.came.append(Received(title, body["message"].strip(), key))

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    inbox.url = f"json://127.0.0.1:{server.server_address[1]}/hook"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def mail_server() -> Iterator[Inbox]:
    """A server that speaks SMTP."""
    inbox = Inbox()

    class Keeper:
        async def handle_DATA(self, _: Any, __: Any, envelope: Any) -> str:  # noqa: N802
            if inbox.refuses:
                return "451 come back later"
            mail = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(mail, EmailMessage)
            body = mail.get_body(("plain",))
            assert body is not None
            assert mail["To"] == "ops@example.org"
            inbox.came.append(
                Received(
                    str(mail["Subject"]).removeprefix(SUBJECT),
                    body.get_content().strip().replace("\r\n", "\n"),
                    mail["Idempotency-Key"],
                )
            )
            return "250 taken"

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(Keeper(), hostname="127.0.0.1", port=port)
    server.start()
    inbox.url = f"mailto://127.0.0.1:{port}?from=graph@example.org&to=ops@example.org&mode=insecure"
    try:
        yield inbox
    finally:
        server.stop()
