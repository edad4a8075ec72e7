"""What a request can be refused with, and the one shape a refusal has.

ApiError
    BadRequest     400  the request contradicts itself or the catalogue
    NotFound       404
    TooSlow        408  the body did not arrive in time
    Conflict       409  the request goes on with what is no more
    TooLarge       413
    Unsupported    415  a kind of body or picture that is not read
    Unprocessable  422  a picture that can't be decoded
    Busy           429  the queue is full; Retry-After says when to come back
    Unavailable    503  not warmed up yet, or stopping; Retry-After likewise

{"error": {"code": "...", "message": "...", "request_id": "..."}}
"""

# ruff: noqa: N818  (the names are the statuses: `raise NotFound(...)`)
from __future__ import annotations

import http
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from catalog.decoding import PictureError
from server.json_response import Json, LastWord


class ApiError(Exception):
    """A refusal: `code` is for programs and stable, `message` for people."""

    status = 500

    def __init__(
        self, code: str, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.headers = dict(headers or {})


class BadRequest(ApiError):
    status = 400


class NotFound(ApiError):
    status = 404


class TooSlow(ApiError):
    status = 408


class Conflict(ApiError):
    status = 409


class TooLarge(ApiError):
    status = 413


class Unsupported(ApiError):
    status = 415


class Unprocessable(ApiError):
    status = 422


class Busy(ApiError):
    status = 429

    def __init__(self) -> None:
        super().__init__(
            "busy",
            "more requests than this server can take: try again",
            headers={"Retry-After": "1"},
        )


class Unavailable(ApiError):
    status = 503

    def __init__(self, message: str) -> None:
        super().__init__("unavailable", message, headers={"Retry-After": "2"})


def from_picture_error(error: PictureError) -> ApiError:
    """400 for no bytes, 415 for a format that is known and not read, else 422."""
    kind = {"empty_body": BadRequest, "unsupported_format": Unsupported}.get(
        error.code, Unprocessable
    )
    return kind(error.code, str(error))


def error_response(
    status: int, code: str, message: str, request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    body = {"error": {"code": code, "message": message, "request_id": request_id}}
    kind = LastWord if status in (408, 413) else Json
    return kind(body, status_code=status, headers=dict(headers or {}))


def refuse(request: Request, error: Exception) -> Response:
    """The response to an `ApiError`, a `PictureError` or one of Starlette's own HTTP errors."""
    request_id = request.scope["request_id"]
    if isinstance(error, PictureError):
        error = from_picture_error(error)
    if isinstance(error, ApiError):
        return error_response(error.status, error.code, error.message, request_id, error.headers)
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    message = error.detail
    if error.status_code == 404:
        message = f"there is nothing at {request.url.path[:200]}"
    elif error.status_code == 405:
        allowed = sorted(headers.get("Allow", "GET, HEAD").split(", "))
        headers["Allow"] = ", ".join(allowed)
        message = f"{request.method[:20]} is not for this address; allowed: {headers['Allow']}"
    code = http.HTTPStatus(error.status_code).name.lower()
    return error_response(error.status_code, code, message, request_id, headers)
