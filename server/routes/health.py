"""GET /health/live and /health/ready: is the process there, and may requests be sent to it.

Ready is said with the index in use, whether all of it has been checked yet, and, where something
is wrong that a person should mend, a notice. An index that is damaged with nothing to stand in
for it is not ready: 503, and the message says why.
"""

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
    state = engine.live.state
    return Json(
        {
            "status": "ready",
            "index": state.search.index_version,
            "checked": state.is_checked,
            "notice": state.notice,
        }
    )
