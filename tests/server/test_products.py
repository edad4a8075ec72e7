"""The products of an index: what is looked up in its files, and what is left out of them."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from pathlib import Path

import msgspec
import numpy as np

from catalog.product import Price, Product, StoredProduct
from server.search.products import Products, ProductSpool

SHIRT = StoredProduct(
    row=3,
    source="demo",
    product=Product(
        id="1",
        title='A "shirt"\nof two lines',
        images=("a.jpg",),
        description="long",
        category="Shirts",
        price=Price(Decimal("3.50"), "EUR"),
        attributes={"season": "summer"},
    ),
    reference_price=4.1,
    pictures=("ab" * 32, "cd" * 32),
)
RUG = StoredProduct(9, "demo", Product(id="2", title="Rug", images=(), brand="B"), None, ())
LAMP = StoredProduct(12, "other", Product(id="2", title="Lamp", images=()), 2.0, ("ef" * 32,))


def products(folder: Path, kept: list[int]) -> tuple[ProductSpool, Products]:
    spool = ProductSpool(folder / "scratch")
    for product in (SHIRT, RUG, LAMP):
        spool.add(product)
    items = np.array(kept, np.int64)
    records = np.frombuffer(b"".join(map(bytes, spool.records(items))), np.uint8)
    return spool, Products(
        records=records, names=msgspec.json.decode(spool.names()), **spool.arrays(items)
    )


def test_a_product_comes_back_less_what_is_never_shown(tmp_path: Path):
    _, stored = products(tmp_path, [0, 1, 2])
    shirt = stored[0]
    assert (shirt.key, shirt.row, shirt.pictures) == (SHIRT.key, SHIRT.row, SHIRT.pictures)
    assert shirt.product.title == SHIRT.product.title
    assert shirt.product.price == SHIRT.product.price
    assert (shirt.product.images, shirt.product.description) == ((), None)
    assert shirt.product.attributes == {}
    assert stored[1] == RUG


def test_what_has_no_vector_is_left_out(tmp_path: Path):
    spool, stored = products(tmp_path, [0, 2])
    assert [stored[item].key for item in (0, 1)] == ["demo:1", "other:2"]
    assert [stored.item_of(key) for key in ("demo:1", "demo:2", "other:2")] == [0, None, 1]
    assert stored.column("category").codes.tolist() == [0, -1]
    assert stored.frequencies("source") == [("demo", 1), ("other", 1)]
    assert stored.price_range() == (2.0, 4.1)
    assert spool.rows().tolist() == [3, 9, 12]
    assert spool.product_of_picture().tolist() == [0, 0, 2]
    assert spool.pictures()[1].tobytes().hex() == "cd" * 32


def test_ids_whose_hashes_meet_are_told_apart(tmp_path: Path):
    _, stored = products(tmp_path, [0, 1, 2])
    for key, item in (("demo:1", 0), ("demo:2", 1), ("other:2", 2)):
        its_hash = stored.keys[stored.key_items == item]
        meeting = Products(
            records=stored.records,
            offsets=stored.offsets,
            codes=stored.codes,
            names=stored.names,
            prices=stored.prices,
            keys=np.repeat(its_hash, 3),
            key_items=stored.key_items,
        )
        assert meeting.item_of(key) == item


def test_a_price_range_without_prices(tmp_path: Path):
    _, stored = products(tmp_path, [1])
    assert stored.price_range() is None
    assert stored.frequencies("category") == []


def test_values_come_most_frequent_first_then_by_name(tmp_path: Path):
    _, stored = products(tmp_path, [0, 1, 2])
    assert stored.frequencies("source") == [("demo", 2), ("other", 1)]
    spool = ProductSpool(tmp_path / "more")
    for number, category in enumerate("bbaacc"):
        product = Product(id=str(number), title="x", images=(), category=category)
        spool.add(StoredProduct(number, "demo", product, None, ()))
    kept = np.array([0, 1, 2, 3, 4], np.int64)
    records = np.frombuffer(b"".join(map(bytes, spool.records(kept))), np.uint8)
    names = msgspec.json.decode(spool.names())
    more = Products(records=records, names=names, **spool.arrays(kept))
    assert more.frequencies("category") == [("a", 2), ("b", 2), ("c", 1)]


def test_an_id_beyond_all_hashes_or_with_the_greatest_one_is_looked_up_too(tmp_path: Path):
    _, stored = products(tmp_path, [0, 1, 2])
    last = stored[int(stored.key_items[-1])].key
    assert dataclasses.replace(stored, keys=np.zeros(3, np.uint64)).item_of(last) is None
    assert stored.item_of(last) == stored.key_items[-1]
    others = np.roll(stored.key_items, 1)  # the last hash is now another product's
    assert dataclasses.replace(stored, key_items=others).item_of(last) is None
