"""POST /v1/search: a picture, words, products or a shared vector in; rankings and products out."""

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

from server.answers import keys, named_items, product_answer, ranking_answers
from server.body import SearchBody, read_options, read_search_body
from server.catalogue_search import CatalogueSearch
from server.engine import Engine
from server.errors import BadRequest
from server.json_response import Json
from server.paging import resumed_stride
from server.query import Query, make_query, query_items, require_words
from server.schemas import FilterOptions, QueryAnswer, SearchAnswer, SearchOptions, Timing
from server.search.columns import FilterError, Filters
from server.search.exact import CursorError, Question
from server.search.question import FOLD_DISTANCE, Fold
from server.settings import Settings
from server.variety import chosen_strides

Value = TypeVar("Value")


async def search(request: Request) -> Response:
    engine: Engine = request.app.state.engine
    body = await read_search_body(request, engine.settings)
    engine.require_ready()
    return await _unless_client_leaves(request, _answer(engine, body, request.scope["request_id"]))


async def _answer(engine: Engine, body: SearchBody, request_id: str) -> Response:
    began = time.perf_counter()
    search, settings = engine.search, engine.settings
    options = read_options(body.options, SearchOptions) if body.options else SearchOptions()
    # What can be refused is refused before the costly part.
    _require_sense(search, options, settings, has_picture=body.picture is not None)
    items = list(query_items(search, options))
    mask = await engine.in_thread(_mask, search, options, items)
    passed = search.index.items if mask is None else int(np.count_nonzero(mask))
    asked = options.strides
    if options.cursor is not None:
        version, depth = search.index_version, settings.depth
        asked = [resumed_stride(options.cursor, index_version=version, strides=asked, depth=depth)]
    strides = chosen_strides(asked, limit=options.limit, passed=passed, total=search.index.items)
    any_vector = np.ones((1, search.index.dim), np.float32)
    make_query(
        search,
        options,
        picture=None if body.picture is None else any_vector,
        words=None if options.text is None else any_vector,
    )
    canvases = None if body.picture is None else await engine.decode(body.picture)
    decoded = time.perf_counter()
    query = make_query(
        search,
        options,
        picture=None if canvases is None else await engine.embed(canvases),
        words=None if options.text is None else await engine.embed_words(options.text),
    )
    embedded = time.perf_counter()
    question = Question(
        query.weighted,
        options.limit,
        strides,
        mask,
        least=options.min_similarity,
        fold=_fold(search, options, query),
        after=options.cursor,
    )
    try:
        answer = await engine.rank(search, question)
    except CursorError as error:
        raise BadRequest("invalid_cursor", str(error)) from None
    shown = {item for ranking in answer.rankings for item in ranking.items.tolist()}
    named = named_items(answer) | set(query.items)
    products = await engine.in_thread(search.products, sorted(named))
    done = time.perf_counter()
    return Json(
        SearchAnswer(
            request_id=request_id,
            model=search.embedder.version,
            index=search.index_version,
            query=QueryAnswer(
                vector=query.vector,
                picture=query.picture,
                products=[product_answer(products[item]) for item in query.items],
                folded=keys(answer.own.tolist(), products),
            ),
            weights=query.shares,
            passed=passed,
            total=search.index.items,
            note=None if shown else _why_nothing(options, passed),
            rankings=ranking_answers(answer.rankings, products, settings.depth),
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


def _require_sense(
    search: CatalogueSearch, options: SearchOptions, settings: Settings, *, has_picture: bool
) -> None:
    if options.limit > settings.limit:
        raise BadRequest(
            "invalid_options", f"limit: expected at most {settings.limit}, got {options.limit}"
        )
    if options.text is not None:
        require_words(search, options.text)
    elif not has_picture and not options.products and options.vector is None:
        raise BadRequest(
            "empty_query", "expected a picture, text, products or a vector to search with"
        )


def _fold(search: CatalogueSearch, options: SearchOptions, query: Query) -> Fold | None:
    """What counts as a near-duplicate is a matter of the pictures, so the dials have no say."""
    if options.fold is False:
        return None
    layout = search.embedder.layout
    return Fold(
        distance=FOLD_DISTANCE if options.fold is True else float(options.fold),
        weights=layout.scale(layout.default_weights),
        pictures=query.pictures if len(query.pictures) else None,
    )


def _mask(search: CatalogueSearch, options: SearchOptions, items: list[int]) -> np.ndarray | None:
    """What may be ranked; the products of the query themselves are left out."""
    try:
        return search.columns.mask(Filters(**msgspec.structs.asdict(options.filters)), items)
    except FilterError as error:
        raise BadRequest("invalid_filter", str(error)) from None


def _why_nothing(options: SearchOptions, passed: int) -> str | None:
    if passed and options.min_similarity is not None:
        return f"none of the {passed:,} products is as similar as min_similarity asks"
    if passed and options.fold is not False:
        return "all that was looked at are near-duplicates of the query's own pictures"
    if passed:
        return None  # the page after the last, or a stride beyond what passed
    if options.filters == FilterOptions():
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
