"""From stored products and rankings to what the API shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from catalog.product import Price, StoredProduct
from server.catalogue_search import CatalogueSearch
from server.schemas import Money, ProductAnswer, RankingAnswer, Result
from server.search.exact import Ranking


def product_answer(stored: StoredProduct) -> ProductAnswer:
    product = stored.product
    return ProductAnswer(
        id=stored.key,
        title=product.title,
        category=product.category,
        brand=product.brand,
        color=product.color,
        gender=product.gender,
        price=_money(product.price),
        sale_price=_money(product.sale_price),
        reference_price=stored.reference_price,
        link=product.link,
        source=stored.source,
        pictures=stored.pictures,
    )


def product_list(search: CatalogueSearch, items: Sequence[int]) -> list[ProductAnswer]:
    """The products of items, in their order."""
    found = search.products(items)
    return [product_answer(found[item]) for item in items if item in found]


def ranking_answers(
    rankings: Sequence[Ranking], products: Mapping[int, StoredProduct]
) -> list[RankingAnswer]:
    """Rankings by public id."""
    return [
        RankingAnswer(
            stride=ranking.stride,
            deepest_rank=int(ranking.ranks[-1]) if len(ranking.ranks) else 0,
            results=[
                Result(products[item].key, rank, round(score, 6))
                for item, rank, score in zip(
                    ranking.items.tolist(),
                    ranking.ranks.tolist(),
                    ranking.scores.tolist(),
                    strict=True,
                )
                if item in products
            ],
        )
        for ranking in rankings
    ]


def _money(price: Price | None) -> Money | None:
    return None if price is None else Money(str(price.amount), price.currency)
