"""`/docs`: the API explained from its own OpenAPI document, without anything from a CDN."""

import json
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

from purchase_assets.pages.place import Place, Room
from purchase_assets.pages.templating import render
from purchase_assets.text import Language


def create_router(app: FastAPI, usual: Language) -> APIRouter:
    """The route of the page, beside others whose usual language is `usual`."""
    router = APIRouter(include_in_schema=False)

    @router.get("/docs")
    def docs() -> HTMLResponse:
        document = app.openapi()
        html = render(
            "docs.html",
            "en",
            place=Place(Room.API, "en", usual),
            info=document["info"],
            operations=[
                {"method": method.upper(), "path": path, **operation}
                for path, methods in document["paths"].items()
                for method, operation in methods.items()
            ],
            schemas=document["components"]["schemas"],
            example=lambda name: json.dumps(
                _example(document["components"]["schemas"], name), indent=2, ensure_ascii=False
            ),
        )
        return HTMLResponse(html)

    return router


def _example(schemas: dict[str, Any], name: str) -> Any:
    """The example of a schema, put together from those of the schemas inside it."""
    schema = schemas[name]
    if "examples" in schema:
        return schema["examples"][0]
    return {
        field: _field_example(schemas, described)
        for field, described in schema.get("properties", {}).items()
    }


def _field_example(schemas: dict[str, Any], field: dict[str, Any]) -> Any:
    if "examples" in field:
        return field["examples"][0]
    if "$ref" in field:
        return _example(schemas, field["$ref"].rsplit("/", 1)[-1])
    if field.get("type") == "array":
        return [_field_example(schemas, field["items"])]
    return None
