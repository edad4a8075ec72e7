"""Fetching feeds and their pictures over HTTP, within limits of size and time.

What a feed names is fetched by the person who imports it, from wherever the feed says: import
only feeds whose pictures you would open yourself.
"""

from __future__ import annotations

import functools
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import httpx

from catalog.product import CatalogError

MAX_PICTURE = 32 << 20  # bytes
MAX_PAGE = 64 << 20  # bytes
MAX_FEED = 4 << 30  # bytes
PICTURE_SECONDS = 30.0  # for one picture in all
FEED_SECONDS = 1800.0  # for one feed in all
WAIT_SECONDS = 15.0  # for a connection, and for the next bytes on it
MAX_REDIRECTS = 5


def is_url(name: str) -> bool:
    """Whether a name is an http(s) URL rather than a file's path."""
    return name[:8].lower().startswith(("http://", "https://"))


def download_picture(url: str) -> bytes:
    """A picture's bytes, in memory. Raises `CatalogError` with the reason."""
    return b"".join(_download(url, "picture", MAX_PICTURE, PICTURE_SECONDS))


def download_page(url: str) -> bytes:
    """One page of a feed that comes in pages, in memory. Raises `CatalogError`."""
    return b"".join(_download(url, "page", MAX_PAGE, PICTURE_SECONDS))


def download_feed(url: str, path: Path) -> None:
    """A feed into a file; a download that breaks off leaves none. Raises `CatalogError`."""
    try:
        with path.open("wb") as file:
            for block in _download(url, "feed", MAX_FEED, FEED_SECONDS):
                file.write(block)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise CatalogError(f"can't keep the feed {url}: {error}; free some disk space") from error
    except CatalogError:
        path.unlink(missing_ok=True)
        raise


def host_of(url: str) -> str:
    """The host that a URL names. Raises `CatalogError` for a malformed URL."""
    try:
        host = urllib.parse.urlsplit(url).hostname
    except ValueError as error:
        raise CatalogError(f"{url[:80]!r} is no URL ({error})") from error
    if not host:
        raise CatalogError(f"{url[:80]!r} names no host")
    return host


@functools.cache
def _client() -> httpx.Client:
    return httpx.Client(
        timeout=WAIT_SECONDS,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        headers={"User-Agent": "samevibe", "Accept": "*/*"},
        limits=httpx.Limits(max_connections=16, max_keepalive_connections=8),
    )


def _download(url: str, what: str, limit: int, seconds: float) -> Iterator[bytes]:
    host_of(url)
    ends = time.monotonic() + seconds
    received = 0
    try:
        with _client().stream("GET", url) as response:
            if response.status_code != httpx.codes.OK:
                raise CatalogError(f"{url} answered {response.status_code} instead of the {what}")
            if int(response.headers.get("Content-Length", "0")) > limit:
                raise CatalogError(f"the {what} {url} has more than {limit:,} bytes")
            for block in response.iter_bytes(64 << 10):
                received += len(block)
                if received > limit:
                    raise CatalogError(f"the {what} {url} has more than {limit:,} bytes")
                if time.monotonic() > ends:
                    raise CatalogError(f"the {what} {url} took more than {seconds:.0f} seconds")
                yield block
    except httpx.TimeoutException as error:
        raise CatalogError(f"{url} did not answer within {WAIT_SECONDS:.0f} seconds") from error
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise CatalogError(f"can't fetch the {what} {url}: {error}") from error
