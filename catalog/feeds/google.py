"""Google Merchant Center product feeds in XML: RSS 2.0 and Atom.

Attribute names are those of the public product data specification, in the namespace
``http://base.google.com/ns/1.0`` (``g:``). The tab-separated form is in `catalog.feeds.table`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from catalog.feeds.feed import FeedRow
from catalog.feeds.fields import FeedOptions, product_from_fields
from catalog.feeds.jsonl import open_bytes
from catalog.product import CatalogError, Product, RowError

_ROOTS = ("rss", "feed", "RDF")
_ITEMS = ("item", "entry")
_GOOGLE = "{http://base.google.com/ns/1.0}"
_REPEATED = ("additional_image_link", "image_link")
MAX_DEPTH = 32
MAX_ITEM_ELEMENTS = 5000


def google_xml_rows(path: Path, options: FeedOptions) -> Iterator[FeedRow]:
    """The items of the feed, numbered from 1, streamed: one item is in memory at a time.

    Raises `CatalogError` where the document is no such feed, is not well formed (the rows after
    that place are unknown) or declares entities.
    """
    number = 0
    try:
        with open_bytes(path) as file:
            for item in _items(iterparse(file, events=("start", "end"))):
                number += 1
                yield FeedRow(number, _product(item, options))
    except ParseError as error:
        raise CatalogError(
            f"the XML of {path.name} breaks off after item {number}: {error}; get the feed afresh"
        ) from error
    except DefusedXmlException as error:
        raise CatalogError(f"{path.name} declares XML entities, which no feed needs") from error
    except (OSError, EOFError) as error:
        raise CatalogError(f"can't read on in {path.name}: {error}") from error


def _items(events: Any) -> Iterator[Element]:
    open_elements: list[Element] = []
    item: Element | None = None
    item_elements = 0
    for event, element in events:
        if event == "start":
            open_elements.append(element)
            if len(open_elements) == 1 and _local(element) not in _ROOTS:
                raise CatalogError(
                    f"expected a product feed (RSS or Atom), got XML of <{_local(element)[:40]}>"
                )
            if len(open_elements) > MAX_DEPTH:
                raise CatalogError(f"the XML is nested deeper than {MAX_DEPTH}; no feed is")
            item_elements += 1
            if item is None and _local(element) in _ITEMS:
                item, item_elements = element, 0
            if item is not None and item_elements > MAX_ITEM_ELEMENTS:
                raise CatalogError(f"an item has more than {MAX_ITEM_ELEMENTS:,} elements")
            continue
        open_elements.pop()
        if item is not None and element is item:
            yield item
            item = None
        if item is None and open_elements:
            open_elements[-1].remove(element)  # what has been read needs no memory


def _product(item: Element, options: FeedOptions) -> Product | RowError:
    plain: dict[str, Any] = {}
    google: dict[str, Any] = {}
    for child in item:
        name = _local(child)
        text = child.text or ""
        if name == "link" and not text.strip():
            if child.get("rel", "alternate") != "alternate":
                continue
            text = child.get("href", "")  # Atom
        if not text.strip():
            continue
        fields = google if child.tag.startswith(_GOOGLE) else plain
        if name in _REPEATED:
            fields.setdefault(name, []).extend(_urls(text))
        else:
            fields.setdefault(name, text)
    try:
        return product_from_fields(plain | google, options)
    except RowError as error:
        return error


def _urls(text: str) -> list[str]:
    """Several links may share an element; a comma within a link that is one stays."""
    links = [link.strip() for link in text.split(",")]
    return links if all(link.startswith(("http://", "https://")) for link in links) else [text]


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
