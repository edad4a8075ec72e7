"""Shopify's public ``products.json``: from a file, or page by page from a shop.

A product of several colours becomes one product a colour (of one group) where the shop shows
pictures of each; sizes and other options don't change what is seen and stay together.
"""

from __future__ import annotations

import html.parser
import re
import urllib.parse
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import orjson

from catalog.feeds.feed import FeedRow
from catalog.feeds.fields import FeedOptions, product_from_fields
from catalog.feeds.jsonl import open_bytes
from catalog.feeds.remote import download_page
from catalog.product import CatalogError, Product, RowError

MAX_PAGES = 1000
PAGE_PRODUCTS = 250  # the most that a shop gives
MAX_DOCUMENT = 1 << 30  # bytes

_COLOUR_OPTIONS = ("color", "colour", "farbe", "couleur", "kleur", "colore")
_NO_CURRENCY = (
    "Shopify's products.json does not tell its currency, so the prices were left out; "
    'give it (currency "EUR", say) and import again'
)


def shopify_file_rows(path: Path, options: FeedOptions, notes: list[str]) -> Iterator[FeedRow]:
    """The products of one document, numbered from 1. Raises `CatalogError`."""
    try:
        with open_bytes(path) as file:
            document = file.read(MAX_DOCUMENT + 1)
    except (OSError, EOFError) as error:
        raise CatalogError(f"can't read {path.name}: {error}") from error
    if len(document) > MAX_DOCUMENT:
        raise CatalogError(f"{path.name} has more than {MAX_DOCUMENT:,} bytes; split it")
    yield from _numbered(_products(document, path.name), 1, None, options, notes)


def shopify_shop_rows(url: str, options: FeedOptions, notes: list[str]) -> Iterator[FeedRow]:
    """The products of a shop's ``.../products.json``, all pages. Raises `CatalogError`."""
    parts = urllib.parse.urlsplit(url)
    shop = f"{parts.scheme}://{parts.netloc}"
    wanted = dict(urllib.parse.parse_qsl(parts.query)) | {"limit": str(PAGE_PRODUCTS)}
    seen: set[Any] = set()
    for page in range(1, MAX_PAGES + 1):
        query = urllib.parse.urlencode(wanted | {"page": str(page)})
        page_url = urllib.parse.urlunsplit((*parts[:3], query, ""))
        products = _products(download_page(page_url), page_url)
        first = products[0].get("id") if products and isinstance(products[0], dict) else None
        if not products or first in seen:  # some servers ignore `page` and repeat the first
            return
        yield from _numbered(products, len(seen) + 1, shop, options, notes)
        seen.update(
            product.get("id") if isinstance(product, dict) else index
            for index, product in enumerate(products)
        )
    raise CatalogError(f"{url} has more than {MAX_PAGES:,} pages")


def _products(document: bytes, name: str) -> list[Any]:
    try:
        read = orjson.loads(document)
    except orjson.JSONDecodeError as error:
        raise CatalogError(f"{name} is no JSON ({error}); get the feed afresh") from error
    products = read.get("products") if isinstance(read, dict) else None
    if not isinstance(products, list):
        raise CatalogError(f'expected {{"products": [...]}} in {name}, as Shopify gives it')
    return products


def _numbered(
    products: list[Any], first: int, shop: str | None, options: FeedOptions, notes: list[str]
) -> Iterator[FeedRow]:
    for number, product in enumerate(products, first):
        if not isinstance(product, dict):
            yield FeedRow(number, RowError(f"expected a JSON object, got {str(product)[:40]!r}"))
            continue
        try:
            colours = _by_colour(product, shop)
        except (TypeError, AttributeError, KeyError, ValueError, InvalidOperation) as error:
            yield FeedRow(number, RowError(f"the product has not Shopify's shape: {error}"))
            continue
        for fields in colours:
            yield FeedRow(number, _product(fields, options, notes))


def _product(fields: dict[str, Any], options: FeedOptions, notes: list[str]) -> Product | RowError:
    if fields["price"] and not (fields["currency"] or options.currency):
        fields = fields | {"price": None, "sale_price": None}
        if _NO_CURRENCY not in notes:
            notes.append(_NO_CURRENCY)
    try:
        return product_from_fields(fields, options)
    except RowError as error:
        return error


def _by_colour(product: dict[str, Any], shop: str | None) -> list[dict[str, Any]]:
    """The fields of one product a colour that has pictures of its own, or of the one product."""
    variants = list(product.get("variants") or [])
    images = list(product.get("images") or [])
    option = _colour_option(product.get("options") or [])
    groups: dict[str, list[dict[str, Any]]] = {}
    for variant in variants:
        groups.setdefault(str(variant.get(option) or "") if option else "", []).append(variant)
    own = {colour: _own_images(group, images) for colour, group in groups.items()}
    shared = _shared_fields(product, shop)
    every = [image["src"] for image in images]
    if len(groups) > 1 and all(own.values()):
        return [
            shared
            | _variant_fields(group)
            | {"id": f"{product['id']}-{_slug(colour)}", "color": colour, "images": own[colour]}
            for colour, group in groups.items()
        ]
    colour = next(iter(groups)) if len(groups) == 1 else ""
    return [shared | _variant_fields(variants) | {"color": colour, "images": every}]


def _shared_fields(product: dict[str, Any], shop: str | None) -> dict[str, Any]:
    handle = product.get("handle")
    tags = product.get("tags")
    return {
        "id": product["id"],
        "title": product.get("title"),
        "description": _text_of(product.get("body_html") or ""),
        "link": f"{shop}/products/{urllib.parse.quote(str(handle))}" if shop and handle else None,
        "product_type": product.get("product_type"),
        "brand": product.get("vendor"),
        "group_id": product["id"],
        "handle": handle,
        "tags": ", ".join(map(str, tags)) if isinstance(tags, list) else tags,
    }


def _variant_fields(variants: list[dict[str, Any]]) -> dict[str, Any]:
    """Price and availability: what the cheapest variant costs that can be had."""
    at_hand = [variant for variant in variants if variant.get("available")]
    priced = [variant for variant in at_hand or variants if variant.get("price")]
    fields: dict[str, Any] = {"price": None, "sale_price": None, "currency": None}
    if priced:
        cheapest = min(priced, key=lambda variant: Decimal(str(variant["price"])))
        before = cheapest.get("compare_at_price")
        reduced = bool(before) and Decimal(str(before)) > Decimal(str(cheapest["price"]))
        fields["price"] = before if reduced else cheapest["price"]
        fields["sale_price"] = cheapest["price"] if reduced else None
        fields["currency"] = cheapest.get("price_currency")
    if any("available" in variant for variant in variants):
        fields["availability"] = "in_stock" if at_hand else "out_of_stock"
    return fields


def _colour_option(options: list[Any]) -> str | None:
    for position, option in enumerate(options, 1):
        name = option.get("name") if isinstance(option, dict) else option
        if str(name).strip().lower() in _COLOUR_OPTIONS:
            return f"option{position}"
    return None


def _own_images(variants: list[dict[str, Any]], images: list[dict[str, Any]]) -> list[str]:
    ids = {variant.get("id") for variant in variants}
    featured = [
        variant["featured_image"]["src"] for variant in variants if variant.get("featured_image")
    ]
    attached = [image["src"] for image in images if ids & set(image.get("variant_ids") or [])]
    return list(dict.fromkeys(featured + attached))


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or urllib.parse.quote(text)


def _text_of(markup: str) -> str:
    reader = _TextReader()
    reader.feed(markup)
    reader.close()
    return " ".join("".join(reader.texts).split())


class _TextReader(html.parser.HTMLParser):
    """Collects the text of HTML, with a space for every tag."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipping = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._skipping = tag in ("script", "style")
        self.texts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self._skipping = False
        self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.texts.append(data)
