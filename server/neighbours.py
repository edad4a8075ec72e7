"""A picture's neighbours without HTTP: what `samevibe search` prints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from catalog.decoding import decode_picture
from catalog.product import StoredProduct
from server.catalogue_search import CatalogueSearch
from server.search.columns import Filters
from server.search.exact import Question


class Neighbour(NamedTuple):
    """A product at a rank (from 1) of the exact ranking; scores lie in [-1, 1]."""

    rank: int
    score: float
    product: StoredProduct

    def as_dict(self) -> dict[str, Any]:
        """For JSON; money as in the HTTP API."""
        product = self.product.product
        money = {"price": product.price, "sale_price": product.sale_price}
        return {
            "id": self.product.key,
            "rank": self.rank,
            "score": self.score,
            "title": product.title,
            "category": product.category,
            "brand": product.brand,
            "link": product.link,
            "reference_price": self.product.reference_price,
            **{
                name: price and {"amount": str(price.amount), "currency": price.currency}
                for name, price in money.items()
            },
        }

    def as_line(self) -> str:
        """For a terminal."""
        product = self.product.product
        price = str(product.sale_price or product.price or "")
        return (
            f"{self.rank:>6}  {self.score:6.3f}  {price:>14}  {product.title}  ({self.product.key})"
        )


def neighbours(
    search: CatalogueSearch,
    picture: bytes,
    *,
    weights: Mapping[str, float],
    limit: int,
    stride: int = 1,
) -> list[Neighbour]:
    """The products at ranks stride, 2 stride, 3 stride... for a picture's bytes, `limit` at most.

    A facet that `weights` does not name has its default weight.
    Raises `PictureError` for what is no picture, `FacetError` for weights that make no sense.
    """
    embedder = search.embedder
    vectors = embedder.embed(embedder.prepare_query(decode_picture(picture)))
    weighted = embedder.layout.weigh_query(vectors, weights)
    mask = search.columns.mask(Filters())
    (answer,) = search.index.answer([Question(weighted, limit, (stride,), mask)])
    (ranking,) = answer.rankings
    products = search.products(ranking.items.tolist())
    ranked = zip(
        ranking.ranks.tolist(), ranking.scores.tolist(), ranking.items.tolist(), strict=True
    )
    return [
        Neighbour(rank, score, products[item]) for rank, score, item in ranked if item in products
    ]
