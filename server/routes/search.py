"""POST /v1/search: a picture, products or a shared vector in; rankings and products out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
import numpy as np
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from server.answers import product_answer, ranking_answers
from server.body import SearchBody, read_options, read_search_body
from server.catalogue_search import CatalogueSearch
from server.engine import Engine
from server.errors import BadRequest
from server.json_response import Json
from server.query import make_query, query_items, shared_form
from server.schemas import FilterOptions, QueryAnswer, SearchAnswer, SearchOptions, Timing
from server.search.columns import FilterError, Filters
from server.search.exact import Question
from server.variety import chosen_strides

Value = TypeVar("Value")


async def search(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    body = await read_search_body(request, engine.settings)
    engine.require_ready()
    return await _unless_client_leaves(request, _answer(engine, body, request.scope["request_id"]))


async def _answer(engine: Engine, body: SearchBody, request_id: str) -> Response:
    began = time.perf_counter()
    search = engine.search
    options = read_options(body.options, SearchOptions) if body.options else SearchOptions()
    if options.limit > engine.settings.limit:
        raise BadRequest(
            "invalid_options",
            f"limit: expected at most {engine.settings.limit}, got {options.limit}",
        )
    if body.picture is None and not options.products and options.vector is None:
        raise BadRequest("empty_query", "expected a picture, products or a vector to search with")
    # What can be refused is refused before the costly part.
    mask = _mask(search, options, list(query_items(search, options)))
    passed = search.index.items if mask is None else int(mask.sum())
    strides = chosen_strides(
        options.strides, limit=options.limit, passed=passed, total=search.index.items
    )
    if body.picture is None:
        query, decoded = make_query(search, options, None), began
        embedded = time.perf_counter()
    else:
        make_query(search, options, np.ones(search.index.dim, np.float32))
        canvas = await engine.decode(body.picture)
        decoded = time.perf_counter()
        query = make_query(search, options, await engine.embed(canvas))
        embedded = time.perf_counter()
    question = Question(query.weighted[None], options.limit, strides, mask)
    answer = await engine.rank(search, question)
    shown = {item for ranking in answer.rankings for item in ranking.items.tolist()}
    products = await engine.in_thread(search.products, sorted(shown | set(query.items)))
    done = time.perf_counter()
    rankings = ranking_answers(answer.rankings, products)
    return Json(
        SearchAnswer(
            request_id=request_id,
            model=search.embedder.version,
            index=search.index_version,
            query=QueryAnswer(
                vector=shared_form(query.vector),
                products=[product_answer(products[i]) for i in query.items if i in products],
            ),
            weights=query.shares,
            passed=passed,
            total=search.index.items,
            note=None if passed else _why_nothing(options.filters),
            rankings=rankings,
            products={
                stored.key: product_answer(stored)
                for item, stored in products.items()
                if item in shown
            },
            took_ms=Timing(
                decode=_ms(decoded - began),
                embed=_ms(embedded - decoded),
                search=_ms(done - embedded),
                total=_ms(done - began),
            ),
        )
    )


def _mask(search: CatalogueSearch, options: SearchOptions, items: list[int]) -> np.ndarray | None:
    """What may be ranked; the products of the query themselves are left out."""
    try:
        return search.columns.mask(Filters(**msgspec.structs.asdict(options.filters)), items)
    except FilterError as error:
        raise BadRequest("invalid_filter", str(error)) from None


def _why_nothing(filters: FilterOptions) -> str:
    if filters == FilterOptions():
        return "there is nothing else in this catalogue"
    return "the filters left nothing: no product of this catalogue passes all of them"


async def _unless_client_leaves(request: Request, work: Coroutine[Any, Any, Value]) -> Value:
    """The work's result; where the client goes away first, the work is cancelled."""
    task = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({task, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientDisconnect
    finally:
        for each in (task, leaving):
            each.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await each


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)
