"""GET /health/live and /health/ready: is the process there, and may requests be sent to it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from server.engine import Engine
from server.json_response import Json


async def live(request: Request) -> Response:
    return Json({"status": "live"})


async def ready(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    engine.require_ready()
    return Json({"status": "ready"})
