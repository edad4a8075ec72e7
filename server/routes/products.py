"""GET /v1/products/{key}: one product by its public id, source:id."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from catalog.product import StoredProduct
from server.answers import product_answer
from server.catalogue_search import CatalogueSearch
from server.engine import Engine
from server.errors import NotFound
from server.json_response import Json


async def product(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    key = request.path_params["key"]
    stored = await engine.in_thread(_product, engine.search, key)
    if stored is None:
        raise NotFound("unknown_product", f"there is no product {key[:100]!r}")
    return Json(product_answer(stored))


def _product(search: CatalogueSearch, key: str) -> StoredProduct | None:
    item = search.item_of(key)
    return None if item is None else search.products([item])[item]
