"""What every feed is, whatever its form: numbered rows of products, and their pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import NamedTuple, Protocol

from catalog.product import CatalogError, Product, RowError

_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class FeedRow(NamedTuple):
    """One row: its number as a person would find it in the feed, and what it says.

    Lines of a JSONL file and rows of a table count from 1 (a table's first row is its header);
    items of an XML or JSON document count from 1.
    """

    number: int
    product: Product | RowError


class Feed(Protocol):
    """A product feed. ``source`` names it within the catalogue."""

    @property
    def source(self) -> str: ...

    def rows(self) -> Iterator[FeedRow]:
        """Every row in the feed's order; each call reads anew.

        A bad row comes as a `RowError` in its place. Raises `CatalogError` where the feed can't
        be read on (it is cut off, say): the rows after that are unknown, not gone.
        """
        ...

    def picture(self, image: str) -> bytes:
        """The bytes of a picture that one of the feed's products names.

        Safe from many threads. Raises `CatalogError` where there are none to be had.
        """
        ...

    def row_count(self) -> int | None:
        """How many rows there are, about, for a progress bar; ``None`` where that costs a read."""
        ...

    def notes(self) -> list[str]:
        """What a person should know of the rows read so far, beside the refused ones."""
        ...


@dataclass(frozen=True)
class OpenedFeed:
    """A `Feed` put together from how its form is read and where its pictures come from.

    ``said`` collects the notes; ``keeps`` holds what must live as long as the feed (the folder of
    a download).
    """

    source: str
    read_rows: Callable[[], Iterator[FeedRow]]
    read_picture: Callable[[str], bytes]
    count_rows: Callable[[], int | None] = lambda: None
    said: list[str] = field(default_factory=list)
    keeps: object = None

    def rows(self) -> Iterator[FeedRow]:
        self.said.clear()
        return self.read_rows()

    def picture(self, image: str) -> bytes:
        return self.read_picture(image)

    def row_count(self) -> int | None:
        return self.count_rows()

    def notes(self) -> list[str]:
        return list(self.said)


def check_source(source: str) -> str:
    """A feed's name, fit for a product's public id. Raises `CatalogError`."""
    if not _SOURCE.fullmatch(source):
        raise CatalogError(
            "a source's name has up to 64 of a-z, 0-9, '.', '_' and '-', "
            f"a letter or digit first; got {source[:80]!r}"
        )
    return source


def source_from(name: str | PurePath) -> str:
    """A source's name made from the name of a file, a folder or a host."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", str(name).lower()).strip("-._")
    return check_source(plain[:64] or "feed")
