from __future__ import annotations

import contextlib
import datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.feeds.fields import FeedOptions, check_link, product_from_fields
from catalog.product import CatalogError, Price, Product, RowError

PLAIN = FeedOptions()


def product(options: FeedOptions = PLAIN, **fields: Any) -> Product:
    return product_from_fields({"id": "1", "image": "a.jpg"} | fields, options)


def test_every_field():
    made = product(
        title=" Mug ",
        category="Mugs",
        price=895,
        sale_price=499.5,
        currency="INR",
        brand="Tonk",
        color="Blue",
        gender="Women",
        age_group="adult",
        product_id="g1",
        link="https://shop.example/1",
        description="A mug.",
        availability="In Stock",
        split="train",
        season="Summer",
        year=2011,
        empty="",
        nothing=None,
        nested={"a": 1},
    )
    assert made == Product(
        id="1",
        title="Mug",
        images=("a.jpg",),
        description="A mug.",
        link="https://shop.example/1",
        category="Mugs",
        price=Price(Decimal(895), "INR"),
        sale_price=Price(Decimal("499.5"), "INR"),
        brand="Tonk",
        color="Blue",
        gender="Women",
        age_group="adult",
        group_id="g1",
        availability="in_stock",
        split="train",
        attributes={"season": "Summer", "year": "2011"},
    )


def test_a_title_is_always_there():
    assert product(category="Mugs").title == "Mugs"
    assert product().title == "Untitled"
    assert product(title="  ").title == "Untitled"


def test_unknown_fields_are_none_never_empty():
    assert product(brand="", color=" ", link="", price="") == product()


def test_google_paths_become_their_end_and_stay_whole_beside():
    made = product(product_type="Home > Women > Dresses", google_product_category="2271")
    assert made.category == "Dresses"
    assert made.attributes == {
        "product_type": "Home > Women > Dresses",
        "google_product_category": "2271",
    }
    assert product(google_product_category="2271").category == "Google category 2271"
    assert product(category="Gear > Bags").category == "Gear > Bags"


def test_images_in_order_main_first():
    assert product(images=["b.jpg", "a.jpg", "c.jpg"]).images == ("a.jpg", "b.jpg", "c.jpg")
    made = product_from_fields(
        {"id": 1, "image_link": "https://a/x,y.jpg", "additional_image_link": "b.jpg, c.jpg"}, PLAIN
    )
    assert made.images == ("https://a/x,y.jpg", "b.jpg", "c.jpg")


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://shop.example/x",
        "//shop.example/x",
        "/relative",
        "https://",
        "http://[bad",
    ],
)
def test_links_that_are_no_web_page_are_refused(link: str):
    with pytest.raises(CatalogError, match="link"):
        check_link(link)
    with pytest.raises(RowError) as refusal:
        product(link=link)
    assert refusal.value.product_id == "1"


@given(st.text(max_size=40))
def test_a_link_that_passes_begins_with_http(link: str):
    with contextlib.suppress(CatalogError):
        assert check_link(link).lower().startswith(("http://", "https://"))


@pytest.mark.parametrize("image", ["data:image/png;base64,AA", "javascript:x", "file:///x.jpg"])
def test_images_of_other_schemes_are_refused(image: str):
    with pytest.raises(RowError, match="picture"):
        product(image=image)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 300}, "longer"),
        ({"image": ""}, "picture"),
        ({"price": "12"}, "currency"),
        ({"price": "12", "currency": "Rupees"}, "ISO 4217"),
        ({"split": "holdout"}, "split"),
    ],
)
def test_rows_that_are_refused(fields: dict[str, Any], words: str):
    with pytest.raises(RowError, match=words):
        product(**fields)


def test_sale_prices_hold_in_their_dates_only():
    sale = {"price": "20 USD", "sale_price": "10 USD"}
    assert product(**sale).sale_price == Price(Decimal(10), "USD")
    dates = {
        "2016-02-24T11:07+0100/2016-02-29T23:07+0100": None,
        "2016-02-24T11:07Z/2999-02-24T11:07Z": Price(Decimal(10), "USD"),
        "2016-02-24/2999-02-24": Price(Decimal(10), "USD"),  # without a zone: UTC
        "whenever": None,
    }
    for written, expected in dates.items():
        made = product(**sale, sale_price_effective_date=written)
        assert made.sale_price == expected
        assert made.price == Price(Decimal(20), "USD")


@pytest.mark.parametrize(("zone", "sale"), [("+14:00", False), ("-12:00", True)])
def test_a_sale_ends_by_the_clock_of_its_own_zone(zone: str, sale: bool):
    # An hour ago in the east, in an hour in the west; by UTC's clock it would be the other way round.
    hours = int(zone[:3])
    clock = datetime.datetime.now(datetime.UTC) + datetime.timedelta(
        hours=hours + (1 if sale else -1)
    )
    dates = f"2016-02-24T11:07Z/{clock:%Y-%m-%dT%H:%M}{zone}"
    made = product(price="20 USD", sale_price="10 USD", sale_price_effective_date=dates)
    assert (made.sale_price is not None) is sale


def test_what_is_too_long_is_cut_or_refused():
    made = product(id="x" * 200, description="y" * 20_001, images=[f"{n}.jpg" for n in range(21)])
    assert (made.id, made.description) == ("x" * 200, "y" * 20_000)
    assert made.images == ("a.jpg", *(f"{n}.jpg" for n in range(19)))
    with pytest.raises(RowError, match="200 characters"):
        product(id="x" * 201)


def test_what_is_true_or_false_is_text():
    assert (product(title=True).title, product(title=False).title) == ("true", "false")


def test_options_stand_in_and_rename():
    options = FeedOptions(
        {"title": "Name of it", "images": "Photo", "category": "brand"}, "EUR", "test"
    )
    fields = {"id": 7, "Name of it": "Mug", "title": "old", "Photo": "p.jpg", "brand": "Cups"}
    made = product_from_fields(fields | {"price": "12,50"}, options)
    assert (made.title, made.images, made.category) == ("Mug", ("p.jpg",), "Cups")
    assert (made.price, made.split) == (Price(Decimal("12.50"), "EUR"), "test")
    assert made.brand is None
    assert product(options, split="train").split == "train"
    assert product(split="validation").split == FeedOptions(split="val").split == "val"


def test_options_that_make_no_sense():
    for wrong in ({"mapping": {"colour_of_it": "x"}}, {"currency": "euro"}, {"split": "some"}):
        with pytest.raises(CatalogError):
            FeedOptions(**wrong)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30) | st.floats() | st.none()))
def test_any_row_is_a_product_or_a_row_error(fields: dict[str, Any]):
    try:
        made = product_from_fields({"id": "1", "image": "a.jpg"} | fields, PLAIN)
    except RowError:
        return
    assert made.id and made.title and made.images
