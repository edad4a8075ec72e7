"""Which form a feed has: told by its content, and explained where it can't be told."""

from __future__ import annotations

import tempfile
import urllib.parse
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from catalog.feeds.feed import Feed, FeedRow, OpenedFeed, check_source, source_from
from catalog.feeds.fields import FeedOptions
from catalog.feeds.folder import open_folder
from catalog.feeds.google import google_xml_rows
from catalog.feeds.jsonl import count_lines, jsonl_rows, open_bytes
from catalog.feeds.picture_files import picture_reader
from catalog.feeds.remote import download_feed, download_picture, host_of, is_url
from catalog.feeds.shopify import shopify_file_rows, shopify_shop_rows
from catalog.feeds.table import table_rows
from catalog.product import CatalogError

FORMS = (
    "a folder with products.jsonl and images.zip or images/, a Google Merchant Center feed (RSS "
    "or Atom XML, TSV), Shopify's products.json, or a table (CSV, TSV, JSONL)"
)
_SNIFFED = 1 << 16  # bytes
_PLAIN_NAMES = ("products", "feed", "catalog", "catalogue", "index", "data")

_ReadRows = Callable[[Path, FeedOptions, list[str]], Iterator[FeedRow]]


def open_feed(
    path_or_url: str | Path,
    *,
    source: str | None = None,
    mapping: Mapping[str, str] | None = None,
    currency: str | None = None,
    split: str | None = None,
) -> Feed:
    """Open a feed of any form that we read, told by its content.

    ``source`` names the feed in the catalogue (default: by its folder, file or host);
    ``mapping`` is our field -> the feed's column; ``currency`` (ISO 4217) and ``split`` stand in
    where a row names none. A URL's feed is downloaded now, a Shopify shop's page by page later.
    Raises `CatalogError` where there is no feed, or one of another form.
    """
    options = FeedOptions(mapping or {}, currency, split)
    if source is not None:
        check_source(source)
    place = str(path_or_url)
    if is_url(place):
        return _open_url(place, source, options)
    if "://" in place:
        raise CatalogError(f"a feed's URL starts with http:// or https://, got {place[:80]!r}")
    path = Path(path_or_url)
    if path.is_dir():
        return open_folder(path, source, options)
    if not path.is_file():
        raise CatalogError(f"there is no feed at {path}; expected {FORMS}")
    read_rows = _reader_for(path)
    return _opened(
        path, read_rows, source or _source_of(path), picture_reader(path.parent), options
    )


def _open_url(url: str, source: str | None, options: FeedOptions) -> Feed:
    source = source or source_from(host_of(url))
    parts = urllib.parse.urlsplit(url)
    fetch = _fetcher_from(url)
    if parts.path.endswith("/products.json"):
        notes: list[str] = []
        return OpenedFeed(source, lambda: shopify_shop_rows(url, options, notes), fetch, said=notes)
    folder = tempfile.TemporaryDirectory(prefix="samevibe-feed-")
    path = Path(folder.name) / (PurePosixPath(parts.path).name or "feed")
    download_feed(url, path)
    return _opened(path, _reader_for(path), source, fetch, options, keeps=folder)


def _opened(
    path: Path,
    read_rows: _ReadRows,
    source: str,
    read_picture: Callable[[str], bytes],
    options: FeedOptions,
    keeps: object = None,
) -> Feed:
    notes: list[str] = []
    return OpenedFeed(
        source,
        lambda: read_rows(path, options, notes),
        read_picture,
        (lambda: count_lines(path)) if read_rows is _read_jsonl else (lambda: None),
        notes,
        keeps,
    )


def _fetcher_from(feed_url: str) -> Callable[[str], bytes]:
    """Downloads pictures, those with a relative name from beside the feed."""

    def fetch(image: str) -> bytes:
        try:
            url = urllib.parse.urljoin(feed_url, image)
        except ValueError as error:
            raise CatalogError(f"{image[:80]!r} is no URL ({error})") from error
        return download_picture(url)

    return fetch


def _source_of(path: Path) -> str:
    """A file's name, or its folder's where the file's says nothing."""
    stem = path.name.split(".")[0]
    return source_from(path.resolve().parent.name if stem.lower() in _PLAIN_NAMES else stem)


def _reader_for(path: Path) -> _ReadRows:
    """The reader for a file's form. Raises `CatalogError` where it is none that we read."""
    try:
        with open_bytes(path) as file:
            head = file.read(_SNIFFED)
    except (OSError, EOFError) as error:
        raise CatalogError(f"can't read {path}: {error}") from error
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise CatalogError(f"{path} is empty; expected {FORMS}")
    lower = start[:200].lower()
    if lower.startswith((b"<!doctype html", b"<html")):
        raise CatalogError(f"{path} is a web page, not a feed; expected {FORMS}")
    if start.startswith(b"<"):
        return _read_google_xml
    if start.startswith(b"{"):
        return _read_shopify if _is_shopify(start) else _read_jsonl
    if start.startswith(b"["):
        raise CatalogError(f"{path} is one JSON list; write one object a line (JSON Lines) instead")
    header = start.splitlines()[0]
    if b"\0" in start[:4096]:
        raise CatalogError(
            f"{path} is no text in UTF-8 (a spreadsheet or an archive?); expected {FORMS}"
        )
    if not any(separator in header for separator in (b"\t", b",", b";", b"|")):
        raise CatalogError(
            f"can't tell what {path} is: its first line is {header[:60]!r}; expected {FORMS}"
        )
    return _read_table


def _is_shopify(start: bytes) -> bool:
    """Whether the outermost object has ``products`` before anything of a product of ours."""
    return start[1:].lstrip().startswith(b'"products"')


def _read_google_xml(path: Path, options: FeedOptions, _notes: list[str]) -> Iterator[FeedRow]:
    return google_xml_rows(path, options)


def _read_table(path: Path, options: FeedOptions, _notes: list[str]) -> Iterator[FeedRow]:
    return table_rows(path, options)


def _read_jsonl(path: Path, options: FeedOptions, _notes: list[str]) -> Iterator[FeedRow]:
    return jsonl_rows(path, options)


def _read_shopify(path: Path, options: FeedOptions, notes: list[str]) -> Iterator[FeedRow]:
    return shopify_file_rows(path, options, notes)
