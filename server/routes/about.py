"""GET /v1/about, /v1/categories and /v1/start: what there is, before the first search."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from catalog.decoding import MAX_PIXELS
from catalog.money import RATES_DATE
from server.answers import product_list
from server.catalogue_search import CatalogueSearch
from server.engine import Engine
from server.errors import BadRequest
from server.json_response import Json
from server.schemas import (
    AboutAnswer,
    CategoriesAnswer,
    CategoryAnswer,
    FacetAnswer,
    Limits,
    PriceRange,
    StartAnswer,
)


async def about(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    return Json(await engine.in_thread(_about, engine))


async def categories(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    found = await engine.in_thread(engine.search.stored.products.frequencies, "category")
    return Json(CategoriesAnswer([CategoryAnswer(name, count) for name, count in found]))


async def start(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    text = request.query_params.get("limit", "24")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:10]) <= engine.settings.limit):
        raise BadRequest(
            "invalid_options", f"limit: expected 1 to {engine.settings.limit}, got {text[:40]!r}"
        )
    return Json(await engine.in_thread(_start, engine.search, int(text)))


def _about(engine: Engine) -> AboutAnswer:
    search, settings = engine.search, engine.settings
    layout = search.embedder.layout
    shares = layout.default_weights
    in_words = layout.for_words.default_weights if search.embedder.has_text else {}
    prices = search.stored.products.price_range()
    return AboutAnswer(
        name="samevibe",
        model=search.embedder.version,
        index=search.index_version,
        products=search.index.items,
        pictures=search.index.pictures,
        reference_currency="USD",
        rates_date=RATES_DATE,
        facets=[
            FacetAnswer(each.name, each.about, shares[each.name], in_words.get(each.name))
            for each in layout.facets
        ],
        words=search.embedder.has_text,
        price_range=None if prices is None else PriceRange(*prices),
        limits=Limits(settings.picture_bytes, MAX_PIXELS, settings.limit, settings.depth),
        sources=list(search.columns.source.names),
    )


def _start(search: CatalogueSearch, limit: int) -> StartAnswer:
    return StartAnswer(product_list(search, search.start[:limit]))
