"""Changing the catalogue: what may be done inside one transaction (`Catalog.writing`)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Literal

from catalog.money import reference_price
from catalog.product import Price, Product

Change = Literal["added", "updated", "unchanged"]

COLUMNS = (
    "id",
    "title",
    "images",
    "description",
    "link",
    "category",
    "price",
    "currency",
    "sale_price",
    "sale_currency",
    "brand",
    "color",
    "gender",
    "age_group",
    "group_id",
    "availability",
    "split",
    "attributes",
    "reference_price",
    "pictures",
)
_FIND = f"SELECT row, vanished, {', '.join(COLUMNS)} FROM products WHERE source = ? AND id = ?"
_ADD = f"INSERT INTO products (source, {', '.join(COLUMNS)}) VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"
_UPDATE = f"UPDATE products SET {', '.join(f'{name} = ?' for name in COLUMNS)}, vanished = 0 WHERE row = ?"


class Batch:
    """The changes of one transaction. They count as one revision, if there were any."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._changed = False

    def put(self, source: str, product: Product, pictures: Sequence[str]) -> Change:
        """Add a product with its stored pictures (main first), or update it where it differs."""
        values = _values(product, pictures)
        found = self._connection.execute(_FIND, (source, product.id)).fetchone()
        if found is None:
            self._connection.execute(_ADD, (source, *values))
            self._changed = True
            return "added"
        row, vanished, *stored = found
        if not vanished and tuple(stored) == values:
            return "unchanged"
        self._connection.execute(_UPDATE, (*values, row))
        self._changed = True
        return "updated"

    def mark_vanished(self, source: str, present: Iterable[str]) -> int:
        """Mark the source's products whose id is not in ``present``; how many those were."""
        connection = self._connection
        connection.execute("CREATE TEMP TABLE present (id TEXT PRIMARY KEY) WITHOUT ROWID")
        try:
            connection.executemany(
                "INSERT OR IGNORE INTO present VALUES (?)",
                ((product_id,) for product_id in present),
            )
            marked = connection.execute(
                "UPDATE products SET vanished = 1 WHERE source = ? AND NOT vanished "
                "AND id NOT IN (SELECT id FROM present)",
                (source,),
            ).rowcount
        finally:
            connection.execute("DROP TABLE present")
        self._changed |= marked > 0
        return marked

    def remember_origin(self, origin: bytes, picture: str) -> None:
        """Bytes of SHA-256 digest ``origin`` have become ``picture``."""
        self._connection.execute(
            "INSERT OR REPLACE INTO known_pictures VALUES (?, ?)", (origin, picture)
        )

    def remember_download(self, url: str, picture: str) -> None:
        """What ``url`` gave has become ``picture``."""
        self._connection.execute("INSERT OR REPLACE INTO downloads VALUES (?, ?)", (url, picture))

    def count_revision(self) -> None:
        """The transaction's last step, called by `Catalog.writing`."""
        if self._changed:
            self._connection.execute("UPDATE revision SET number = number + 1")


def _values(product: Product, pictures: Sequence[str]) -> tuple[Any, ...]:
    """In the order of `COLUMNS`."""
    pays = product.sale_price or product.price
    return (
        product.id,
        product.title,
        _json(product.images),
        product.description,
        product.link,
        product.category,
        *_money(product.price),
        *_money(product.sale_price),
        product.brand,
        product.color,
        product.gender,
        product.age_group,
        product.group_id,
        product.availability,
        product.split,
        json.dumps(product.attributes, ensure_ascii=False, sort_keys=True),
        None if pays is None else reference_price(pays),
        _json(pictures),
    )


def _json(texts: Sequence[str]) -> str:
    return json.dumps(list(texts), ensure_ascii=False)


def _money(price: Price | None) -> tuple[str | None, str | None]:
    return (None, None) if price is None else (format(price.amount, "f"), price.currency)
