"""From what a request shows (a picture, words, products, a shared vector) to query vectors."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import msgspec
import numpy as np

from model.facets import FacetError
from model.framing import MOST_FRAMINGS
from model.text import has_words
from server.catalogue_search import CatalogueSearch
from server.errors import BadRequest, NotFound
from server.schemas import ProductWeight, SearchOptions

MOST_BEST = 16  # each is a search of its own: as many as one pass over the vectors answers


class Query(msgspec.Struct, frozen=True):
    """`weighted` float32 (several, dim) is what is ranked by, the best of several counting.
    `vector` is the shared form of the sum of all that was shown, each facet of unit length (or
    zero where nothing is known of it), `picture` that of the picture, both in each framing; `items`
    are the products it was made of. `pictures` float32 (own, dim), unweighted, are what it shows
    itself."""

    vector: str
    picture: str | None
    weighted: np.ndarray
    shares: dict[str, float]
    items: tuple[int, ...]
    pictures: np.ndarray


def query_items(search: CatalogueSearch, options: SearchOptions) -> dict[int, float]:
    """The items named by the options and their weights. Raises `NotFound`."""
    weights: dict[int, float] = {}
    for named in options.products:
        shown = named if isinstance(named, ProductWeight) else ProductWeight(named)
        item = search.item_of(shown.id)
        if item is None:
            raise NotFound(
                "unknown_product",
                f"there is no product {shown.id[:100]!r}; /v1/start lists some that are there",
            )
        weights[item] = weights.get(item, 0.0) + shown.weight
    return weights


def require_words(search: CatalogueSearch, text: str) -> None:
    """Raises `BadRequest` for a text that this version, or any, can make nothing of."""
    if not search.embedder.has_text:
        raise BadRequest(
            "words_not_understood",
            f"text: model {search.embedder.version} was trained without titles and understands "
            "pictures only (words in /v1/about says which do)",
        )
    if not has_words(text):
        raise BadRequest("empty_query", "text: expected words, got no letter or digit")


def make_query(
    search: CatalogueSearch,
    options: SearchOptions,
    *,
    picture: np.ndarray | None = None,
    words: np.ndarray | None = None,
) -> Query:
    """All that was shown as one vector, or as several of which the best counts.

    `picture` and `words` are embeddings, float32 (framings, dim), of what the request has of them.
    They are used as a link carries them, so that a link shows the same order. A picture of several
    framings makes as many sums, and the best counts. Words alone have default weights of their own.
    Raises `BadRequest` or `NotFound`.
    """
    layout = search.embedder.layout
    items = query_items(search, options)
    embedded = [shared_form(each) for each in (picture, words) if each is not None]
    vectors = embedded + ([] if options.vector is None else [options.vector])
    units = [layout.normalise(_shared_vectors(each, layout.dim)) for each in vectors]
    parts = [(1.0, unit) for unit in units]
    parts += [(weight, search.item_vector(item)[None]) for item, weight in items.items()]
    totals = _sums(parts, layout.dim)
    sums = totals
    if options.combine == "best":
        away = _sums([part for part in parts if part[0] < 0], layout.dim)
        towards = [part for part in parts if part[0] > 0]
        if len(towards) > MOST_BEST:
            raise BadRequest(
                "invalid_options",
                f"combine: best takes at most {MOST_BEST} things with a positive weight, got "
                f"{len(towards)}: show fewer, or ask for their mean",
            )
        liked = [_sums([part], layout.dim) + away for part in towards]
        # All things whole before any other framing, which has to give way where they are too many.
        wholes, others = [each[:1] for each in liked], [each[1:] for each in liked]
        sums = np.concatenate([totals[:0], *wholes, *others])[:MOST_BEST]
    if not len(sums) or not np.abs(sums).max(axis=1).min() > 1e-6:
        raise BadRequest("empty_query", "what was shown cancels itself out: nothing is left of it")
    asks_in_words = words is not None and len(parts) == 1
    weighing = layout.for_words if asks_in_words else layout
    try:
        shares = weighing.shares(options.weights)
        weighted = weighing.weigh_query(layout.normalise(sums.astype(np.float32)), options.weights)
    except FacetError as error:
        raise BadRequest("invalid_weights", str(error)) from None
    pictures = units[: 1 if picture is not None else 0] + units[len(embedded) :]
    pictures += [search.index.item_vectors(item)[:1] for item in items]
    is_alone = len(embedded) == len(parts) == 1
    return Query(
        vector=embedded[0]
        if is_alone
        else shared_form(layout.normalise(totals.astype(np.float32))),
        picture=None if picture is None else embedded[0],
        weighted=weighted,
        shares=shares,
        items=tuple(items),
        pictures=np.concatenate([np.empty((0, layout.dim), np.float32), *pictures]),
    )


def _sums(parts: Sequence[tuple[float, np.ndarray]], dim: int) -> np.ndarray:
    """The weighted sums of vectors (framings, dim), float64: in each framing, if any of them has
    two; what has one stands in both."""
    weighted = (weight * vectors.astype(np.float64) for weight, vectors in parts)
    return sum(weighted, np.zeros((1, dim)))


def shared_form(vectors: np.ndarray) -> str:
    """base64 of one int8 a dimension, of each framing: 127 times a unit facet, rounded."""
    return base64.b64encode(np.rint(vectors * 127).astype(np.int8).tobytes()).decode()


def _shared_vectors(text: str, dim: int) -> np.ndarray:
    """float32 (framings, dim)."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("invalid_vector", "vector: expected base64") from None
    if len(data) in range(dim, (MOST_FRAMINGS + 1) * dim, dim):
        vectors = np.frombuffer(data, np.int8).astype(np.float32).reshape(-1, dim)
    elif len(data) == 4 * dim:
        vectors = np.frombuffer(data, "<f4").astype(np.float32)[None]
    else:
        raise BadRequest(
            "invalid_vector",
            f"vector: expected {dim} int8 (this model's dimensions), or {MOST_FRAMINGS} times as "
            f"many, or {dim} float32, got {len(data)} bytes",
        )
    if not np.isfinite(vectors).all():
        raise BadRequest("invalid_vector", "vector: expected finite numbers, got NaN or infinity")
    greatest = np.abs(vectors).max(axis=1, keepdims=True)
    if not (greatest > 0).all():
        raise BadRequest("invalid_vector", "vector: expected a direction, got only zeros")
    return vectors / greatest  # float32 near its limits would overflow in the norm
