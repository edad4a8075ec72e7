"""The products as they were when the index was made, beside its vectors.

An index carries its own copy of what it shows and filters by, so an answer is of one state of the
catalogue whatever an import is doing meanwhile; and it opens without reading the catalogue: what
is needed of a product is looked up in memory-mapped files.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from jaxtyping import Float64, Int32, Int64, UInt8, UInt64

from catalog.product import StoredProduct
from server.search.columns import Column

COLUMNS = ("category", "brand", "source", "color", "gender", "age_group", "availability")
_NOT_SHOWN = ("images", "description", "attributes", "split")


@dataclasses.dataclass(frozen=True, slots=True)
class Products:
    """All items' products. `records` are the lines of a JSON lines file, of which item i has
    those from `offsets[i]` to `offsets[i + 1]`; `codes` one row a column of `COLUMNS`, whose
    values `names` lists by code (-1: no value); `prices` are in US dollars, NaN where unknown;
    `keys` are hashes of the public ids in rising order, `key_items` the items they are of.
    """

    records: UInt8[np.ndarray, " bytes"]
    offsets: Int64[np.ndarray, " items_and_one"]
    codes: Int32[np.ndarray, "columns items"]
    names: Mapping[str, Any]
    prices: Float64[np.ndarray, " items"]
    keys: UInt64[np.ndarray, " items"]
    key_items: Int32[np.ndarray, " items"]

    def __getitem__(self, item: int) -> StoredProduct:
        """The product of an item, less what is never shown (images, description, attributes)."""
        record = self.records[self.offsets[item] : self.offsets[item + 1]].tobytes()
        return msgspec.json.decode(record, type=StoredProduct)

    def item_of(self, key: str) -> int | None:
        """The item of a product's public id, if it is in this index."""
        wanted = _key_hash(key)
        at = int(np.searchsorted(self.keys, wanted))
        while at < len(self.keys) and self.keys[at] == wanted:
            item = int(self.key_items[at])
            if self[item].key == key:
                return item
            at += 1
        return None

    def column(self, name: str) -> Column:
        """One of `COLUMNS`."""
        return Column(tuple(self.names[name]), self.codes[COLUMNS.index(name)])

    def frequencies(self, name: str) -> list[tuple[str, int]]:
        """A column's values and their numbers of products, most frequent first; none without any."""
        column = self.column(name)
        counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.names))
        counted = zip(column.names, counts.tolist(), strict=True)
        return sorted((each for each in counted if each[1]), key=lambda each: (-each[1], each[0]))

    def price_range(self) -> tuple[float, float] | None:
        """Lowest and highest price in US dollars; `None` where none is known."""
        known = self.prices[~np.isnan(self.prices)]
        return (float(known.min()), float(known.max())) if len(known) else None


class ProductSpool:
    """Products on their way into an index: records in a file, the rest (some 100 bytes a
    product and 32 a picture) in memory, until it is known which of them have a vector."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._offsets = array("q", [0])
        self._rows = array("q")
        self._prices = array("d")
        self._hashes = array("Q")
        self._codes = {name: array("i") for name in COLUMNS}
        self._names: dict[str, dict[str, int]] = {name: {} for name in COLUMNS}
        self._pictures = bytearray()
        self._shown = array("i")

    def add(self, stored: StoredProduct) -> None:
        """The next product. Raises `OSError`."""
        record = _record(stored)
        self._file.write(record)
        self._offsets.append(self._offsets[-1] + len(record))
        self._rows.append(stored.row)
        self._prices.append(
            float("nan") if stored.reference_price is None else stored.reference_price
        )
        self._hashes.append(int(_key_hash(stored.key)))
        for name, codes in self._codes.items():
            value = stored.source if name == "source" else getattr(stored.product, name)
            known = self._names[name]
            codes.append(-1 if value is None else known.setdefault(value, len(known)))
        for picture in stored.pictures:
            self._pictures += bytes.fromhex(picture)
        self._shown.append(len(stored.pictures))

    def rows(self) -> Int64[np.ndarray, " products"]:
        """The catalogue's row of each product."""
        return np.frombuffer(self._rows, np.int64)

    def pictures(self) -> UInt8[np.ndarray, "pictures 32"]:
        """The SHA-256 of every picture of every product, in order."""
        return np.frombuffer(self._pictures, np.uint8).reshape(-1, 32)

    def product_of_picture(self) -> Int64[np.ndarray, " pictures"]:
        """Which product each of `pictures` shows, counted from 0."""
        return np.repeat(np.arange(len(self._shown)), np.frombuffer(self._shown, np.int32))

    def arrays(self, kept: Int64[np.ndarray, " items"]) -> dict[str, np.ndarray]:
        """The arrays of `Products` for the products that become items, by file name."""
        hashes = np.frombuffer(self._hashes, np.uint64)[kept]
        order = np.argsort(hashes, kind="stable")
        lengths = np.diff(np.frombuffer(self._offsets, np.int64))[kept]
        return {
            "offsets": np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            "codes": np.stack([np.frombuffer(c, np.int32)[kept] for c in self._codes.values()]),
            "prices": np.frombuffer(self._prices, np.float64)[kept],
            "keys": hashes[order],
            "key_items": order.astype(np.int32),
        }

    def names(self) -> bytes:
        """The values of the columns by code, as JSON."""
        return msgspec.json.encode({name: list(known) for name, known in self._names.items()})

    def records(self, kept: Int64[np.ndarray, " items"]) -> Iterator[bytes | memoryview]:
        """The records of the products that become items. Raises `OSError`."""
        self._file.close()
        is_kept = np.zeros(len(self._rows), bool)
        is_kept[kept] = True
        with self._path.open("rb") as lines:
            yield from itertools.compress(lines, is_kept.tolist())


def _record(stored: StoredProduct) -> bytes:
    fields = msgspec.to_builtins(stored)
    known = {name: value for name, value in fields["product"].items() if value is not None}
    for name in _NOT_SHOWN:
        known.pop(name, None)
    return msgspec.json.encode({**fields, "product": {**known, "images": []}}) + b"\n"


def _key_hash(key: str) -> np.uint64:
    digest = hashlib.blake2b(key.encode(errors="surrogatepass"), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "little"))
