"""The one form a product has, between a feed and the database."""

from __future__ import annotations

import dataclasses
from decimal import Decimal


class CatalogError(Exception):
    """Something a person can mend: the message says what was expected, what came, what to do."""


class RowError(CatalogError):
    """A feed row that can't become a product; it is reported and never stops the rest.

    ``product_id`` is set where the row said which product it is about: that product is then kept
    as it was, and is not taken for vanished.
    """

    def __init__(self, message: str, *, product_id: str | None = None) -> None:
        super().__init__(message)
        self.product_id = product_id


@dataclasses.dataclass(frozen=True, slots=True)
class Price:
    """An amount of money: exact decimal and ISO 4217 currency code (``"USD"``)."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


@dataclasses.dataclass(frozen=True, slots=True)
class Product:
    """A product as a feed gives it. Unknown fields are ``None``, never an empty string.

    ``id`` is unique within ``source`` (the feed's name); the catalogue's key is both.
    ``images`` are what the feed says: URLs, or paths inside the feed's folder.
    ``attributes`` keeps the feed's other columns by name (season, usage, master_category...).
    """

    id: str
    title: str
    images: tuple[str, ...]
    description: str | None = None
    link: str | None = None
    category: str | None = None
    price: Price | None = None
    sale_price: Price | None = None
    brand: str | None = None
    color: str | None = None
    gender: str | None = None
    age_group: str | None = None
    group_id: str | None = None
    availability: str | None = None
    split: str | None = None
    attributes: dict[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product in the catalogue: what the feed said, what the import found.

    ``row`` is stable for the life of the product and breaks ties in every ranking.
    ``key`` (``"source:id"``) is the product's public id.
    ``reference_price`` is the price a buyer pays now (the sale price where there is one),
    in US dollars by the project's dated table; ``None`` without a price or a known currency.
    ``pictures`` are content hashes (64 hexadecimal digits of SHA-256), the main picture first.
    """

    row: int
    source: str
    product: Product
    reference_price: float | None
    pictures: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.source}:{self.product.id}"
