"""What of Gradio's own server is open: the page's files and the page's questions, nothing else.

Gradio also takes uploads from anybody, fetches addresses and hands out files; the page needs none.
"""

import re

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OPEN = re.compile(
    r"|config|theme\.css|favicon\.ico|(assets|static)/.*|svelte/.*|gradio_api/run/predict"
)

# Gradio's page is a program that evaluates templates; it may load and send nothing elsewhere
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)


class GradioDoor:
    """Answers 404 for every path of Gradio's that the page does not need."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the page needs."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).setdefault("Content-Security-Policy", POLICY)
            await send(message)

        path = scope.get("path", "").removeprefix(scope.get("root_path", "")).strip("/")
        if scope["type"] == "http" and OPEN.fullmatch(path):
            await self.app(scope, receive, send_with_policy)
            return
        await PlainTextResponse("There is nothing here.", status_code=404)(scope, receive, send)
