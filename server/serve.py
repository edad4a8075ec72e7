"""Serve one home in this process until told to stop."""

from __future__ import annotations

import dataclasses
import gc
import logging
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn

from server import interrupts
from server.app import create_app
from server.settings import Settings, SettingsError


def serve(home: Path, settings: Settings, *, announce: Callable[[str], None] | None = None) -> None:
    """Listen until SIGTERM or SIGINT; requests in flight get `grace_seconds` to finish.

    `announce` gets the address ("http://127.0.0.1:8321") once the server is warm. Where SIGINT comes
    before it listens, the process ends at once.
    Raises `CatalogError` or `VersionError` before listening where home, index or model do not
    fit, and `SettingsError` where the port is taken.
    """
    listener = _listener(settings)
    try:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{listener.getsockname()[1]}"
        tell = announce or (lambda address: print(f"samevibe is at {address}", flush=True))

        def ready() -> None:
            # What is there by now stays: garbage collection would go through all of it again and
            # again (85 ms of every 80 searches), and leaves it alone from here on.
            gc.collect()
            gc.freeze()
            tell(address)

        with interrupts.ends_the_process():
            app = create_app(dataclasses.replace(settings, home=home), ready)
        for notice in app.state.engine.search.notices:
            print(f"samevibe: {notice}", file=sys.stderr, flush=True)
        # A client's broken form is the client's business: it got its 400.
        logging.getLogger("python_multipart").setLevel(logging.ERROR)
        config = uvicorn.Config(
            app,
            http="h11",
            ws="none",
            loop="asyncio",
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # a forged X-Forwarded-For means nothing here
            h11_max_incomplete_event_size=16 << 10,
            timeout_graceful_shutdown=settings.grace_seconds,
        )
        uvicorn.Server(config).run(sockets=[listener])
    except KeyboardInterrupt:
        pass  # uvicorn has finished what was in flight and raises the signal once more
    finally:
        listener.close()


def _listener(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named TCP: asyncio turns Nagle's delay (40 ms an answer) off only where it is.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"can't listen on {settings.host}:{settings.port} ({error.strerror}): "
            "choose another with --port"
        ) from None
    return listener
