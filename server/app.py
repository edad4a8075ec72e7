"""The application: settings in, Starlette out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from catalog.decoding import PictureError
from server.catalogue_search import CatalogueSearch
from server.engine import Engine
from server.envelope import Envelope
from server.errors import ApiError, refuse
from server.routes.about import about, categories, start
from server.routes.health import live, ready
from server.routes.openapi import openapi
from server.routes.pictures import SizedPictures, picture
from server.routes.products import product
from server.routes.search import search
from server.settings import Settings

PANEL = Path(__file__).resolve().parent.parent / "extension" / "panel"

API = [
    Route("/search", search, methods=["POST"]),
    Route("/products/{key:path}", product),
    Route("/pictures/{hash}", picture),
    Route("/about", about),
    Route("/categories", categories),
    Route("/start", start),
    Route("/openapi.json", openapi),
]
HEALTH = [Route("/live", live), Route("/ready", ready)]


def create_app(settings: Settings, when_ready: Callable[[], None] = lambda: None) -> Starlette:
    """Load model, index and catalogue and build the application around them.

    It warms up once it runs, then calls `when_ready`; until then searches get 503.
    Raises `CatalogError` or `model.version.VersionError` where something is missing or does not
    fit: one line, with what to do.
    """
    engine = Engine(
        CatalogueSearch.load(settings.home, settings.model, batch=settings.batch), settings
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with engine.running(when_ready):
            yield

    middleware = [Middleware(Envelope)]
    if settings.allowed_origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=settings.allowed_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Content-Type"],
            expose_headers=["X-Request-Id", "Retry-After"],
            max_age=600,
        )
        middleware.append(cors)
    app = Starlette(
        routes=[
            Mount("/v1", routes=API),
            Mount("/health", routes=HEALTH),
            Mount("/", StaticFiles(directory=PANEL, html=True, check_dir=False)),
        ],
        middleware=middleware,
        exception_handlers={ApiError: refuse, PictureError: refuse, HTTPException: refuse},
        lifespan=lifespan,
    )
    app.state.engine = engine
    app.state.pictures = SizedPictures(
        engine.search.catalogue.pictures, settings.picture_cache_bytes
    )
    return app
