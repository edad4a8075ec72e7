"""JSON out: plain values and the structs of `server.schemas`, by orjson."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import msgspec
import orjson
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_LINGER = 2.0  # seconds


class Json(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content, default=msgspec.to_builtins)


class LastWord(Json):
    """A refusal of a body that is still arriving.

    A connection that is closed while its client sends is reset, and the client never sees the
    answer. So what still comes is thrown away for a moment, as it comes, before the close.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_but_stay(message: Any) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "more_body": True}
            await send(message)

        await super().__call__(scope, receive, send_but_stay)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                while (await receive()).get("more_body", False):
                    pass
        await send({"type": "http.response.body", "body": b"", "more_body": False})
