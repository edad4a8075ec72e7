"""GET /v1/openapi.json: the API described by the types that check and make its bodies."""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from server import schemas
from server.json_response import Json

_ANSWERS = (
    schemas.SearchOptions,
    schemas.SearchAnswer,
    schemas.ProductAnswer,
    schemas.AboutAnswer,
    schemas.CategoriesAnswer,
    schemas.StartAnswer,
    schemas.ErrorAnswer,
)


async def openapi(request: Request) -> Response:
    return Json(document())


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    _, components = msgspec.json.schema_components(
        _ANSWERS, ref_template="#/components/schemas/{name}"
    )
    limit = _in_query("limit", {"type": "integer", "minimum": 1, "default": 24})
    size = _in_query("size", {"type": "integer", "minimum": 1, "default": 384})
    return {
        "openapi": "3.1.0",
        "info": {"title": "samevibe", "version": "1", "description": __doc__},
        "paths": {
            "/v1/search": {
                "post": {
                    "summary": "Products like a picture, words, products, or a shared vector",
                    "requestBody": {
                        "required": True,
                        "content": {
                            "application/json": {"schema": _ref("SearchOptions")},
                            "image/*": {"schema": {}},
                            "multipart/form-data": {
                                "schema": {
                                    "type": "object",
                                    "properties": {
                                        "picture": {"type": "string", "format": "binary"},
                                        "options": _ref("SearchOptions"),
                                    },
                                    "required": ["picture"],
                                }
                            },
                        },
                    },
                    "responses": _responses(
                        "SearchAnswer", 400, 404, 408, 409, 413, 415, 422, 429, 503
                    ),
                }
            },
            "/v1/products/{key}": _get("One product", "ProductAnswer", 404, path="key"),
            "/v1/pictures/{hash}": {
                "get": {
                    "summary": "A picture; sizes are rounded up to 96, 192 or 384 pixels",
                    "parameters": [_in_path("hash"), size],
                    "responses": {
                        "200": {"description": "the picture", "content": {"image/jpeg": {}}},
                        **_refusals(400, 404, 429),
                    },
                }
            },
            "/v1/about": _get("Versions, facets, prices and limits", "AboutAnswer"),
            "/v1/categories": _get("Categories, most frequent first", "CategoriesAnswer"),
            "/v1/start": _get(
                "A few products that stand for the catalogue", "StartAnswer", 400, query=limit
            ),
            "/v1/openapi.json": _get("This document", None),
            "/health/live": _get("The process is there", None),
            "/health/ready": _get("The server is warm and answers", None, 503),
        },
        "components": {"schemas": components},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema}


def _refusals(*statuses: int) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref("ErrorAnswer")}}
    return {str(each): {"description": "refused", "content": content} for each in statuses}


def _responses(answer: str | None, *statuses: int) -> dict[str, Any]:
    schema = {"type": "object"} if answer is None else _ref(answer)
    content = {"application/json": {"schema": schema}}
    return {"200": {"description": "the answer", "content": content}, **_refusals(*statuses)}


def _get(
    summary: str,
    answer: str | None,
    *statuses: int,
    path: str | None = None,
    query: dict[str, Any] | None = None,
) -> dict[str, Any]:
    parameters = ([_in_path(path)] if path else []) + ([query] if query else [])
    operation = {"summary": summary, "responses": _responses(answer, *statuses)}
    return {"get": operation | ({"parameters": parameters} if parameters else {})}
