from __future__ import annotations

import os
import sqlite3
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.product import CatalogError, Price, Product
from catalog.store import Catalog


def mug(product_id: str, **fields) -> Product:
    return Product(id=product_id, title=f"Mug {product_id}", images=("a.jpg",), **fields)


PICTURES = ["b" * 64, "a" * 64]

FULL = Product(
    id="x/1:2",
    title='<b>"Mug"</b>',
    images=("a.jpg", "https://shop.example/b.jpg"),
    description="Líne\nbreak",
    link="https://shop.example/x",
    category="Mugs",
    price=Price(Decimal("19.90"), "EUR"),
    sale_price=Price(Decimal("9.9"), "EUR"),
    brand="Tonk",
    color="blue",
    gender="unisex",
    age_group="adult",
    group_id="x",
    availability="in_stock",
    split="test",
    attributes={"season": "Summer"},
)


def test_a_product_comes_back_as_it_went_in(catalogue: Catalog):
    with catalogue.writing() as batch:
        assert batch.put("shop", FULL, PICTURES) == "added"
    stored = catalogue.product("shop:x/1:2")
    assert stored is not None
    assert stored.product == FULL
    assert str(stored.product.price) == "19.90 EUR"
    assert stored.pictures == tuple(PICTURES)
    assert stored.key == "shop:x/1:2"
    assert stored.reference_price == pytest.approx(9.9 * 1.0389)
    assert catalogue.products_by_row([stored.row, 999]) == {stored.row: stored}
    assert list(catalogue.products()) == [stored]
    assert catalogue.product("shop:other") is None
    assert catalogue.product("nonsense") is None


def test_put_tells_what_changed(catalogue: Catalog):
    with catalogue.writing() as batch:
        batch.put("shop", mug("1"), PICTURES)
    revision = catalogue.revision()
    with catalogue.writing() as batch:
        assert batch.put("shop", mug("1"), PICTURES) == "unchanged"
    assert catalogue.revision() == revision
    changes = [
        (mug("1", price=Price(Decimal(5), "USD")), PICTURES),
        (mug("1", price=Price(Decimal(5), "USD")), PICTURES[:1]),
        (mug("1", attributes={"a": "b"}), PICTURES[:1]),
    ]
    for product, pictures in changes:
        with catalogue.writing() as batch:
            assert batch.put("shop", product, pictures) == "updated"
            assert batch.put("shop", product, pictures) == "unchanged"
    assert catalogue.revision() == revision + len(changes)


def test_rows_stay_through_vanishing_and_coming_back(catalogue: Catalog):
    with catalogue.writing() as batch:
        for product_id in "abc":
            batch.put("shop", mug(product_id), PICTURES)
        batch.put("other", mug("a"), PICTURES)
    rows = {stored.key: stored.row for stored in catalogue.products()}
    assert list(rows.values()) == sorted(rows.values())
    with catalogue.writing() as batch:
        assert batch.mark_vanished("shop", ["a"]) == 2
    with catalogue.writing() as batch:
        assert batch.mark_vanished("shop", ["a"]) == 0
    assert [stored.key for stored in catalogue.products()] == ["shop:a", "other:a"]
    assert catalogue.product("shop:b") is None
    assert catalogue.products_by_row(list(rows.values())).keys() == {
        rows["shop:a"],
        rows["other:a"],
    }
    with catalogue.writing() as batch:
        assert batch.put("shop", mug("b"), PICTURES) == "updated"
    back = catalogue.product("shop:b")
    assert back is not None and back.row == rows["shop:b"]


def test_summaries(catalogue: Catalog):
    assert catalogue.price_range() is None
    assert catalogue.categories() == []
    with catalogue.writing() as batch:
        for i in range(5):
            category = ("Mugs", "Lamps", "Mugs", None, "Chairs")[i]
            price = Price(Decimal(10 * (i + 1)), "USD") if i < 3 else None
            batch.put("shop", mug(str(i), category=category, brand="Tonk", price=price), PICTURES)
        batch.put("tiny", mug("gone", category="Gone", price=Price(Decimal(1), "USD")), PICTURES)
    with catalogue.writing() as batch:
        batch.mark_vanished("tiny", [])
    assert catalogue.count() == 5
    assert catalogue.categories() == [("Mugs", 2), ("Chairs", 1), ("Lamps", 1)]
    assert catalogue.brands() == [("Tonk", 5)]
    assert catalogue.sources() == [("shop", 5)]
    assert catalogue.price_range() == (10.0, 30.0)


def test_a_failed_transaction_leaves_nothing(catalogue: Catalog):
    with pytest.raises(RuntimeError), catalogue.writing() as batch:
        batch.put("shop", mug("1"), PICTURES)
        raise RuntimeError
    assert (catalogue.count(), catalogue.revision()) == (0, 0)
    with catalogue.writing() as batch:
        batch.put("shop", mug("1"), PICTURES)
    assert catalogue.count() == 1


def test_the_stream_shows_one_unchanging_view(catalogue: Catalog):
    with catalogue.writing() as batch:
        for i in range(10):
            batch.put("shop", mug(str(i)), PICTURES)
    stream = catalogue.products()
    next(stream)
    with catalogue.writing() as batch:
        batch.put("shop", mug("new"), PICTURES)
        batch.mark_vanished("shop", ["new"])
    assert len(list(stream)) == 9
    assert [stored.key for stored in catalogue.products()] == ["shop:new"]


def test_many_threads_read_while_one_writes(catalogue: Catalog):
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                count = sum(1 for _ in catalogue.products())
                if count % 10:
                    wrong.append(count)
                catalogue.products_by_row(range(100))
        except Exception as error:
            wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for i in range(10):
        with catalogue.writing() as batch:
            for j in range(10):
                batch.put("shop", mug(f"{i}-{j}"), PICTURES)
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong


def test_a_catalogue_is_found_again(tmp_path: Path):
    with Catalog(tmp_path / "home", create=True) as catalogue, catalogue.writing() as batch:
        batch.put("shop", FULL, PICTURES)
    with Catalog(tmp_path / "home") as again:
        assert again.count() == 1
    with Catalog(tmp_path / "home", create=True) as again:
        assert again.count() == 1


def test_no_catalogue(tmp_path: Path):
    with pytest.raises(CatalogError, match="samevibe import"):
        Catalog(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_catalogue(tmp_path: Path):
    (tmp_path / "catalog.sqlite").write_bytes(b"this is not a database" * 100)
    with pytest.raises(CatalogError, match="can't read the catalogue"):
        Catalog(tmp_path)


def test_a_catalogue_of_a_newer_program(tmp_path: Path):
    Catalog(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / "catalog.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(CatalogError, match="update samevibe"):
        Catalog(tmp_path)


def test_a_full_disk_leaves_the_old_data(catalogue: Catalog):
    with catalogue.writing() as batch:
        batch.put("shop", mug("old"), PICTURES)
    with pytest.raises(CatalogError, match="disk is full"), catalogue.writing() as batch:
        batch._connection.execute("PRAGMA max_page_count = 25")
        for i in range(10_000):
            batch.put("shop", mug(str(i), description="long " * 100), PICTURES)
    assert [stored.key for stored in catalogue.products()] == ["shop:old"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells what is open")
def test_a_connection_is_used_again_and_closed_at_the_end(tmp_path: Path):
    def opened() -> int:
        files = [os.path.realpath(each) for each in Path("/proc/self/fd").iterdir()]
        return files.count(str(tmp_path / "home" / "catalog.sqlite"))

    with Catalog(tmp_path / "home", create=True) as catalogue:
        for _ in range(3):
            assert catalogue.count() == 0 and opened() == 1
        products = catalogue.products()  # two at once
        assert list(products) == [] and catalogue.count() == 0
    assert opened() == 0
