"""The catalogue of one data home: products in SQLite, pictures beside them.

    with Catalog(home) as catalogue:
        for stored in catalogue.products(): ...

This interface (not SQL) is what the other rooms know, so that another database can stand behind
it. Reading is safe from any number of threads; writing goes through `Catalog.writing`, one
transaction at a time.
"""

from __future__ import annotations

import contextlib
import json
import queue
import sqlite3
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any

from catalog import schema
from catalog.pictures import PictureStore
from catalog.product import CatalogError, Price, Product, StoredProduct
from catalog.writing import COLUMNS, Batch

DATABASE_NAME = "catalog.sqlite"

_SELECT = f"SELECT row, source, {', '.join(COLUMNS)} FROM products WHERE NOT vanished"


class Catalog:
    """The catalogue in ``home``; made there when ``create``.

    Vanished products (no longer in their feed) are in none of the answers.
    Raises `CatalogError` where there is none, or one that can't be read.
    """

    def __init__(self, home: Path | str, *, create: bool = False) -> None:
        self.home = Path(home)
        self.pictures = PictureStore(self.home / "pictures")
        self._path = self.home / DATABASE_NAME
        self._idle: queue.LifoQueue[sqlite3.Connection] = queue.LifoQueue()
        schema.prepare(self._path, create=create)

    def __enter__(self) -> Catalog:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close idle connections; the catalogue may be used again and opens new ones."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()

    def products(self) -> Iterator[StoredProduct]:
        """Every live product, by row, streamed from one unchanging view of the catalogue."""
        with self._connection() as connection:
            connection.execute("BEGIN")
            try:
                for values in connection.execute(f"{_SELECT} ORDER BY row"):
                    yield _stored(values)
            finally:
                connection.execute("ROLLBACK")

    def product(self, key: str) -> StoredProduct | None:
        """The live product of public id ``key`` (``"source:id"``), if there is one."""
        source, _, product_id = key.partition(":")
        found = self._rows(f"{_SELECT} AND source = ? AND id = ?", source, product_id)
        return _stored(found[0]) if found else None

    def products_by_row(self, rows: Sequence[int]) -> dict[int, StoredProduct]:
        """The live products among ``rows``; a row that has vanished is absent from the answer."""
        wanted = json.dumps([int(row) for row in rows])
        found = self._rows(f"{_SELECT} AND row IN (SELECT value FROM json_each(?))", wanted)
        return {values[0]: _stored(values) for values in found}

    def count(self) -> int:
        """Live products."""
        return int(self._rows("SELECT count(*) FROM products WHERE NOT vanished")[0][0])

    def categories(self) -> list[tuple[str, int]]:
        """Categories and their numbers of live products, most frequent first."""
        return self._frequencies("category")

    def brands(self) -> list[tuple[str, int]]:
        """Brands and their numbers of live products, most frequent first."""
        return self._frequencies("brand")

    def sources(self) -> list[tuple[str, int]]:
        """Feeds and their numbers of live products, most frequent first."""
        return self._frequencies("source")

    def price_range(self) -> tuple[float, float] | None:
        """Lowest and highest reference price (US dollars); ``None`` without any price."""
        low, high = self._rows(
            "SELECT min(reference_price), max(reference_price) FROM products WHERE NOT vanished"
        )[0]
        return None if low is None else (low, high)

    def revision(self) -> int:
        """A number that grows with every change of any product, and only then."""
        return int(self._rows("SELECT number FROM revision")[0][0])

    def known_picture(self, origin: bytes) -> str | None:
        """The stored picture made from bytes whose SHA-256 digest is ``origin``, if it is there."""
        return self._existing("SELECT picture FROM known_pictures WHERE origin = ?", origin)

    def downloaded_picture(self, url: str) -> str | None:
        """The stored picture that was once downloaded from ``url``, if it is there."""
        return self._existing("SELECT picture FROM downloads WHERE url = ?", url)

    @contextlib.contextmanager
    def writing(self) -> Iterator[Batch]:
        """One transaction: all of it is kept, or, where anything is raised, nothing of it.

        Raises `CatalogError` where the disk is full or fails, or another process is writing.
        """
        with self._connection() as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
                batch = Batch(connection)
                yield batch
                batch.count_revision()
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise CatalogError(
                    f"can't write {self._path}: {error}; the products stay as they were before "
                    "this batch: see that the disk has room, then run it again"
                ) from error
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def flush(self) -> None:
        """Bring every commit so far to the disk itself, so that a loss of power can't undo it."""
        with self._connection() as connection, contextlib.suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _existing(self, query: str, key: bytes | str) -> str | None:
        found = self._rows(query, key)
        return found[0][0] if found and found[0][0] in self.pictures else None

    def _frequencies(self, column: str) -> list[tuple[str, int]]:
        found = self._rows(
            f"SELECT {column}, count(*) FROM products WHERE NOT vanished AND {column} IS NOT NULL "
            "GROUP BY 1 ORDER BY 2 DESC, 1"
        )
        return [(name, int(count)) for name, count in found]

    def _rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._connection() as connection:
            return connection.execute(query, values).fetchall()

    @contextlib.contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """A connection of one's own for a while: as many are open as were ever needed at once."""
        try:
            connection = self._idle.get_nowait()
        except queue.Empty:
            connection = schema.connect(self._path)
        try:
            yield connection
        finally:
            self._idle.put(connection)


def _stored(values: tuple[Any, ...]) -> StoredProduct:
    row, source = values[:2]
    field = dict(zip(COLUMNS, values[2:], strict=True))
    product = Product(
        id=field["id"],
        title=field["title"],
        images=tuple(json.loads(field["images"])),
        description=field["description"],
        link=field["link"],
        category=field["category"],
        price=_price(field["price"], field["currency"]),
        sale_price=_price(field["sale_price"], field["sale_currency"]),
        brand=field["brand"],
        color=field["color"],
        gender=field["gender"],
        age_group=field["age_group"],
        group_id=field["group_id"],
        availability=field["availability"],
        split=field["split"],
        attributes=json.loads(field["attributes"]),
    )
    pictures = tuple(json.loads(field["pictures"]))
    return StoredProduct(row, source, product, field["reference_price"], pictures)


def _price(amount: str | None, currency: str | None) -> Price | None:
    return None if amount is None or currency is None else Price(Decimal(amount), currency)
