"""The forms of what comes in and goes out; checked on the way in, and the source of the OpenAPI.

Prices are decimal text with an ISO 4217 currency; reference prices are US dollars.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

Name = Annotated[str, Meta(max_length=300)]
ShortList = Meta(max_length=200)


class ProductWeight(Struct, frozen=True, forbid_unknown_fields=True):
    """A product as part of a query; a negative weight leads away from it."""

    id: Name
    weight: Annotated[float, Meta(ge=-100, le=100)] = 1.0


class FilterOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """Which products may be ranked. Prices are in US dollars, both ends included; a product
    without a price is left out as soon as either is given."""

    categories: Annotated[list[Name], ShortList] = []
    exclude_categories: Annotated[list[Name], ShortList] = []
    brands: Annotated[list[Name], ShortList] = []
    exclude_brands: Annotated[list[Name], ShortList] = []
    wearers: Annotated[list[Name], ShortList] = []
    availability: Annotated[list[Name], ShortList] = []
    sources: Annotated[list[Name], ShortList] = []
    price_min: Annotated[float, Meta(ge=0)] | None = None
    price_max: Annotated[float, Meta(ge=0)] | None = None


class SearchOptions(Struct, frozen=True, forbid_unknown_fields=True):
    """How to search. `vector` is base64 of one int8 (or little-endian float32) a dimension, as an
    earlier answer gave it. `strides` are the variety levels: stride s shows ranks s, 2s, 3s..."""

    products: Annotated[list[Name | ProductWeight], Meta(max_length=100)] = []
    vector: Annotated[str, Meta(max_length=100_000)] | None = None
    weights: dict[str, float] = {}
    filters: FilterOptions = FilterOptions()
    strides: (
        Annotated[list[Annotated[int, Meta(ge=1)]], Meta(min_length=1, max_length=16)] | None
    ) = None
    limit: Annotated[int, Meta(ge=1)] = 60


class Money(Struct, frozen=True):
    amount: str
    currency: str


class ProductAnswer(Struct, frozen=True):
    """A product as shown. `pictures` are hashes for /v1/pictures, the main one first."""

    id: str
    title: str
    category: str | None
    brand: str | None
    color: str | None
    gender: str | None
    price: Money | None
    sale_price: Money | None
    reference_price: float | None
    link: str | None
    source: str
    pictures: tuple[str, ...]


class Result(Struct, frozen=True):
    id: str
    rank: int
    score: float


class RankingAnswer(Struct, frozen=True):
    """The products at ranks stride, 2 stride... `deepest_rank` is 0 where there are none."""

    stride: int
    deepest_rank: int
    results: list[Result]


class QueryAnswer(Struct, frozen=True):
    """`vector` is base64 of one int8 a dimension: search again with it without the picture."""

    vector: str
    products: list[ProductAnswer]


class Timing(Struct, frozen=True):
    """Milliseconds."""

    decode: float
    embed: float
    search: float
    total: float


class SearchAnswer(Struct, frozen=True):
    request_id: str
    model: str
    index: str
    query: QueryAnswer
    weights: dict[str, float]
    passed: int
    total: int
    note: str | None
    rankings: list[RankingAnswer]
    products: dict[str, ProductAnswer]
    took_ms: Timing


class FacetAnswer(Struct, frozen=True):
    name: str
    about: str
    weight: float


class PriceRange(Struct, frozen=True):
    min: float
    max: float


class Limits(Struct, frozen=True):
    picture_bytes: int
    picture_pixels: int
    limit: int


class AboutAnswer(Struct, frozen=True):
    name: str
    model: str
    index: str
    products: int
    pictures: int
    reference_currency: str
    rates_date: str
    facets: list[FacetAnswer]
    price_range: PriceRange | None
    limits: Limits
    sources: list[str]


class CategoryAnswer(Struct, frozen=True):
    name: str
    count: int


class CategoriesAnswer(Struct, frozen=True):
    categories: list[CategoryAnswer]


class StartAnswer(Struct, frozen=True):
    products: list[ProductAnswer]


class ErrorDetail(Struct, frozen=True):
    code: str
    message: str
    request_id: str


class ErrorAnswer(Struct, frozen=True):
    error: ErrorDetail
