"""Every form of feed, from a file to its products, and telling the forms apart."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from pathlib import Path

import pytest

from catalog.feeds import open_feed
from catalog.product import CatalogError, Price, Product, RowError

RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>
<title>A shop</title><link>https://shop.example</link>
<item>
  <g:id>TV_1</g:id><title>plain</title><g:title>Google LED &amp; TV</g:title>
  <link>https://shop.example/tv</link><description>Sharp.</description>
  <g:image_link>https://img.example/1.jpg</g:image_link>
  <g:additional_image_link>https://img.example/2.jpg</g:additional_image_link>
  <g:additional_image_link>https://img.example/3.jpg</g:additional_image_link>
  <g:price>159.00 USD</g:price><g:sale_price>139.00 USD</g:sale_price>
  <g:google_product_category>Electronics &gt; Video &gt; Televisions</g:google_product_category>
  <g:brand>Google</g:brand><g:color>black</g:color><g:gender>unisex</g:gender>
  <g:age_group>adult</g:age_group><g:item_group_id>TV</g:item_group_id>
  <g:availability>in stock</g:availability><g:condition>new</g:condition>
  <g:shipping><g:country>US</g:country><g:price>6.49 USD</g:price></g:shipping>
</item>
<item><g:id>BAD</g:id><link>javascript:alert(1)</link><g:image_link>https://img.example/4.jpg</g:image_link></item>
<item><g:id>TV_2</g:id><g:image_link>https://img.example/a,b.jpg</g:image_link></item>
</channel></rss>
"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0">
<title>A shop</title><link href="https://shop.example" rel="self"/>
<entry><g:id>A</g:id><title>Mug</title><link rel="self" href="https://x.example/self"/>
<link href="https://shop.example/mug"/><g:image_link>https://img.example/1.jpg</g:image_link>
<g:price>5.00 GBP</g:price><g:product_type>Home &gt; Mugs</g:product_type></entry></feed>
"""


def write(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def products(path: Path, **options) -> list[Product]:
    rows = [row.product for row in open_feed(path, **options).rows()]
    assert all(isinstance(row, Product) for row in rows), rows
    return [row for row in rows if isinstance(row, Product)]


@pytest.mark.parametrize("packed", [False, True])
def test_google_rss(tmp_path: Path, packed: bool):
    data = gzip.compress(RSS.encode()) if packed else RSS.encode()
    feed = open_feed(write(tmp_path, "shop.xml.gz" if packed else "shop.xml", data))
    assert feed.source == "shop"
    first, bad, last = feed.rows()
    assert first.product == Product(
        id="TV_1",
        title="Google LED & TV",
        images=tuple(f"https://img.example/{i}.jpg" for i in (1, 2, 3)),
        description="Sharp.",
        link="https://shop.example/tv",
        category="Televisions",
        price=Price(Decimal("159.00"), "USD"),
        sale_price=Price(Decimal("139.00"), "USD"),
        brand="Google",
        color="black",
        gender="unisex",
        age_group="adult",
        group_id="TV",
        availability="in_stock",
        attributes={
            "condition": "new",
            "google_product_category": "Electronics > Video > Televisions",
        },
    )
    assert bad.number == 2
    assert isinstance(bad.product, RowError) and bad.product.product_id == "BAD"
    assert isinstance(last.product, Product)
    assert last.product.images == ("https://img.example/a,b.jpg",)


def test_google_atom(tmp_path: Path):
    (mug,) = products(write(tmp_path, "shop.xml", ATOM))
    assert (mug.link, mug.category, str(mug.price)) == (
        "https://shop.example/mug",
        "Mugs",
        "5.00 GBP",
    )


def test_google_xml_is_streamed(tmp_path: Path):
    item = RSS[RSS.index("<item>") : RSS.index("</item>") + 7]
    head, tail = RSS[: RSS.index("<item>")], "</channel></rss>"
    rows = open_feed(write(tmp_path, "shop.xml", head + item * 3000 + "<broken")).rows()
    assert [next(rows).number for _ in range(2500)][-1] == 2500, "given before the end is read"
    with pytest.raises(CatalogError, match="breaks off after item 3000"):
        list(rows)
    assert len(products(write(tmp_path, "shop.xml", head + item * 20 + tail))) == 20


def test_xml_bombs_and_other_xml(tmp_path: Path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss><item>&b;</item></rss>'
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><item>&a;</item></rss>'
    for text, words in [
        (bomb, "entities"),
        (outside, "entities"),
        ("<sitemap><url/></sitemap>", "sitemap"),
        ("<rss>" + "<a>" * 1000, "nested"),
        ("<rss><item>" + "<a/>" * 9000 + "</item></rss>", "elements"),
    ]:
        with pytest.raises(CatalogError, match=words):
            list(open_feed(write(tmp_path, "shop.xml", text)).rows())


def test_google_tsv(tmp_path: Path):
    path = write(
        tmp_path,
        "shop.txt",
        "\ufeffid\ttitle\timage link\tadditional image link\tprice\tproduct type\tg:brand\n"
        'a\tMug "big"\thttps://i.example/1.jpg\thttps://i.example/2.jpg,https://i.example/3.jpg'
        "\t12.00 EUR\tHome > Mugs\tTonk\n",
    )
    (mug,) = products(path)
    assert mug.images == tuple(f"https://i.example/{i}.jpg" for i in (1, 2, 3))
    assert (mug.title, mug.category, mug.brand) == ('Mug "big"', "Mugs", "Tonk")
    assert str(mug.price) == "12.00 EUR"


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_a_table_with_a_mapping(tmp_path: Path, separator: str):
    rows = [
        ["Article No", "Name", "Photo", "Amount", "Kind"],
        ["1", '"Mug\nof two lines"', "1.jpg", "12.50", "Mugs"],
        [],
        ["", "no id", "2.jpg", "1", "Mugs"],
        ["3", "Bowl", "3.jpg", "9", "Bowls", "more"],
        ["4", "Plate", "4.jpg", "9", "Plates"],
    ]
    path = write(tmp_path, "shop.csv", "".join(separator.join(row) + "\r\n" for row in rows))
    mapping = {
        "id": "Article No",
        "title": "Name",
        "images": "Photo",
        "price": "Amount",
        "category": "Kind",
    }
    found = list(open_feed(path, mapping=mapping, currency="CHF").rows())
    assert [row.number for row in found] == [2, 4, 5, 6]
    first, no_id, too_long, last = (row.product for row in found)
    assert isinstance(first, Product) and isinstance(last, Product)
    assert (first.title, str(first.price)) == ("Mug\nof two lines", "12.50 CHF")
    assert "id" in str(no_id)
    assert "6 cells" in str(too_long)
    assert last.category == "Plates"


def test_a_table_of_another_encoding_costs_its_rows_only(tmp_path: Path):
    path = write(tmp_path, "shop.csv", b"id,title,image\n1,caf\xe9,a.jpg\n2,caf\xc3\xa9,b.jpg\n")
    bad, good = (row.product for row in open_feed(path).rows())
    assert isinstance(bad, RowError) and "UTF-8" in str(bad)
    assert isinstance(good, Product) and good.title == "café"


def test_a_table_whose_columns_are_unknown(tmp_path: Path):
    path = write(tmp_path, "shop.csv", "Nr,Foto\n1,a.jpg\n")
    with pytest.raises(CatalogError, match="'Foto'"):
        list(open_feed(path).rows())
    with pytest.raises(CatalogError, match="no column 'Bild'"):
        list(open_feed(path, mapping={"id": "Nr", "images": "Bild"}).rows())


def test_jsonl_with_a_mapping_and_exact_decimals(tmp_path: Path):
    path = write(
        tmp_path, "mugs.jsonl", '{"sku": 5, "pic": "a.jpg", "cost": 19.99}\n\n{"sku": 6}\n'
    )
    feed = open_feed(path, mapping={"images": "pic", "price": "cost"}, currency="USD")
    assert feed.source == "mugs"
    assert feed.row_count() == 3
    first, last = feed.rows()
    assert isinstance(first.product, Product)
    assert (first.number, first.product.price) == (1, Price(Decimal("19.99"), "USD"))
    assert last.number == 3 and isinstance(last.product, RowError)


def test_jsonl_lines_that_no_one_should_write(tmp_path: Path):
    lines = [b"[" * 10_000, b'{"id": NaN}', b'{"id": "\\ud800"}', b'"x"', b"\xff\xfe", b"{} " * 9]
    lines += [b'{"id": "' + b"x" * (5 << 20) + b'"}', b'{"id": "ok", "image": "a.jpg"}']
    path = write(tmp_path, "shop.jsonl", b'{"id": "1", "image": "a.jpg"}\n' + b"\n".join(lines))
    found = list(open_feed(path).rows())
    assert [row.number for row in found] == list(range(1, 10))
    assert [isinstance(row.product, Product) for row in found] == [True, *[False] * 7, True]


SHOPIFY = {
    "products": [
        {
            "id": 111,
            "title": "Coat",
            "handle": "coat",
            "body_html": "<p>Warm.<br>Very &amp; long</p><script>x</script>",
            "vendor": "Tonk",
            "product_type": "Coats",
            "tags": ["winter", "wool"],
            "options": [{"name": "Color", "position": 1}, {"name": "Size", "position": 2}],
            "variants": [
                {"id": 1, "option1": "Red", "option2": "S", "price": "80.00", "available": False},
                {"id": 2, "option1": "Red", "option2": "M", "price": "90.00", "available": True,
                 "compare_at_price": "120.00"},
                {"id": 3, "option1": "Dark Blue", "option2": "S", "price": "85.00",
                 "compare_at_price": "", "featured_image": {"src": "https://cdn.example/b0.jpg"}},
            ],
            "images": [
                {"src": "https://cdn.example/r1.jpg", "variant_ids": [1, 2]},
                {"src": "https://cdn.example/b1.jpg", "variant_ids": [3]},
                {"src": "https://cdn.example/model.jpg", "variant_ids": []},
            ],
        },
        {
            "id": 222,
            "title": "Mug",
            "handle": "mug",
            "options": [{"name": "Title"}],
            "variants": [{"id": 4, "option1": "Default Title", "price": "8.00"}],
            "images": [{"src": "https://cdn.example/m.jpg"}],
        },
        {"id": 333, "title": "Without pictures", "variants": [], "images": []},
        "nonsense",
        {"id": 444, "variants": [{"price": "much"}], "images": [{"src": "https://x.example/a"}]},
    ]
}  # fmt: skip


def test_shopify(tmp_path: Path):
    feed = open_feed(write(tmp_path, "products.json", json.dumps(SHOPIFY)), currency="EUR")
    rows = list(feed.rows())
    assert [row.number for row in rows] == [1, 1, 2, 3, 4, 5]
    red, blue, mug = (row.product for row in rows[:3])
    assert isinstance(red, Product) and isinstance(blue, Product) and isinstance(mug, Product)
    assert red.images == ("https://cdn.example/r1.jpg",)
    assert (red.id, red.color, red.group_id, red.category) == ("111-red", "Red", "111", "Coats")
    assert (str(red.price), str(red.sale_price)) == ("120.00 EUR", "90.00 EUR")
    assert red.availability == "in_stock"
    assert red.description == "Warm. Very & long"
    assert red.attributes["tags"] == "winter, wool"
    assert (blue.id, blue.images) == (
        "111-dark-blue",
        ("https://cdn.example/b0.jpg", "https://cdn.example/b1.jpg"),
    )
    assert (str(blue.price), blue.sale_price) == ("85.00 EUR", None)
    assert (mug.id, mug.color, mug.category) == ("222", None, None)
    assert all(isinstance(row.product, RowError) for row in rows[3:])
    assert feed.notes() == []


def test_shopify_without_a_currency_has_no_prices_and_says_so(tmp_path: Path):
    feed = open_feed(write(tmp_path, "products.json", json.dumps(SHOPIFY)))
    for _ in range(2):
        first = next(iter(feed.rows()))
        assert isinstance(first.product, Product) and first.product.price is None
        assert len(feed.notes()) == 1 and "currency" in feed.notes()[0]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.csv", "", "empty"),
        ("page.xml", "<!DOCTYPE html><html></html>", "web page"),
        ("list.json", "[{}]", "one object a line"),
        ("sheet.xlsx", b"PK\x03\x04\0\0\0\0,,", "no text"),
        ("note.txt", "hello there", "can't tell"),
        ("feed.csv.gz", gzip.compress(b"id,image\n" * 50)[:20], "can't read"),
    ],
)
def test_what_is_no_feed_is_explained(tmp_path: Path, name: str, content: str | bytes, words: str):
    with pytest.raises(CatalogError, match=words):
        open_feed(write(tmp_path, name, content))


def test_places_without_a_feed(tmp_path: Path):
    with pytest.raises(CatalogError, match="there is no feed"):
        open_feed(tmp_path / "absent.csv")
    with pytest.raises(CatalogError, match=r"products\.jsonl"):
        open_feed(tmp_path)
    with pytest.raises(CatalogError, match="http"):
        open_feed("ftp://shop.example/feed.xml")
    with pytest.raises(CatalogError, match="source"):
        open_feed(tmp_path, source="a:b")


def test_sources_are_named_after_the_file_or_its_folder(tmp_path: Path):
    folder = tmp_path / "My Shop"
    folder.mkdir()
    write(folder, "products.jsonl", "{}")
    assert open_feed(folder).source == "my-shop"
    assert open_feed(folder / "products.jsonl").source == "my-shop"
    assert open_feed(write(folder, "Mugs 2024.tsv", "id\timage")).source == "mugs-2024"
    assert open_feed(folder, source="other").source == "other"


def test_a_gzipped_table_that_is_cut_off_stops_the_reading(tmp_path: Path):
    rows = "".join(f"{i},{i * 7919 % 9973}.jpg\n" for i in range(50_000))
    packed = gzip.compress(b"id,image\n" + rows.encode())
    feed = open_feed(write(tmp_path, "shop.csv.gz", packed[: len(packed) // 2]))
    with pytest.raises(CatalogError, match="can't read on"):
        list(feed.rows())
