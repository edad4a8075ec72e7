"""From stored products and rankings to what the API shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from catalog.product import Price, StoredProduct
from server.catalogue_search import CatalogueSearch
from server.schemas import Group, Money, ProductAnswer, RankingAnswer, Result
from server.search.exact import Answer, Ranking

MOST_MEMBERS = 50  # of a group that are named; its size counts them all


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


def named_items(answer: Answer) -> set[int]:
    """The items whose ids an answer needs: results, group members, and what was left out."""
    named = set(answer.own[:MOST_MEMBERS].tolist())
    for ranking in answer.rankings:
        named.update(ranking.items.tolist())
        for members in ranking.folded or ():
            named.update(members[:MOST_MEMBERS].tolist())
    return named


def ranking_answers(
    rankings: Sequence[Ranking], products: Mapping[int, StoredProduct], depth: int
) -> list[RankingAnswer]:
    """Rankings by public id; without a cursor where `depth` ranks of the stride were walked."""
    return [
        RankingAnswer(
            stride=ranking.stride,
            deepest_rank=ranking.deepest,
            results=_results(ranking, products),
            more=ranking.more if ranking.deepest // ranking.stride < depth else None,
        )
        for ranking in rankings
    ]


def keys(items: Sequence[int], products: Mapping[int, StoredProduct]) -> list[str]:
    """The public ids of the first items, in their order."""
    return [products[item].key for item in items[:MOST_MEMBERS]]


def _results(ranking: Ranking, products: Mapping[int, StoredProduct]) -> list[Result]:
    results = [
        Result(products[item].key, rank, round(score, 6))
        for item, rank, score in zip(
            ranking.items.tolist(), ranking.ranks.tolist(), ranking.scores.tolist(), strict=True
        )
    ]
    if ranking.folded is None:
        return results
    return [
        msgspec.structs.replace(
            result, group=Group(1 + len(members), keys(members.tolist(), products))
        )
        for result, members in zip(results, ranking.folded, strict=True)
    ]


def _money(price: Price | None) -> Money | None:
    return None if price is None else Money(str(price.amount), price.currency)
