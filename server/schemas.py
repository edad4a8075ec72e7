"""The forms of what comes in and goes out; checked on the way in, and the source of the OpenAPI.

Prices are decimal text with an ISO 4217 currency; reference prices are US dollars.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

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

    text: (
        Annotated[
            str,
            Meta(
                max_length=1000,
                description="What is wanted in words, alone or beside a picture, products or a "
                "vector, each of which weighs 1 unless it says otherwise.",
            ),
        ]
        | None
    ) = None
    products: Annotated[list[Name | ProductWeight], Meta(max_length=100)] = []
    vector: Annotated[str, Meta(max_length=100_000)] | None = None
    combine: Annotated[
        Literal["mean", "best"],
        Meta(
            description="What is like several things at once. mean: what is like their weighted "
            "sum. best: what is like any one of them; a product's score is the greatest that any "
            "of those with a positive weight gives it, each less all with a negative one; at most 16."
        ),
    ] = "mean"
    weights: Annotated[
        dict[str, float],
        Meta(
            description="Of the facets, relative; one that is not named has its default, which "
            "for words alone is another (/v1/about has both)."
        ),
    ] = {}
    filters: FilterOptions = FilterOptions()
    strides: (
        Annotated[list[Annotated[int, Meta(ge=1)]], Meta(min_length=1, max_length=16)] | None
    ) = None
    limit: Annotated[int, Meta(ge=1)] = 60
    min_similarity: (
        Annotated[
            float,
            Meta(ge=-1, le=1, description="Products with a lower score are not answered."),
        ]
        | None
    ) = None
    fold: Annotated[
        bool | Annotated[float, Meta(ge=0, le=1)],
        Meta(
            description="Show near-duplicates as one result with a group, and leave out those of "
            "the query's own pictures. true: where the squared distance of the main pictures is "
            "at most 0.02; a number: at most that. Pictures are unit vectors for it, with the "
            "model's default weights, whatever the dials."
        ),
    ] = False
    cursor: (
        Annotated[
            str,
            Meta(
                max_length=2000,
                description="`more` of an earlier answer's ranking: goes on behind its last "
                "result. The rest of the request must be the same, but for `limit`, and "
                "`strides`, which may be left out. 409 index_changed once the index is another.",
            ),
        ]
        | None
    ) = None


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


class Group(Struct, frozen=True):
    """A result and its near-duplicates: `size` counts them all, `members` are the ids of the
    first 50 folded into it, closest to the query first."""

    size: int
    members: list[str]


class Result(Struct, frozen=True):
    """`group` is there where folding was asked for."""

    id: str
    rank: int
    score: float
    group: Group | UnsetType = UNSET


class RankingAnswer(Struct, frozen=True):
    """The products at ranks stride, 2 stride... `deepest_rank` is the last rank looked at, 0 where
    there are none; `more` is the cursor that goes on from there, null where nothing follows."""

    stride: int
    deepest_rank: int
    results: list[Result]
    more: str | None


class QueryAnswer(Struct, frozen=True):
    """`vector` is base64 of one int8 a dimension: search again with it without the picture.

    It stands for the weighted sum of all that was shown: the same answer for a picture alone, and
    for a text alone with this answer's `weights`; nearly the same for several things. `picture` is the picture's own vector: sent as
    `vector` in place of the picture, with all else unchanged, it gives the very same answer.
    `folded` are the ids of the first 50 near-duplicates of the query's own pictures, left out.
    """

    vector: str
    picture: str | None
    products: list[ProductAnswer]
    folded: list[str]


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
    """`weight` is the default share, `words` that of words alone, null where the model
    understands none."""

    name: str
    about: str
    weight: float
    words: float | None


class PriceRange(Struct, frozen=True):
    min: float
    max: float


class Limits(Struct, frozen=True):
    picture_bytes: int
    picture_pixels: int
    limit: int
    depth: int


class AboutAnswer(Struct, frozen=True):
    """`words`: whether this model understands `text` in a search."""

    name: str
    model: str
    index: str
    products: int
    pictures: int
    reference_currency: str
    rates_date: str
    facets: list[FacetAnswer]
    words: bool
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
