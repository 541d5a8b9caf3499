"""The finished pages in the data folder: per upload and per week of drift, one per language."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from upath import UPath

from purchase_assets.settings import Settings

SafeName = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-][A-Za-z0-9._-]*$", max_length=200)]
NAMED = 10
"""Pages that a 404 names."""

# an upload's page shows what strangers wrote, so nothing in it may run
UPLOAD_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# Evidently's page is a program full of what strangers wrote: it may load nothing, and the sandbox
# gives it an origin of its own, so that it can read nothing of ours
DRIFT_POLICY = (
    "sandbox allow-scripts; default-src 'unsafe-inline' 'unsafe-eval' data: blob:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


def create_router(settings: Settings) -> APIRouter:
    """The routes `/uploads/<key>` and `/drift/<week>`."""
    router = APIRouter(include_in_schema=False)
    folder = UPath(settings.data) / "pages"

    @router.get("/uploads/{key}")
    def upload(key: SafeName) -> Response:
        return _page(folder / "uploads", key, UPLOAD_POLICY)

    @router.get("/drift/{week}")
    def drift(week: SafeName) -> Response:
        return _page(folder / "drift", week, DRIFT_POLICY)

    return router


def _page(folder: UPath, name: str, policy: str) -> Response:
    # pages link to each other by file name
    asked = name.removesuffix(".html")
    # one that was made before there was a page per language is shown for each
    for stem in (asked, asked.removesuffix(".en").removesuffix(".es")):
        page = folder / f"{stem}.html"
        if page.is_file():
            return HTMLResponse(page.read_bytes(), headers={"Content-Security-Policy": policy})
    stems = (path.stem for path in folder.glob("*.html"))
    existing = sorted((stem for stem in stems if "." not in stem), reverse=True)
    some = ", ".join(existing[:NAMED]) or "none yet"
    return PlainTextResponse(
        f"There is no page {name!r} here; there are {len(existing)}: {some}.", status_code=404
    )
