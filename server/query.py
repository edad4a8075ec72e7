"""From what a request shows (a picture, products, a shared vector) to one query vector."""

from __future__ import annotations

import base64
import binascii

import msgspec
import numpy as np

from model.facets import FacetError
from server.catalogue_search import CatalogueSearch
from server.errors import BadRequest, NotFound
from server.schemas import ProductWeight, SearchOptions


class Query(msgspec.Struct, frozen=True):
    """`vector` float32 (dim,), unweighted, each facet of unit length (or zero where nothing is
    known of it); `weighted` is what is ranked by; `items` are the products it was made of."""

    vector: np.ndarray
    weighted: np.ndarray
    shares: dict[str, float]
    items: tuple[int, ...]


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


def make_query(
    search: CatalogueSearch, options: SearchOptions, picture: np.ndarray | None
) -> Query:
    """The weighted sum of all that was shown, each facet brought back to unit length.

    `picture` is its embedding, float32 (dim,), or `None`. Raises `BadRequest` or `NotFound`.
    """
    layout = search.embedder.layout
    items = query_items(search, options)
    total = np.zeros(layout.dim, np.float64)
    if picture is not None:
        total += picture
    if options.vector is not None:
        total += layout.normalise(_shared_vector(options.vector, layout.dim)[None])[0]
    for item, weight in items.items():
        total += weight * search.item_vector(item)
    if not np.abs(total).max() > 1e-6:
        raise BadRequest("empty_query", "what was shown cancels itself out: nothing is left of it")
    vector = layout.normalise(total.astype(np.float32)[None])
    if picture is not None:
        # A picture is ranked by what a link to it carries, or the link would show another order.
        carried = layout.normalise(_shared_vector(shared_form(vector[0]), layout.dim)[None])
        vector = layout.normalise(carried)
    try:
        shares = layout.shares(options.weights)
        weighted = layout.weigh_query(vector, options.weights)
    except FacetError as error:
        raise BadRequest("invalid_weights", str(error)) from None
    return Query(vector[0], weighted[0], shares, tuple(items))


def shared_form(vector: np.ndarray) -> str:
    """base64 of one int8 a dimension: 127 times a unit facet, rounded."""
    return base64.b64encode(np.rint(vector * 127).astype(np.int8).tobytes()).decode()


def _shared_vector(text: str, dim: int) -> np.ndarray:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("invalid_vector", "vector: expected base64") from None
    if len(data) == dim:
        vector = np.frombuffer(data, np.int8).astype(np.float32)
    elif len(data) == 4 * dim:
        vector = np.frombuffer(data, "<f4").astype(np.float32)
    else:
        raise BadRequest(
            "invalid_vector",
            f"vector: expected {dim} int8 or {dim} float32 (this model's dimensions), "
            f"got {len(data)} bytes",
        )
    if not np.isfinite(vector).all():
        raise BadRequest("invalid_vector", "vector: expected finite numbers, got NaN or infinity")
    greatest = np.abs(vector).max()
    if not greatest > 0:
        raise BadRequest("invalid_vector", "vector: expected a direction, got only zeros")
    return vector / greatest  # float32 near its limits would overflow in the norm
