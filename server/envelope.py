"""What surrounds every request: its id, the security headers, and the net under the routes."""

from __future__ import annotations

import logging
import secrets

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.errors import error_response

logger = logging.getLogger("samevibe.server")

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"

_ADDRESS_BYTES = 8 << 10
_HEADER_BYTES = 16 << 10


class Envelope:
    """Outermost: nothing that a route raises gets past it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = secrets.token_hex(8)
        is_data = scope["path"].startswith(("/v1/", "/health/"))
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "DENY"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Content-Security-Policy"] = DATA_POLICY if is_data else PAGE_POLICY
                # An answer is of this moment; what may be kept says so itself.
                headers.setdefault("Cache-Control", "no-store" if is_data else "no-cache")
            await send(message)

        if (refusal := _too_long(scope)) is not None:
            await error_response(*refusal, request_id)(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, receive, send_with_headers)
        except ClientDisconnect:
            logger.info("request %s: the client went away", request_id)
        except Exception:
            logger.exception("request %s: %s %s failed", request_id, scope["method"], scope["path"])
            if started:
                raise  # too late for an answer: the connection is closed
            response = error_response(
                500, "internal_error", "this is a fault of the server; its log has more", request_id
            )
            await response(scope, receive, send_with_headers)


def _too_long(scope: Scope) -> tuple[int, str, str] | None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > _ADDRESS_BYTES:
        return 414, "address_too_long", f"expected an address of at most {_ADDRESS_BYTES:,} bytes"
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _HEADER_BYTES:
        return 431, "headers_too_long", f"expected headers of at most {_HEADER_BYTES:,} bytes"
    return None
